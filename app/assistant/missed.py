"""What of a message nobody answered and the owner may want to teach: real questions, not noise."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Connection

from app.assistant.responders.social import SOCIAL
from app.assistant.turn import Answer, Asked
from app.chat.service import Conversation
from app.knowledge import service as knowledge
from app.nlu.service import Clause, words_of

LEAST_KNOWN = 0.5  # of its words, or could be words: below it is keys pressed at random
HEAP = re.compile(r"[^aeiouy]{5}|q[^u]")  # no word of Spanish or English holds it
VOWELS = frozenset("aeiouy")
LEAST_VARIED = 0.6  # different words among them all: below it the same is pasted over and over
LINKS = ("://", "www.")  # an advertisement, unless it asks something
NOT_TAUGHT = (*SOCIAL, "smalltalk")


def keep_missed(conn: Connection, thread: Conversation, message_id: str, answer: Answer, now: datetime) -> None:
    """Keeps the questions of this message that got no answer, in the transaction that stores the message."""
    missed = [one for one in answer.unanswered if _is_taught(one, answer)]
    knowledge.keep_unanswered(
        conn, [_missed(one) for one in missed], conversation_id=thread.id, message_id=message_id,
        channel=thread.sender.channel, language=answer.language, now=now,
    )  # fmt: skip


def _is_taught(one: Asked, answer: Answer) -> bool:
    """Something the shop might answer. What stands beside a question that was answered must itself be one."""
    clause = one.clause
    if one.label in NOT_TAUGHT or not _is_language(clause):
        return False
    asks = "?" in clause.text
    if any(link in clause.text.lower() for link in LINKS) and not asks:
        return False
    if answer.understood and not asks and "faq" not in {intent.name for intent in clause.intents}:
        return False
    grammar = words_of("es").grammar | words_of("en").grammar
    content = [word for word in clause.tokens if word not in grammar and not word.isdigit()]
    return bool(content) and len(set(clause.tokens)) >= LEAST_VARIED * len(clause.tokens)


def _is_language(clause: Clause) -> bool:
    """Made of words that are known, or that can be said."""
    said = sum(_can_be_said(word) for word in clause.tokens)
    return clause.known >= LEAST_KNOWN or said >= LEAST_KNOWN * max(1, len(clause.tokens))


def _can_be_said(word: str) -> bool:
    letters = set(word)
    return len(letters) > 2 and not letters.isdisjoint(VOWELS) and HEAP.search(word) is None


def _missed(one: Asked) -> knowledge.Missed:
    best = max((hit.score for hit in one.hits), default=0.0)
    return knowledge.Missed(one.clause.text, one.clause.tokens, best)
