"""What comes in and what goes out, before any channel's own form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

InboundKind = Literal["text", "button", "location", "attachment"]
ReplyKind = Literal["text", "cards", "order_summary", "payment_link", "handoff"]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a customer is: the channel, our account on it, and their id there. A phone number is never part of it."""

    channel: str
    account: str
    user_id: str

    @property
    def lane(self) -> str:
        return f"{self.channel}:{self.account}:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a customer sent. `external_id` is the channel's own id of it: the same one is handled once.

    `payload` is a quick reply's, sent back as it came. `location` is (latitude, longitude).
    """

    sender: Sender
    external_id: str
    kind: InboundKind = "text"
    text: str = ""
    payload: str = ""
    location: tuple[float, float] | None = None
    attachment_id: str = ""
    name: str = ""
    phone: str = ""

    def as_payload(self) -> dict[str, Any]:
        """For a job; `Inbound.of` reads it back."""
        return asdict(self)

    @staticmethod
    def of(payload: Mapping[str, Any]) -> Inbound:
        values = dict(payload)
        values["sender"] = Sender(**values["sender"])
        values["location"] = tuple(values["location"]) if values["location"] else None
        return Inbound(**values)


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A choice the customer may tap; `payload` comes back as it is."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Card:
    """A product or another thing to look at; `price` is as it is read ("C$ 120")."""

    title: str
    payload: str
    subtitle: str = ""
    price: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One channel-neutral answer; `text` alone always suffices. `order` is CONTRACT's Order."""

    text: str
    kind: ReplyKind = "text"
    quick_replies: tuple[QuickReply, ...] = ()
    cards: tuple[Card, ...] = ()
    order: Mapping[str, Any] | None = None
    url: str | None = None

    def as_out(self, id_: str) -> dict[str, Any]:
        """CONTRACT 3's `Out`."""
        return {
            "id": id_,
            "kind": self.kind,
            "text": self.text,
            "quick_replies": [{"title": choice.title, "payload": choice.payload} for choice in self.quick_replies],
            "cards": [
                {"title": card.title, "subtitle": card.subtitle, "price": card.price, "image": card.image,
                 "payload": card.payload}
                for card in self.cards
            ],
            "order": dict(self.order) if self.order is not None else None,
            "url": self.url,
        }  # fmt: skip

    @staticmethod
    def of(out: Mapping[str, Any]) -> Reply:
        """Reads an `Out` back."""
        return Reply(
            text=out["text"],
            kind=out["kind"],
            quick_replies=tuple(QuickReply(**choice) for choice in out["quick_replies"]),
            cards=tuple(Card(**card) for card in out["cards"]),
            order=out["order"],
            url=out["url"],
        )


@dataclass(frozen=True, slots=True)
class Said:
    """A message about to be stored."""

    speaker: Literal["customer", "bot", "person"]
    reply: Reply
    intent: str = ""
    source: str = ""
    author: str = ""
    external_id: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)  # what else the stored `out` keeps (payload, attachment…)
