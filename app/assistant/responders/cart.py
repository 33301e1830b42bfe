"""The cart in chat: what a message changes in it, what can be had of that, and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.assistant.basket import skus_of
from app.assistant.responders import goods, variants
from app.assistant.turn import Turn
from app.catalog.service import OptionAxis, OptionValue, Product
from app.chat.messages import QuickReply
from app.nlu.service import Line, SaidExtra, Unclear, Waiting
from app.orders.service import MAX_QUANTITY

FEW_LINES = 2  # more read better one below the other
MOST_CHOICES = 8
PATIENT = 2  # times more a choice is asked in the same words
COUNTED = re.compile(
    r"^(?:(?:\d+|un|una|unos|unas|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|media|docena|de|a|an|two|three|four|five|six|some)\s+)+",
    re.IGNORECASE,
)
SAY = "say:"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the customer about a line: its words, the answers to tap, and what the next message may answer."""

    text: str
    choices: tuple[QuickReply, ...]
    waiting: Waiting


def can_be_had(turn: Turn, lines: Sequence[Line]) -> tuple[tuple[Line, ...], list[str]]:
    """The lines as far as the shelf holds them, and what is to be said about the rest."""
    known = turn.tools.products(skus_of(lines))
    taken: dict[tuple[str, str], Decimal] = {}
    kept: list[Line] = []
    said: list[str] = []
    for line in lines:
        product = known.get(line.product_id)
        if product is None:
            continue
        chosen = chosen_of(line)
        if not turn.tools.check_stock(product).can_be_had or not product.can_be(chosen):
            turn.lose("sold_out", product.name)
            said.append(_say_off(turn, product, chosen))
            continue
        variant = product.variant(chosen)
        shelf = (product.sku, variant.key if variant is not None else "")
        left = product.left_of(chosen)
        if line.qty > MAX_QUANTITY:
            said.append(turn.voice.say("cart.too_many", name=product.name))
            line = replace(
                line, qty=next((had.qty for had in turn.basket.lines if had.of(line.qty) == line), Decimal(0))
            )
            if not line.qty:
                continue
        free = None if left is None else left - taken.get(shelf, Decimal(0))
        if free is not None and line.qty > free:
            turn.lose("sold_out", product.name)
            said.append(_say_few(turn, product, chosen, max(free, Decimal(0))))
            if free <= 0:
                continue
            line = replace(line, qty=free)
        taken[shelf] = taken.get(shelf, Decimal(0)) + line.qty
        kept.append(line)
    return tuple(kept), said


def chosen_of(line: Line) -> dict[str, str]:
    """The line's choices of one value each (axis id -> value id): what a variant is made of."""
    return {axis: values[0] for axis, values in line.options if len(values) == 1}


def _say_off(turn: Turn, product: Product, chosen: dict[str, str]) -> str:
    if chosen and product.variants and turn.tools.check_stock(product).can_be_had:
        return variants.say_choice(turn, product, chosen)
    return turn.voice.say("product.off", name=product.name) + goods.instead(turn, product)


def _say_few(turn: Turn, product: Product, chosen: dict[str, str], left: Decimal) -> str:
    values = [_value_name(product.axis(axis), value) for axis, value in chosen.items()] if product.variants else []
    name = f"{product.name} ({', '.join(values)})" if values else product.name
    return turn.voice.say("cart.no_more", name=name) if left <= 0 else say_left(turn, name, left)


def say_left(turn: Turn, name: str, left: Decimal) -> str:
    """`De Baho sólo quedan 3: te anoté 3.`"""
    return turn.voice.say("cart.few_one" if left == 1 else "cart.few", name=name, left=f"{left.normalize():f}")


def say_cart(turn: Turn, lines: Sequence[Line], key: str = "cart.noted") -> str:
    """`Te anoté 2 Nacatamal y 1 Fresco de cacao: C$ 300.`; one line each where there are many."""
    priced = turn.tools.priced(lines)
    total = turn.tools.price(sum(line.total for line in priced), turn.language)
    items = [say_line(turn, line) for line in lines]
    if len(items) <= FEW_LINES:
        return turn.voice.say(key, list=turn.voice.join(items), total=total)
    listed = "\n".join(
        turn.voice.say("cart.line", item=item, price=turn.tools.price(line.total, turn.language))
        for item, line in zip(items, priced, strict=True)
    )
    return turn.voice.say(f"{key}_list", list=listed, total=total)


def say_line(turn: Turn, line: Line) -> str:
    """`2 Pizza napolitana (grande, sin cebolla)`."""
    product = turn.tools.products([line.product_id])[line.product_id]
    details = say_details(turn, product, line)
    amount = goods.say_amount(turn, product, line.qty)
    return f"{amount} ({turn.voice.say('cart.and').join(details)})" if details else amount


