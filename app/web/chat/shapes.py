"""What the chat API takes: each field read by hand, refused with its name and in plain words."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.chat.messages import Inbound, InboundKind, Sender
from app.core.ids import new_id
from app.core.text import clean
from app.web.call import Call

TEXT_MOST = 4000
CLIENT_ID_MOST = 64
PAYLOAD_MOST = 2000
NAME_MOST = 120
PHONE_MOST = 40
SLUG_MOST = 200
REASON_MOST = 500
MESSAGE_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
LOCALES = ("es", "en")
VALUES = ("up", "down")


@dataclass(frozen=True)
class NewChat:
    """`POST /api/chat/sessions`. `business` as it was sent; empty strings where nothing was."""

    business: str
    locale: str
    name: str
    phone: str


def new_chat(call: Call, data: Mapping[str, Any]) -> NewChat:
    """Reads the body of a new session."""
    locale = _text(call, data, "locale", 8)
    if locale and locale not in LOCALES:
        call.refuse("locale", "choice", choices=", ".join(LOCALES))
    return NewChat(
        business=_text(call, data, "business", SLUG_MOST),
        locale=locale,
        name=_text(call, data, "name", NAME_MOST).strip(),
        phone=_text(call, data, "phone", PHONE_MOST).strip(),
    )


def message(call: Call, data: Mapping[str, Any], sender: Sender, conversation_id: str) -> Inbound:
    """Reads a message. The client's id counts inside its conversation only; without one each message is new."""
    client_id = _text(call, data, "client_id", CLIENT_ID_MOST)
    if data.get("client_id") == "":
        call.refuse("client_id", "length", least=1, most=CLIENT_ID_MOST)
    text = _message_text(call, data)
    payload = _text(call, data, "payload", PAYLOAD_MOST)
    location = _location(call, data)
    attachment_id = _text(call, data, "attachment_id", 64)
    if not (text or payload or location or attachment_id):
        call.refuse("text", "nothing")
    return Inbound(
        sender=sender,
        external_id=f"{conversation_id}:{client_id or new_id()}",
        kind=_kind(text, payload, location, attachment_id),
        text=text,
        payload=payload,
        location=location,
        attachment_id=attachment_id,
    )


def feedback(call: Call, data: Mapping[str, Any]) -> tuple[str, str]:
    """Reads a thumb: the message's id and `up` or `down`."""
    message_id, value = data.get("message_id"), data.get("value")
    if not isinstance(message_id, str) or not MESSAGE_ID.fullmatch(message_id):
        call.refuse("message_id", "message_id")
    if value not in VALUES:
        call.refuse("value", "choice", choices=", ".join(VALUES))
    return message_id, str(value)


def after(call: Call) -> str | None:
    """The `after` of a listing: a message's id, or None."""
    value = call.request.query_params.get("after")
    if value is not None and not MESSAGE_ID.fullmatch(value):
        call.refuse("after", "message_id")
    return value


def person_text(call: Call, data: Mapping[str, Any]) -> str:
    """Reads what a person of the shop writes to a customer."""
    text = _message_text(call, data)
    if not text:
        call.refuse("text", "blank", most=TEXT_MOST)
    return text


def order_status(call: Call, data: Mapping[str, Any], statuses: Sequence[str]) -> tuple[str, str]:
    """Reads where an order is to go, and why (empty where nobody says)."""
    status = data.get("status")
    if status not in statuses:
        call.refuse("status", "choice", choices=", ".join(statuses))
    return str(status), " ".join(_text(call, data, "reason", REASON_MOST).split())


def _message_text(call: Call, data: Mapping[str, Any]) -> str:
    value = data.get("text")
    if value is None:
        return ""
    if not isinstance(value, str):
        call.refuse("text", "text")
    if not value.strip() or len(value) > TEXT_MOST:
        call.refuse("text", "blank", most=TEXT_MOST)
    return clean(value)


def _location(call: Call, data: Mapping[str, Any]) -> tuple[float, float] | None:
    value = data.get("location")
    if value is None:
        return None
    if not isinstance(value, dict):
        call.refuse("location", "location")
    return _degrees(call, value, "lat", 90), _degrees(call, value, "lon", 180)


def _degrees(call: Call, value: Mapping[str, Any], name: str, most: int) -> float:
    number = value.get(name)
    if isinstance(number, bool) or not isinstance(number, int | float):
        call.refuse(f"location.{name}", "location")
    if not (math.isfinite(number) and abs(number) <= most):
        call.refuse(f"location.{name}", "location")
    return float(number)


def _text(call: Call, data: Mapping[str, Any], name: str, most: int) -> str:
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        call.refuse(name, "text")
    if len(value) > most:
        call.refuse(name, "length", least=1, most=most)
    return clean(value)


def _kind(text: str, payload: str, location: object, attachment_id: str) -> InboundKind:
    if payload:
        return "button"
    if location and not text:
        return "location"
    return "attachment" if attachment_id and not text else "text"
