"""The database's shape: new ones, old ones, newer ones, and a kill in the middle."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from app.core import migrate
from app.core.db import Database
from app.core.errors import UserError
from app.core.facts import fact, keep_fact


def by_migrations(db: Database) -> None:
    """The schema as an old database got it: one migration after the other."""
    migrate._run(db, migrate.versions()[-1])


def test_the_migrations_lead_to_the_schema_of_the_models(database_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    db = Database(database_url)
    by_migrations(db)
    with db.raw_writer().connect() as conn:
        differences = compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), SQLModel.metadata)
    db.close()
    assert differences == []


def test_a_new_database_is_what_the_migrations_make(tmp_path: Path) -> None:
    """Column by column and constraint by constraint, in SQLite's own words, whatever their order."""

    def shape(db: Database) -> dict[str, list[str]]:
        rows = db.read_now(lambda conn: conn.execute(text("SELECT name, sql FROM sqlite_master WHERE sql != ''")).all())
        db.close()
        return {row.name: sorted(re.findall(r"[\w']+", row.sql)) for row in rows if row.name != "alembic_version"}

    made, migrated = Database(f"sqlite:///{tmp_path / 'new.sqlite'}"), Database(f"sqlite:///{tmp_path / 'old.sqlite'}")
    assert migrate.upgrade(made)
    by_migrations(migrated)
    assert shape(made) == shape(migrated)


def test_a_database_that_is_up_to_date_is_left_alone(db: Database) -> None:
    assert migrate.version(db) == migrate.versions()[-1]
    assert not migrate.upgrade(db, backup=lambda: pytest.fail("nothing to back up for"))


def test_a_newer_database_is_opened_only_if_it_says_that_this_version_may(db: Database) -> None:
    db.write_now(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    db.write_now(lambda conn: keep_fact(conn, migrate.OLDEST_ABLE, "9998"))
    with pytest.raises(UserError, match="9998"):
        migrate.upgrade(db)
    db.write_now(lambda conn: keep_fact(conn, migrate.OLDEST_ABLE, "0001"))
    assert not migrate.upgrade(db)
    assert db.read_now(lambda conn: fact(conn, migrate.OLDEST_ABLE)) == "0001"


def test_an_older_database_is_backed_up_before_it_is_touched(
    db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With one more migration than the project has: it fails half way, and the next start does it whole."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for path in [*migrate.FOLDER.glob("*.*"), *(migrate.FOLDER / "versions").glob("*.py")]:
        (folder / path.relative_to(migrate.FOLDER)).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    script = (
        'from alembic import op\nimport sqlalchemy as sa\n\nrevision = "9000"\ndown_revision = "{before}"\n'
        'oldest_able = "0001"\n\n\ndef upgrade():\n'
        '    op.add_column("fact", sa.Column("extra", sa.String()))\n    {then}\n'
    )
    newest = folder / "versions" / "9000_more.py"
    newest.write_text(script.format(before=migrate.versions()[-1], then='raise RuntimeError("power cut")'))
    monkeypatch.setattr(migrate, "FOLDER", folder)
    before = migrate.version(db)
    migrate.versions.cache_clear()
    steps: list[str] = []
    with pytest.raises(RuntimeError, match="power cut"):
        migrate.upgrade(db, backup=lambda: steps.append(migrate.version(db)))
    assert (steps, migrate.version(db)) == ([before], before)
    newest.write_text(script.format(before=before, then="pass"))
    assert migrate.upgrade(db, backup=lambda: steps.append("again"))
    assert migrate.version(db) == "9000"
    assert db.read_now(lambda conn: conn.execute(text("SELECT extra FROM fact")).all()) is not None
    monkeypatch.undo()
    migrate.versions.cache_clear()
