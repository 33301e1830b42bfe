"""Reads and writes the zip of a backup; a hostile or damaged one is refused whole, before anything is written."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.backup import contents
from app.core.errors import UserError

FORMAT = 1
CHUNK = 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `keys`: the names (never the values) of the secrets its shop used."""

    version: str
    schema: str
    made_at: str
    secrets: bool
    keys: tuple[str, ...]
    checksums: dict[str, str]

    def as_json(self) -> bytes:
        body = {
            "program": "tendero", "format": FORMAT, "version": self.version, "schema": self.schema, "made_at": self.made_at,
            "secrets": self.secrets, "keys": list(self.keys), "checksums": self.checksums,
        }  # fmt: skip
        return json.dumps(body, ensure_ascii=False, indent=1).encode()


def write(path: Path, members: Iterable[tuple[str, Path]], manifest: Manifest) -> None:
    """Writes the zip; `manifest.checksums` is filled from what was really read."""
    checksums: dict[str, str] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in members:
            checksums[name] = _add(archive, name, source)
        archive.writestr(contents.MANIFEST, _with(manifest, checksums).as_json())


def verify(path: Path) -> Manifest:
    """Reads the whole archive without writing a byte; UserError tells in plain words why it is refused."""
    with _opened(path) as archive:
        _check_list(archive.infolist())
        try:
            manifest = _manifest(archive)
            found = {name: _digest(archive, name) for name in archive.namelist() if name != contents.MANIFEST}
        except BROKEN as error:
            raise _refused(path, "está dañada o incompleta") from error
    if set(found) != set(manifest.checksums):
        raise _refused(path, "no trae los archivos que dice traer")
    for name, digest in found.items():
        if digest != manifest.checksums[name]:
            raise _refused(path, f"{name} cambió desde que se hizo la copia")
    if contents.DATABASE not in found:
        raise _refused(path, f"le falta {contents.DATABASE}")
    return manifest


def extract(path: Path, folder: Path) -> list[str]:
    """Unpacks a verified archive under `folder`; the names it wrote."""
    with _opened(path) as archive:
        _check_list(archive.infolist())
        names = [name for name in archive.namelist() if name != contents.MANIFEST]
        for name in names:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("xb") as file:
                shutil.copyfileobj(source, file, CHUNK)
    return names


def _add(archive: zipfile.ZipFile, name: str, source: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as file, archive.open(name, "w", force_zip64=True) as member:
        for block in iter(lambda: file.read(CHUNK), b""):
            digest.update(block)
            member.write(block)
    return digest.hexdigest()


def _with(manifest: Manifest, checksums: dict[str, str]) -> Manifest:
    return Manifest(
        manifest.version,
        manifest.schema,
        manifest.made_at,
        manifest.secrets,
        manifest.keys,
        dict(sorted(checksums.items())),
    )


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise UserError(f"No encuentro {path}. Revisá el nombre del archivo.") from error
    except BROKEN as error:
        raise _refused(path, "no es un zip, o llegó cortado") from error


def _check_list(members: list[zipfile.ZipInfo]) -> None:
    """Names, kinds and declared sizes: everything that can be judged from the zip's own list."""
    if len(members) > contents.MAX_ENTRIES:
        raise UserError(f"No restauro esa copia: trae {len(members)} archivos. No toqué nada.")
    seen: set[str] = set()
    for member in members:
        name = member.orig_filename
        if not contents.may_hold(name) or name != member.filename:
            raise UserError(
                f"No restauro esa copia: trae {_shown(name)}, que no es de una copia de Tendero. No toqué nada."
            )
        if contents.same_file(name) in seen:
            raise UserError(f"No restauro esa copia: trae {_shown(name)} dos veces. No toqué nada.")
        seen.add(contents.same_file(name))
        if _is_link(member) or member.flag_bits & 1:
            raise UserError(f"No restauro esa copia: {_shown(name)} no es un archivo común. No toqué nada.")
        if member.file_size > contents.limit_of(name) or _is_bomb(member):
            raise UserError(f"No restauro esa copia: {_shown(name)} ocuparía demasiado al abrirse. No toqué nada.")
    if sum(member.file_size for member in members) > contents.MAX_TOTAL:
        raise UserError("No restauro esa copia: ocuparía demasiado al abrirse. No toqué nada.")


def _is_link(member: zipfile.ZipInfo) -> bool:
    return stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG)


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > contents.RATIO_FROM and member.file_size > contents.MAX_RATIO * max(
        member.compress_size, 1
    )


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if contents.MANIFEST not in archive.namelist():
        raise UserError(f"No restauro esa copia: le falta {contents.MANIFEST}; no la hizo Tendero. No toqué nada.")
    body = json.loads(b"".join(_blocks(archive, contents.MANIFEST)))
    return _parsed(body)


def _parsed(body: Any) -> Manifest:
    """ValueError unless `body` has a manifest's shape."""
    if not isinstance(body, dict) or body.get("program") != "tendero" or not isinstance(body.get("checksums"), dict):
        raise ValueError("not a manifest")
    version, schema = str(body.get("version", "")), str(body.get("schema", ""))
    if not isinstance(body.get("format"), int) or body["format"] > FORMAT:
        raise UserError(
            f"Esa copia es de Tendero {version}, más nuevo que este. Actualizá a {version} o posterior. No toqué nada."
        )
    keys = body.get("keys", [])
    checksums = {str(name): str(digest) for name, digest in body["checksums"].items()}
    return Manifest(
        version, schema, str(body.get("made_at", "")), bool(body.get("secrets")),
        tuple(str(key) for key in keys) if isinstance(keys, list) else (), checksums,
    )  # fmt: skip


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    for block in _blocks(archive, name):
        digest.update(block)
    return digest.hexdigest()


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The member's bytes; zipfile itself checks the CRC at the end. Stops where it says less than it holds."""
    size, limit = 0, contents.limit_of(name)
    with archive.open(name) as file:
        while block := file.read(CHUNK):
            size += len(block)
            if size > limit:
                raise ValueError("longer than it may be")
            yield block


def _refused(path: Path, why: str) -> UserError:
    return UserError(f"No restauro {path.name}: {why}. No toqué nada; probá con otra copia.")


def _shown(name: str) -> str:
    clean = "".join(letter if letter.isprintable() else "?" for letter in name)
    return f"«{clean[:60]}{'…' if len(clean) > 60 else ''}»"
