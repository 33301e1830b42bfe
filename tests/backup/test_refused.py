"""Hostile and damaged archives are refused whole, in plain words, before anything of the shop is touched (TRUST S-20, U-06)."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import __version__
from app.backup import service as backups
from app.backup.contents import may_hold
from app.core.db import Database
from app.core.errors import UserError
from app.core.migrate import upgrade, versions

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
FILE, LINK = 0o100644, 0o120777


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A shop's home with something of everything in it."""
    home = tmp_path / "home"
    (home / "data" / "docs").mkdir(parents=True)
    (home / "var" / "files").mkdir(parents=True)
    (home / "config.yaml").write_text("business:\n  name: Don Chepe\n", encoding="utf-8")
    (home / "data" / "faqs.csv").write_text("question,answer,tags\n¿abren?,Sí,\n", encoding="utf-8")
    (home / "data" / "docs" / "Política de envíos.md").write_text("Llevamos a todo Managua.", encoding="utf-8")
    (home / "var" / "files" / "foto.png").write_bytes(b"\x89PNG")
    with closing(Database(url_of(home))) as db:
        upgrade(db)
    return home


@pytest.fixture
def good(shop: Path, tmp_path: Path) -> Path:
    """A sound backup of it."""
    to = tmp_path / "copia.zip"
    with closing(Database(url_of(shop))) as db:
        backups.make(shop, db, to, now=NOW)
    return to


def url_of(home: Path) -> str:
    return f"sqlite:///{home / 'var' / 'db.sqlite'}"


def state_of(home: Path) -> dict[str, str]:
    """Every file of the home but the database's own working files."""
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def refused(home: Path, archive: Path) -> str:
    """Tries to restore; the sentence it was refused with, the home being as it was."""
    before = state_of(home)
    with pytest.raises(UserError) as refusal:
        backups.restore(home, url_of(home), archive, now=NOW)
    assert state_of(home) == before
    assert "\n" not in str(refusal.value)
    return str(refusal.value)


def rebuilt(good: Path, to: Path, change: Callable[[dict[str, bytes]], object], *, honest: bool = True) -> Path:
    """The good archive with its members changed; `honest` makes the manifest agree with them."""
    with zipfile.ZipFile(good) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    if honest and "manifest.json" in members:
        manifest = json.loads(members["manifest.json"])
        others = {name: body for name, body in members.items() if name != "manifest.json"}
        manifest["checksums"] = {name: hashlib.sha256(body).hexdigest() for name, body in others.items()}
        members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return to


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.txt", "/tmp/evil.txt", "C:\\evil.txt", "..\\..\\evil.txt", "\\\\host\\share\\evil", "data/./../../evil",
        "a" * 5000, "CON", "d\u0430ta/faqs.csv", "plugins/x.py", "index.pkl", "data/docs/x.py", "data/docs/../../x.md", "files/x.py",
        "files/../x", "data/docs/.oculto.md", "files/index.pkl", "DB.SQLITE", "data/docs/con.txt", "files/a/b/c/d", "data/",
        "data/tests/../x.yaml", "data/tests/x.yml", "data/tests/a/x.yaml",
    ],
)  # fmt: skip
def test_a_name_that_is_not_of_a_backup_refuses_all_of_it(shop: Path, good: Path, tmp_path: Path, name: str) -> None:
    bad = rebuilt(good, tmp_path / "mala.zip", lambda members: members.update({name: b"x"}))
    assert not may_hold(name)
    assert "No toqué nada" in refused(shop, bad)


