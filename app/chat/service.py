"""Conversations: who writes, who may answer, and what was said. Every function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select, update

from app.chat.leads import Lead as Lead
from app.chat.leads import close_lead as close_lead
from app.chat.leads import count_open_leads as count_open_leads
from app.chat.leads import keep_lead as keep_lead
from app.chat.leads import list_leads as list_leads
from app.chat.leads import open_leads as open_leads
from app.chat.leads import reopen_lead as reopen_lead
from app.chat.matter import matter_of as matter_of
from app.chat.messages import Reply, Said, Sender
from app.chat.models import addresses, contacts, conversations, messages, notes
from app.chat.notes import NOTE_MOST as NOTE_MOST
from app.chat.notes import Note as Note
from app.chat.notes import add_note as add_note
from app.chat.notes import drop_note as drop_note
from app.chat.notes import mark
from app.chat.notes import notes_of as notes_of
from app.chat.people import Person as Person
from app.chat.people import Place as Place
from app.chat.people import alike as alike
from app.chat.people import change_person as change_person
from app.chat.people import count_said as count_said
from app.chat.people import join as join
from app.chat.people import keep_sought, sought_of
from app.chat.people import person_of as person_of
from app.chat.people import split as split
from app.chat.people import threads_of as threads_of
from app.chat.reviews import Reviews as Reviews
from app.chat.reviews import Verdict as Verdict
from app.chat.reviews import rate as rate
from app.chat.reviews import review as review
from app.chat.reviews import reviews as reviews
from app.chat.visitors import attachment as attachment
from app.chat.visitors import keep_attachment as keep_attachment
from app.chat.visitors import open_session as open_session
from app.chat.visitors import session_conversation as session_conversation
from app.core.db import insert_new
from app.core.ids import new_id
from app.core.later import later

if TYPE_CHECKING:
    from app.chat.export import MESSAGE_COLUMNS as MESSAGE_COLUMNS
    from app.chat.export import message_rows as message_rows
    from app.chat.export import thread_json as thread_json
    from app.chat.figures import Spoken as Spoken
    from app.chat.figures import Wording as Wording
    from app.chat.figures import answer_times as answer_times
    from app.chat.figures import asked_most as asked_most
    from app.chat.figures import first_message_at as first_message_at
    from app.chat.figures import spoken as spoken
    from app.chat.figures import threads_with_people as threads_with_people
    from app.chat.files import delete_files as delete_files
    from app.chat.files import files_folder as files_folder
    from app.chat.forget import count_old as count_old
    from app.chat.forget import forget as forget
    from app.chat.forget import old_threads as old_threads
    from app.chat.inbox import ABOUTS as ABOUTS
    from app.chat.inbox import Filter as Filter
    from app.chat.inbox import Key as Key
    from app.chat.inbox import Listed as Listed
    from app.chat.inbox import channels_seen as channels_seen
    from app.chat.inbox import ids_listed as ids_listed
    from app.chat.inbox import listed as listed
    from app.chat.inbox import waiting as waiting
    from app.chat.quick import MANY as MANY
    from app.chat.quick import PLACES as PLACES
    from app.chat.quick import QUICK_MOST as QUICK_MOST
    from app.chat.quick import QuickReply as QuickReply
    from app.chat.quick import add_quick as add_quick
    from app.chat.quick import change_quick as change_quick
    from app.chat.quick import drop_quick as drop_quick
    from app.chat.quick import filled as filled
    from app.chat.quick import list_quick as list_quick
    from app.chat.quick import unknown_places as unknown_places

__getattr__ = later(__name__, "figures", "export", "quick", "inbox", "files", "forget")

PAGE = 100
READ = 50
LONGEST = 400

Speaker = Literal["bot", "person"]


class TakenBySomebodyElse(Exception):
    """Another person of the team has the conversation; `by` is their name."""

    def __init__(self, by: str) -> None:
        super().__init__(by)
        self.by = by


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread with one address and who may speak in it. `taken_by` is empty while it waits for anybody."""

    id: str
    sender: Sender
    contact_id: int
    name: str
    phone: str
    branch: str
    locale: str
    speaker: Speaker
    taken_by: str
    handed_at: datetime | None
    person_wrote_at: datetime | None
    misses: int
    last_message_id: str
    created_at: datetime
    updated_at: datetime
    state: dict[str, Any] = field(default_factory=dict)
    about: str = ""

    def returns_at(self, minutes: int) -> datetime | None:
        """When the bot attends again if no person writes; None where it attends now or never returns by itself."""
        if self.speaker == "bot" or minutes <= 0 or self.handed_at is None:
            return None
        return max(self.handed_at, self.person_wrote_at or self.handed_at) + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Details:
    """How to call and reach a customer, as they said: data about them, never who they are. Empty where nothing was said."""

    name: str = ""
    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.phone or self.email)

    def with_more(self, more: Details) -> Details:
        """These, and where `more` says something that instead."""
        return Details(more.name or self.name, more.phone or self.phone, more.email or self.email)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """One message of a thread; `out` is CONTRACT's Out (a customer's own has kind `text`)."""

    id: str
    conversation_id: str
    speaker: str
    author: str
    text: str
    intent: str
    source: str
    reply_to: str
    out: dict[str, Any]
    created_at: datetime


