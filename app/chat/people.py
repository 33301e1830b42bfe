"""Who a customer is to the shop: how they are called and reached, where they write from, and two addresses that are one person."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from app.chat.messages import Sender
from app.chat.models import addresses, contacts, conversations, messages
from app.core.security import digest
from app.core.text import fold

ALIKE = 8  # people offered as the same one


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person writes from, and the latest thread there. `joined`: somebody said that this is them too."""

    id: int
    sender: Sender
    conversation_id: str
    joined: bool


@dataclass(frozen=True, slots=True)
class Person:
    """A contact with all their places. `version` differs once anything of it was changed."""

    id: int
    name: str
    phone: str
    email: str
    notes: str
    since: datetime
    places: tuple[Place, ...] = ()

    @property
    def version(self) -> str:
        return digest("\x1f".join((self.name, self.phone, self.email, self.notes)))[:16]

    @property
    def lanes(self) -> tuple[str, ...]:
        return tuple(place.sender.lane for place in self.places)


def person_of(conn: Connection, contact_id: int) -> Person | None:
    """The person with their places; what they never said of themselves is taken from where they were joined."""
    latest = select(func.max(conversations.c.id)).where(conversations.c.address_id == addresses.c.id).scalar_subquery()
    rows = conn.execute(
        select(addresses, latest.label("thread")).where(addresses.c.contact_id == contact_id).order_by(addresses.c.id)
    ).all()
    before = [row.contact_was for row in rows if row.contact_was is not None]
    known = {row.id: row for row in conn.execute(select(contacts).where(contacts.c.id.in_([contact_id, *before])))}
    if contact_id not in known:
        return None
    own = known.pop(contact_id)
    places = tuple(_place(row) for row in rows)
    others = [known[id_] for id_ in before if id_ in known]
    return Person(own.id, _first(own, others, "name"), _first(own, others, "phone"), _first(own, others, "email"),
                  own.notes, min(row.created_at for row in (own, *others)), places)  # fmt: skip


def threads_of(conn: Connection, person: Person) -> list[str]:
    """The ids of all their threads, wherever they write from."""
    theirs = conversations.c.address_id.in_([place.id for place in person.places])
    return list(conn.execute(select(conversations.c.id).where(theirs).order_by(conversations.c.id)).scalars())


def count_said(conn: Connection, threads: Sequence[str]) -> int:
    """How many messages there are in these threads."""
    return int(conn.execute(select(func.count()).where(messages.c.conversation_id.in_(threads))).scalar_one())


def change_person(
    conn: Connection, contact_id: int, version: str, *, name: str, phone: str, email: str, notes: str
) -> Person | None:
    """Writes the card. None where somebody else did since it was read: its `version` is not this one any more."""
    conn.execute(select(contacts.c.id).where(contacts.c.id == contact_id).with_for_update())
    person = person_of(conn, contact_id)
    if person is None or person.version != version:
        return None
    conn.execute(
        update(contacts).where(contacts.c.id == contact_id).values(name=name, phone=phone, email=email, notes=notes)
    )
    keep_sought(conn, contact_id)
    return person_of(conn, contact_id)


def alike(conn: Connection, person: Person, asked: str = "") -> list[Person]:
    """Others who may be the same one: by what was asked for, else by phone or e-mail."""
    words = fold(asked)
    if words:
        fits = contacts.c.sought.contains(words, autoescape=True)
    else:
        tails = [part for part in (digits(person.phone)[-8:], fold(person.email)) if len(part) >= 7]
        if not tails:
            return []
        fits = or_(*(contacts.c.sought.contains(part, autoescape=True) for part in tails))
    named = select(addresses.c.id).where(addresses.c.contact_id == contacts.c.id).exists()
    query = select(contacts.c.id).where(fits, contacts.c.id != person.id, named)
    ids = conn.execute(query.order_by(contacts.c.id.desc()).limit(ALIKE)).scalars().all()
    return _people(conn, ids)


def join(conn: Connection, kept: int, other: int) -> list[int]:
    """Says that `other` is the person `kept`: their places become this one's. The places moved; `split` takes one back."""
    if kept == other or conn.execute(select(contacts.c.id).where(contacts.c.id == kept)).first() is None:
        return []
    moved = conn.execute(
        update(addresses)
        .where(addresses.c.contact_id == other)
        .values(contact_id=kept, contact_was=func.coalesce(addresses.c.contact_was, other))
        .returning(addresses.c.id)
    )
    return [int(id_) for id_ in moved.scalars()]


def split(conn: Connection, kept: int, places: Sequence[int]) -> int:
    """Gives places back to who they were of before they were joined; how many."""
    back = conn.execute(
        update(addresses)
        .where(addresses.c.id.in_(places), addresses.c.contact_id == kept, addresses.c.contact_was.is_not(None))
        .values(contact_id=addresses.c.contact_was, contact_was=None)
    )
    return int(back.rowcount)


def sought_of(name: str, phone: str, email: str) -> str:
    """What a contact is searched in: the name and e-mail folded, and the digits of the phone."""
    return f"{fold(name)} {digits(phone)} {fold(email)}".strip()


def keep_sought(conn: Connection, contact_id: int) -> None:
    """After a change of the contact."""
    columns = contacts.c
    row = conn.execute(select(columns.name, columns.phone, columns.email).where(columns.id == contact_id)).one()
    conn.execute(update(contacts).where(columns.id == contact_id).values(sought=sought_of(*row)))


def digits(text: str) -> str:
    """Only its digits."""
    return re.sub("[^0-9]", "", text)


def _people(conn: Connection, ids: Sequence[int]) -> list[Person]:
    known = {row.id: row for row in conn.execute(select(contacts).where(contacts.c.id.in_(ids)))}
    places: dict[int, list[Place]] = {id_: [] for id_ in ids}
    latest = select(func.max(conversations.c.id)).where(conversations.c.address_id == addresses.c.id).scalar_subquery()
    query = select(addresses, latest.label("thread")).where(addresses.c.contact_id.in_(ids)).order_by(addresses.c.id)
    for row in conn.execute(query):
        places[row.contact_id].append(_place(row))
    people = [known[id_] for id_ in ids if id_ in known]
    return [
        Person(row.id, row.name, row.phone, row.email, row.notes, row.created_at, tuple(places[row.id]))
        for row in people
    ]


def _place(row: Row[Any]) -> Place:
    sender = Sender(row.channel, row.account, row.user_id)
    return Place(row.id, sender, row.thread or "", row.contact_was is not None)


def _first(own: Row[Any], others: Sequence[Row[Any]], name: str) -> str:
    return str(next(filter(None, (getattr(row, name) for row in (own, *others))), ""))
