"""A backup gives back the shop as it was, from and into either store, and sends nothing of the past again (TRUST U-01 to U-08)."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.backup import service as backups
from app.backup import swap
from app.chat import service as chat
from app.chat.messages import Reply, Said, Sender
from app.chat.models import messages
from app.core import jobs
from app.core.db import Database
from app.core.errors import UserError
from app.core.migrate import upgrade
from app.core.models import jobs as job_table

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "data" / "docs").mkdir(parents=True)
    (folder / "var" / "files").mkdir(parents=True)
    (folder / "config.yaml").write_text("business:\n  name: Don Chepe\n", encoding="utf-8")
    (folder / ".env").write_text("TELEGRAM_BOT_TOKEN=1234567:canario\n", encoding="utf-8")
    (folder / "data" / "faqs.csv").write_text("question,answer,tags\n¿abren?,Sí,\n", encoding="utf-8")
    (folder / "data" / "tests").mkdir()
    (folder / "data" / "tests" / "dos-nacatamales.yaml").write_text("name: x\n", encoding="utf-8")
    (folder / "data" / "docs" / "Envíos ñandú.md").write_text("A todo Managua.", encoding="utf-8")
    (folder / "var" / "files" / "a1_b2.png").write_bytes(b"\x89PNG\x00\xff")
    return folder


@pytest.fixture
def store(database_url: str) -> Iterator[Database]:
    db = Database(database_url)
    upgrade(db)
    db.write_now(lambda conn: talk(conn, "Carla", "hola, ¿tienen ñoquis? 🍲"))
    yield db
    db.close()


def talk(conn, who: str, text: str) -> str:  # type: ignore[no-untyped-def]
    thread = chat.start_conversation(conn, Sender("telegram", "", who), now=NOW, name=who)
    chat.record(
        conn, thread, [Said("customer", Reply(text)), Said("bot", Reply("¡Hola!"))], now=NOW, state={"n": [1, None]}
    )
    return thread.id


def said(db: Database) -> list[tuple[str, datetime, object]]:
    rows = db.read_now(lambda conn: conn.execute(select(messages).order_by(messages.c.id)).all())
    return [(row.text, row.created_at, row.out) for row in rows]


def test_the_shop_comes_back_as_it_was(home: Path, store: Database, database_url: str, tmp_path: Path) -> None:
    before, to = said(store), tmp_path / "copia.zip"
    backups.make(home, store, to, now=NOW)
    store.write_now(lambda conn: talk(conn, "Dario", "esto es de después"))
    store.close()
    (home / "config.yaml").write_text("business:\n  name: Cambiado\n", encoding="utf-8")
    (home / "data" / "menu.csv").write_text("name,price\nx,1\n", encoding="utf-8")
    (home / "var" / "files" / "a1_b2.png").unlink()

    done = backups.restore(home, database_url, to, now=NOW)

    with closing(Database(database_url)) as db:
        assert said(db) == before
        again = db.write_now(lambda conn: talk(conn, "Eva", "y sigue andando"))
        assert len(said(db)) == len(before) + 2
        assert db.read_now(lambda conn: chat.conversation(conn, again)) is not None
        assert jobs_can_be_put(db)
    assert (home / "config.yaml").read_text(encoding="utf-8") == "business:\n  name: Don Chepe\n"
    assert not (home / "data" / "menu.csv").exists()
    assert (home / "data" / "docs" / "Envíos ñandú.md").read_text(encoding="utf-8") == "A todo Managua."
    assert (home / "data" / "tests" / "dos-nacatamales.yaml").read_text(encoding="utf-8") == "name: x\n"
    assert (home / "var" / "files" / "a1_b2.png").read_bytes() == b"\x89PNG\x00\xff"
    assert done.safety is not None
    assert zipfile.ZipFile(done.safety).testzip() is None
    assert not (home / swap.STAGING).exists()


def jobs_can_be_put(db: Database) -> bool:
    """New rows get ids of their own after a restore (PostgreSQL's counters)."""
    first = db.write_now(lambda conn: jobs.put(conn, "notice", "n1", {}, now=NOW))
    second = db.write_now(lambda conn: jobs.put(conn, "notice", "n2", {}, now=NOW))
    return first is not None and second is not None and second > first


def test_a_restore_can_be_undone_with_its_safety_copy(
    home: Path, store: Database, database_url: str, tmp_path: Path
) -> None:
    to = tmp_path / "copia.zip"
    backups.make(home, store, to, now=NOW)
    store.write_now(lambda conn: talk(conn, "Dario", "lo de hoy"))
    today = said(store)
    store.close()
    done = backups.restore(home, database_url, to, now=NOW)
    assert done.safety is not None
    backups.restore(home, database_url, done.safety, now=NOW.replace(hour=17))
    with closing(Database(database_url)) as db:
        assert said(db) == today


def test_a_backup_goes_from_one_store_into_the_other(
    home: Path, store: Database, database_url: str, tmp_path: Path
) -> None:
    before, to, other = said(store), tmp_path / "copia.zip", tmp_path / "otra"
    backups.make(home, store, to, now=NOW)
    other.mkdir()
    backups.restore(other, f"sqlite:///{other / 'var' / 'db.sqlite'}", to, now=NOW)
    with closing(Database(f"sqlite:///{other / 'var' / 'db.sqlite'}")) as db:
        assert said(db) == before


def test_secrets_stay_out_unless_asked_for(home: Path, store: Database, tmp_path: Path) -> None:
    plain, whole = tmp_path / "a.zip", tmp_path / "b.zip"
    backups.make(home, store, plain, now=NOW, keys=("TELEGRAM_BOT_TOKEN",))
    backups.make(home, store, whole, now=NOW, secrets=True)
    with zipfile.ZipFile(plain) as archive:
        assert ".env" not in archive.namelist()
        everything = b"".join(archive.read(name) for name in archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
    assert b"canario" not in everything
    assert manifest["keys"] == ["TELEGRAM_BOT_TOKEN"]
    assert set(manifest) >= {"version", "checksums", "schema", "made_at"}
    assert "canario" in zipfile.ZipFile(whole).read(".env").decode()
    assert (plain.stat().st_mode & 0o777) == 0o600


def test_what_was_about_to_be_sent_waits_for_a_person(
    home: Path, store: Database, database_url: str, tmp_path: Path
) -> None:
    def queue(conn) -> None:  # type: ignore[no-untyped-def]
        jobs.put(conn, "deliver", "m1", {}, now=NOW)
        jobs.put(conn, "turn", "t1", {}, now=NOW)
        jobs.put(conn, "deliver", "m0", {}, now=NOW, state="done")
        jobs.put(conn, "handback", "h1", {}, now=NOW)

    store.write_now(queue)
    backups.make(home, store, tmp_path / "copia.zip", now=NOW)
    store.close()
    done = backups.restore(home, database_url, tmp_path / "copia.zip", now=NOW)
    assert done.parked == 2
    with closing(Database(database_url)) as db:
        rows = db.read_now(
            lambda conn: conn.execute(select(job_table.c.key, job_table.c.state, job_table.c.error)).all()
        )
    states = {row.key: row.state for row in rows}
    assert states == {"m1": "unknown", "t1": "unknown", "m0": "done", "h1": "pending"}
    assert all("antes de restaurar" in row.error for row in rows if row.state == "unknown")


def test_a_backup_under_writing_is_one_moment(home: Path, store: Database, database_url: str, tmp_path: Path) -> None:
    stop, to, other = threading.Event(), tmp_path / "copia.zip", tmp_path / "otra"

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            store.write_now(lambda conn, number=number: talk(conn, f"c{number}", "uno de dos"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        backups.make(home, store, to, now=NOW)
    finally:
        stop.set()
        writer.join()
    other.mkdir()
    backups.restore(other, f"sqlite:///{other / 'var' / 'db.sqlite'}", to, now=NOW)
    with closing(Database(f"sqlite:///{other / 'var' / 'db.sqlite'}")) as db:
        asked, answered = db.read_now(
            lambda conn: [
                conn.execute(select(func.count()).where(messages.c.speaker == who)).scalar_one()
                for who in ("customer", "bot")
            ]
        )
    assert asked == answered >= 1


def test_a_swap_cut_by_a_power_failure_is_finished_at_the_next_chance(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{home / 'var' / 'db.sqlite'}"
    with closing(Database(url)) as db:
        upgrade(db)
        db.write_now(lambda conn: talk(conn, "Carla", "la de antes"))
        before = said(db)
        backups.make(home, db, tmp_path / "copia.zip", now=NOW)
        db.write_now(lambda conn: talk(conn, "Dario", "la de después"))
    moves = 0
    real = swap.shutil.move

    def cut(source: object, target: object) -> object:
        nonlocal moves
        moves += 1
        if moves == 4:
            raise KeyboardInterrupt
        return real(source, target)

    monkeypatch.setattr(swap.shutil, "move", cut)
    with pytest.raises(KeyboardInterrupt):
        backups.restore(home, url, tmp_path / "copia.zip", now=NOW)
    monkeypatch.setattr(swap.shutil, "move", real)
    assert swap.finish_interrupted(home)
    with closing(Database(url)) as db:
        assert said(db) == before
    assert not swap.finish_interrupted(home)


def test_a_damaged_database_can_still_be_replaced_and_is_kept(home: Path, tmp_path: Path) -> None:
    file = home / "var" / "db.sqlite"
    with closing(Database(f"sqlite:///{file}")) as db:
        upgrade(db)
        db.write_now(lambda conn: talk(conn, "Carla", "la buena"))
        backups.make(home, db, tmp_path / "copia.zip", now=NOW)
    file.write_bytes(b"SQLite format 3\0" + os.urandom(8000))
    done = backups.restore(home, f"sqlite:///{file}", tmp_path / "copia.zip", now=NOW)
    with closing(Database(f"sqlite:///{file}")) as db:
        assert said(db)[0][0] == "la buena"
    assert done.safety is not None
    assert done.safety.stat().st_size == 8016


def test_files_a_backup_does_not_carry_are_told_and_left_alone(
    home: Path, store: Database, database_url: str, tmp_path: Path
) -> None:
    (home / "data" / "notas.xlsx").write_bytes(b"mio")
    saved = backups.make(home, store, tmp_path / "copia.zip", now=NOW)
    assert saved.left_out == ("data/notas.xlsx",)
    store.close()
    done = backups.restore(home, database_url, tmp_path / "copia.zip", now=NOW)
    assert done.kept == ("data/notas.xlsx",)
    assert (home / "data" / "notas.xlsx").read_bytes() == b"mio"


def test_a_folder_is_not_a_file_to_write_to(home: Path, store: Database, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="carpeta"):
        backups.make(home, store, tmp_path, now=NOW)