def start_conversation(
    conn: Connection,
    sender: Sender,
    *,
    now: datetime,
    locale: str = "",
    branch: str = "",
    name: str = "",
    phone: str = "",
) -> Conversation:
    """A new thread with this address, which is made if it is not known yet."""
    address_id = _address(conn, sender, name, phone, now)
    id_ = new_id()
    conn.execute(
        insert(conversations).values(
            id=id_, address_id=address_id, branch=branch, locale=locale, speaker="bot", taken_by="", misses=0, state={},
            last_message_id="", created_at=now, updated_at=now,
        )
    )  # fmt: skip
    found = conversation(conn, id_)
    assert found is not None
    return found


def current_conversation(
    conn: Connection, sender: Sender, *, now: datetime, branch: str = "", name: str = "", phone: str = ""
) -> Conversation:
    """The latest thread with this address, or a new one."""
    row = conn.execute(
        _conversations()
        .where(addresses.c.channel == sender.channel, addresses.c.account == sender.account)
        .where(addresses.c.user_id == sender.user_id)
        .order_by(conversations.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is not None:
        return _conversation(row)
    return start_conversation(conn, sender, now=now, branch=branch, name=name, phone=phone)


def conversation(conn: Connection, id_: str) -> Conversation | None:
    """The thread of this id."""
    row = conn.execute(_BY_ID, {"thread": id_}).one_or_none()
    return None if row is None else _conversation(row)


def list_conversations(conn: Connection, after: str = "", limit: int = PAGE) -> list[Conversation]:
    """Threads in the order they began, after the one of id `after`."""
    rows = conn.execute(
        _conversations().where(conversations.c.id > after).order_by(conversations.c.id).limit(min(limit, PAGE))
    )
    return [_conversation(row) for row in rows]


def count_waiting(conn: Connection) -> int:
    """How many threads wait for a person: handed over, and nobody has taken them."""
    waits = (conversations.c.speaker == "person", conversations.c.taken_by == "")
    return int(conn.execute(select(func.count()).select_from(conversations).where(*waits)).scalar_one())


def count_active(conn: Connection, since: datetime) -> int:
    """How many threads something was said in from then on; the panel's own console is none."""
    talked = (
        select(func.count())
        .select_from(conversations.join(addresses, addresses.c.id == conversations.c.address_id))
        .where(conversations.c.updated_at >= since, addresses.c.channel != "console")
    )
    return int(conn.execute(talked).scalar_one())


def last_change(conn: Connection) -> str:
    """Differs whenever something was said or noted, or somebody took or returned a thread since."""
    columns = conversations.c
    noted = select(func.max(notes.c.id)).scalar_subquery()
    stamp = (columns.updated_at, columns.id, columns.last_message_id, columns.speaker, columns.taken_by, noted)
    row = conn.execute(select(*stamp).order_by(columns.updated_at.desc(), columns.id.desc()).limit(1)).one_or_none()
    return "" if row is None else " ".join(map(str, row))


def record(
    conn: Connection, thread: Conversation, said: Sequence[Said], *, now: datetime, took_ms: int | None = None, **changes: Any
) -> list[str]:  # fmt: skip
    """Stores messages in order and `changes` of the thread's columns; the new ids, rising within the thread.

    Bot and person messages answer the last customer message among `said`; `took_ms`: what the bot's took to make.
    """
    ids: list[str] = []
    rows, last, asked = [], _last_id(conn, thread), ""
    for entry in said:
        last = new_id(last)
        ids.append(last)
        asked = last if entry.speaker == "customer" else asked
        rows.append(
            {
                "id": last, "conversation_id": thread.id, "channel": thread.sender.channel, "user_id": thread.sender.user_id,
                "speaker": entry.speaker, "author": entry.author, "text": entry.reply.text, "intent": entry.intent,
                "source": entry.source, "out": {**entry.reply.as_out(last), **entry.extra},
                "reply_to": "" if entry.speaker == "customer" else asked, "external_id": entry.external_id,
                "feedback": "", "took_ms": took_ms if entry.speaker == "bot" else None, "created_at": now,
            }
        )  # fmt: skip
    if rows:
        conn.execute(_SAY, rows)
    intents = [entry.intent for entry in said if entry.speaker == "customer"]
    about = matter_of(thread.about, intents, now - thread.updated_at)
    conn.execute(_CHANGE, {"thread": thread.id, "updated_at": now, "last_message_id": last, "about": about, **changes})
    return ids


def history(conn: Connection, conversation_id: str, after: str | None = None, limit: int = PAGE) -> list[StoredMessage]:
    """Messages oldest first: those after the id `after`, or the last `limit`."""
    query = select(messages).where(messages.c.conversation_id == conversation_id).limit(min(limit, PAGE))
    if after is not None:
        return [_message(row) for row in conn.execute(query.where(messages.c.id > after).order_by(messages.c.id))]
    return _oldest_first(conn.execute(query.order_by(messages.c.id.desc())).all())


def read_back(
    conn: Connection, conversation_id: str, first: str = "", *, earlier: bool = False
) -> tuple[list[StoredMessage], bool]:
    """A thread as somebody reads it: the last READ messages, or all from `first` on, and READ before it if `earlier`.

    The second value: whether there is more before them. However long the thread is, LONGEST is all that is shown.
    """
    query = select(messages).where(messages.c.conversation_id == conversation_id).order_by(messages.c.id.desc())
    if not first:
        rows = list(conn.execute(query.limit(READ + 1)))
        return _oldest_first(rows[:READ]), len(rows) > READ
    rows = list(conn.execute(query.where(messages.c.id >= first).limit(LONGEST)))
    room = READ if earlier and len(rows) < LONGEST else 0
    before = list(conn.execute(query.where(messages.c.id < first).limit(room + 1)))
    return _oldest_first([*rows, *before[:room]]), len(before) > room


def replies_to(conn: Connection, message_id: str) -> list[StoredMessage]:
    """The bot's answers to one customer message."""
    rows = conn.execute(select(messages).where(messages.c.reply_to == message_id).order_by(messages.c.id))
    return [_message(row) for row in rows]


def message(conn: Connection, id_: str) -> StoredMessage | None:
    """The message of this id."""
    row = conn.execute(select(messages).where(messages.c.id == id_)).one_or_none()
    return None if row is None else _message(row)


def keep_details(conn: Connection, thread: Conversation, details: Details) -> None:
    """Notes what the customer told of themselves; what they did not tell stays as it was."""
    told = {"name": details.name, "phone": details.phone, "email": details.email}
    changed = {key: value for key, value in told.items() if value}
    if changed:
        conn.execute(update(contacts).where(contacts.c.id == thread.contact_id).values(**changed))
        keep_sought(conn, thread.contact_id)


def hand_over(conn: Connection, thread: Conversation, *, now: datetime) -> Conversation:
    """The bot falls silent and the thread waits for a person; nothing changes where one has it already."""
    moved = conn.execute(
        update(conversations)
        .where(conversations.c.id == thread.id, conversations.c.speaker == "bot")
        .values(speaker="person", taken_by="", handed_at=now, person_wrote_at=None, misses=0)
    )
    if moved.rowcount != 1:
        return thread
    mark(conn, thread.id, "called", "", now=now)
    return replace(thread, speaker="person", taken_by="", handed_at=now, person_wrote_at=None, misses=0)


def take(conn: Connection, id_: str, who: str, *, now: datetime) -> Conversation | None:
    """`who` has the thread from now on; TakenBySomebodyElse where another person does; None where there is none.

    One conditional update decides, so of two people who press at once one wins and the other is told.
    """
    free = or_(conversations.c.speaker == "bot", conversations.c.taken_by.in_(("", who)))
    taken = conn.execute(
        update(conversations)
        .where(conversations.c.id == id_, free)
        .where(or_(conversations.c.speaker == "bot", conversations.c.taken_by == ""))
        .values(speaker="person", taken_by=who, handed_at=now, person_wrote_at=None, misses=0, updated_at=now)
    )
    if taken.rowcount == 1:
        mark(conn, id_, "taken", who, now=now)
    thread = conversation(conn, id_)
    if thread is not None and thread.taken_by != who:
        raise TakenBySomebodyElse(thread.taken_by)
    return thread


def give_back(conn: Connection, id_: str, who: str | None, *, now: datetime) -> Conversation | None:
    """The bot attends again. `who=None` is the silence that lasted too long; a person returns only what is theirs."""
    mine = and_(True) if who is None else conversations.c.taken_by.in_(("", who))
    returned = conn.execute(
        update(conversations)
        .where(conversations.c.id == id_, conversations.c.speaker == "person", mine)
        .values(speaker="bot", taken_by="", handed_at=None, person_wrote_at=None, misses=0, updated_at=now)
    )
    if returned.rowcount == 1:
        mark(conn, id_, "returned" if who else "silence", who or "", now=now)
    thread = conversation(conn, id_)
    if thread is not None and thread.speaker == "person":
        raise TakenBySomebodyElse(thread.taken_by)
    return thread


def write_as_person(
    conn: Connection, id_: str, who: str, text: str, *, now: datetime
) -> tuple[Conversation, str] | None:
    """A person's message, taking the thread first; the thread and the message's id."""
    thread = take(conn, id_, who, now=now)
    if thread is None:
        return None
    [message_id] = record(conn, thread, [Said("person", Reply(text), author=who)], now=now, person_wrote_at=now)
    return thread, message_id


def _last_id(conn: Connection, thread: Conversation) -> str:
    """The thread's newest id. Where others may write at once its row is held, so that ids rise in commit order."""
    if conn.dialect.name == "sqlite":
        return thread.last_message_id
    query = select(conversations.c.last_message_id).where(conversations.c.id == thread.id).with_for_update()
    return str(conn.execute(query).scalar_one_or_none() or thread.last_message_id)


def _address(conn: Connection, sender: Sender, name: str, phone: str, now: datetime) -> int:
    query = select(addresses.c.id).where(
        addresses.c.channel == sender.channel,
        addresses.c.account == sender.account,
        addresses.c.user_id == sender.user_id,
    )
    known: int | None = conn.execute(query).scalar()
    if known is not None:
        return known
    contact = conn.execute(
        insert(contacts)
        .values(name=name, phone=phone, email="", sought=sought_of(name, phone, ""), created_at=now)
        .returning(contacts.c.id)
    ).scalar_one()
    new = insert_new(
        conn, addresses, contact_id=contact, channel=sender.channel, account=sender.account, user_id=sender.user_id
    )
    if not new:  # another process was first
        conn.execute(delete(contacts).where(contacts.c.id == contact))
    return int(conn.execute(query).scalar_one())


def _conversations() -> Select[Any]:
    return (
        select(conversations, addresses.c.channel, addresses.c.account, addresses.c.user_id, addresses.c.contact_id,
               contacts.c.name, contacts.c.phone)
        .join(addresses, addresses.c.id == conversations.c.address_id)
        .join(contacts, contacts.c.id == addresses.c.contact_id)
    )  # fmt: skip


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id, sender=Sender(row.channel, row.account, row.user_id), contact_id=row.contact_id, name=row.name,
        phone=row.phone, branch=row.branch, locale=row.locale, speaker=row.speaker, taken_by=row.taken_by,
        handed_at=row.handed_at, person_wrote_at=row.person_wrote_at, misses=row.misses, state=dict(row.state),
        last_message_id=row.last_message_id, created_at=row.created_at, updated_at=row.updated_at, about=row.about,
    )  # fmt: skip


def _oldest_first(rows: Sequence[Row[Any]]) -> list[StoredMessage]:
    return [_message(row) for row in sorted(rows, key=lambda row: str(row.id))]


def _message(row: Row[Any]) -> StoredMessage:
    return StoredMessage(
        id=row.id, conversation_id=row.conversation_id, speaker=row.speaker, author=row.author, text=row.text,
        intent=row.intent, source=row.source, reply_to=row.reply_to, out=dict(row.out), created_at=row.created_at,
    )  # fmt: skip


# Statements of every message's way, built once: building one costs more than running it.
_BY_ID = _conversations().where(conversations.c.id == bindparam("thread"))
_SAY = insert(messages)
_CHANGE = update(conversations).where(conversations.c.id == bindparam("thread"))
