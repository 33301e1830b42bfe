"""Finds the piece of a YAML text that says a value and puts another there; every comment is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.shop import words
from app.shop.mistakes import Mistake, Path, SettingsError, dotted
from app.shop.yamltext import STEP, Lines, block, flow, is_deep, key_text, pair
from app.shop.yamltree import Entry, Node, Tree

_NEWLINE = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\r\n]*", re.MULTILINE)


class Surgeon:
    """Works on one document; `change` gives its new text."""

    def __init__(self, tree: Tree, name: str) -> None:
        self.text = tree.source
        self.root = tree.root
        self.name = name

    def lines(self, path: Path) -> str:
        """What is written below a key, as the owner wrote it but for the indentation; nothing where it is not written."""
        node, entry = self.root, None
        for key in path:
            entry = _entry(node, key) if node is not None else None
            node = entry.value if entry is not None else None
        if entry is None or not _is_block(entry.value):
            return ""
        start, end = self._below(entry)
        indent = self._column(entry.value)
        return re.sub(rf"^ {{0,{indent}}}", "", self.text[start:end], flags=re.MULTILINE)

    def change(self, path: Path, value: Any) -> str:
        """The text with `path` saying `value`; None takes the key out."""
        node, parent = self.root, None
        for depth, key in enumerate(path):
            entry = _entry(node, key) if node is not None else None
            if entry is None:
                return self.text if value is None else self._add(parent, node, path[depth:], value, path)
            if depth == len(path) - 1:
                return self._drop(node, entry) if value is None else self._put(entry, value, node)
            parent, node = entry, entry.value
        return self.text

    def _put(self, entry: Entry, value: Any, inside: Node | None) -> str:
        """Another value for a key that is written."""
        node = entry.value
        deep = is_deep(value) and inside is not None and not inside.flow
        if entry.key is node:  # an item of a list has no key to stand under
            notes = self._comments(node.start, node.end)
            text = self.text[: node.start] + flow(value, node) + self.text[node.end :]
            return self._noted(text, node.start, notes)
        if _is_block(node):
            return self._put_for_block(entry, value, deep)
        if deep:
            return self._put_below(entry, value)
        said = flow(value, node) if node.end > node.start else " " + flow(value)
        tail = self.text[node.end :]
        if (gap := re.match(r" +(?=#)", tail)) and "\n" not in self.text[node.start : node.end]:
            # The comments of a section stay aligned.
            width = max(min(2, len(gap[0])), len(gap[0]) - len(said) + node.end - node.start)
            tail = " " * width + tail[gap.end() :]
        notes = self._comments(node.start, node.end)
        return self._noted(self.text[: node.start] + said + tail, node.start, notes)

    def _put_for_block(self, entry: Entry, value: Any, deep: bool) -> str:
        """In place of lines below the key: lines again, or a value on the key's own line."""
        node = entry.value
        start, colon = self._line_start(node.start), self._after_colon(entry)
        notes = self._comments(start, node.end)
        if isinstance(value, Lines):  # their comments come with them
            above, below = self._below(entry)
            return self.text[:above] + block(value, node.start - start) + self.text[below:]
        if deep:
            text = self.text[:start] + block(value, node.start - start) + self.text[node.end :]
            return self._noted(text, start, notes)
        end = self._line_end(node.end)
        after = self.text[node.end : end].strip()
        head = self.text[:start].rstrip("\r\n")
        text = f"{head[:colon]} {flow(value)}{head[colon:]}{self.text[end:]}"
        return self._noted(text, entry.key.start, [*notes, *([after] if after else [])])

    def _put_below(self, entry: Entry, value: Any) -> str:
        """In place of a value on the key's line: lines below it."""
        node, end = entry.value, self._line_end(entry.value.end)
        notes, after = self._comments(node.start, node.end), self.text[node.end : end].strip()
        said = block(value, self._column(entry.key) + STEP)
        head = self.text[: self._after_colon(entry)] + (f"  {after}" if after else "")
        return self._noted(f"{head}\n{said}{self.text[end:]}", entry.key.start, notes)

    def _add(self, parent: Entry | None, node: Node | None, keys: Path, value: Any, path: Path) -> str:
        """A key that is not written yet, inside the section that is (or at the end of the file)."""
        if any(isinstance(key, int) for key in keys):
            raise SettingsError([Mistake(self.name, 0, "", words.EDIT_NO_ITEM.format(path=dotted(path)))])
        for key in reversed(keys[1:]):
            value = {key: value}
        key = str(keys[0])
        if node is None or (parent is None and node.is_null):
            return f"{self.text.rstrip()}\n\n{pair(key, value, 0)}\n".lstrip("\n")
        if node.is_null and parent is not None:
            end = self._line_end(node.end)
            said = pair(key, value, self._column(parent.key) + STEP)
            head = self.text[: node.start].rstrip(" ") if node.end > node.start else self.text[: node.start]
            return f"{head}{self.text[node.end : end]}\n{said}{self.text[end:]}"
        if node.kind != "map" or node.target is not None:
            raise SettingsError([Mistake(self.name, node.line, "", words.EDIT_NO_PLACE.format(path=dotted(path)))])
        if node.flow:
            said = f"{key_text(key)}: {flow(value)}"
            at = node.entries[-1].value.end if node.entries else node.start + 1
            return self.text[:at] + (", " if node.entries else "") + said + self.text[at:]
        end, blank = self._line_end(node.end), "\n" if parent is None else ""
        return f"{self.text[:end]}\n{blank}{pair(key, value, self._column(node.entries[0].key))}{self.text[end:]}"

    def _drop(self, node: Node | None, entry: Entry) -> str:
        """Takes a key out; the comments on its lines stay, on lines of their own."""
        assert node is not None
        start, end = entry.key.start, max(entry.value.end, entry.key.end, self._after_colon(entry))
        index = node.entries.index(entry) if entry in node.entries else -1
        first_of_item = bool(self.text[self._line_start(start) : start].strip())
        if node.flow or first_of_item:
            if index + 1 < len(node.entries):
                end = node.entries[index + 1].key.start
            elif index > 0:
                start = node.entries[index - 1].value.end
            notes = self._comments(start, end)
            filler = "{}" if first_of_item and not node.flow and len(node.entries) == 1 else ""
            return self._noted(self.text[:start] + filler + self.text[end:], start, notes)
        start, end = self._line_start(start), self._line_end(end)
        notes = self._comments(start, end)
        rest = _NEWLINE.sub("", self.text[end:], count=1) if _NEWLINE.match(self.text, end) else self.text[end:]
        return self._noted(self.text[:start] + rest, start, notes, self._column(entry.key))

    def _noted(self, text: str, at: int, notes: list[str], indent: int | None = None) -> str:
        """The text with `notes` as lines of their own above the line of `at`."""
        if not notes:
            return text
        start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
        if indent is None:
            indent = len(text[start:]) - len(text[start:].lstrip(" "))
        return text[:start] + "".join(" " * indent + note + "\n" for note in notes) + text[start:]

    def _comments(self, start: int, end: int) -> list[str]:
        """The comments between two offsets: every `#` after a space that is not within a value."""
        found, at = [], start
        for low, high in [*_scalars(self.root), (end, end)]:
            if high <= start or low > end:
                continue
            found += [match[0].rstrip() for match in _COMMENT.finditer(self.text, at, max(at, min(low, end)))]
            at = max(at, high)
        return found

    def _after_colon(self, entry: Entry) -> int:
        return self.text.index(":", entry.key.end) + 1

    def _below(self, entry: Entry) -> tuple[int, int]:
        """Where the lines below a key begin and end, comments on them and above the first value included."""
        after = self._line_end(entry.key.end)
        newline = _NEWLINE.match(self.text, after)
        return newline.end() if newline else after, self._line_end(entry.value.end)

    def _line_start(self, at: int) -> int:
        return max(self.text.rfind("\n", 0, at), self.text.rfind("\r", 0, at)) + 1

    def _line_end(self, at: int) -> int:
        found = _NEWLINE.search(self.text, at)
        return found.start() if found else len(self.text)

    def _column(self, node: Node) -> int:
        return node.start - self._line_start(node.start)


def _entry(node: Node, key: str | int) -> Entry | None:
    if isinstance(key, int):
        item = node.items[key] if 0 <= key < len(node.items) else None
        return Entry(item, item) if item is not None else None
    return next((entry for entry in node.entries if entry.key.text == key), None)


def _is_block(node: Node) -> bool:
    return node.kind != "scalar" and not node.flow


def _scalars(node: Node | None) -> Iterator[tuple[int, int]]:
    """The offsets of all that is written as keys and plain values, in order."""
    if node is None:
        return
    if node.kind == "scalar" or node.target is not None:
        yield node.start, node.end
    for item in node.items:
        yield from _scalars(item)
    for entry in node.entries:
        yield from _scalars(entry.key)
        yield from _scalars(entry.value)
