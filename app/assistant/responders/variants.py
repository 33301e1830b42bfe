"""Sizes, colours and other choices of a product: what it comes in, what is left of each, what instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from app.assistant.responders.goods import instead
from app.assistant.responders.hears import hears
from app.assistant.responders.traits import choice_named, kind_of_choice, sizes_and_colours
from app.assistant.turn import Asked, Turn
from app.catalog.service import OptionAxis, Product, bare
from app.core.text import fold

FEW_LEFT = 3  # so few are told
MOST_INSTEAD = 3
WORD = re.compile(r"\w+")
HOLDING = re.compile(r"\b(?:llevan?|traen?|tienen?|contienen?|has|have|contains?|any|is|es|son)\s+")
Chosen = dict[str, str]


def chosen_in(product: Product, folded: str) -> Chosen:
    """The option values (axis id -> value id) that a folded text names: `en eme`, `negras`, `38`, `grande`."""
    chosen: Chosen = {}
    named = sizes_and_colours(folded)
    text = f" {' '.join(bare(word) for word in WORD.findall(_without_prices(folded)))} "
    for axis in product.options:
        for value in axis.values:
            names = [name for name in (value.name, *value.synonyms) if len(fold(name)) > 1]
            said = any(f" {' '.join(bare(word) for word in WORD.findall(fold(name)))} " in text for name in names)
            if said or any(value.is_called(group) for group in named) or _alone(axis, value.name) & set(text.split()):
                chosen.setdefault(axis.id, value.id)
    return chosen


def _alone(axis: OptionAxis, name: str) -> set[str]:
    """The words, bare, that only this value of the axis has: `medio` of "medio litro" beside "litro"."""
    others = {bare(word) for value in axis.values if value.name != name for word in WORD.findall(fold(value.name))}
    own = WORD.findall(fold(name))
    if len(own) < 2 or any(word.isdigit() for word in own):
        return set()
    return {bare(word) for word in own if len(word) > FEW_LEFT} - others


def not_had(product: Product, folded: str) -> list[str]:
    """The sizes and colours a text names that the product never comes in, where it has such a choice."""
    names = [(group, kind_of_choice(group)) for group in sizes_and_colours(folded)]
    own = {kind_of(axis) for axis in product.options}
    values = [value for axis in product.options for value in axis.values]
    said = f" {' '.join(WORD.findall(folded))} "
    return [
        next((name for name in group if f" {name} " in said), group[0])
        for group, kind in names
        if kind in own and not any(value.is_called(group) for value in values)
    ]


def kind_of(axis: OptionAxis) -> str:
    """`sizes`, `colours` or "" by what its values are."""
    for value in axis.values:
        if group := choice_named(fold(value.name)):
            return kind_of_choice(group)
    return "sizes" if axis.values and all(value.name.isdigit() for value in axis.values) else ""


def say_choice(turn: Turn, product: Product, chosen: Chosen, *, counting: bool = False) -> str:
    """`Sí, Buzo M azul a $ 100; quedan 2.`, or that it is sold out, with what is left near it."""
    voice = turn.voice
    words = _words(product, chosen)
    if not turn.tools.check_stock(product).can_be_had or not product.can_be(chosen):
        off = voice.say("product.choice_off", name=product.name, chosen=words)
        near = _near(turn, product, chosen)
        return f"{off} {near}" if near else off + instead(turn, product)
    price = turn.tools.price(product.price_of(chosen), turn.language)
    left = product.left_of(chosen) if product.variants else None
    open_ = [axis for axis in product.options if axis.id not in chosen] if product.variants else []
    if left is None or (not counting and (left > FEW_LEFT or open_)):
        yes = voice.say("product.choice_yes", name=product.name, chosen=words, price=price)
        return f"{yes} {_say_axes(turn, product, open_, chosen)}".strip()
    count = (
        voice.say("product.left_one") if left == 1 else voice.say("product.left_some", count=f"{left.normalize():f}")
    )
    return voice.say("product.choice_left", name=product.name, chosen=words, price=price, left=count)


def say_price_chosen(turn: Turn, product: Product, chosen: Chosen) -> str:
    """`Horchata medio litro cuesta $ 30.`"""
    name = f"{product.name} {_words(product, chosen)}"
    return turn.voice.say("product.price", name=name, price=turn.tools.price(product.price_of(chosen), turn.language))


def say_not_had(turn: Turn, product: Product, values: Sequence[str]) -> str:
    """`Buzo en rojo no viene. Buzo viene en negro y azul.`"""
    said = say_never(turn, product, values)
    kinds = {kind_of_choice((value,)) or _kind_said(value) for value in values}
    axes = [axis for axis in product.options if kind_of(axis) in kinds] or list(product.options)
    return " ".join([said, _say_axes(turn, product, axes, {})])


def say_never(turn: Turn, product: Product, values: Sequence[str]) -> str:
    """`Buzo en rojo no viene.`"""
    return " ".join(turn.voice.say("product.choice_none", name=product.name, value=_shown(value)) for value in values)


def say_kinds(turn: Turn, product: Product, said: str, chosen: Chosen) -> str:
    """What it comes in: the axis that is asked for, or all; what is sold out left out. Empty if nothing is to choose."""
    axes = asked_axes(product, said) or [axis for axis in product.options if axis.id not in chosen]
    return _say_axes(turn, product, axes, chosen) if axes else ""


def asked_axes(product: Product, said: str) -> list[OptionAxis]:
    """What of it is asked for: its sizes, its colours."""
    return [axis for axis in product.options if _asks_axis(axis, said)]


def written(product: Product, chosen: Chosen) -> str:
    """For the topic: what was last chosen of a product, as a string."""
    return f"{product.sku}?{urlencode(chosen)}" if chosen else ""


def read_back(product: Product, text: str) -> Chosen:
    """What was last chosen of this product; nothing if it was of another."""
    sku, _, rest = text.partition("?")
    known = {axis.id for axis in product.options}
    return {axis: value for axis, value in parse_qsl(rest) if axis in known} if sku == product.sku else {}


def _say_axes(turn: Turn, product: Product, axes: Sequence[OptionAxis], chosen: Chosen) -> str:
    counted = bool(product.variants)
    said = []
    for axis in axes:
        left = [
            _with_price(turn, product, axis, value.id)
            for value in axis.values
            if product.can_be({**chosen, axis.id: value.id})
        ]
        if left:
            key = "product.kinds_left" if counted else "product.kinds"
            name = f"{product.name} {_words(product, chosen)}".strip()
            said.append(turn.voice.say(key, name=name, list=turn.voice.join(left)))
    return " ".join(said)


def _with_price(turn: Turn, product: Product, axis: OptionAxis, value_id: str) -> str:
    """A value with its price where the axis changes it."""
    value = axis.value(value_id)
    name = "" if value is None else _shown(value.name)
    if len({value.price_delta for value in axis.values}) == 1:
        return name
    price = turn.tools.price(product.price_of({axis.id: value_id}), turn.language)
    return turn.voice.say("product.option_price", option=name, price=price)


def _asks_axis(axis: OptionAxis, said: str) -> bool:
    kind = kind_of(axis)
    if bare(axis.name) in {bare(word) for word in WORD.findall(said)}:
        return True
    asked = (
        "colours"
        if re.search(r"\bcolo", said)
        else "sizes"
        if re.search(r"\b(?:tall|taman|medida|numero|size)", said)
        else ""
    )
    return bool(asked) and asked == kind


def _near(turn: Turn, product: Product, chosen: Chosen) -> str:
    """What is left that differs in one choice: the same size in other colours, then the same colour in other sizes."""
    if not turn.tools.check_stock(product).can_be_had:
        return ""
    found: list[str] = []
    for axis in reversed(product.options):
        if axis.id not in chosen:
            continue
        places = {value.id: place for place, value in enumerate(axis.values)}
        here = places.get(chosen[axis.id], 0)
        for value in sorted(axis.values, key=lambda one: abs(places[one.id] - here)):
            other = {**chosen, axis.id: value.id}
            if other != chosen and product.can_be(other):
                found.append(_words(product, other))
    listed = turn.voice.join(found[:MOST_INSTEAD], conjunction="join.or")
    return turn.voice.say("product.choice_instead", list=listed) if found else ""


def _words(product: Product, chosen: Chosen) -> str:
    values = [axis.value(chosen[axis.id]) for axis in product.options if axis.id in chosen]
    return " ".join(_shown(value.name) for value in values if value is not None)


def _shown(name: str) -> str:
    return name.upper() if len(name) <= FEW_LEFT and set(name) <= set("xsml") else name


def _kind_said(value: str) -> str:
    return next((kind_of_choice(group) for group in sizes_and_colours(f"en {value}")), "")


def _without_prices(folded: str) -> str:
    return re.sub(r"(?:\$|menos de|mas de)\s*\d[\d.,]*", " ", folded)


def asks_choice(said: str) -> bool:
    """It asks what sizes, colours or other choices there are."""
    return hears("which_choice", said)


def after_holding(folded: str) -> tuple[str, str]:
    """What follows "lleva", "trae", "tiene": ("lleva", "carne el vigoron")."""
    match = HOLDING.search(folded)
    return (match[0], folded[match.end() :]) if match else ("", "")


def named_part(asked: Asked) -> str:
    """The clause's words with marks off."""
    return " ".join(re.findall(r"[\w'$.,]+", asked.clause.folded))
