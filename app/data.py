"""The files of `data/`: how they come into the database at each start (CONTRACT 2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from app.catalog import service as catalog
from app.core import jobs
from app.core.db import Database
from app.core.errors import UserError
from app.core.ownership import FileReport
from app.core.tables import BadRow, read_bytes, read_table
from app.knowledge import service as knowledge
from app.settings import Settings
from app.shop.currency import country_currency

INTENT_COLUMNS = {"intent": "intent", "intencion": "intent", "example": "example", "ejemplo": "example"}


@dataclass(frozen=True)
class SyncReport:
    """What each file brought, its bad rows included."""

    files: tuple[FileReport, ...]

    @property
    def bad(self) -> list[tuple[str, BadRow]]:
        """(file, row) for each row that could not be used."""
        return [(file.name, row) for file in self.files for row in file.bad]

    @property
    def warnings(self) -> list[str]:
        """What the owner should know: files that could not be read, rows that wait."""
        return [text for file in self.files for text in (*([file.problem] if file.problem else []), *file.warnings)]


def sync_data(db: Database, folder: Path, settings: Settings, now: datetime) -> SyncReport:
    """Takes in what changed in `folder`'s files since they were last read, all in one transaction.

    Documents are read before it: that may take seconds, which nobody should wait for with the database held.
    """
    documents = knowledge.read_folder(folder, db.read_now(knowledge.known_docs))
    currency, fallback = settings.business.currency, country_currency(settings.business.timezone)

    def work(conn: Connection) -> SyncReport:
        jobs.hold_lane(conn, "data")  # of several processes that start at once one reads, the others find it read
        menu = catalog.sync_menu(conn, folder, currency=currency, fallback=fallback, now=now)
        faqs = knowledge.sync_faqs(conn, folder, now=now)
        return SyncReport((menu, faqs, *knowledge.sync_docs(conn, documents, now=now)))

    return db.write_now(work)


def intent_examples(path: Path) -> list[tuple[str, str]]:
    """The owner's own (intent, example) rows of `intents.csv`; none where the file is not there or cannot be read."""
    if not path.is_file():
        return []
    try:
        table = read_table(read_bytes(path), path.name, INTENT_COLUMNS, ("intent", "example"))
    except UserError:
        return []
    return [(row.cells["intent"], row.cells["example"]) for row in table.rows if row.cells.get("example")]
