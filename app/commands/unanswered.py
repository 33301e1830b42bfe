"""`unanswered`: what customers asked and nobody could answer, grouped by meaning.

`--json` prints a list of `{question, count, customers, last_at, language, channels, examples, nearest}`: the group's most
central question, how many times and by how many customers it was asked, when last (ISO 8601 with offset, in the shop's
zone), the central question's language (`es`, `en`), the channels it came by, up to five other wordings, and the nearest
thing the shop has, `{type, id, title, score}` (type `faq`, `product` or `doc`; score 0 to 1), or null.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.speak import say

if TYPE_CHECKING:
    from app.assistant.mind import Mind
    from app.knowledge.service import Group, Hit
    from app.wiring import House

LIMIT = 20
LONGEST_DAYS = 36_500
LOOKED_UP = 100  # questions looked up by meaning, which takes milliseconds each; those after them by their words


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=say("unanswered.json"))
    parser.add_argument("--days", metavar="N", type=_count, help=say("unanswered.days"))
    parser.add_argument("--limit", metavar="N", type=_count, default=LIMIT, help=say("unanswered.limit"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.commands.store import settings_of
    from app.wiring import open_house

    settings_of(home)
    house = open_house(home, exclusive=False)
    try:
        groups = _groups(house, args.days, args.limit)
        zone = house.settings.current.profile().timezone
    finally:
        house.close()
    if args.json:
        print(json.dumps([_as_json(group, zone) for group in groups], ensure_ascii=False, indent=2))
    else:
        print(_as_text(groups, zone))
    return 0


def _count(text: str) -> int:
    """A whole number from 1; ValueError otherwise."""
    number = int(text)
    if not 1 <= number <= LONGEST_DAYS:
        raise ValueError(text)
    return number


def _groups(house: House, days: int | None, limit: int) -> list[Group]:
    """By meaning too where the embedder reads as the default one does, on which the grouping was fitted."""
    from app.knowledge.service import unanswered_groups
    from app.nlu.service import Scale

    since = None if days is None else house.clock.now() - timedelta(days=days)
    house.mind.complete()
    mind, retrieval = house.mind.current, house.settings.current.retrieval
    meanings = mind.meanings
    usual = meanings is not None and meanings.embedder.is_local and meanings.scale == Scale()
    return house.db.read_now(
        lambda conn: unanswered_groups(
            conn, _search(mind), min_score=retrieval.min_score, limit=limit, since=since,
            embed=meanings.embedder.queries if meanings is not None and usual else None,
        )
    )  # fmt: skip


def _search(mind: Mind) -> Callable[[str, Sequence[str]], list[Hit]]:
    """The best hit, by meaning too for the first questions looked up: what heads the list."""
    by_meaning = iter(range(LOOKED_UP))

    def search(text: str, words: Sequence[str]) -> list[Hit]:
        if next(by_meaning, None) is None:
            return mind.index.search(text, words, 1)
        return mind.search(text, words, 1)

    return search


def _as_json(group: Group, zone: tzinfo) -> dict[str, Any]:
    near = group.nearest
    return {
        "question": group.question,
        "count": group.count,
        "customers": group.customers,
        "last_at": group.last_at.astimezone(zone).isoformat(timespec="seconds"),
        "language": group.language,
        "channels": list(group.channels),
        "examples": list(group.examples),
        "nearest": None if near is None else {
            "type": near.type, "id": near.id, "title": near.title, "score": round(near.score, 4)
        },
    }  # fmt: skip


def _as_text(groups: list[Group], zone: tzinfo) -> str:
    if not groups:
        return say("unanswered.none")
    told = [f"{place:>2}. {_told(group, zone)}" for place, group in enumerate(groups, 1)]
    return "\n\n".join((say("unanswered.title"), *told, say("unanswered.teach")))


def _told(group: Group, zone: tzinfo) -> str:
    customers = say("unanswered.customers" if group.customers > 1 else "unanswered.customer", count=group.customers)
    times = say("unanswered.times" if group.count > 1 else "unanswered.once", count=group.count)
    date = group.last_at.astimezone(zone).strftime(say("unanswered.date"))
    lines = [group.question, say("unanswered.told", customers=customers, times=times, date=date)]
    if group.examples:
        lines.append(say("unanswered.also", examples=" · ".join(group.examples)))
    if group.nearest is not None:
        lines.append(say("unanswered.nearest", title=group.nearest.title))
    return "\n    ".join(lines)
