"""What of the menu is looked at: the filters a question names, as a value that survives as a button's payload."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from app.assistant.responders.hears import WORD, hears, kinds_said, words_of
from app.assistant.responders.traits import choice_named as names_of
from app.assistant.responders.traits import (
    is_soft,
    is_trait,
    lacking_of,
    shown_by,
    sizes_and_colours,
    tells_it,
    traits_in,
    whole_names,
)
from app.assistant.turn import Asked, Turn
from app.catalog.service import Wanted
from app.core.money import parse_money
from app.core.text import fold

MENU = "menu:"
LAST_PAGE = 1000
MOST_TRAITS = 4
LONGEST = 40
AMOUNT = r"\D{0,3}(\d[\d.,]*)(?![\d.,])\s*(mil\b|k\b|lucas\b)?"
BETWEEN = re.compile(
    rf"\b(?:entre|between|from|de)\s+(?:los\s+|unos\s+)?{AMOUNT}\s*(?:(?:y|a|and|to|hasta)\s+)?(?:los\s+)?{AMOUNT}"
)
NUMBERED = re.compile(r"\b(?:talle|talla|numero|nro|size)\s+(\d{1,3})\b")
TRAILING = re.compile(r"(?<!de )(?<!a )\b([1-5]\d)$")  # "zapatillas 38"
ONLY = re.compile(
    r"\b(?:el|la|the)\b(?!\s+(?:menu|carta|local|tienda))(?:\s+\w+){0,3}\s+(?:mas (?:barat[oa]|car[oa]|economic[oa]|costos[oa])\b|cheapest|priciest)"
    r"|\bthe (?:cheapest|dearest|most expensive) \w+[^s\W]\b(?!\s+(?:do|have|things?))"
)
ROUND = {
    "cincuenta": 50,
    "cien": 100,
    "doscientos": 200,
    "trescientos": 300,
    "quinientos": 500,
    "mil": 1000,
    "fifty": 50,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What of the menu is looked at. `under`, `over`: minor units, both included; traits as in `traits`.

    `choices`: sizes and colours by their first name; `by_price`: "up" from the cheapest, "down" from the dearest;
    `only`: just the first of them is asked for.
    """

    category: str = ""
    words: str = ""
    under: int = 0
    over: int = 0
    best: bool = False
    seasonal: bool = False
    having: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    by_price: Literal["", "up", "down"] = ""
    page: int = 0
    only: bool = False

    @property
    def payload(self) -> str:
        given = {field.name: _written(getattr(self, field.name)) for field in fields(self)}
        return MENU + urlencode({name: value for name, value in given.items() if value})

    @staticmethod
    def of(payload: str) -> Look:
        """Reads a payload back; what is not in it, or is nonsense, is not looked for."""
        given = dict(parse_qsl(payload.removeprefix(MENU)))
        order = given.get("by_price", "")
        return Look(
            given.get("category", ""), given.get("words", "")[:LONGEST], _number(given, "under"), _number(given, "over"),
            bool(_number(given, "best")), bool(_number(given, "seasonal")),
            tuple(filter(is_trait, _several(given, "having"))), tuple(filter(is_trait, _several(given, "lacking"))),
            _several(given, "choices"),
            "up" if order == "up" else "down" if order == "down" else "", min(_number(given, "page"), LAST_PAGE),
            bool(_number(given, "only")),
        )  # fmt: skip

    @property
    def is_filter(self) -> bool:
        """More than a category is asked for."""
        return replace(self, category="", page=0) != Look()

    @property
    def traits(self) -> bool:
        return bool(self.having or self.lacking or self.choices)

    def next(self) -> Look:
        return replace(self, page=self.page + 1, only=False)

    def and_(self, more: Look) -> Look:
        """This refined by what is said of it next: "¿y sin carne?"."""
        return Look(
            more.category or self.category, more.words or self.words, more.under or self.under, more.over or self.over,
            more.best or self.best, more.seasonal or self.seasonal, _united(self.having, more.having),
            _united(self.lacking, more.lacking), _united(self.choices, more.choices), more.by_price or self.by_price,
        )  # fmt: skip

    @property
    def soft(self) -> tuple[str, ...]:
        """The traits that are let go where nothing has them."""
        return tuple(trait for trait in self.having if is_soft(trait))

    def without(self, traits: Sequence[str]) -> Look:
        return replace(self, having=tuple(trait for trait in self.having if trait not in traits))

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            words=self.words, category=self.category, max_price=self.under or None, min_price=self.over or None,
            best_seller=self.best or None, seasonal=self.seasonal or None, by_price=self.by_price,
            having=tuple(map(shown_by, self.having)), lacking=tuple(map(lacking_of, self.lacking)),
            choices=tuple(names_of(name) or (name,) for name in self.choices),
        )  # fmt: skip


