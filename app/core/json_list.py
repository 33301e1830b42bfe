"""Reads a JSON file that is a list of things, and says on which line each begins."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from app.core.errors import UserError
from app.core.tables import complaint, decode


def read_json(data: bytes, name: str, key: str) -> tuple[dict[str, Any], list[tuple[int, Any]]]:
    """JSON whose top is a list, or an object with the list under `key` -> (the rest of the object, [(line, item)]).

    Numbers with decimals come as Decimal. UserError says the line of a mistake, or that there is no such list.
    """
    text = decode(data, name)
    try:
        rest, items = _JsonFile(text, key).read()
    except json.JSONDecodeError as error:
        raise UserError(complaint("bad_json", file=name, line=error.lineno, why=error.msg)) from error
    except (RecursionError, ValueError) as error:
        raise UserError(complaint("bad_json", file=name, line=1, why=error)) from error
    if items is None:
        raise UserError(complaint("no_list", file=name, key=key))
    return rest, items


class _JsonFile:
    """Walks the top of a JSON text itself, so that every item of the list keeps the line it begins on."""

    SPACE = re.compile(r"\s*")

    def __init__(self, text: str, key: str) -> None:
        self.text = text
        self.key = key
        self.at = 0
        self.line = 1
        self.counted = 0
        self.decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)

    def read(self) -> tuple[dict[str, Any], list[tuple[int, Any]] | None]:
        rest: dict[str, Any] = {}
        items: list[tuple[int, Any]] | None = None
        if self._peek() == "[":
            items = self._items()
        else:
            self._expect("{")
            while self._peek() != "}":
                key = self._value()
                self._expect(":")
                if key == self.key and self._peek() == "[":
                    items = self._items()
                else:
                    rest[str(key)] = self._value()
                if self._peek() != "}":
                    self._expect(",")
            self.at += 1
        if self._peek():
            raise json.JSONDecodeError("Extra data", self.text, self.at)
        return rest, items

    def _items(self) -> list[tuple[int, Any]]:
        self._expect("[")
        items: list[tuple[int, Any]] = []
        while self._peek() != "]":
            line = self._line()
            items.append((line, self._value()))
            if self._peek() != "]":
                self._expect(",")
        self.at += 1
        return items

    def _line(self) -> int:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        return self.line

    def _value(self) -> Any:
        self._peek()
        value, self.at = self.decoder.raw_decode(self.text, self.at)
        return value

    def _peek(self) -> str:
        space = self.SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at
        return self.text[self.at : self.at + 1]

    def _expect(self, sign: str) -> None:
        if self._peek() != sign:
            raise json.JSONDecodeError(f"Expecting '{sign}'", self.text, self.at)
        self.at += 1


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
