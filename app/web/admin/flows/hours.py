"""Opening hours as people write them: a line a day, special dates, and how a customer is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from starlette.responses import Response

from app.assistant import service as assistant
from app.core.i18n import Texts
from app.settings import SettingsError
from app.shop.hours import DAYS, Span
from app.web.admin.flows.card import PATH, card, told, version, whole
from app.web.admin.frame import Toast, fragment, text
from app.web.call import Call

HERE = f"{PATH}/hours"
KEY = "business.hours"
DATES_MOST = 100
CLOSED = "cerrado"


@dataclass(frozen=True)
class Sheet:
    """What stands in the form: a text a day from Monday, and dates with theirs."""

    days: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]

    @property
    def runs(self) -> list[tuple[int, int, str]]:
        """Days in a row that say the same: the first, the last, the text."""
        grouped = [list(run) for _, run in groupby(enumerate(self.days), key=lambda day: day[1])]
        return [(run[0][0], run[-1][0], run[0][1] or CLOSED) for run in grouped]

    def keys(self) -> dict[str, str]:
        """The week as config.yaml has it; empty where no day says anything."""
        if not any(self.days):
            return {}
        return {_key(first, last): said for first, last, said in self.runs}

    def change(self) -> dict[str, Any]:
        holidays = {day: said or CLOSED for day, said in self.dates if day}
        hours = {**self.keys(), **({"holidays": holidays} if holidays else {})}
        return {KEY: hours or None}

    def fields(self) -> list[tuple[str, str]]:
        """Where each line of the form is said in config.yaml."""
        week = [(f"{KEY}.{_key(first, last)}", f"day-{DAYS[first]}") for first, last, _ in self.runs]
        return [*week, *((f"{KEY}.holidays.{day}", f"said-{at}") for at, (day, _) in enumerate(self.dates))]


async def show(call: Call) -> Response:
    """`GET /admin/flows/hours`."""
    return await whole(call, "hours", _values(call, _now(call)))


async def preview(call: Call) -> Response:
    """`POST /admin/flows/hours/preview`."""
    return fragment(call, "admin/flows/hours_words.html", await _words(call, _typed(call)))


async def save(call: Call) -> Response:
    """`POST /admin/flows/hours`."""
    typed, based, do = _typed(call), call.field("version"), call.field("do")
    if do:
        return await card(call, "hours", {**_values(call, _edited(typed, do)), "version": based}, to=HERE)
    if based != version(_now(call)):
        return await card(call, "hours", {**_values(call, typed), "theirs": _now(call)}, to=HERE, status=409)
    wrong = _wrong(call, typed)
    try:
        if not wrong:
            await call.house.settings.change(typed.change())
    except SettingsError as error:
        wrong, others = told(error, typed.fields())
        values = {**_values(call, typed), "errors": wrong, "others": others}
        return await card(call, "hours", values, to=HERE, status=422)
    if wrong:
        return await card(call, "hours", {**_values(call, typed), "errors": wrong}, to=HERE, status=422)
    toast = Toast(text(call, "flows.saved"))
    return await card(call, "hours", _values(call, _now(call)), to=HERE, toast=toast)


def _key(first: int, last: int) -> str:
    """`daily`, `mon` or `mon_fri`."""
    if (first, last) == (0, len(DAYS) - 1):
        return "daily"
    return DAYS[first] if first == last else f"{DAYS[first]}_{DAYS[last]}"


def _now(call: Call) -> Sheet:
    hours = call.settings.business.hours
    days = tuple(_said(spans) or CLOSED for spans in hours.week) or ("",) * len(DAYS)
    return Sheet(
        days, tuple((day.isoformat(), _said(spans) or CLOSED) for day, spans in sorted(hours.holidays.items()))
    )


def _said(spans: tuple[Span, ...]) -> str:
    return ", ".join(span.said for span in spans)


def _typed(call: Call) -> Sheet:
    rows = (at for at in range(DATES_MOST) if call.form is not None and f"date-{at}" in call.form)
    dates = tuple((call.field(f"date-{at}").strip(), call.field(f"said-{at}").strip()) for at in rows)
    return Sheet(tuple(call.field(f"day-{day}").strip() for day in DAYS), dates)


def _edited(sheet: Sheet, do: str) -> Sheet:
    """With a line more for a date, or one less."""
    what, _, at = do.partition("-")
    dates = [*sheet.dates, ("", "")] if what == "add" else list(sheet.dates)
    if what == "drop" and at.isdecimal() and int(at) < len(dates):
        del dates[int(at)]
    return Sheet(sheet.days, tuple(dates[:DATES_MOST]))


def _wrong(call: Call, sheet: Sheet) -> dict[str, str]:
    """A date that stands twice, which a file could not say."""
    days = [day for day, _ in sheet.dates]
    twice = (at for at, day in enumerate(days) if day and day in days[:at])
    return {f"said-{at}": text(call, "flows.date_twice") for at in twice}


async def _words(call: Call, sheet: Sheet) -> dict[str, Any]:
    """The hours told, or what cannot be understood of them."""
    try:
        tried = await call.house.settings.tried(sheet.change())
    except SettingsError as error:
        return {"words": [], "amiss": list(dict.fromkeys(mistake.text for mistake in error.mistakes))}
    return {"words": assistant.hours_in_words(tried, now=call.house.clock.now()), "amiss": []}


def _values(call: Call, sheet: Sheet) -> dict[str, Any]:
    names = Texts.load("bot").raw("week.days", call.language)
    return {
        "days": list(zip(DAYS, names, sheet.days, strict=True)),
        "dates": sheet.dates,
        "version": version(_now(call)),
        "errors": {},
        "others": [],
        "theirs": None,
        "words": assistant.hours_in_words(call.settings, now=call.house.clock.now()),
        "amiss": [],
    }