def say_details(turn: Turn, product: Product, line: Line) -> list[str]:
    """Its options and extras in words."""
    details: list[str] = []
    for axis_id, value_ids in line.options:
        axis = product.axis(axis_id)
        names = [_value_name(axis, value) for value in value_ids]
        details.append(turn.voice.join(names))
    for refused in line.without_options:
        axis_id, _, value = refused.partition(":")
        details.append(turn.voice.say("cart.extra_no", name=_value_name(product.axis(axis_id), value)))
    details += [_say_extra(turn, product, extra) for extra in line.extras]
    return [*details, line.note] if line.note else details


def _say_extra(turn: Turn, product: Product, said: SaidExtra) -> str:
    extra = product.extra(said.id)
    name = extra.name if extra is not None else said.id
    if said.kind == "add" and said.qty > 1:
        return turn.voice.say("cart.extra_add_several", name=name, qty=said.qty)
    return turn.voice.say(f"cart.extra_{said.kind}", name=name)


def _value_name(axis: OptionAxis | None, value_id: str) -> str:
    value = axis.value(value_id) if axis is not None else None
    return value.name if value is not None else value_id


def which_of_these(turn: Turn, unclear: Unclear) -> Question | None:
    """Several products fit a word ("2 frescos"): which of them?"""
    known = turn.tools.products(unclear.products).values()
    there = [product for product in known if turn.tools.check_stock(product).can_be_had][:MOST_CHOICES]
    if not there:
        return None
    listed = "\n".join(goods.say_line(turn, product) for product in there)
    words = " ".join(COUNTED.sub("", unclear.words).split())[:60]
    text = turn.voice.say("cart.which", words=words[:1].upper() + words[1:], list=listed)
    choices = tuple(QuickReply(product.name, SAY + product.name) for product in there)
    qty = unclear.qty if unclear.said_qty else None
    waiting = Waiting(products=tuple(product.sku for product in there), qty=qty, unit=unclear.unit)
    return Question(text, choices, waiting)


def pressed(turn: Turn, question: Question, before: Waiting | None) -> Question:
    """The question as it is asked now; the third time in a row it says how to go on without its answer."""
    again = turn.basket.asked_again + 1 if question.waiting == before else 0
    turn.basket = replace(turn.basket, waiting=question.waiting, asked_again=again)
    lines = turn.basket.lines
    if again < PATIENT or not question.waiting.at:
        return question
    sku = lines[question.waiting.at[0]].product_id
    name = turn.tools.products([sku])[sku].name
    taps = tuple(
        QuickReply(turn.voice.say(f"cart.tap_{way}"), SAY + turn.voice.say(f"cart.say_{way}", name=name))
        for way in ("without", "person")
    )
    text = f"{question.text}\n{turn.voice.say('cart.or_without', name=name)}"
    return replace(question, text=text, choices=(*question.choices[: MOST_CHOICES - len(taps)], *taps))


def choice_missing(turn: Turn, lines: Sequence[Line]) -> Question | None:
    """What has to be chosen and was not, of the first product that lacks it: size and flavour in one question."""
    known = turn.tools.products(skus_of(lines))
    for line in lines:
        product = known.get(line.product_id)
        axes = [axis for axis in product.options if _lacks(line, axis)] if product else []
        if product is None or not axes:
            continue
        first = axes[0]
        at = tuple(i for i, one in enumerate(lines) if one.product_id == line.product_id and _lacks(one, first))
        asked = " ".join(_say_axis(turn, product, line, axis) for axis in axes)
        choices = tuple(
            QuickReply(value.name, SAY + value.name) for value in _there(product, line, first)[:MOST_CHOICES]
        )
        return Question(
            turn.voice.say("cart.choose", name=product.name, asked=asked), choices, Waiting(at=at, axis=first.id)
        )
    return None


def _say_axis(turn: Turn, product: Product, line: Line, axis: OptionAxis) -> str:
    """`¿qué talle? S, M o L ($ 500).`: with the price of what costs more."""
    named = [
        value.name if not value.price_delta else turn.voice.say(
            "cart.value", name=value.name,
            price=turn.tools.price(product.price_of({**chosen_of(line), axis.id: value.id}), turn.language),
        )
        for value in _there(product, line, axis)
    ]  # fmt: skip
    return turn.voice.say("cart.which_axis", axis=axis.name.lower(), list=turn.voice.join(named, conjunction="join.or"))


def _there(product: Product, line: Line, axis: OptionAxis) -> list[OptionValue]:
    """The values that can be had with what was chosen already."""
    return [value for value in axis.values if product.can_be({**chosen_of(line), axis.id: value.id})]


def _lacks(line: Line, axis: OptionAxis) -> bool:
    return axis.required and bool(axis.values) and axis.id not in dict(line.options)


def with_only_choices(lines: Sequence[Line], known: Mapping[str, Product]) -> tuple[Line, ...]:
    """What can only be one way is that way: nobody is asked for it."""
    settled = []
    for line in lines:
        product = known.get(line.product_id)
        options = dict(line.options)
        for axis in product.options if product is not None else ():
            if _lacks(line, axis) and len(axis.values) == 1:
                options[axis.id] = (axis.values[0].id,)
        settled.append(replace(line, options=tuple(sorted(options.items()))))
    return tuple(settled)
