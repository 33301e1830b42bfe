"""«Pruebas»: talking to the bot as a customer would, seeing why it answers so, and putting it right. Nothing of it is real."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo

from starlette.responses import Response

from app.assistant import service as assistant
from app.assistant.service import Trial, Tried
from app.catalog import service as catalog
from app.catalog.service import Wanted
from app.chat import service as chat
from app.knowledge import service as knowledge
from app.knowledge.service import FaqRefused
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, said, text
from app.web.admin.playground.trace import How, explain
from app.web.call import Call
from app.web.chat.shapes import PAYLOAD_MOST, TEXT_MOST
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/playground"
NAMED_MOST = 100
SUGGESTED_PRODUCTS = 2


async def show(call: Call) -> Response:
    """`GET /admin/playground`."""
    trial = await _trial(call)
    last = trial.said[-1] if trial.said else None
    return await _page(call, trial, await _how(call, trial, last))


async def ask(call: Call) -> Response:
    """`POST /admin/playground`: the new lines and why they were said, for HTMX; else back to the page."""
    typed, payload = call.field("text").strip(), call.field("payload")
    if not typed or len(typed) > TEXT_MOST or len(payload) > PAYLOAD_MOST:
        if not by_htmx(call):
            return back(PATH)
        return fragment(call, "admin/playground/refused.html", {"most": TEXT_MOST}, status=422)
    trial = await _trial(call)
    tried = await trial.say(typed, payload)
    await call.house.db.write(assistant.note_tried)
    if not by_htmx(call):
        return back(PATH)
    return fragment(call, "admin/playground/answered.html", {"said": [tried], "how": await _how(call, trial, tried)})


async def reset(call: Call) -> Response:
    """`POST /admin/playground/reset`: a customer nobody knows."""
    await call.house.trials.end(call.me.user_id)
    return back(PATH)


async def put_clock(call: Call) -> Response:
    """`POST /admin/playground/clock`: a new trial, at that day and hour; without `at` at the shop's own."""
    typed = call.field("at")
    try:
        at = datetime.fromisoformat(typed).replace(tzinfo=_zone(call)) if typed else None
    except ValueError:
        wrong = {"clock_error": text(call, "playground.clock_wrong")}
        return await _page(call, await _trial(call), None, wrong, status=422)
    await call.house.trials.end(call.me.user_id)
    (await _trial(call)).put_clock(at)
    return back(PATH)


async def trace(call: Call) -> Response:
    """`GET /admin/playground/{number}`: why it answered so."""
    trial, tried = await _tried(call)
    return await _explained(call, trial, tried)


async def review(call: Call) -> Response:
    """`POST /admin/playground/{number}/review`: it was right."""
    trial, tried = await _tried(call)
    if tried.message_id:
        await _keep_review(call, tried, "ok", "")
    toast = Toast(text(call, "playground.was_right"))
    return await _explained(call, trial, tried, {"verdict": "ok"}, toast=toast) if by_htmx(call) else back(PATH)


async def ask_right(call: Call) -> Response:
    """`GET /admin/playground/{number}/correct`: the form for what it should have said."""
    trial, tried = await _tried(call)
    return await _explained(call, trial, tried, {"typed": {"question": tried.text, "answer": ""}})


async def correct(call: Call) -> Response:
    """`POST /admin/playground/{number}/correct`: the right answer is a new question's, and live at once."""
    trial, tried = await _tried(call)
    typed = {name: call.field(name) for name in ("question", "answer")}
    told = {"question": [typed["question"]], "answer": typed["answer"], "tags": []}
    now = call.house.clock.now()
    try:
        await call.house.db.write(lambda conn: knowledge.edit_faq(conn, None, based_on="", now=now, **told))
    except FaqRefused as error:
        return await _explained(call, trial, tried, {"typed": typed, "errors": error.mistakes}, status=422)
    await call.house.mind.refresh()
    if tried.message_id:
        await _keep_review(call, tried, "wrong", typed["answer"])
    toast = Toast(text(call, "playground.corrected"))
    return await _explained(call, trial, tried, {"verdict": "wrong"}, toast=toast)


async def keep(call: Call) -> Response:
    """`POST /admin/playground/keep`: the trial as a conversation test."""
    trial, name = await _trial(call), call.field("name").strip()[:NAMED_MOST]
    if not trial.said:
        return back(PATH)
    written = assistant.as_test(name or trial.said[0].text[:NAMED_MOST], trial.said, _zone(call))
    path = assistant.keep(call.house.home, name or trial.said[0].text, written)
    toast = Toast(text(call, "playground.kept", file=path.name))
    return said(call, toast) if by_htmx(call) else back(f"{PATH}/tests")


async def _page(
    call: Call, trial: Trial, how: How | None, more: dict[str, Any] | None = None, *, status: int = 200
) -> Response:  # fmt: skip
    values = {
        "said": trial.said,
        "how": how,
        "suggested": await call.house.db.read(lambda conn: _suggested(conn, call)),
        "set_to": trial.set_to,
        "kept": len(assistant.kept(call.house.home)),
        "shop_now": (trial.set_to or call.house.clock.now()).astimezone(_zone(call)),
        "clock_error": "",
        **_NOTHING,
        **(more or {}),
    }
    return await panel_page(call, "admin/playground/page.html", values, active="playground", status=status)


_NOTHING: dict[str, Any] = {"open": False, "typed": None, "errors": {}, "oob": False}


async def _explained(
    call: Call, trial: Trial, tried: Tried, more: dict[str, Any] | None = None, *, toast: Toast | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """The part that says why, opened (on a phone it lies over the chat); without HTMX the whole page with it."""
    more = {"open": True, **(more or {})}
    how = await _how(call, trial, tried, more.pop("verdict", ""))
    if not by_htmx(call):
        return await _page(call, trial, how, more, status=status)
    return fragment(call, "admin/playground/why.html", {**_NOTHING, **more, "how": how}, status=status, toast=toast)


async def _how(call: Call, trial: Trial, tried: Tried | None, verdict: str = "") -> How | None:
    return None if tried is None else await explain(call, tried, verdict)


async def _keep_review(call: Call, tried: Tried, verdict: chat.Verdict, note: str) -> None:
    by, now = call.me.name, call.house.clock.now()
    await call.house.db.write(lambda conn: chat.review(conn, tried.message_id, verdict, note, by, now))


async def _trial(call: Call) -> Trial:
    trial: Trial = await call.house.trials.of(call.me.user_id)
    return trial


async def _tried(call: Call) -> tuple[Trial, Tried]:
    trial, number = await _trial(call), call.request.path_params["number"]
    tried = trial.find(int(number)) if number.isascii() and number.isdigit() and len(number) < 9 else None
    if tried is None:
        _gone(call)
    return trial, tried


def _gone(call: Call) -> NoReturn:
    raise problem(404, language=call.language)


def _zone(call: Call) -> ZoneInfo:
    return ZoneInfo(call.settings.business.timezone)


def _suggested(conn: Connection, call: Call) -> list[str]:
    """Four things to try, with products and zones of their own."""
    products = catalog.find(conn, Wanted(), limit=SUGGESTED_PRODUCTS)
    zones = call.settings.delivery.zones
    found = [text(call, "playground.try_hours")]
    found += [text(call, "playground.try_order", product=product.name) for product in products[:1]]
    if zones:
        found.append(text(call, "playground.try_zone", zone=zones[0].name))
    found += [text(call, "playground.try_price", product=product.name) for product in products[1:]]
    return [*found[:3], text(call, "playground.try_complaint")]
