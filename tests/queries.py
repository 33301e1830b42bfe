"""What one request asks of the database, and nothing of what the workers beside it ask meanwhile."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event

from app.core.db import Database

_counted: ContextVar[bool] = ContextVar("counted", default=False)
_in_thread = threading.local()
KINDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


@contextlib.contextmanager
def queries(db: Database) -> Iterator[list[str]]:
    """The queries of what is done inside, by whoever it calls: a task that ran before is not of it."""
    said: list[str] = []
    store = db._store
    ways = {name: getattr(store, name) for name in ("read", "write")}

    def listen(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if (_counted.get() or getattr(_in_thread, "counted", False)) and statement.lstrip().startswith(KINDS):
            said.append(statement)

    def marked(way: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda work: way(_marking(work) if _counted.get() else work)

    for name, way in ways.items():
        setattr(store, name, marked(way))
    event.listen(Engine, "before_cursor_execute", listen)
    token = _counted.set(True)
    try:
        yield said
    finally:
        _counted.reset(token)
        event.remove(Engine, "before_cursor_execute", listen)
        for name in ways:
            delattr(store, name)


def _marking(work: Callable[[Connection], Any]) -> Callable[[Connection], Any]:
    """The work, known as counted while a thread of the store does it."""

    def done(conn: Connection) -> Any:
        _in_thread.counted = True
        try:
            return work(conn)
        finally:
            _in_thread.counted = False

    return done