def test_a_link_is_not_a_file(shop: Path, good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "mala.zip"
    bad.write_bytes(good.read_bytes())
    with zipfile.ZipFile(bad, "a") as archive:
        link = zipfile.ZipInfo("files/enlace")
        link.external_attr = LINK << 16
        archive.writestr(link, "/etc/passwd")
    assert "no es un archivo común" in refused(shop, bad)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice_is_refused(shop: Path, good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "mala.zip"
    bad.write_bytes(good.read_bytes())
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr("db.sqlite", b"another")
    assert "dos veces" in refused(shop, bad)


def test_a_bomb_is_seen_before_it_goes_off(shop: Path, good: Path, tmp_path: Path) -> None:
    bad = rebuilt(good, tmp_path / "mala.zip", lambda members: members.update({"db.sqlite": b"\0" * 60_000_000}))
    assert "demasiado" in refused(shop, bad)


def test_sixty_thousand_files_are_refused_at_once(shop: Path, tmp_path: Path) -> None:
    bad = tmp_path / "mala.zip"
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_STORED) as archive:
        for number in range(60_000):
            archive.writestr(f"files/f{number}", b"")
    assert "60000 archivos" in refused(shop, bad)


def test_every_truncation_is_noticed(shop: Path, good: Path, tmp_path: Path) -> None:
    whole, bad = good.read_bytes(), tmp_path / "mala.zip"
    for kept in (0, 10, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        bad.write_bytes(whole[:kept])
        refused(shop, bad)


def test_a_flipped_bit_anywhere_is_noticed_or_harmless(shop: Path, good: Path, tmp_path: Path) -> None:
    whole, bad = bytearray(good.read_bytes()), tmp_path / "mala.zip"
    with zipfile.ZipFile(good) as archive:
        inside = archive.getinfo("db.sqlite").header_offset + 200
    for at in (inside, inside + 1000, len(whole) // 2):
        changed = bytearray(whole)
        changed[at] ^= 0x10
        bad.write_bytes(changed)
        refused(shop, bad)


def test_a_file_that_is_no_zip_is_refused(shop: Path, tmp_path: Path) -> None:
    bad = tmp_path / "mala.tar.gz"
    with tarfile.open(bad, "w:gz") as archive:
        entry = tarfile.TarInfo("../arriba")
        archive.addfile(entry, io.BytesIO(b""))
    assert "no es un zip" in refused(shop, bad)
    assert "No encuentro" in refused(shop, tmp_path / "no-existe.zip")


def test_a_changed_file_is_told_by_name(shop: Path, good: Path, tmp_path: Path) -> None:
    bad = rebuilt(
        good,
        tmp_path / "mala.zip",
        lambda members: members.update({"config.yaml": b"business: {name: Otra}\n"}),
        honest=False,
    )
    assert "config.yaml cambió" in refused(shop, bad)


@pytest.mark.parametrize("gone", ["manifest.json", "db.sqlite"])
def test_what_must_be_there_is_missed(shop: Path, good: Path, tmp_path: Path, gone: str) -> None:
    bad = rebuilt(good, tmp_path / "mala.zip", lambda members: members.pop(gone))
    assert gone in refused(shop, bad)


@pytest.mark.parametrize(
    "manifest",
    [b"", b"[]", b"{", b'{"program": "otro"}', b'{"program": "tendero", "checksums": []}', b"\xff", b"[" * 100_000],
)
def test_a_manifest_of_nonsense_is_refused(shop: Path, good: Path, tmp_path: Path, manifest: bytes) -> None:
    bad = rebuilt(
        good, tmp_path / "mala.zip", lambda members: members.update({"manifest.json": manifest}), honest=False
    )
    refused(shop, bad)


def test_code_in_the_settings_is_refused(shop: Path, good: Path, tmp_path: Path) -> None:
    evil = b'business: !!python/object/apply:os.system ["touch /tmp/tendero-evil"]\n'
    bad = rebuilt(good, tmp_path / "mala.zip", lambda members: members.update({"config.yaml": evil}))
    assert "configuración" in refused(shop, bad)


def test_something_else_than_our_database_is_refused(shop: Path, good: Path, tmp_path: Path) -> None:
    def with_trigger(members: dict[str, bytes]) -> None:
        file = tmp_path / "trampa.sqlite"
        file.write_bytes(members["db.sqlite"])
        with closing(sqlite3.connect(file)) as conn:
            conn.execute("CREATE TRIGGER trap AFTER INSERT ON job BEGIN DELETE FROM message; END")
            conn.commit()
        members["db.sqlite"] = file.read_bytes()

    def other(members: dict[str, bytes]) -> None:
        file = tmp_path / "otra.sqlite"
        with closing(sqlite3.connect(file)) as conn:
            conn.execute("CREATE TABLE nada (x)")
            conn.commit()
        members["db.sqlite"] = file.read_bytes()

    for change in (with_trigger, other, lambda members: members.update({"db.sqlite": b"not a database" * 100})):
        assert "base de datos" in refused(shop, rebuilt(good, tmp_path / "mala.zip", change))


def test_a_newer_backup_names_the_version_it_needs(shop: Path, good: Path, tmp_path: Path) -> None:
    newer = f"{int(versions()[-1]) + 5:04d}"

    def from_the_future(members: dict[str, bytes]) -> None:
        file = tmp_path / "nueva.sqlite"
        file.write_bytes(members["db.sqlite"])
        with closing(sqlite3.connect(file)) as conn:
            conn.execute("UPDATE alembic_version SET version_num = ?", (newer,))
            conn.commit()
        manifest = json.loads(members["manifest.json"])
        members["manifest.json"] = json.dumps({**manifest, "version": "7.3.0", "schema": newer}).encode()
        members["db.sqlite"] = file.read_bytes()

    sentence = refused(shop, rebuilt(good, tmp_path / "mala.zip", from_the_future))
    assert "7.3.0" in sentence
    assert __version__ in sentence
