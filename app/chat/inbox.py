"""The inbox: threads newest first, filtered and searched in SQL, read page by page by the key of the last one seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, not_, or_, select

from app.chat.models import addresses, contacts, conversations, messages
from app.chat.people import digits
from app.core.text import fold

PAGE = 30
LONGEST = 300  # read again at once when something is new, however far down somebody has gone
WAITING = 50
PREVIEW = 160
LEAST = 2  # letters of a search
ALIKE = 200  # people, and threads by their words, that a search looks at: the newest
LOOKED = 50_000  # messages a search reads at most: the newest

ABOUTS = ("question", "order", "complaint")
ACCENTED = frozenset("aeinou")

Key = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted of the inbox. `show`: "", `waiting`, `mine` (of the person `me`), or one of ABOUTS.

    `since` and `until` bound the last message; `text` is searched in name, phone, e-mail and messages.
    """

    show: str = ""
    me: str = ""
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A thread in the list, with its last message. `taken_by` is empty while it waits, or the bot has it."""

    id: str
    channel: str
    user_id: str
    name: str
    phone: str
    about: str
    speaker: str
    taken_by: str
    handed_at: datetime | None
    updated_at: datetime
    by: str
    author: str
    text: str
    kind: str

    @property
    def key(self) -> Key:
        return self.updated_at, self.id

    @property
    def waits(self) -> bool:
        return self.speaker == "person" and not self.taken_by


def listed(conn: Connection, wanted: Filter, after: Key | None = None, to: Key | None = None) -> list[Listed]:
    """Threads newest first: PAGE of them after the one of key `after`, or all down to the one of key `to`.

    Those that wait are not among the whole inbox: they stand above it (`waiting`), unless something is searched for.
    """
    query = _query(conn, wanted)
    if query is None:
        return []
    if wanted.show == "" and not _searched(wanted):
        query = query.where(not_(_WAITS))
    if after is not None:
        query = query.where(_older(after))
    if to is not None:
        query = query.where(not_(_older(to)))
    newest = query.order_by(conversations.c.updated_at.desc(), conversations.c.id.desc())
    return _read(conn, newest.limit(PAGE if to is None else LONGEST))


def waiting(conn: Connection, wanted: Filter) -> list[Listed]:
    """Threads that wait for a person, who has waited longest first; none where something is searched for."""
    if _searched(wanted):
        return []
    query = _query(conn, wanted)
    if query is None:
        return []
    return _read(conn, query.where(_WAITS).order_by(conversations.c.handed_at, conversations.c.id).limit(WAITING))


def ids_listed(conn: Connection, wanted: Filter, most: int) -> list[str]:
    """The ids of the newest threads wanted, waiting or not."""
    query = _query(conn, wanted)
    if query is None:
        return []
    newest = query.with_only_columns(conversations.c.id).order_by(conversations.c.updated_at.desc()).limit(most)
    return list(conn.execute(newest).scalars())


def channels_seen(conn: Connection) -> list[str]:
    """The channels somebody has ever written on, each found by one step in the index."""
    seen: list[str] = []
    query = select(func.min(addresses.c.channel))
    while (channel := conn.execute(query.where(addresses.c.channel > (seen[-1] if seen else ""))).scalar()) is not None:
        seen.append(channel)
    return seen


_WAITS = and_(conversations.c.speaker == "person", conversations.c.taken_by == "")
_LISTED = (
    select(
        conversations.c.id, addresses.c.channel, addresses.c.user_id, contacts.c.name, contacts.c.phone,
        conversations.c.about, conversations.c.speaker, conversations.c.taken_by, conversations.c.handed_at,
        conversations.c.updated_at, messages.c.speaker.label("by"), messages.c.author,
        func.substr(messages.c.text, 1, PREVIEW).label("text"), messages.c.out,
    )
    .join(addresses, addresses.c.id == conversations.c.address_id)
    .join(contacts, contacts.c.id == addresses.c.contact_id)
    .outerjoin(messages, messages.c.id == conversations.c.last_message_id)
)  # fmt: skip


def _query(conn: Connection, wanted: Filter) -> Select[Any] | None:
    """What is wanted, in no order; None where a search finds nobody."""
    query = _LISTED
    if wanted.show == "waiting":
        query = query.where(_WAITS)
    elif wanted.show == "mine":
        query = query.where(conversations.c.speaker == "person", conversations.c.taken_by == wanted.me)
    elif wanted.show in ABOUTS:
        query = query.where(conversations.c.about == wanted.show)
    else:  # a chat that was opened and in which nobody has written yet is none
        query = query.where(or_(conversations.c.about != "", conversations.c.speaker == "person"))
    if wanted.channel:
        query = query.where(addresses.c.channel == wanted.channel)
    if wanted.branch:
        query = query.where(conversations.c.branch == wanted.branch)
    if wanted.since is not None:
        query = query.where(conversations.c.updated_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(conversations.c.updated_at < wanted.until)
    if not _searched(wanted):
        return query
    found = _by_person(conn, wanted.text) | _by_words(conn, wanted.text)
    return query.where(conversations.c.id.in_(sorted(found))) if found else None


def _by_person(conn: Connection, text: str) -> set[str]:
    """Threads of people whose name, e-mail or phone holds the text."""
    words = fold(text)
    fits = contacts.c.sought.contains(words, autoescape=True)
    number = digits(text)
    if len(number) >= 4 and len(number) >= len(words.replace(" ", "")) - 4:  # a number, however it is written
        fits = or_(fits, contacts.c.sought.contains(number))
    people = select(contacts.c.id).where(fits).order_by(contacts.c.id.desc()).limit(ALIKE).subquery()
    query = (
        select(conversations.c.id)
        .join(addresses, addresses.c.id == conversations.c.address_id)
        .where(or_(addresses.c.contact_id.in_(select(people)), addresses.c.contact_was.in_(select(people))))
        .order_by(conversations.c.updated_at.desc())
        .limit(ALIKE)
    )
    return set(conn.execute(query).scalars())


def _by_words(conn: Connection, text: str) -> set[str]:
    """Threads in whose newest messages the text stands, accents or not."""
    words, like = fold(text), _pattern(fold(text))
    floor = select(messages.c.id).order_by(messages.c.id.desc()).offset(LOOKED).limit(1)
    first = conn.execute(floor).scalar() or ""
    fits = messages.c.text.like(like, escape="/")
    if conn.dialect.name == "postgresql":
        fits = messages.c.text.ilike(like, escape="/")
    query = (
        select(messages.c.conversation_id, messages.c.text)
        .where(messages.c.id > first, fits)
        .order_by(messages.c.id.desc())
    )
    found: set[str] = set()
    for row in conn.execute(query):
        if words in fold(row.text):
            found.add(row.conversation_id)
            if len(found) >= ALIKE:
                break
    return found


def _pattern(words: str) -> str:
    """For LIKE: where a letter may have an accent any letter does, as long as enough others are left to go by."""
    loose = sum(letter not in ACCENTED and letter != " " for letter in words) >= LEAST
    marks = {"%": "/%", "_": "/_", "/": "//", " ": "%"}
    return "%" + "".join("_" if loose and one in ACCENTED else marks.get(one, one) for one in words) + "%"


def _older(key: Key) -> ColumnElement[bool]:
    at, id_ = key
    columns = conversations.c
    return and_(columns.updated_at <= at, or_(columns.updated_at < at, columns.id < id_))


def _read(conn: Connection, query: Select[Any]) -> list[Listed]:
    return [
        Listed(
            id=row.id, channel=row.channel, user_id=row.user_id, name=row.name, phone=row.phone, about=row.about,
            speaker=row.speaker, taken_by=row.taken_by, handed_at=row.handed_at, updated_at=row.updated_at,
            by=row.by or "", author=row.author or "", text=row.text or "", kind=_kind(row.out or {}),
        )
        for row in conn.execute(query)
    ]  # fmt: skip


def _kind(out: dict[str, Any]) -> str:
    """What a message without words is."""
    return next((name for name in ("attachment_id", "location") if out.get(name)), "")


def _searched(wanted: Filter) -> bool:
    return len(fold(wanted.text)) >= LEAST
