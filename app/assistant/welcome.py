"""How a web conversation begins: its thread, its token, and the shop's first words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.assistant.responders.answers import choice_of
from app.assistant.voice import Voice
from app.chat import service as chat
from app.chat.messages import Reply, Said, Sender
from app.core.ids import new_token
from app.settings import Settings


@dataclass(frozen=True)
class Begun:
    """A conversation just begun: the visitor's token and what the shop said."""

    conversation_id: str
    token: str
    outs: list[dict[str, Any]]


def begin(
    conn: Connection, settings: Settings, *, now: datetime, branch: str, locale: str, name: str, phone: str
) -> Begun:
    """A new visitor's thread with its greeting, in this transaction."""
    sender = Sender("web", "", new_token(12))
    thread = chat.start_conversation(conn, sender, now=now, locale=locale, branch=branch, name=name, phone=phone)
    reply = welcome(settings, branch, locale)
    choices = [[choice.title, choice.payload] for choice in reply.quick_replies]
    state = {"greeted": True, "topic": {}, "choices": choices, "numbered": len(choices)}
    [message_id] = chat.record(
        conn, thread, [Said("bot", reply, intent="greeting", source="template")], now=now, state=state
    )
    return Begun(thread.id, chat.open_session(conn, thread.id, now=now), [reply.as_out(message_id)])


def welcome(settings: Settings, branch: str, locale: str) -> Reply:
    """The greeting, with the owner's quick replies under it."""
    responses = settings.responses
    voice = Voice(locale or settings.business.language, responses.treat_as, responses.tone)
    shop = settings.profile(branch or None).name
    text = f"{voice.say('greeting.short')} {voice.say('greeting.welcome', negocio=shop)}"
    return Reply(text, quick_replies=tuple(map(choice_of, responses.quick_replies)))
