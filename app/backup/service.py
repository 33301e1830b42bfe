"""What the rest of the house may ask of backups: make one, check one, restore one."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app import __version__
from app.backup import archive, contents, snapshot, swap
from app.backup.archive import Manifest
from app.core import migrate
from app.core.db import Database
from app.core.errors import UserError
from app.core.later import later
from app.settings import Env, Settings, load_settings
from app.shop.env import KEYS, SECRETS

if TYPE_CHECKING:
    from app.backup.asked import ask as ask
    from app.backup.asked import forget_told as forget_told
    from app.backup.asked import told as told
    from app.backup.nightly import KEPT as KEPT
    from app.backup.nightly import Night as Night
    from app.backup.nightly import choose_hour as choose_hour
    from app.backup.nightly import hour_of as hour_of
    from app.backup.nightly import last_night as last_night
    from app.backup.nightly import unwell as unwell
    from app.backup.shelf import bring_back as bring_back
    from app.backup.shelf import counts_of as counts_of
    from app.backup.shelf import look as look
    from app.backup.shelf import lying as lying
    from app.backup.shelf import path_of as path_of
    from app.backup.shelf import put as put
    from app.backup.shelf import put_aside as put_aside

__getattr__ = later(__name__, "asked", "nightly", "shelf")

FOLDER = "var/backups"
STORED = "var/files"
INDEX = "var/faiss_index"


@dataclass(frozen=True, slots=True)
class Saved:
    """A finished backup. `left_out`: files of `data/` that a backup does not carry."""

    path: Path
    size: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """A finished restore. `safety`: the copy of what was there before; `parked`: sends that wait for a person."""

    made_at: str
    version: str
    parked: int
    secrets: bool
    keys: tuple[str, ...]
    safety: Path | None
    kept: tuple[str, ...] = field(default=())


def default_path(home: Path, now: datetime, *, prefix: str = "tendero") -> Path:
    """A name for a backup that tells when it was made."""
    return home / FOLDER / f"{prefix}-{now:%Y-%m-%d-%H%M%S}.zip"


def make(
    home: Path, db: Database, to: Path, *, now: datetime, secrets: bool = False, keys: tuple[str, ...] = ()
) -> Saved:
    """Writes the shop's backup to `to`, beside a running server if need be; a half-written one is never seen.

    `keys`: names of the secrets in use, so that a restore elsewhere can list what to reconnect.
    """
    if to.is_dir():
        raise UserError(f"{to} es una carpeta. Decime un archivo, por ejemplo {to / 'copia.zip'}.")
    found, left_out = _members(home, secrets)
    with _scratch(home) as folder, _writing(to) as partial:
        copy = folder / contents.DATABASE
        snapshot.take(db, copy)
        manifest = Manifest(__version__, migrate.version(db), now.isoformat(timespec="seconds"), secrets, keys, {})
        archive.write(partial, [(contents.DATABASE, copy), *found], manifest)
    return Saved(to, to.stat().st_size, tuple(left_out))


def restore(home: Path, db_url: str, path: Path, *, now: datetime) -> Restored:
    """Puts the backup in the place of the shop, whose server must be stopped.

    Refuses whole before any write; then saves what is there, and swaps. `db_url` is the shop's own database.
    """
    manifest = archive.verify(path)
    folder = swap.stage(home)
    try:
        names = _unpack(path, folder, manifest)
        parked = snapshot.park(
            folder / contents.DATABASE,
            now=now,
            reason=f"Quedó pendiente antes de restaurar la copia del {manifest.made_at}.",
        )
        kept = _keep_other_data(home, folder)
        safety = _safety_copy(home, db_url, now, secrets=manifest.secrets)
        _swap(home, folder, db_url)
    finally:
        if not (folder / swap.READY).exists():
            shutil.rmtree(folder, ignore_errors=True)
    return Restored(
        manifest.made_at, manifest.version, parked, contents.SECRETS in names, manifest.keys, safety, tuple(kept)
    )


def backup_before_upgrade(home: Path, settings: Settings) -> None:
    """What a start does before it changes an existing database's schema."""
    now = datetime.now(UTC)
    with contextlib.closing(Database(database_url(home, settings.env))) as db:
        make(home, db, default_path(home, now, prefix="antes-de-actualizar"), now=now, keys=keys_in_use(settings.env))


