"""Changes keys of config.yaml in place: only the text of the values changes, so comments, quotes and order stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.core.text import clean
from app.shop import words
from app.shop.files import locked, replace
from app.shop.history import keep
from app.shop.mistakes import Mistake, SettingsError, dotted
from app.shop.mistakes import Path as KeyPath
from app.shop.reading import read_config, read_file
from app.shop.surgery import Surgeon
from app.shop.yamltext import Lines, block, flow
from app.shop.yamltree import BOM, Plain, decode, read_tree


def edit(path: Path, changes: Mapping[str, Any]) -> None:
    """Writes each dotted key's value (`business.name`, `delivery.zones[1].fee`); None gives back the factory's.

    Values are text, numbers, booleans, lists, mappings, and Lines of the owner's own. The result is checked before the file is touched: a bad
    change raises SettingsError and nothing happens. The previous version is kept in `var/config_history/`.
    """
    with locked(path):
        before = read_file(path, path.name) if path.exists() else b""
        after = edited(before, changes, path.name)
        if after == before:
            return
        try:
            if before:
                keep(path, before)
            replace(path, after)
        except OSError as error:
            raise SettingsError([Mistake(path.name, 0, "", words.CANNOT_WRITE.format(why=error.strerror))]) from error


def edited(raw: bytes, changes: Mapping[str, Any], name: str) -> bytes:
    """The bytes of a configuration with `changes` made; raises SettingsError when the result would not be valid."""
    text = decode(raw, name)
    newline = "\r\n" if "\r\n" in text else "\n"
    for key, value in changes.items():
        path = _path_of(key)
        for piece, wanted in list(_pieces(_at(read_tree(text, name).data, path), path, value)):
            text = _changed(text, piece, wanted, name)
    if "\r\n" in text:
        text = text.replace("\r\n", "\n").replace("\n", newline)
    encoded = ((BOM if raw.startswith(BOM.encode()) else "") + text).encode()
    read_config(encoded, name)
    return encoded


def lines_of(raw: bytes, key: str, name: str) -> str:
    """A key's value in the lines the owner wrote, at the margin; what stands on one line is laid out anew."""
    tree, path = read_tree(decode(raw, name), name), _path_of(key)
    return Surgeon(tree, name).lines(path) or block(_at(tree.data, path), 0)


def value_of(raw: bytes, key: str, name: str) -> Any:
    """A key's value as it is written, in plain lists, mappings and texts; None where it is not."""
    return _at(read_tree(decode(raw, name), name).data, _path_of(key))


def _changed(text: str, path: KeyPath, value: Any, name: str) -> str:
    """One change made, and proven to have changed that and nothing else."""
    tree = read_tree(text, name)
    wanted = _set(tree.data, path, value.data if isinstance(value, Lines) else value)
    result = Surgeon(tree, name).change(path, value)
    if _bare(read_tree(result, name).data) != _bare(wanted):
        raise SettingsError([Mistake(name, tree.line(path), "", words.EDIT_LOST.format(path=dotted(path)))])
    return result


def _pieces(old: Any, path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Any]]:
    """The smallest changes that turn `old` into `value`, so that what stays the same keeps its comments."""
    if isinstance(value, Mapping) and isinstance(old, dict) and old and value:
        for key, one in value.items():
            yield from _pieces(old.get(str(key)), (*path, str(key)), one)
        yield from (((*path, key), None) for key in old if key not in value)
    elif isinstance(value, list | tuple) and isinstance(old, list) and len(old) == len(value) and old:
        for index, (before, after) in enumerate(zip(old, value, strict=True)):
            yield from _pieces(before, (*path, index), after)
    elif isinstance(value, Lines) or _bare(old) != _bare(value):
        yield path, value


def _path_of(key: str) -> KeyPath:
    """`delivery.zones[1].fee` -> ("delivery", "zones", 0, "fee")."""
    path: list[str | int] = []
    for part in key.split("."):
        name, *indexes = re.split(r"\[(\d+)\]", part)
        path += [name, *(int(index) - 1 for index in indexes if index)]
    return tuple(path)


def _at(data: Any, path: KeyPath) -> Any:
    for part in path:
        listed = isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data)
        if not listed and not (isinstance(data, dict) and part in data):
            return None
        data = data[part]
    return data


def _set(data: Any, path: KeyPath, value: Any) -> Any:
    """Plain data with the change made: what the edited file has to say."""
    key, rest = path[0], path[1:]
    if isinstance(key, int):
        items = list(data) if isinstance(data, list) else []
        if key < len(items):
            items[key] = _set(items[key], rest, value) if rest else value
        return items
    table = dict(data) if isinstance(data, dict) else {}
    below = _set(table.get(key, {}), rest, value) if rest else value
    if below is None:
        table.pop(key, None)
    else:
        table[key] = below
    return table


def _bare(data: Any) -> Any:
    """Data for comparing: texts as texts, numbers and booleans as they are written, empty sections gone."""
    if isinstance(data, Mapping):
        cleaned = {str(key): _bare(one) for key, one in data.items()}
        return {key: one for key, one in cleaned.items() if one is not None and one != {}}
    if isinstance(data, list | tuple):
        return [_bare(one) for one in data]
    if isinstance(data, Plain):
        return str(data)
    return flow(data) if isinstance(data, bool | int | float | Decimal) else data and clean(str(data))
