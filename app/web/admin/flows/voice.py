"""How the agent speaks, what it says where it does not know, and when a person is called; each with a conversation to see."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from app.assistant import service as assistant
from app.settings import Settings, SettingsError
from app.web.admin.flows.card import PATH, card, told, version, whole, written
from app.web.admin.frame import Toast, fragment, text
from app.web.call import Call

HERE = f"{PATH}/voice"
KEY = "responses"
TEXTS = {"fallback": "fallback.text", "escalate": "person.escalate"}  # what we say where the owner wrote nothing
NUMBERS = ("misses_to_person", "handback_minutes")
CHOICES = {"tone": ("cercano", "neutro", "formal"), "treat_as": ("vos", "tu", "usted")}
REPLIES_MOST = 10


async def show(call: Call) -> Response:
    """`GET /admin/flows/voice`."""
    return await whole(call, "voice", await _values(call, _now(call)))


async def preview(call: Call) -> Response:
    """`POST /admin/flows/voice/preview`: a greeting, something nobody understands, and asking for a person."""
    try:
        tried = await call.house.settings.tried(_changes(_typed(call)))
        values: dict[str, Any] = {"talk": await _talk(call, tried), "amiss": []}
    except SettingsError as error:
        values = {"talk": [], "amiss": list(dict.fromkeys(mistake.text for mistake in error.mistakes))}
    return fragment(call, "admin/flows/talk.html", values)


async def save(call: Call) -> Response:
    """`POST /admin/flows/voice`."""
    typed, now = _typed(call), _now(call)
    if call.field("version") != version(now):
        theirs = {name: value for name, value in now.items() if typed[name] != value}
        return await card(call, "voice", {**await _values(call, typed), "theirs": theirs}, to=HERE, status=409)
    try:
        await call.house.settings.change(_changes(typed))
    except SettingsError as error:
        fields = [(f"{KEY}.{name}", name) for name in typed]
        wrong, others = told(error, fields)
        values = {**await _values(call, typed), "errors": wrong, "others": others}
        return await card(call, "voice", values, to=HERE, status=422)
    toast = Toast(text(call, "flows.saved"))
    return await card(call, "voice", await _values(call, _now(call)), to=HERE, toast=toast)


def _now(call: Call) -> dict[str, str]:
    responses = call.settings.responses
    own = {name: str(getattr(responses, name)) if responses.is_written(name) else "" for name in TEXTS}
    plain = {name: str(getattr(responses, name)) for name in (*CHOICES, *NUMBERS)}
    return {**plain, **own, "quick_replies": "\n".join(responses.quick_replies)}


def _typed(call: Call) -> dict[str, str]:
    plain = {name: call.field(name).strip() for name in (*CHOICES, *NUMBERS)}
    return {**plain, **{name: written(call, name) for name in (*TEXTS, "quick_replies")}}


def _changes(typed: dict[str, str]) -> dict[str, Any]:
    """What config.yaml is to say; a text left empty is the factory's again."""
    replies = [line.strip() for line in typed["quick_replies"].split("\n") if line.strip()][:REPLIES_MOST]
    said = {name: value or None for name, value in typed.items()}
    return {f"{KEY}.{name}": value for name, value in {**said, "quick_replies": replies}.items()}


async def _talk(call: Call, settings: Settings) -> list[assistant.Told]:
    """A short conversation under these settings."""
    said = [(text(call, f"flows.talk_{name}"), "") for name in ("hello", "odd", "person")]
    return await assistant.rehearse(call.house.attend, said, settings)


async def _values(call: Call, typed: dict[str, str]) -> dict[str, Any]:
    return {
        "sheet": typed,
        "choices": CHOICES,
        "usual": {name: assistant.factory_text(call.settings, key) for name, key in TEXTS.items()},
        "version": version(_now(call)),
        "errors": {},
        "others": [],
        "theirs": {},
        "talk": await _talk(call, call.settings),
        "amiss": [],
    }
