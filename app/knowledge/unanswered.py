"""Questions that nobody here could answer: kept with their message, listed by meaning, so that the owner can teach them.

What a customer said is theirs: phone numbers, e-mails and links are masked before anything is stored, and the rows go
with the conversation (`ON DELETE CASCADE`). The table holds the newest questions only.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from app.core.db import insert_new
from app.knowledge.alike import Embed, groups_alike
from app.knowledge.entry import Hit
from app.knowledge.models import unanswered
from app.knowledge.terms import words_in

MOST_KEPT = 5_000
MOST_OF_ONE = 50  # of one conversation, so that no visitor pushes out everybody else's
LONGEST = 300  # characters kept of a question
READ_OF_IT = 1_000  # characters looked at for what must be masked
EXAMPLES = 5
LOOKED_AT = 30  # of the newest questions, where only the latest are asked for
NEAR = 0.3  # the score from which something of the shop is worth showing as the nearest
MASK = "•••"
PRIVATE = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.-])(?:[\w-]+\.)+(?:com|net|org|info|biz|io|me|ly|shop|store|app|link|xyz|top)\b(?:\.[a-z]{2}\b)?(?:/\S*)?"
    r"|(?<!\w)\+?\(?\d(?:[ ().-]{0,2}\d){6,}(?!\w)",
    re.IGNORECASE,
)

Search = Callable[[str, Sequence[str]], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Missed:
    """One question of a message that got no answer. `score`: what search held for its best hit when it was asked."""

    text: str
    words: tuple[str, ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """The same words asked any number of times. `score`: the best that search held at the latest of them."""

    text: str
    words: tuple[str, ...]
    customers: frozenset[str]
    count: int
    last_at: datetime
    language: str
    channels: frozenset[str]
    score: float
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same. `question`: the most central; `nearest`: the nearest thing the shop has, if any;
    `ids`: what `settle_unanswered` takes."""

    question: str
    count: int
    customers: int
    last_at: datetime
    language: str
    channels: tuple[str, ...]
    examples: tuple[str, ...]
    nearest: Hit | None
    ids: tuple[int, ...]


def keep_unanswered(
    conn: Connection, missed: Sequence[Missed], *, conversation_id: str, message_id: str, channel: str, language: str,
    now: datetime,
) -> int:  # fmt: skip
    """Keeps the questions of one message, once however often it is called; how many are new."""
    room = MOST_OF_ONE - _kept_of(conn, conversation_id) if missed else 0
    new = 0
    for place, one in enumerate(missed[: max(0, room)]):
        text = masked(one.text)
        words = one.words if text == _one_line(one.text) else words_in(text)
        new += insert_new(
            conn, unanswered, message_id=message_id, place=place, conversation_id=conversation_id, channel=channel,
            language=language, text=text, words=" ".join(words), score=one.score, asked_at=now,
        )  # fmt: skip
    if new:
        newest = select(func.max(unanswered.c.id)).scalar_subquery()
        conn.execute(delete(unanswered).where(unanswered.c.id <= newest - MOST_KEPT))
    return new


def masked(text: str) -> str:
    """The text on one line, at most LONGEST characters, without phone numbers, e-mails, links and control characters."""
    return PRIVATE.sub(MASK, _one_line(text[:READ_OF_IT]))[:LONGEST].strip()


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def last_unanswered(conn: Connection, search: Search, *, min_score: float, limit: int) -> list[Question]:
    """The latest questions nobody could answer and the shop has not learnt since, newest first, each wording once.

    Only the newest of them are looked at: more is what `unanswered_groups` is for.
    """
    questions = sorted(_questions(conn, newest=LOOKED_AT), key=lambda one: one.last_at, reverse=True)
    left: list[Question] = []
    for one in questions:
        if len(left) < limit and not _learnt(one, next(iter(search(one.text, one.words)), None), min_score):
            left.append(one)
    return left


