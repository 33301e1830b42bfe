"""config.yaml -> Config: gathers every mistake, each with its line and the near match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from app.shop import words
from app.shop.config import Config
from app.shop.mistakes import Amiss, Mistake, Path, SettingsError, dotted, near
from app.shop.section import Section
from app.shop.yamltree import MAX_BYTES, Tree, decode, read_tree


def read_file(path: FilePath, name: str) -> bytes:
    """The bytes of a settings file; a few more than allowed at most, so that a huge file costs nothing."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
            if len(raw) > MAX_BYTES:
                size = f"{path.stat().st_size / 1e6:.0f}"
                raise SettingsError([Mistake(name, 0, "", words.TOO_BIG.format(size=size))])
            return raw
    except FileNotFoundError:
        raise SettingsError([Mistake(name, 0, "", words.NO_SUCH_FILE)]) from None
    except OSError as error:
        raise SettingsError([Mistake(name, 0, "", words.CANNOT_READ.format(why=error.strerror))]) from None


def read_config(raw: bytes, name: str) -> tuple[Config, Tree]:
    """Parses and checks a configuration; `name` is how its file is called in mistakes. Raises SettingsError."""
    tree = read_tree(decode(raw, name), name)
    try:
        return Config.model_validate(tree.data), tree
    except ValidationError as error:
        raise SettingsError(_mistakes(error, tree, name)) from None


def _mistakes(error: ValidationError, tree: Tree, name: str) -> Iterator[Mistake]:
    for detail in error.errors(include_url=False):
        loc, text = _place(detail["loc"]), ""
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, Amiss):
            for below, sentence in cause.parts:
                path = (*loc, *below)
                yield Mistake(name, tree.line(path), dotted(path), sentence)
            continue
        match detail["type"]:
            case "extra_forbidden":
                text = _unknown(loc)
            case "missing":
                text = words.MISSING
            case "tuple_type":
                text = words.LIST_EXPECTED.format(value=words.shown(detail["input"]))
            case _:
                text = words.SECTION_EXPECTED.format(value=words.shown(detail["input"]))
        yield Mistake(name, tree.line(loc), dotted(loc), text)


def _place(loc: tuple[int | str, ...]) -> Path:
    """Pydantic marks an error in a mapping's key with a last part of its own."""
    return loc[:-1] if loc and loc[-1] == "[key]" else loc


def _unknown(loc: Path) -> str:
    key, section = str(loc[-1]), _section_at(loc[:-1])
    known = section.model_fields if section else {}
    spanish = words.IN_ENGLISH.get(key.strip().lower(), "")
    meant = spanish if spanish in known else near(key, known)
    if meant:
        return words.unknown_key(meant)
    homes = [
        name for name, field in Config.model_fields.items() if key in getattr(field.annotation, "model_fields", ())
    ]
    return words.UNKNOWN_KEY + (words.GOES_IN.format(section=homes[0]) if homes and loc[:-1] != (homes[0],) else "")


def _section_at(path: Path) -> type[Section] | None:
    """The section whose keys stand below `path`."""
    found: Any = Config
    for part in path:
        if isinstance(found, type) and issubclass(found, Section):
            field = found.model_fields.get(str(part))
            found = field.annotation if field else None
        else:
            found = _inside(found)
        found = _without_none(found)
    return found if isinstance(found, type) and issubclass(found, Section) else None


def _inside(annotation: Any) -> Any:
    """What a list or mapping holds."""
    args = get_args(annotation)
    return args[1 if get_origin(annotation) is Mapping else 0] if args else None


def _without_none(annotation: Any) -> Any:
    options = [one for one in get_args(annotation) if one is not type(None)]
    return options[0] if type(None) in get_args(annotation) and len(options) == 1 else annotation
