"""Reads YAML into plain data that remembers its lines; nothing in the file can run, swell or be of any other type.

Scalars stay text as written: what a key expects decides what `8:00`, `no` or `1.10` mean, so no hour becomes a number
of seconds and no price a float.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from app.core.text import clean
from app.shop import words
from app.shop.mistakes import Mistake, Path, SettingsError, dotted

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_EVENTS = 20_000
MAX_NODES = 20_000
NULLS = {"", "~", "null", "Null", "NULL"}
BOM = "\ufeff"


class Plain(str):
    """A scalar written without quotes."""

    __slots__ = ()


@dataclass(slots=True)
class Node:
    """One value in the source: `start` and `end` are offsets of its text, comments after it excluded."""

    kind: Literal["scalar", "map", "list"]
    line: int
    start: int
    end: int
    flow: bool = False
    quote: str = ""
    text: str = ""
    entries: list[Entry] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    target: Node | None = None

    @property
    def is_null(self) -> bool:
        return self.kind == "scalar" and not self.quote and self.target is None and self.text in NULLS


@dataclass(slots=True)
class Entry:
    key: Node
    value: Node


@dataclass(frozen=True, slots=True)
class Tree:
    """A document: its source (without BOM), its root (None when empty), plain data, and the line of each path."""

    source: str
    root: Node | None
    data: dict[str, Any]
    lines: dict[Path, int]

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing above it that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def decode(raw: bytes, name: str) -> str:
    """Bytes of a file -> text; refuses what is too big or not UTF-8."""
    if len(raw) > MAX_BYTES:
        raise SettingsError([Mistake(name, 0, "", words.TOO_BIG.format(size=f"{len(raw) / 1e6:.0f}"))])
    try:
        return raw.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        raise SettingsError([Mistake(name, raw[: error.start].count(b"\n") + 1, "", words.NOT_UTF8)]) from None


def read_tree(source: str, name: str) -> Tree:
    """Parses one document; SettingsError carries what is wrong with its line."""
    builder = _Builder(source, name)
    root = builder.build()
    data, lines = _Unfolder(builder).unfold(root)
    if builder.mistakes:
        raise SettingsError(builder.mistakes)
    return Tree(source, root, data, lines)


class _Builder:
    """Composes nodes from the parser's events, without its constructors."""

    def __init__(self, source: str, name: str) -> None:
        self.source = source
        self.name = name
        self.mistakes: list[Mistake] = []
        self.stack: list[Node] = []
        self.keys: list[Node | None] = []
        self.anchors: dict[str, Node] = {}
        self.root: Node | None = None

    def build(self) -> Node | None:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            for count, event in enumerate(YAML(typ="safe", pure=True).parse(self.source)):
                if count > MAX_EVENTS:
                    self.stop(event, words.TOO_MUCH)
                self.take(event)
        except YAMLError as error:
            from app.shop.yamlerrors import explain

            line, text = explain(error, self.source)
            raise SettingsError([*self.mistakes, Mistake(self.name, line, "", text)]) from None
        except (ValueError, OverflowError, IndexError):  # an escape such as "\UFFFFFFFF" is beyond the parser's checks
            raise SettingsError([*self.mistakes, Mistake(self.name, 1, "", words.NOT_UNDERSTOOD)]) from None
        return self.root

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self.tag_free(event)
            self.put(self.scalar(event), event.anchor)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            self.tag_free(event)
            if len(self.stack) >= MAX_DEPTH:
                self.stop(event, words.TOO_DEEP)
            node = Node("map" if kind[0] == "M" else "list", *self.place(event), flow=bool(event.flow_style))
            self.put(node, event.anchor)
            self.stack.append(node)
            self.keys.append(None)
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            node = self.stack.pop()
            self.keys.pop()
            children = [entry.value for entry in node.entries] if node.kind == "map" else node.items
            node.end = event.end_mark.index if node.flow else max([node.start, *(child.end for child in children)])
        elif kind == "AliasEvent":
            self.alias(event)
        elif kind == "DocumentStartEvent" and self.root is not None:
            self.stop(event, words.MANY_DOCUMENTS)

    def scalar(self, event: Any) -> Node:
        line, start, end = self.place(event)
        end = start + len(self.source[start:end].rstrip()) if event.style in {"|", ">"} else end
        node = Node("scalar", line, start, end, quote=event.style or "", text=clean(event.value))
        key = self.keys[-1] if self.keys else None
        if node.is_null and not node.text and key is not None:  # nothing after the colon: its place is right there
            colon = re.compile(r"\s*:").match(self.source, key.end)
            node.start = node.end = colon.end() if colon else key.end
            node.line = key.line
        return node

    def alias(self, event: Any) -> None:
        target = self.anchors.get(event.anchor)
        if target is None or target in self.stack:
            self.mistake(event, words.ALIAS_UNKNOWN if target is None else words.ALIAS_OF_ITSELF)
            target = Node("scalar", *self.place(event))
        self.put(Node(target.kind, *self.place(event), flow=True, target=target), None)

    def put(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if parent.kind == "list":
            parent.items.append(node)
        elif (key := self.keys[-1]) is None:
            self.keys[-1] = node
        else:
            parent.entries.append(Entry(key, node))
            self.keys[-1] = None

    def tag_free(self, event: Any) -> None:
        if event.tag is not None:
            self.mistake(event, words.TAG.format(tag=str(event.tag).replace("tag:yaml.org,2002:", "!!")))

    def place(self, event: Any) -> tuple[int, int, int]:
        return event.start_mark.line + 1, event.start_mark.index, event.end_mark.index

    def mistake(self, event: Any, text: str) -> None:
        self.mistakes.append(Mistake(self.name, event.start_mark.line + 1, "", text))

    def stop(self, event: Any, text: str) -> None:
        self.mistake(event, text)
        raise SettingsError(self.mistakes)


class _Unfolder:
    """Nodes -> plain data, aliases unfolded within a budget, and the line of each path."""

    def __init__(self, builder: _Builder) -> None:
        self.name = builder.name
        self.mistakes = builder.mistakes
        self.left = MAX_NODES
        self.lines: dict[Path, int] = {}

    def unfold(self, root: Node | None) -> tuple[dict[str, Any], dict[Path, int]]:
        if root is None or root.is_null:
            return {}, {}
        if root.kind != "map":
            self.mistakes.append(Mistake(self.name, root.line, "", words.NOT_A_MAPPING))
            return {}, {}
        data: dict[str, Any] = self.value(root, ())
        return data, self.lines

    def value(self, node: Node, path: Path) -> Any:
        self.left -= 1
        if self.left < 0 or len(path) > MAX_DEPTH:
            raise SettingsError([*self.mistakes, Mistake(self.name, node.line, dotted(path[:4]), words.TOO_MUCH)])
        node = node.target or node
        if node.kind == "map":
            return self.mapping(node, path)
        if node.kind == "list":
            for index, item in enumerate(node.items):
                self.lines[(*path, index)] = item.line
            return [self.value(item, (*path, index)) for index, item in enumerate(node.items)]
        if node.is_null:
            return None
        return node.text if node.quote else Plain(node.text)

    def mapping(self, node: Node, path: Path) -> dict[str, Any]:
        """What is written with nothing after the colon is as if it were not written."""
        data: dict[str, Any] = {}
        for entry in node.entries:
            key = entry.key.target or entry.key
            if key.kind != "scalar" or not key.text:
                text = words.EMPTY_KEY if key.kind == "scalar" else words.PLAIN_KEY_EXPECTED
                self.mistakes.append(Mistake(self.name, key.line, dotted(path), text))
                continue
            here = (*path, key.text)
            if here in self.lines and key.text in data:
                text = words.DUPLICATE_KEY.format(line=self.lines[here])
                self.mistakes.append(Mistake(self.name, entry.key.line, dotted(here), text))
                continue
            self.lines.setdefault(here, entry.key.line)
            data[key.text] = self.value(entry.value, here)
        return {key: value for key, value in data.items() if value is not None}