def unanswered_groups(
    conn: Connection, search: Search, *, min_score: float, limit: int, embed: Embed | None = None,
    since: datetime | None = None, newest: int | None = None,
) -> list[Group]:  # fmt: skip
    """The first `limit` groups of what is still unanswered: what most customers asked, then what was asked most often.

    `search(text, words)` gives hits best first. A question leaves the list once its best hit reaches `min_score` and
    more than it had when it was asked: the shop has learnt it since. Only what may be shown is searched for: a group
    comes up by what it held before, and once looked at takes the place of what is left of it. `newest`: only so many
    questions are looked at.
    """
    questions = sorted(_questions(conn, since, newest), key=lambda one: len(one.text))  # of equals the short one leads
    alike = groups_alike([one.words for one in questions], [one.count for one in questions], embed)
    waiting = [_Waiting(_rank(group), group) for group in ([questions[at] for at in members] for members in alike)]
    heapq.heapify(waiting)
    found: list[Group] = []
    while waiting and len(found) < limit:
        first = heapq.heappop(waiting)
        if first.looked_at:
            found.append(_group(first.questions, first.nearest))
        elif left := first.still_open(search, min_score):
            heapq.heappush(waiting, left)
    return found


def settle_unanswered(conn: Connection, ids: Sequence[int], *, now: datetime) -> int:
    """Takes these off the list; how many were on it still. Asked again, a question comes back."""
    mine = (unanswered.c.id.in_(ids), unanswered.c.settled_at.is_(None))
    return conn.execute(update(unanswered).where(*mine).values(settled_at=now)).rowcount


def reopen_unanswered(conn: Connection, ids: Sequence[int]) -> None:
    """Puts what `settle_unanswered` took off back on the list."""
    conn.execute(update(unanswered).where(unanswered.c.id.in_(ids)).values(settled_at=None))


@dataclass(order=True, slots=True)
class _Waiting:
    """A group on its way to the list, the most central question first."""

    rank: tuple[int, int, float, str]
    questions: list[Question] = field(compare=False)
    looked_at: bool = field(default=False, compare=False)
    nearest: Hit | None = field(default=None, compare=False)

    def still_open(self, search: Search, min_score: float) -> _Waiting | None:
        """What the shop has not learnt of it since."""
        asked = [(one, next(iter(search(one.text, one.words)), None)) for one in self.questions]
        left = [(one, best) for one, best in asked if not _learnt(one, best, min_score)]
        if not left:
            return None
        near = [best for _, best in left if best is not None and best.score >= NEAR]
        questions = [one for one, _ in left]
        return _Waiting(_rank(questions), questions, True, max(near, key=lambda hit: hit.score, default=None))


def _kept_of(conn: Connection, conversation_id: str) -> int:
    mine = select(func.count()).select_from(unanswered).where(unanswered.c.conversation_id == conversation_id)
    return int(conn.execute(mine).scalar_one())


def _questions(conn: Connection, since: datetime | None = None, newest: int | None = None) -> list[Question]:
    """Each wording that nobody has seen to once, as it was said last."""
    query = select(unanswered).where(unanswered.c.settled_at.is_(None)).order_by(unanswered.c.id.desc()).limit(newest)
    return _worded(conn.execute(query if since is None else query.where(unanswered.c.asked_at >= since)))


def _worded(rows: Iterable[Row[Any]]) -> list[Question]:
    """Rows newest first as questions, those of the same words together."""
    same: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        same[row.words or row.text].append(row)
    return [
        Question(
            text=rows[0].text, words=tuple(rows[0].words.split()), count=len(rows), last_at=rows[0].asked_at,
            customers=frozenset(row.conversation_id for row in rows), language=rows[0].language,
            channels=frozenset(row.channel for row in rows), score=rows[0].score, ids=tuple(row.id for row in rows),
        )
        for rows in same.values()
    ]  # fmt: skip


def _learnt(question: Question, best: Hit | None, min_score: float) -> bool:
    return best is not None and best.score >= min_score and best.score > question.score


def _rank(questions: Sequence[Question]) -> tuple[int, int, float, str]:
    """Lower comes first."""
    customers = _all(one.customers for one in questions)
    last = max(one.last_at for one in questions)
    return -len(customers), -sum(one.count for one in questions), -last.timestamp(), questions[0].text


def _group(questions: Sequence[Question], nearest: Hit | None) -> Group:
    others = sorted(questions[1:], key=lambda one: -one.count)
    return Group(
        question=questions[0].text,
        count=sum(one.count for one in questions),
        customers=len(_all(one.customers for one in questions)),
        last_at=max(one.last_at for one in questions),
        language=questions[0].language,
        channels=tuple(sorted(_all(one.channels for one in questions))),
        examples=tuple(one.text for one in others[:EXAMPLES]),
        nearest=nearest,
        ids=tuple(id_ for one in questions for id_ in one.ids),
    )


def _all(parts: Iterable[frozenset[str]]) -> set[str]:
    return {member for part in parts for member in part}
