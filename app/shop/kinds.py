"""What a key of config.yaml may hold: each kind reads what was written, or says what it expected with an example."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from app.core.money import is_currency, known_currencies, read_amount
from app.shop import words
from app.shop.hours import DAYS, WeekHours
from app.shop.mistakes import Amiss, near
from app.shop.yamltree import Plain

TEMPLATE_VARIABLES = (
    "abierto_ahora", "horario", "direccion", "mapa", "telefono", "zonas", "tiempo_envio", "minimo", "metodos_pago",
    "tiempo_espera", "negocio", "nombre",
)  # fmt: skip
BRACES = re.compile(r"\{([^{}\n]*)\}")
PLACEHOLDER = re.compile("XXX")


class Kind(ABC):
    """Reads one value as written (text, list or mapping) into its type."""

    @abstractmethod
    def read(self, value: Any) -> Any:
        """The value; raises Amiss with a sentence where it is none."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)


@dataclass(frozen=True)
class Text(Kind):
    """Any text. A bare `true` is refused: the owner meant a switch, or forgot the quotes."""

    like: str = ""

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            like = words.LIKE.format(like=self.like) if self.like else ""
            raise Amiss(words.TEXT_EXPECTED.format(like=like) + words.SAYS.format(value=words.shown(value)))
        if isinstance(value, Plain) and value.lower() in {"true", "false"}:
            raise Amiss(words.TEXT_NEEDS_QUOTES.format(value=value))
        return str(value)


@dataclass(frozen=True)
class Shape(Kind):
    """A text of one shape; empty only where `empty`."""

    pattern: str
    expected: str
    like: str
    empty: bool = True

    def read(self, value: Any) -> str:
        text = Text(self.like).read(value).strip()
        if (not text and self.empty) or re.fullmatch(self.pattern, text):
            return text
        raise Amiss(words.SHAPE_EXPECTED.format(expected=self.expected, like=self.like, value=words.shown(text)))


@dataclass(frozen=True)
class Whole(Kind):
    low: int
    high: int
    like: int

    def read(self, value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,12}", value.strip(), re.ASCII):
            number = int(value)
            if self.low <= number <= self.high:
                return number
        raise Amiss(words.WHOLE_EXPECTED.format(low=self.low, high=self.high, like=self.like, value=words.shown(value)))


@dataclass(frozen=True)
class Number(Kind):
    """A number with decimals, exact; `to` turns it into another type (float for what is not money)."""

    low: str
    high: str
    like: str
    to: Callable[[Decimal], Any] = Decimal

    def read(self, value: Any) -> Any:
        if isinstance(value, str) and re.fullmatch(r"[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})", value.strip(), re.ASCII):
            try:
                number = Decimal(value.strip())
            except InvalidOperation:
                number = Decimal("NaN")
            if Decimal(self.low) <= number <= Decimal(self.high):
                return self.to(number)
        raise Amiss(
            words.NUMBER_EXPECTED.format(low=self.low, high=self.high, like=self.like, value=words.shown(value))
        )


@dataclass(frozen=True)
class Amount(Kind):
    """Money, as a Decimal of the shop's currency (which menu.json may name); empty is `absent`."""

    absent: Decimal | None = Decimal(0)

    def read(self, value: Any) -> Decimal | None:
        if not isinstance(value, str):
            raise Amiss(
                words.AMOUNT_EXPECTED.format(why=words.SAYS.format(value=words.shown(value)).removeprefix("; "))
            )
        if not value.strip():
            return self.absent
        try:
            return read_amount(value)
        except ValueError as error:
            raise Amiss(words.AMOUNT_EXPECTED.format(why=error)) from None


@dataclass(frozen=True)
class Flag(Kind):
    """`true` or `false`; with `auto`, also that word."""

    auto: bool = False

    def read(self, value: Any) -> bool | str:
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in {"true", "false"}:
            return word == "true"
        if self.auto and word == "auto":
            return "auto"
        said = {"si": "true", "sí": "true", "yes": "true", "on": "true", "no": "false", "off": "false"}.get(word, "")
        expected = words.CHOICE_EXPECTED.format(choices="auto, true, false", value=words.shown(value))
        text = expected if self.auto else words.FLAG_EXPECTED.format(value=words.shown(value))
        raise Amiss(text + _meant(said or near(word, ["auto", "true", "false"] if self.auto else ["true", "false"])))