def look_asked(turn: Turn, asked: Asked) -> Look | None:
    """The filters a question names; None if it names none. Traits belong to a product where one is named."""
    text = " ".join(re.sub(r"[¿?¡!,;:()\"]", " ", asked.clause.folded).split())
    names = [fold(mention.words) for mention in asked.clause.mentions]
    traits = traits_in(whole_names(text, names), turn.tools.on_menu)
    heads = [mention for mention in asked.clause.mentions if traits.is_about(fold(mention.words))]
    category = _category(turn, asked, traits.rest, text)
    having = tuple(name for name in traits.having if not (category and tells_it(name, fold(category))))
    under, over = _bounds(turn, asked, text)
    numbers = NUMBERED.findall(text) + (TRAILING.findall(text) if heads else [])
    sized = [group for group in sizes_and_colours(text) if not any(name in fold(category).split() for name in group)]
    chosen = [group[0] for group in sized] + numbers[:1]
    look = Look(
        category=category, under=under, over=over, best=hears("best", asked.said), seasonal=hears("seasonal", asked.said),
        having=having[:MOST_TRAITS], lacking=traits.lacking[:MOST_TRAITS], by_price=_by_price(asked.said),
        choices=tuple(chosen),
    )  # fmt: skip
    if any(not mention.others for mention in heads):
        look = replace(look, having=(), lacking=(), by_price="", choices=())
    elif heads and look.is_filter and not category:
        look = replace(look, words=fold(heads[0].words))
    if look.by_price and category and ONLY.search(text):
        look = replace(look, only=True)
    return look if look != Look() else None


def category_named(categories: list[str], said: str) -> str:
    """The category whose name the text holds, singular or plural, else one for the kind of food it speaks of."""
    words = [_singular(word) for word in WORD.findall(fold(said))]
    text = f" {' '.join(words)} "
    named = [name for name in categories if f" {' '.join(map(_singular, WORD.findall(fold(name))))} " in text]
    if named:
        return max(named, key=len)
    stems = tuple(kinds_said(fold(said)))
    return next((name for stem in stems for name in categories if fold(name).startswith(stem)), "")


def _category(turn: Turn, asked: Asked, rest: str, text: str) -> str:
    """Not one that is only named as what is to be in it or not: "sin lácteos"."""
    return category_named(turn.tools.categories(), asked.said if rest == text else rest)


def _by_price(said: str) -> Literal["", "up", "down"]:
    return "up" if hears("cheapest", said) else "down" if hears("dearest", said) else ""


def _bounds(turn: Turn, asked: Asked, text: str) -> tuple[int, int]:
    """The most and the least it may cost; 0: does not matter."""
    between = BETWEEN.search(text)
    if between is not None and (between[0].startswith(("entre", "between")) or asked.clause.entities.money):
        low, high = _minor(turn, between[1], between[2] or between[4]), _minor(turn, between[3], between[4])
        return max(low, high), min(low, high)
    under, over = _after(turn, "under", text), _after(turn, "over", text)
    return under or (0 if over else _budget(turn, asked, text)), over


def _after(turn: Turn, topic: str, text: str) -> int:
    for way in sorted(words_of(topic), key=len, reverse=True):
        start = rf"\b{re.escape(way)}\s+(?:de\s+|los\s+|las\s+|unos\s+)?"
        found = re.search(start + AMOUNT, text)
        if found:
            return _minor(turn, found[1], found[2])
        in_words = re.search(start + rf"({'|'.join(ROUND)})\b", text)
        if in_words:
            return _minor(turn, str(ROUND[in_words[1]]), "")
    return 0


def _budget(turn: Turn, asked: Asked, text: str) -> int:
    """ "Tengo 200 pesos, ¿para qué me alcanza?": what one has to spend, also where it was said just before."""
    if not hears("budget", text) and not hears("budget", asked.said):
        return 0
    found = re.search(AMOUNT.removeprefix(r"\D{0,3}"), text)
    if found:
        return _minor(turn, found[1], found[2])
    said = asked.clause.entities.money or turn.analysis.entities.money
    return _minor(turn, str(said[0].value.amount), "") if said else 0


def _minor(turn: Turn, digits: str, times: str | None) -> int:
    try:
        return parse_money(digits.rstrip(".,"), turn.tools.currency) * (1000 if times else 1)
    except ValueError:
        return 0


def _united(one: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *more)))[:MOST_TRAITS]


def _singular(word: str) -> str:
    return word[:-2] if len(word) > 5 and word.endswith("es") else word.removesuffix("s")


def _written(value: object) -> object:
    if isinstance(value, tuple):
        return ",".join(value)
    return int(value) if isinstance(value, bool) else value


def _several(given: dict[str, Any], name: str) -> tuple[str, ...]:
    return tuple(item[:LONGEST] for item in given.get(name, "").split(",") if item)[:MOST_TRAITS]


def _number(given: dict[str, Any], name: str) -> int:
    text = given.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
