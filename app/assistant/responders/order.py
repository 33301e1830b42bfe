"""An order understood and read back; a person is offered to confirm it, and nothing happens without a yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.assistant.responders import goods, menu
from app.assistant.responders.answers import sourced, yes_or_no
from app.assistant.responders.documents import is_written
from app.assistant.responders.hears import SURE_OF_ORDER, hears, number_said
from app.assistant.responders.measures import quantity_of
from app.assistant.responders.menu import MENU
from app.assistant.responders.templates import opening_of
from app.assistant.turn import Asked, Part, Turn
from app.catalog.service import Product
from app.chat.messages import QuickReply
from app.nlu.service import Mention

OFFERS = {"modify_order": "order.change", "cancel_order": "order.cancel", "order_status": "order.status"}
LABELS = ("order", *OFFERS)
SURE_OF_PRODUCT = 0.6  # less: a word of its name, or a kind


def order(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
    """One Part for all that the message orders or says about an order."""
    mine = [one for one in asked if one.label in LABELS and not _is_no_order(turn, one)]
    if any(one.label == "menu" for one in asked):  # "quiero algo rico, ¿qué me recomiendas?"
        mine = [
            one for one in mine if one.label != "order" or any(map(_is_sure, one.clause.mentions)) or one.clause.missing
        ]
    if not mine:
        return []
    label = next((one.label for one in mine if one.label != "order"), "order")
    mine += [
        one
        for one in asked
        if one.label in ("", "out_of_scope") and any(mention.said_qty for mention in one.clause.mentions)
    ]
    mine.sort(key=lambda one: one.at)
    score = max(one.score for one in mine if one.label in LABELS)
    return [_read_back(turn, mine, label, score)]


def _is_no_order(turn: Turn, one: Asked) -> bool:
    """A question that the shop has an answer to ("¿se pueden encargar?"), or too vague to be an order."""
    if one.certain or any(mention.said_qty for mention in one.clause.mentions):
        return False
    if one.label == "order" and hears("waiting", one.said) and not one.clause.mentions:
        return True
    vague = one.label == "order" and one.score < SURE_OF_ORDER and not one.clause.mentions and not one.clause.missing
    return vague or is_written(turn, one)


def _read_back(turn: Turn, mine: Sequence[Asked], label: str, score: float) -> Part:
    at = tuple(one.at for one in mine)
    if not turn.settings.orders.enable and label == "order":
        return _offer(turn, at, turn.voice.say("order.off"), label, score)
    lines, said = _lines(turn, mine)
    kinds = _kinds(turn, mine)
    if kinds and label == "order":
        return _choose(turn, mine, kinds, lines, said, score)
    if not lines and not said:
        lines, said = _of_the_same(turn, mine)
    if lines:
        said.insert(0, _understood(turn, lines))
    elif label == "order":
        return _ask_which(turn, at, said, score)
    said.append(opening_of(turn).say_closed() if label == "order" else "")
    said.append(turn.voice.say(OFFERS.get(label, "order.offer")))
    return _offer(turn, at, " ".join(filter(None, said)), label, score, lines)


def _offer(
    turn: Turn, at: tuple[int, ...], text: str, label: str, score: float, lines: Sequence[tuple[Product, Decimal]] = ()
) -> Part:
    made = sourced("order", label, turn, at[0], text, label, score=score)
    return Part(
        at, text, label, "order", score, used=made.used, offer=label, quick_replies=yes_or_no(turn.voice),
        cart=tuple(_line(turn, product, qty) for product, qty in lines),
        topic={"subject": "order", "products": [product.sku for product, _ in lines]},
    )  # fmt: skip


def _choose(
    turn: Turn, mine: Sequence[Asked], kinds: Sequence[Asked], lines: Sequence[tuple[Product, Decimal]],
    said: list[str], score: float,
) -> Part:  # fmt: skip
    """A kind of product was ordered ("2 frescos"): which of them? What else was ordered is read back."""
    at = tuple(one.at for one in mine)
    named = [product for one in kinds for product, _ in goods.products_named(turn, one)]
    look = menu.look_asked(turn, kinds[0]) if len(kinds) == 1 else None
    if look is not None:
        shown = menu.show_menu(turn, at[0], look, intent="order", score=score)
    else:
        listed = "\n".join(goods.say_line(turn, product) for product in named)
        cards = tuple(goods.card_of(turn, product) for product in named)
        used = tuple(goods.source_of(turn, product) for product in named)
        shown = Part(at, listed, "order", "product", score, used=used, cards=cards)
    heard = [_understood(turn, lines)] if lines else []
    text = "\n".join([*heard, *said, shown.text, turn.voice.say("product.which_of_these")])
    return replace(
        shown, at=at, text=text, cart=tuple(_line(turn, product, qty) for product, qty in lines),
        topic={"subject": "order", "products": [product.sku for product in named]},
    )  # fmt: skip


def _kinds(turn: Turn, mine: Sequence[Asked]) -> list[Asked]:
    """The clauses that name a kind of which there are several."""
    return [
        one for one in mine if any(mention.others and not _is_lacking(mention, one) for mention in one.clause.mentions)
    ]


def _is_lacking(mention: Mention, one: Asked) -> bool:
    """Its kind is sold, but not this: "fresco de mora"."""
    return any(words.startswith(mention.words.casefold()) for words in one.clause.missing)


def _is_sure(mention: Mention) -> bool:
    return mention.score >= SURE_OF_PRODUCT


def _understood(turn: Turn, lines: Sequence[tuple[Product, Decimal]]) -> str:
    total = turn.tools.calculate_total(lines)
    listed = turn.voice.join([goods.say_amount(turn, product, qty) for product, qty in lines])
    return turn.voice.say("order.understood", list=listed, total=turn.tools.price(total, turn.language))


def _ask_which(turn: Turn, at: tuple[int, ...], said: Sequence[str], score: float) -> Part:
    text = " ".join(said) or turn.voice.say("order.which")
    made = sourced("order", "order", turn, at[0], text, "order", score=score)
    choices = (QuickReply(turn.voice.say("menu.button"), MENU),)
    return Part(at, text, "order", "order", score, used=made.used, quick_replies=choices, topic={"subject": "order"})


def _lines(turn: Turn, mine: Sequence[Asked]) -> tuple[list[tuple[Product, Decimal]], list[str]]:
    """What can be had of what was named, equal products added up; and what is to be said about the rest."""
    mentions = [mention for one in mine for mention in one.clause.mentions if _is_sure(mention) or mention.said_qty]
    mentions = [mention for mention in mentions if not mention.others]
    known = turn.tools.products(mention.product_id for mention in mentions)
    wanted: dict[str, Decimal] = {}
    for mention in mentions:
        if mention.product_id in known:
            qty = quantity_of(mention, known[mention.product_id])
            wanted[mention.product_id] = wanted.get(mention.product_id, Decimal(0)) + qty
    lines, said = [], []
    for sku, qty in wanted.items():
        stock = turn.tools.check_stock(known[sku])
        if stock.covers(qty):
            lines.append((known[sku], qty))
        elif stock.can_be_had and stock.left is not None:
            left = f"{stock.left.normalize():f}"
            said.append(turn.voice.say("order.few", name=known[sku].name, stock=left))
        else:
            said.append(goods.say_available(turn, [known[sku]], (), mine[0]))
    said += [goods.say_missing(turn, one.clause.missing, one, near=not lines) for one in mine if one.clause.missing]
    return lines, said


def _of_the_same(turn: Turn, mine: Sequence[Asked]) -> tuple[list[tuple[Product, Decimal]], list[str]]:
    """`dame 2` after one product was talked about."""
    skus = turn.state.get("topic", {}).get("products", [])
    numbers = [number for one in mine for token in one.clause.tokens if (number := number_said(token))]
    product = next(iter(turn.tools.products(skus).values()), None) if len(skus) == 1 and len(numbers) == 1 else None
    qty = Decimal(numbers[0] if numbers else 0)
    if product is None or not turn.tools.check_stock(product).covers(qty):
        return [], []
    return [(product, qty)], []


def _line(turn: Turn, product: Product, qty: Decimal) -> dict[str, Any]:
    """CONTRACT's Line."""
    return {
        "product_id": product.sku,
        "name": product.name,
        "qty": int(qty) if qty == qty.to_integral_value() else float(qty),
        "unit": product.unit,
        "options": {},
        "extras": [],
        "without_options": [],
        "note": "",
        "unit_price": turn.tools.decimal(product.price),
        "total": turn.tools.decimal(turn.tools.line_total(product, qty)),
    }
