"""Orders in chat: what a message puts into the cart, changes or takes out, says of the order, and asks about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.assistant.basket import Basket, skus_of
from app.assistant.responders import checkout, goods, menu, placed
from app.assistant.responders.answers import sourced, yes_or_no
from app.assistant.responders.cart import (
    Question,
    can_be_had,
    choice_missing,
    say_cart,
    which_of_these,
    with_only_choices,
)
from app.assistant.responders.documents import is_written
from app.assistant.responders.ears import Told
from app.assistant.responders.ears.claimed import blanked, claimed
from app.assistant.responders.ears.sound import spans_of
from app.assistant.responders.faq import best_faq
from app.assistant.responders.hears import SURE_OF_ORDER, asks_for, hears, number_said
from app.assistant.responders.menu import MENU
from app.assistant.responders.spoken_of import goes_on, last_products, subject
from app.assistant.responders.summary import say_delivered
from app.assistant.turn import Asked, Part, Turn
from app.chat.messages import QuickReply
from app.nlu.service import Add, Change, Empty, Line, Reading, affirmation, merged

LABELS = ("order", "modify_order", "cancel_order", "order_status")
READ_FROM = 0.5  # a reading at least this sure is taken for an order
SHORT = 6  # words of one that takes what was just spoken of
SURELY = 0.75  # what asks for something else by its label has to be this sure
QUESTIONS = (
    "price",
    "availability",
    "menu",
    "hours",
    "location",
    "delivery",
    "payment",
    "contact",
    "faq",
    "complaint",
    "human",
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What of a message is about the order: the clauses, what it does to the cart, and what it tells of the order."""

    mine: tuple[Asked, ...]
    reading: Reading | None
    told: Told
    label: str
    score: float

    @property
    def at(self) -> tuple[int, ...]:
        return tuple(one.at for one in self.mine)