@dataclass(frozen=True)
class OneOf(Kind):
    choices: tuple[str, ...]

    def read(self, value: Any) -> str:
        if isinstance(value, str) and value in self.choices:
            return str(value)
        said = ", ".join(choice for choice in self.choices if choice)
        text = words.CHOICE_EXPECTED.format(choices=said, value=words.shown(value))
        raise Amiss(text + _meant(near(value, self.choices) if isinstance(value, str) else ""))


class Zone(Kind):
    """The name of a time zone that exists."""

    def read(self, value: Any) -> str:
        name = Text("America/Managua").read(value).strip()
        try:
            if name and not name.endswith(("/", ".tab", ".zi")) and name not in {"localtime", "posixrules"}:
                return ZoneInfo(name).key
        except (KeyError, ValueError, OSError):  # not found, a path out of the zones' folder, a folder
            pass
        raise Amiss(words.NO_SUCH_ZONE.format(value=words.shown(name)) + _meant(_near_zone(name)))


class Currency(Kind):
    def read(self, value: Any) -> str:
        code = Text("NIO").read(value).strip()
        if not code or is_currency(code):
            return code
        meant = code.upper() if is_currency(code.upper()) else near(code.upper(), known_currencies())
        raise Amiss(words.CURRENCY_EXPECTED.format(value=words.shown(code)) + _meant(meant))


class Hours(Kind):
    def read(self, value: Any) -> WeekHours:
        if not isinstance(value, dict):
            raise Amiss(words.SECTION_EXPECTED.format(value=words.shown(value)))
        return WeekHours.parse(value)


class Template(Kind):
    """An owner's text with `{variables}` of the fixed list."""

    def read(self, value: Any) -> str:
        text = Text("Atendemos {horario}.").read(value)
        check_variables(text, TEMPLATE_VARIABLES)
        return text


class Day(Kind):
    def read(self, value: Any) -> str:
        return OneOf(DAYS).read(value)


class Site(Kind):
    """The address of a web page's site, without a path: it becomes a source in a security header."""

    def read(self, value: Any) -> str:
        text = Text("https://mitiendita.com").read(value).strip().rstrip("/")
        try:
            text = text.encode("idna").decode("ascii") if not text.isascii() else text
        except UnicodeError:
            text = ""
        if not re.fullmatch(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", text, re.IGNORECASE):
            raise Amiss(
                words.SHAPE_EXPECTED.format(
                    expected="la dirección de un sitio", like="https://mitiendita.com", value=words.shown(value)
                )
            )
        return text.lower()


def unknown_variables(text: str, known: tuple[str, ...]) -> dict[str, str]:
    """The `{names}` in `text` that nobody fills, each with the one it was probably meant to be (or nothing)."""
    return {name: near(name, known) for name in BRACES.findall(text) if name not in known}


def check_variables(text: str, known: tuple[str, ...]) -> None:
    """Raises Amiss for the `{names}` in `text` that nobody fills."""
    unknown = unknown_variables(text, known)
    if unknown:
        raise Amiss([((), _no_variable(name, meant, known)) for name, meant in unknown.items()])


def frozen(value: dict[str, Any]) -> MappingProxyType[str, Any]:
    return MappingProxyType(value)


def nothing() -> MappingProxyType[str, Any]:
    return MappingProxyType({})


def is_placeholder(value: str) -> bool:
    """Whether a value still holds the `XXX…` of the examples."""
    return PLACEHOLDER.search(value) is not None


def _no_variable(name: str, meant: str, known: tuple[str, ...]) -> str:
    more = _meant(f"{{{meant}}}") if meant else words.THERE_ARE.format(names=", ".join(known))
    return words.NO_SUCH_VARIABLE.format(name=name) + more


def _meant(meant: str) -> str:
    return words.MEANT.format(meant=meant) if meant else ""


def _near_zone(name: str) -> str:
    zones = available_timezones()
    cities = {zone.rpartition("/")[2].replace("_", " "): zone for zone in sorted(zones, reverse=True)}
    if found := near(name, zones):
        return found
    city = near(name.rpartition("/")[2].replace("_", " "), cities)
    return cities.get(city, "")
