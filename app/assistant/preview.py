"""What a customer would be answered under words that are not saved yet: made as answers are made, and nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.assistant.compose import render
from app.assistant.mind import Mind
from app.assistant.responders.templates import factory_template, values_of
from app.assistant.tools import Tools
from app.assistant.turn import Turn
from app.chat.messages import Inbound, Sender
from app.chat.service import Conversation
from app.core.i18n import names_in
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