def order(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
    """One Part for all that the message orders, changes or says about an order."""
    if turn.payload or not asked:
        return []
    if not turn.settings.orders.enable:
        return _not_taken(turn, asked)
    if turn.inbound.location is not None:
        return [checkout.at_point(turn, turn.inbound.location)] if turn.basket.lines else []
    reading = _read(turn, asked)
    changes = reading is not None and any(not isinstance(change, Empty) for change in reading.changes)
    answered = placed.about_placed(turn, asked, changes) or (None if changes else checkout.answered(turn, asked))
    if answered is not None:
        return [answered]
    heard = _heard(turn, asked, reading)
    if not heard.mine or (reading is None and any(one.label == "complaint" for one in asked)):
        return []
    return [_go_on(turn, heard)]


def _go_on(turn: Turn, heard: Heard) -> Part:
    """Changes the cart, then asks for what is missing next, or shows the summary."""
    before = turn.basket
    said = _change(turn, heard)
    turn.basket = replace(turn.basket.with_facts(**heard.told.values), waiting=None)
    said += checkout.amiss(turn, heard.told)
    question = _question(turn, heard.reading)
    if not turn.basket.lines and not question:
        return _nothing_yet(turn, heard, said, before)
    changed = turn.basket.lines != before.lines
    asks_total = any(_asks_total(one) for one in heard.mine)
    edited = changed and bool(before.lines)
    key = "cart.now" if edited else "cart.noted" if changed else "cart.so_far" if asks_total else ""
    if asks_total and not changed:
        said.append(say_delivered(turn))
    if turn.basket.lines and key and question is not None:
        said.insert(0, say_cart(turn, turn.basket.lines, key))
    if question is not None:
        turn.basket = replace(turn.basket, waiting=question.waiting, shown=None)
        return _part(turn, heard, "\n".join([*said, question.text]), question.choices)
    return checkout.go_on(turn, heard.at, said, label=heard.label, score=heard.score, key=key)


def _change(turn: Turn, heard: Heard) -> list[str]:
    """Puts what was read into the basket as far as it can be had; what is to be said about the rest."""
    reading = heard.reading
    lines = turn.basket.lines if reading is None else reading.cart
    lines, said = can_be_had(turn, lines)
    lines = with_only_choices(lines, turn.tools.products(skus_of(lines)))
    turn.basket = replace(turn.basket, lines=lines)
    if reading is not None and reading.unknown:
        missing = [unknown.words for unknown in reading.unknown]
        said.append(goods.say_missing(turn, missing, heard.mine[0], near=not lines))
    return said


def _question(turn: Turn, reading: Reading | None) -> Question | None:
    """What of the lines themselves has to be asked first."""
    for unclear in reading.unclear if reading is not None else ():
        if (question := which_of_these(turn, unclear)) is not None:
            return question
    return choice_missing(turn, turn.basket.lines)


def _nothing_yet(turn: Turn, heard: Heard, said: list[str], before: Basket) -> Part:
    """Nothing is in the cart: it was emptied, or nothing of it can be had, or nothing was named."""
    if before.lines and not said:
        turn.basket = Basket(placed=before.placed)
        return _part(turn, heard, turn.voice.say("cart.emptied"))
    choices = (QuickReply(turn.voice.say("menu.button"), MENU),)
    turn.basket = replace(turn.basket, asked=("cart",) if not said else ())
    return _part(turn, heard, " ".join(said) or turn.voice.say("order.which"), choices)


def _part(turn: Turn, heard: Heard, text: str, choices: Sequence[QuickReply] = ()) -> Part:
    made = sourced("order", heard.label, turn, heard.at[0], text, heard.label, score=heard.score)
    skus = [line.product_id for line in turn.basket.lines]
    return replace(made, at=heard.at, quick_replies=tuple(choices), topic={"subject": "order", "products": skus})


def _heard(turn: Turn, asked: Sequence[Asked], reading: Reading | None) -> Heard:
    """What of the message is the order's."""
    spans = () if reading is None else reading.took
    places = spans_of(turn)
    taken = {one.at for one in asked if any(a < places[one.at][1] and places[one.at][0] < b for a, b in spans)}
    open_ = turn.basket.is_open
    begins = reading is not None or any(one.label in ("order", "modify_order") for one in asked)
    told = checkout.told(turn, asked, taken, spans) if open_ or begins else Told()
    mine = [
        one for one in asked if one.at in taken | told.at or _is_order(turn, one) or (open_ and _goes_on(turn, one))
    ]
    label = next((one.label for one in mine if one.label in LABELS), "order")
    if reading is not None and turn.basket.lines and label == "order" and not _adds_only(reading):
        label = "modify_order"
    score = max((one.score for one in mine if one.label in LABELS), default=0.0)
    return Heard(tuple(mine), reading, told, label, round(max(score, reading.score if reading else 0.0), 4))


def _read(turn: Turn, asked: Sequence[Asked]) -> Reading | None:
    """What the message does to the cart, where it is sure enough that it does.

    What the shop has an answer of its own to is left out: a question about eggs orders none.
    """
    if turn.tapped:
        return None
    places = spans_of(turn)
    elsewhere = [places[one.at] for one in asked if _is_asked_of_the_shop(turn, one)]
    text = blanked(turn.analysis.text, [*claimed(turn, asked, turn.basket.asked), *elsewhere])
    reading = turn.tools.read_order(text, turn.language, turn.basket.lines, turn.basket.waiting)
    if not (reading.changes or reading.unclear) and (of_it := _of_what_was_spoken_of(turn, asked)) is not None:
        reading = of_it
    turn.trace.note("order", f"{reading.score:.2f} " + "; ".join(_told(change) for change in reading.changes))
    orders = any(one.label in ("order", "modify_order", "cancel_order") for one in asked)
    if reading.score < READ_FROM or not (reading.changes or reading.unclear or (reading.unknown and orders)):
        return None
    return None if _means_something_else(turn, asked, reading, orders) else reading


def _means_something_else(turn: Turn, asked: Sequence[Asked], reading: Reading, orders: bool) -> bool:
    """What looks like an order asks: "que pupusas le puedo pedir?", "q trae la torta?", "¿y la de frijol?" after a price."""
    counted = any(map(_is_counted, asked))
    if not counted and any(_is_a_question(turn, one) for one in asked):
        return True
    kinds = any(mention.others for one in asked for mention in one.clause.mentions)
    if kinds and not counted and not orders and turn.basket.waiting is None and not turn.basket.lines:
        return True  # "buzos sin capucha": which there are
    if not orders and reading.score < SURELY and all(_asks_else(one) for one in asked):
        return True
    asking = subject(turn) in ("price", "availability") and not orders
    if asking and reading.score < SURELY and all(goes_on(one) for one in asked):
        return True
    if reading.changes or any(unclear.said_qty for unclear in reading.unclear):
        return False
    return not orders or any("?" in one.clause.text or best_faq(turn, one) is not None for one in asked)


def _is_a_question(turn: Turn, one: Asked) -> bool:
    """Put as one, or asking what there is; a sure order may be put as one too ("¿me das la de pollo?")."""
    if one.label in ("order", "modify_order") and one.score >= SURELY:
        return False
    look = menu.look_asked(turn, one) if one.label in ("order", "menu", "availability", "price") else None
    asks = "?" in one.clause.text or bool(asks_for(one.said)) or one.clause.tokens[:1] == ("que",)
    return asks or (look is not None and bool(look.under or look.over))


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
    question = str(turn.state.get("topic", {}).get("said", ""))
    reading = turn.tools.read_order(f"quiero {question}", turn.language, ())
    return next((line for line in reading.cart if line.product_id == sku), Line(sku, Decimal(1)))


def _is_asked_of_the_shop(turn: Turn, one: Asked) -> bool:
    """The shop has written about it, and it is no plain order nor the answer to what the bot asked."""
    if one.certain or ("?" not in one.clause.text and turn.basket.waiting is not None):
        return False
    counted = _is_counted(one)
    surely = one.label in ("order", "modify_order") and one.score >= SURELY and bool(one.clause.mentions)
    return ("?" in one.clause.text or not (counted or surely)) and is_written(turn, one)


def _asks_else(one: Asked) -> bool:
    """It asks for something by its label; how it is handed over and paid is as often told as asked."""
    told = one.label in ("delivery", "payment") and "?" not in one.clause.text and not asks_for(one.said)
    return one.label in QUESTIONS and not told


def _told(change: Change) -> str:
    return f"{type(change).__name__}: {change.words}"


def _adds_only(reading: Reading) -> bool:
    return all(type(change).__name__ == "Add" for change in reading.changes)


def _is_order(turn: Turn, one: Asked) -> bool:
    """It says that something is ordered, though perhaps not what."""
    if one.label not in ("order", "modify_order"):
        return False
    if one.certain or _is_counted(one):
        return True
    if "?" in one.clause.text or best_faq(turn, one) is not None or hears("waiting", one.said):
        return False  # a question is answered, whatever it speaks of
    vague = one.score < SURE_OF_ORDER and not one.clause.mentions and not one.clause.missing
    return turn.basket.is_open or not (vague or is_written(turn, one))


def _is_counted(one: Asked) -> bool:
    """So many of a product are named."""
    return any(mention.said_qty and not mention.others for mention in one.clause.mentions)


def _asks_total(one: Asked) -> bool:
    """ "¿Cuánto va?", "¿qué llevo?", "¿cómo va mi pedido?" of one not placed yet."""
    bare = not one.clause.mentions and not one.clause.missing
    return (bare and hears("my_total", one.said)) or one.label == "order_status"


def _goes_on(turn: Turn, one: Asked) -> bool:
    """With an order under way: "eso es todo", "¿cuánto va?", "¿qué llevo?"."""
    if _asks_total(one):
        return True
    yes = affirmation(one.clause.text, turn.analysis.language)
    return hears("that_is_all", one.said) or (yes is True and not turn.state.get("offer"))


def _not_taken(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
    """The shop takes no orders here: a person may."""
    mine = [one for one in asked if one.label in LABELS and _is_order(turn, one)]
    if not mine:
        return []
    made = sourced("order", "order", turn, mine[0].at, turn.voice.say("order.off"), "order", score=mine[0].score)
    return [replace(made, at=tuple(one.at for one in mine), offer="order", quick_replies=yes_or_no(turn.voice))]
