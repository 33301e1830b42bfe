"""What the owner reads of an order, of a customer who waits for a person, of a flow: plain values in, a letter out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.core.i18n import Texts
from app.settings import Settings
from app.shop.currency import country_of

MOST_TEXT = 400  # of one message in a summary
MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice before it is a mail or a message; `text` alone says everything."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Desk:
    """From which shop, and to whom: the owner's language, the shop's clock, and where the panel is (empty: nowhere known)."""

    shop: str
    language: str
    zone: ZoneInfo
    country: str
    panel: str
    now: datetime

    @staticmethod
    def of(settings: Settings, branch: str, now: datetime) -> Desk:
        profile, business = settings.profile(branch or None), settings.business
        panel = f"{settings.env.public_url}/admin" if settings.env.public_url else ""
        return Desk(profile.name, business.language, profile.timezone, country_of(business.timezone), panel, now)

    def say(self, key: str, **values: object) -> str:
        """A text of the owner's catalogue."""
        return Texts.load("notice").say(key, self.language, treat="vos", tone="cercano", pick=0, **values)

    def known(self, area: str, word: str) -> str:
        """The catalogue's word for an identifier; one it does not know is said as it is."""
        return self.say(f"{area}.{word}") if f"{area}.{word}" in Texts.load("notice").keys(self.language) else word

    def when(self, moment: datetime) -> str:
        """`hoy a las 10:05`, `el martes 24 de noviembre a las 7:00`."""
        local = moment.astimezone(self.zone)
        time = self.say("when.at_one" if local.hour == 1 else "when.at", time=f"{local.hour}:{local:%M}")
        if local.date() == self.now.astimezone(self.zone).date():
            return self.say("when.today", time=time)
        bot = Texts.load("bot")
        weekday, month = bot.raw("week.days", self.language), bot.raw("week.months", self.language)
        return self.say(
            "when.date", time=time, weekday=weekday[local.weekday()], day=local.day, month=month[local.month - 1]
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Who it is about, as far as known; `channel` is where they write from."""

    name: str
    phone: str
    channel: str


@dataclass(frozen=True, slots=True)
class OrderTold:
    """A placed order. `ticket`: all of it in words; `total` as it is read; `why` it was cancelled: words, or `expired`."""

    number: str
    total: str
    ticket: str
    who: Person
    status: str
    payment: str
    placed_at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class HandoffTold:
    """A conversation that waits for a person. `said`: (customer, bot or person; the text), oldest first."""

    who: Person
    since: datetime
    why: str  # the intent that led to it
    said: Sequence[tuple[str, str]]
    cart: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FlowTold:
    """A flow a customer went through, and what they answered by variable."""

    flow: str
    who: Person
    values: Mapping[str, str]


def order_letter(told: OrderTold, desk: Desk) -> Letter:
    """An order as it stands when the letter is written, with the ways to its customer and to the panel."""
    off, why = told.status == "cancelled", _short(desk.known("why", told.why)).rstrip(". ")
    channel = desk.known("channel", told.who.channel)
    head = [
        desk.say("order.placed", when=desk.when(told.placed_at), channel=channel, shop=desk.shop),
        desk.say("order.cancelled_why" if why else "order.cancelled", why=why) if off else "",
    ]
    link = whatsapp_link(told.who.phone, desk.country)
    ways = [
        desk.say("who.whatsapp", link=link) if link else "",
        desk.say("link.orders", link=f"{desk.panel}/orders") if desk.panel else "",
    ]
    return Letter(_subject(told, desk), _paragraphs(head, [told.ticket], ways))


def ticket_letter(told: OrderTold, desk: Desk) -> Letter:
    """An order sent on to somebody who makes or brings it: nothing of the shop's own."""
    return Letter(_subject(told, desk), told.ticket)


def handoff_letter(told: HandoffTold, desk: Desk) -> Letter:
    """An escalation with the conversation's summary (PRODUCT F1)."""
    who = _named(told.who) or desk.say("who.nobody")
    speakers = {"customer": who, "bot": desk.say("handoff.bot"), "person": desk.say("handoff.person")}
    why = told.why if told.why in ("human", "complaint") else "unclear"
    channel = desk.known("channel", told.who.channel)
    head = [
        desk.say("handoff.head", who=who, shop=desk.shop, channel=channel, when=desk.when(told.since)),
        desk.say(f"handoff.why_{why}"),
    ]
    said = [desk.say("handoff.line", who=speakers[speaker], text=_short(text)) for speaker, text in told.said]
    cart = [desk.say("handoff.item", item=item) for item in told.cart]
    return Letter(
        desk.say("handoff.subject", who=who),
        _paragraphs(
            head, _reach(told.who, desk), [desk.say("handoff.said"), *said] if said else [],
            [desk.say("handoff.cart"), *cart] if cart else [], [_conversations("link.conversations", desk)],
        ),
    )  # fmt: skip


def flow_letter(told: FlowTold, desk: Desk) -> Letter:
    """What a customer answered in a flow whose last step tells the owner."""
    who, flow = _named(told.who) or desk.say("who.nobody"), told.flow.replace("_", " ")
    answers = [
        desk.say("flow.line", name=name.replace("_", " "), value=_short(value)) for name, value in told.values.items()
    ]
    head = [desk.say("flow.head", who=who, flow=flow, channel=desk.known("channel", told.who.channel))]
    return Letter(
        desk.say("flow.subject", flow=flow, who=who),
        _paragraphs(head, answers, _reach(told.who, desk), [_conversations("link.flow", desk)]),
    )


def whatsapp_link(phone: str, country: str) -> str:
    """The chat with this number (`https://wa.me/50588881234`); empty where no such number can exist."""
    import phonenumbers  # loaded with the first notice that has a phone

    try:
        number = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return f"https://wa.me/{phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).lstrip('+')}"


def _subject(told: OrderTold, desk: Desk) -> str:
    off, proved = told.status == "cancelled", told.payment == "to_verify"
    key = "_cancelled" if off else "_to_verify" if proved else "_named" if told.who.name else ""
    return desk.say(f"order.subject{key}", number=told.number, total=told.total, name=_named(told.who))


def _reach(who: Person, desk: Desk) -> list[str]:
    """Their name and number, and the way to write to them."""
    link = whatsapp_link(who.phone, desk.country)
    return [
        desk.say("who.name", name=_named(who)) if who.name else "",
        desk.say("who.phone", phone=_short(who.phone)) if who.phone else "",
        desk.say("who.whatsapp", link=link) if link else "",
    ]


def _conversations(key: str, desk: Desk) -> str:
    return desk.say(key, link=f"{desk.panel}/conversations") if desk.panel else ""


def _named(who: Person) -> str:
    return _short(who.name, MOST_NAME)


def _short(text: str, most: int = MOST_TEXT) -> str:
    """What somebody wrote, in one line that ends."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _paragraphs(*paragraphs: Sequence[str]) -> str:
    """Lines under each other, a blank one between paragraphs; what is empty is not there."""
    whole = ("\n".join(line for line in lines if line) for lines in paragraphs)
    return "\n\n".join(part for part in whole if part)