def database_url(home: Path, env: Env) -> str:
    """Where the shop's database is."""
    return env.database_url or f"sqlite:///{home / 'var' / 'db.sqlite'}"


def keys_in_use(env: Env) -> tuple[str, ...]:
    """The names of the secrets somebody would have to set again on another machine."""
    return tuple(
        name for name in KEYS if name.lower() in SECRETS and name != "SECRET_KEY" and getattr(env, name.lower())
    )


def _members(home: Path, secrets: bool) -> tuple[list[tuple[str, Path]], list[str]]:
    """(name in the zip, file) of all that goes in, and what of `data/` does not."""
    members = [(contents.CONFIG, home / contents.CONFIG)]
    if secrets:
        members.append((contents.SECRETS, home / contents.SECRETS))
    members += _under(home / "data", contents.DATA) + _under(home / STORED, contents.FILES)
    there = [(name, file) for name, file in members if file.is_file() and not file.is_symlink()]
    fits = [(name, file) for name, file in there if contents.may_hold(name)]
    return fits, sorted(name for name, _ in there if not contents.may_hold(name))


def _under(folder: Path, prefix: str) -> list[tuple[str, Path]]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return [(prefix + file.relative_to(folder).as_posix(), file) for file in files]


def _unpack(path: Path, folder: Path, manifest: Manifest) -> list[str]:
    """Unpacks a verified archive and brings its database to this version; the names it held."""
    names = archive.extract(path, folder)
    file = folder / contents.DATABASE
    snapshot.refuse_newer(manifest.version, snapshot.inspect(file))
    check_settings(folder)
    copy = Database(f"sqlite:///{file}")
    try:
        migrate.upgrade(copy)
    finally:
        copy.close()
    return names


def check_settings(folder: Path) -> None:
    """UserError for a config.yaml in the folder that no shop could start with."""
    if not (folder / contents.CONFIG).exists():
        return
    try:
        load_settings(folder, environ={})
    except UserError as error:
        raise UserError(f"No restauro esa copia: su configuración no sirve ({error}). No toqué nada.") from error


def _keep_other_data(home: Path, folder: Path) -> list[str]:
    """Files of `data/` that no backup carries stay where they are."""
    kept = [(name, file) for name, file in _under(home / "data", contents.DATA) if not contents.may_hold(name)]
    for name, file in kept:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, folder / name)
    return [name for name, _ in kept]


def _safety_copy(home: Path, db_url: str, now: datetime, *, secrets: bool) -> Path | None:
    """The shop as it is, before it is replaced; None for an empty home. An unreadable database is kept as a file."""
    to = default_path(home, now, prefix="antes-de-restaurar")
    db_file = _sqlite_file(home, db_url)
    if db_file is not None and not db_file.exists():
        return None
    try:
        with contextlib.closing(Database(db_url)) as db:
            return make(home, db, to, now=now, secrets=secrets).path
    except UserError:
        raise
    except Exception:  # whatever ails the old database, its owner is restoring because of it
        if db_file is None:
            raise
        to.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy2(db_file, to.with_suffix(".sqlite")))


def _swap(home: Path, folder: Path, db_url: str) -> None:
    place = _sqlite_file(home, db_url)
    moves = [swap.Move(contents.CONFIG, contents.CONFIG), swap.Move(contents.SECRETS, contents.SECRETS)]
    moves += [swap.Move("data", "data"), swap.Move("files", STORED)]
    (folder / "data").mkdir(exist_ok=True)
    (folder / "files").mkdir(exist_ok=True)
    if place is None:
        with contextlib.closing(Database(db_url)) as db:
            snapshot.put_back(db, folder / contents.DATABASE)
    else:
        moves.append(swap.Move(contents.DATABASE, str(place)))
    swap.commit(home, moves)
    shutil.rmtree(home / INDEX, ignore_errors=True)  # the next start makes it anew


def _sqlite_file(home: Path, db_url: str) -> Path | None:
    if not db_url.startswith("sqlite"):
        return None
    return home / db_url.removeprefix("sqlite:///")


@contextlib.contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    (home / "var").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=home / "var") as folder:
        yield Path(folder)


@contextlib.contextmanager
def _writing(to: Path) -> Iterator[Path]:
    """A private file beside `to` that takes its name only when it is complete."""
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield partial
        partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)
