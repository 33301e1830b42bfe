"""Sentences the shop writes often, with places for the customer's name and the shop's, and no others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from app.chat.models import quick_replies
from app.core.ids import new_id

QUICK_MOST = 500  # letters
MANY = 40  # more than that nobody finds again
PLACES: Mapping[str, str] = {"nombre": "name", "name": "name", "negocio": "shop", "shop": "shop"}
PLACE = re.compile(r"\{([^{}\s]{1,40})\}")


@dataclass(frozen=True, slots=True)
class QuickReply:
    """One of them."""

    id: str
    text: str


def list_quick(conn: Connection) -> list[QuickReply]:
    """All, in the order they were made."""
    rows = conn.execute(select(quick_replies.c.id, quick_replies.c.text).order_by(quick_replies.c.id).limit(MANY))
    return [QuickReply(row.id, row.text) for row in rows]


def add_quick(conn: Connection, text: str, *, now: datetime) -> str | None:
    """Keeps one more; its id, or None where there are MANY."""
    if conn.execute(select(func.count()).select_from(quick_replies)).scalar_one() >= MANY:
        return None
    id_ = new_id()
    conn.execute(insert(quick_replies).values(id=id_, text=text, created_at=now))
    return id_


def change_quick(conn: Connection, id_: str, was: str, text: str) -> bool:
    """Changes the one that said `was`; False where it says something else by now, or is gone."""
    changed = conn.execute(
        update(quick_replies).where(quick_replies.c.id == id_, quick_replies.c.text == was).values(text=text)
    )
    return changed.rowcount == 1


def drop_quick(conn: Connection, id_: str) -> str | None:
    """Deletes one; what it said, or None where it is gone."""
    text: str | None = conn.execute(
        delete(quick_replies).where(quick_replies.c.id == id_).returning(quick_replies.c.text)
    ).scalar()
    return text


def unknown_places(text: str) -> list[str]:
    """What stands in braces and is no place of ours."""
    return [name for name in PLACE.findall(text) if name not in PLACES]


def filled(text: str, *, name: str, shop: str) -> str:
    """The sentence with its places filled; where a name is not known, nothing is left of its place."""
    values = {"name": name, "shop": shop}

    def fill(found: re.Match[str]) -> str:
        value = values[PLACES[found[2]]] if found[2] in PLACES else found[0].strip()
        return f"{found[1]}{value}" if value else ""

    return re.sub(r"(\s?)" + PLACE.pattern, fill, text).strip()
