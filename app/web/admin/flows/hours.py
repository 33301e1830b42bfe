"""Opening hours as people write them: a line a day, special dates, and how a customer is told of them."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from app.assistant import service as assistant
from app.settings import SettingsError
from app.web.admin.flows.card import PATH, card, told, version, whole
from app.web.admin.flows.week import Week, edited, named_days, repeated, typed, week_of
from app.web.admin.frame import Toast, fragment, text
from app.web.call import Call

HERE = f"{PATH}/hours"
KEY = "business.hours"


async def show(call: Call) -> Response:
    """`GET /admin/flows/hours`."""
    return await whole(call, "hours", _values(call, _kept(call)))


async def preview(call: Call) -> Response:
    """`POST /admin/flows/hours/preview`."""
    return fragment(call, "admin/flows/hours_words.html", await _words(call, typed(call)))


async def save(call: Call) -> Response:
    """`POST /admin/flows/hours`."""
    said, based, do = typed(call), call.field("version"), call.field("do")
    if do:
        return await card(call, "hours", {**_values(call, edited(said, do)), "version": based}, to=HERE)
    if based != version(_kept(call)):
        return await card(call, "hours", {**_values(call, said), "theirs": _kept(call)}, to=HERE, status=409)
    wrong = repeated(call, said)
    try:
        if not wrong:
            await call.house.settings.change({KEY: said.value()})
    except SettingsError as error:
        wrong, others = told(error, said.fields(KEY))
        values = {**_values(call, said), "errors": wrong, "others": others}
        return await card(call, "hours", values, to=HERE, status=422)
    if wrong:
        return await card(call, "hours", {**_values(call, said), "errors": wrong}, to=HERE, status=422)
    toast = Toast(text(call, "flows.saved"))
    return await card(call, "hours", _values(call, _kept(call)), to=HERE, toast=toast)


def _kept(call: Call) -> Week:
    return week_of(call.settings.business.hours)


async def _words(call: Call, week: Week) -> dict[str, Any]:
    """The hours told, or what cannot be understood of them."""
    try:
        tried = await call.house.settings.tried({KEY: week.value()})
    except SettingsError as error:
        return {"words": [], "amiss": list(dict.fromkeys(mistake.text for mistake in error.mistakes))}
    return {"words": assistant.hours_in_words(tried, now=call.house.clock.now()), "amiss": []}


def _values(call: Call, week: Week) -> dict[str, Any]:
    return {
        "days": named_days(week, call.language),
        "dates": week.dates,
        "version": version(_kept(call)),
        "errors": {},
        "others": [],
        "theirs": None,
        "words": assistant.hours_in_words(call.settings, now=call.house.clock.now()),
        "amiss": [],
    }
