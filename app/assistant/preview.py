"""What a customer would be answered under words that are not saved yet: made as answers are made, and nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.assistant.attend import Attendant
from app.assistant.compose import render
from app.assistant.mind import Mind
from app.assistant.responders.opening import Opening
from app.assistant.responders.templates import factory_template, values_of
from app.assistant.tools import Tools
from app.assistant.turn import Turn
from app.assistant.voice import Voice
from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.chat.service import Conversation
from app.core.i18n import names_in
from app.core.ids import new_id
from app.settings import Settings
from app.shop.currency import country_of

NOBODY = Sender("console", "", "preview")


@dataclass(frozen=True, slots=True)
class Preview:
    """The answer; empty where all its sentences wait for data. `lacking`: the variables that the shop's data do not fill."""

    text: str
    lacking: tuple[str, ...]


def standing_answer(
    conn: Connection, mind: Mind, settings: Settings, template: str, *, now: datetime, customer: str
) -> Preview:
    """The template filled from the shop's sheet as it is now, for somebody called `customer`."""
    values = values_of(_turn(conn, mind, settings, now, customer))
    lacking = tuple(name for name in dict.fromkeys(names_in(template)) if not values[name]())
    return Preview(render(template, values), lacking)


def factory_words(conn: Connection, mind: Mind, settings: Settings, name: str, *, now: datetime) -> str:
    """Our own words for a standing answer, in the shop's voice, with its variables in braces."""
    return factory_template(_turn(conn, mind, settings, now, ""), name)


def factory_text(settings: Settings, key: str) -> str:
    """What we say where the owner wrote nothing, in the shop's language, treatment and tone."""
    return _voice(settings).say(key)


def hours_in_words(settings: Settings, *, now: datetime) -> list[str]:
    """How the hours are told: now, in the week, on the special dates."""
    profile = settings.profile()
    opening = Opening(profile.hours, now.astimezone(profile.timezone), _voice(settings))
    week = opening.say_week()
    said = (opening.say_now(), f"{week[:1].upper()}{week[1:]}.", opening.say_holidays())
    return [one for one in said if one]


@dataclass(frozen=True, slots=True)
class Told:
    """What was said in a rehearsal, and what came back: CONTRACT's replies."""

    said: str
    replies: tuple[dict[str, Any], ...]
    handoff: bool


class _Rehearsed(Exception):
    """Carries the rehearsal out of its transaction, which is thereby undone."""

    def __init__(self, told: list[Told]) -> None:
        super().__init__()
        self.told = told


async def rehearse(attend: Attendant, said: Sequence[tuple[str, str]], settings: Settings) -> list[Told]:
    """A conversation from its beginning under these settings, as customers have it; nothing of it remains.

    `said`: texts, each with the payload of the choice that was tapped (or nothing).
    """
    settings = replace(settings, channels=settings.channels.model_copy(update={"paused": False}))
    mind, business, now = attend.mind.current, settings.business, attend.shop_now()
    country = country_of(business.timezone)
    analyses = [
        await asyncio.to_thread(mind.read, text, default_language=business.language, country=country, waits=True)
        for text, _ in said
    ]
    sender = replace(NOBODY, user_id=new_id())

    def work(conn: Connection) -> None:
        thread, told = chat.current_conversation(conn, sender, now=now), list[Told]()
        for at, ((text, payload), analysis) in enumerate(zip(said, analyses, strict=True)):
            inbound = Inbound(sender, f"{sender.user_id}:{at}", "button" if payload else "text", text, payload)
            attended = attend.answer_in(conn, thread.id, inbound, analysis, mind, settings)
            told.append(Told(text, tuple(attended.outs) if attended else (), bool(attended and attended.handoff)))
        raise _Rehearsed(told)

    try:
        await attend.db.write(work)
    except _Rehearsed as rehearsed:
        return rehearsed.told
    raise AssertionError("a rehearsal is always undone")


def _voice(settings: Settings) -> Voice:
    responses = settings.responses
    return Voice(settings.business.language, responses.treat_as, responses.tone)


def _turn(conn: Connection, mind: Mind, settings: Settings, now: datetime, customer: str) -> Turn:
    """A first message of somebody who writes in the shop's language, with nothing in it."""
    business, profile = settings.business, settings.profile()
    thread = Conversation(
        id="", sender=NOBODY, contact_id=0, name=customer, phone="", branch="", locale=business.language, speaker="bot",
        taken_by="", handed_at=None, person_wrote_at=None, misses=0, last_message_id="", created_at=now, updated_at=now,
    )  # fmt: skip
    analysis = mind.read("", default_language=business.language, country=country_of(business.timezone))
    return Turn(
        inbound=Inbound(sender=NOBODY, external_id="", kind="text", text=""), text="", analysis=analysis,
        conversation=thread, settings=settings, profile=profile, now=now.astimezone(profile.timezone),
        tools=Tools(conn, mind, settings, profile), understand=mind.read,
    )  # fmt: skip
