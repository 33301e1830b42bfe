"""Whether a message orders: the one place that weighs what the parser reads against questions and the shop's own answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.assistant.responders import menu, variants
from app.assistant.responders.chosen import chosen, picked
from app.assistant.responders.documents import is_written
from app.assistant.responders.ears.claimed import blanked, claimed
from app.assistant.responders.ears.cues import plain
from app.assistant.responders.ears.sound import spans_of
from app.assistant.responders.faq import best_faq
from app.assistant.responders.hears import WORD, any_of, asks_for, hears, number_said, words_of
from app.assistant.responders.repeated import without_repeats
from app.assistant.responders.spoken_of import goes_on, last_products, subject
from app.assistant.turn import Asked, Turn
from app.core.text import fold
from app.nlu.service import Add, Change, Line, Reading, merged

ORDERING = ("order", "modify_order", "cancel_order")
READ_FROM = 0.5  # a reading at least this sure is taken for an order
SURELY = 0.75  # what asks for something else by its label has to be this sure
CERTAINLY = 0.85  # so may be put as a question: "can I have a roast chicken?"
OPENING = 4  # words in which a question without its mark shows itself
SHORT = 6  # words of one that takes what was just spoken of
QUESTIONS = (
    "price", "availability", "menu", "hours", "location", "delivery", "payment", "contact", "faq", "complaint", "human",
)  # fmt: skip


def read(turn: Turn, asked: Sequence[Asked]) -> Reading | None:
    """What the message does to the cart, where it is sure enough that it does.

    What the shop has an answer of its own to is left out: a question about eggs orders none.
    """
    if turn.tapped:
        return None
    answered = chosen(turn) or picked(turn)
    if answered is not None:
        return answered
    places = spans_of(turn)
    elsewhere = [places[one.at] for one in asked if _is_asked_of_the_shop(turn, one)]
    text = blanked(turn.analysis.text, [*claimed(turn, asked, turn.basket.asked), *elsewhere, *_called(turn)])
    reading = turn.tools.read_order(text, turn.analysis.language, turn.basket.lines, turn.basket.waiting)
    if not (reading.changes or reading.unclear) and (of_it := _of_what_was_spoken_of(turn, asked)) is not None:
        reading = of_it
    found = reading
    reading = without_repeats(turn, found)
    repeats = reading is not found
    turn.trace.reading = reading
    turn.trace.note("order", f"{reading.score:.2f} " + "; ".join(_told(change) for change in reading.changes))
    if repeats:
        return reading
    orders = any(one.label in ORDERING for one in asked)
    if reading.score < READ_FROM or not (reading.changes or reading.unclear or (reading.unknown and orders)):
        return None
    return None if _means_something_else(turn, touched(turn, asked, reading), reading, orders) else reading


def _called(turn: Turn) -> list[tuple[int, int]]:
    """ "Mire niño, …": whom the customer speaks to, which is nothing to wear."""
    calling = re.compile(rf"\b(?:{any_of(words_of('calling'))} )({any_of(words_of('vocatives'))})")
    return [match.span(1) for match in calling.finditer(plain(turn.analysis.text))]


def touched(turn: Turn, asked: Sequence[Asked], reading: Reading) -> list[Asked]:
    """The clauses whose words it used."""
    places = spans_of(turn)
    return [one for one in asked if any(a < places[one.at][1] and places[one.at][0] < b for a, b in reading.took)]


def is_counted(one: Asked) -> bool:
    """So many of a product are named."""
    return any(mention.said_qty and not mention.others for mention in one.clause.mentions)


def _means_something_else(turn: Turn, asked: Sequence[Asked], reading: Reading, orders: bool) -> bool:
    """What looks like an order asks: "que pupusas le puedo pedir?", "q trae la torta?", "¿y la de frijol?" after a price."""
    if asked and all(map(_asks_what_it_is, asked)):
        return True
    counted = any(map(is_counted, asked))
    edits = bool(turn.basket.lines) and any(not isinstance(change, Add) for change in reading.changes)
    if edits and any("?" not in one.clause.text and hears("rather", one.said) for one in asked):
        return False  # "no, mejor en L, que es para mi viejo"
    if not counted and asked and all(_is_a_question(turn, one, reading) for one in asked):
        return True
    asking = subject(turn) in ("price", "availability") and not orders
    if asking and reading.score < SURELY and asked and all(goes_on(one) for one in asked):
        return True
    if edits:
        return False  # it speaks of what is in the cart
    kinds = any(mention.others for one in asked for mention in one.clause.mentions)
    if kinds and not counted and not orders and turn.basket.waiting is None and not turn.basket.lines:
        return True  # "buzos sin capucha": which there are
    if reading.changes and _is_all_of_it(turn, reading):
        return False  # "pechuga de pavo"
    if not orders and reading.score < SURELY and all(_asks_else(one) for one in asked):
        return True
    if reading.changes or any(unclear.said_qty for unclear in reading.unclear):
        return False
    return not orders or any("?" in one.clause.text or best_faq(turn, one) is not None for one in asked)


def _asks_what_it_is(one: Asked) -> bool:
    """ "Whats a vigoron?": its article counts nothing."""
    asks = "?" in one.clause.text or hears("what_is", " ".join(one.said.split()[:OPENING]))
    return asks and hears("what_is", one.said) and all(mention.qty == 1 for mention in one.clause.mentions)


def _is_a_question(turn: Turn, one: Asked, reading: Reading) -> bool:
    """Put as one, or asking what there is; a sure order may be put as one too ("¿me das la de pollo?")."""
    if one.label in ("order", "modify_order") and (one.score >= SURELY or reading.score >= CERTAINLY):
        return False
    asks = "?" in one.clause.text or bool(asks_for(one.said)) or one.clause.tokens[:1] == ("que",)
    return asks or asks_to_look(turn, one)


def asks_to_look(turn: Turn, one: Asked) -> bool:
    """ "Mostrame remeras entre 20 y 30": the menu by its prices."""
    look = menu.look_asked(turn, one) if one.label in ("order", "menu", "availability", "price") else None
    return look is not None and bool(look.under or look.over)


def _is_all_of_it(turn: Turn, reading: Reading) -> bool:
    """The message is what is ordered and a greeting at most."""
    text = turn.analysis.text
    if "?" in text:
        return False
    for start, end in reading.took:
        text = text[:start] + " " * (end - start) + text[end:]
    small = {*words_of("greetings"), "la", "el", "las", "los", "un", "una", "porfa", "por", "favor", "please", "y"}
    return all(word in small for word in WORD.findall(fold(text)))


def _of_what_was_spoken_of(turn: Turn, asked: Sequence[Asked]) -> Reading | None:
    """ "Dame dos", "la quiero" after an answer about one product: so many of it."""
    skus = [product.sku for product in last_products(turn)]
    said = " ".join(one.said for one in asked)
    numbers = [number for token in said.split() if (number := number_said(token))]
    wants = hears("take_it", said) or (len(numbers) == 1 and any(one.label == "order" for one in asked))
    if len(skus) != 1 or not wants or len(numbers) > 1 or len(said.split()) > SHORT:
        return None
    line = replace(_as_asked_for(turn, skus[0]), qty=Decimal(numbers[0] if numbers else 1), words=said)
    cart = merged([*turn.basket.lines, line])
    return Reading((Add(line, said),), cart, score=SURELY, took=((0, len(turn.analysis.text)),))


def _as_asked_for(turn: Turn, sku: str) -> Line:
    """The product with the choices the question about it named: "¿la tenés en azul XL?", "dame esa"."""
    product = turn.tools.products([sku])[sku]
    chosen = variants.read_back(product, turn.state.get("topic", {}).get("chosen", ""))
    return Line(sku, Decimal(1), options=tuple(sorted((axis, (value,)) for axis, value in chosen.items())))


def _is_asked_of_the_shop(turn: Turn, one: Asked) -> bool:
    """The shop has written about it, and it is no plain order nor the answer to what the bot asked."""
    if one.certain or ("?" not in one.clause.text and turn.basket.waiting is not None):
        return False
    edits = one.label == "modify_order" and bool(turn.basket.lines)  # "otra igual"
    surely = one.label in ("order", "modify_order") and one.score >= SURELY and (bool(one.clause.mentions) or edits)
    return ("?" in one.clause.text or not (is_counted(one) or surely)) and is_written(turn, one)


def _asks_else(one: Asked) -> bool:
    """It asks for something by its label; how it is handed over and paid is as often told as asked."""
    told = one.label in ("delivery", "payment") and "?" not in one.clause.text and not asks_for(one.said)
    return one.label in QUESTIONS and not told


def _told(change: Change) -> str:
    return f"{type(change).__name__}: {change.words}"
