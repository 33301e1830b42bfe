"""Orders in chat: what a message puts into the cart, changes or takes out, says of the order, and asks about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.assistant.basket import Basket, skus_of
from app.assistant.responders import checkout, goods, menu, placed
from app.assistant.responders.answers import sourced, yes_or_no
from app.assistant.responders.cart import (
    Question,
    can_be_had,
    choice_missing,
    pressed,
    say_cart,
    which_of_these,
    with_only_choices,
)
from app.assistant.responders.chosen import wished_in_vain
from app.assistant.responders.delivering import DELIVERY
from app.assistant.responders.delivery_zones import zone_named
from app.assistant.responders.documents import is_asking, is_written
from app.assistant.responders.ears import Told
from app.assistant.responders.faq import best_faq
from app.assistant.responders.hears import SURE_OF_ORDER, heard, hears
from app.assistant.responders.menu import MENU
from app.assistant.responders.ordered import asks_to_look, is_counted, read, touched
from app.assistant.responders.summary import say_delivered
from app.assistant.responders.variants import say_never
from app.assistant.turn import Asked, Part, Turn
from app.chat.messages import QuickReply
from app.nlu.service import Empty, Reading, affirmation

FEW = 2  # products whose price together is asked for; one is the menu's to tell
LABELS = ("order", "modify_order", "cancel_order", "order_status")


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
    other = _quote(turn, asked) or _shown(turn, asked) or _not_to_be_had(turn, asked)
    if other is not None:
        return [other]
    reading = read(turn, asked)
    changes = reading is not None and any(not isinstance(change, Empty) for change in reading.changes)
    answered = placed.about_placed(turn, asked, changes) or (None if changes else checkout.answered(turn, asked))
    if answered is not None:
        return [answered]
    heard = _heard(turn, asked, reading)
    if not heard.mine or (reading is None and any(one.label == "complaint" for one in asked)):
        return []
    return [_go_on(turn, heard)]


def _quote(turn: Turn, asked: Sequence[Asked]) -> Part | None:
    """ "¿Cuánto me sale 10 de pastor y una horchata, puesto en la Condesa?": the sum, and with the delivery."""
    one = next((one for one in asked if is_counted(one) and heard("cost", one.clause.folded)), None)
    if one is None or len(one.clause.mentions) < FEW or turn.basket.lines:
        return None
    wish = "i want" if turn.language == "en" else "quiero"
    said = one.clause.folded.replace(heard("cost", one.clause.folded) or "", wish).replace("?", " ")
    lines, short = can_be_had(turn, turn.tools.read_order(said, turn.analysis.language, ()).cart)
    if not lines:
        return None
    zone = zone_named(turn.profile.zones, one.clause.folded)
    turn.basket = replace(turn.basket, lines=lines, facts={"fulfilment": DELIVERY, "zone": zone[1]} if zone else {})
    text = "\n".join([say_cart(turn, lines, "cart.costs"), *filter(None, [say_delivered(turn)]), *short])
    turn.basket = replace(turn.basket, lines=(), facts={})
    return replace(
        sourced("order", "quote", turn, one.at, text, "price", score=one.score), at=tuple(o.at for o in asked)
    )


def _shown(turn: Turn, asked: Sequence[Asked]) -> Part | None:
    """ "Mostrame remeras entre 20 y 30" sounds like an order and is a look at the menu."""
    one = asked[0]
    if len(asked) > 1 or one.label != "order" or is_counted(one) or not asks_to_look(turn, one):
        return None
    look = menu.look_asked(turn, one)
    return None if look is None else menu.show_menu(turn, one.at, look, intent="menu", score=one.score)


def _not_to_be_had(turn: Turn, asked: Sequence[Asked]) -> Part | None:
    """ "XXL por favor" where the sizes are S to XL: it does not come in that, and what it comes in, once more."""
    answered = wished_in_vain(turn)
    question = choice_missing(turn, turn.basket.lines) if answered is not None else None
    if answered is None or question is None:
        return None
    question = pressed(turn, question, turn.basket.waiting)
    text = f"{say_never(turn, *answered)}\n{question.text}"
    made = sourced("order", "order", turn, asked[0].at, text, "order", score=asked[0].score)
    return replace(made, at=tuple(one.at for one in asked), quick_replies=question.choices)


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
        turn.basket = replace(turn.basket, shown=None)
        question = pressed(turn, question, None if changed else before.waiting)
        return _part(turn, heard, "\n".join(filter(None, [*said, question.text])), question.choices)
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
    taken = set() if reading is None else {one.at for one in touched(turn, asked, reading)}
    open_ = turn.basket.is_open
    begins = reading is not None or any(one.label in ("order", "modify_order") for one in asked)
    told = checkout.told(turn, asked, taken, spans) if open_ or begins else Told()
    mine = [
        one for one in asked if one.at in taken | told.at or _is_order(turn, one) or (open_ and _goes_on(turn, one))
    ]
    if not open_ and reading is None and not any(_is_order(turn, one) for one in mine):
        mine = []  # what is told of an order that is not begun begins none
    label = next((one.label for one in mine if one.label in LABELS), "order")
    if reading is not None and turn.basket.lines and label == "order" and not _adds_only(reading):
        label = "modify_order"
    score = max((one.score for one in mine if one.label in LABELS), default=0.0)
    return Heard(tuple(mine), reading, told, label, round(max(score, reading.score if reading else 0.0), 4))


def _adds_only(reading: Reading) -> bool:
    return all(type(change).__name__ == "Add" for change in reading.changes)


def _is_order(turn: Turn, one: Asked) -> bool:
    """It says that something is ordered, though perhaps not what."""
    if one.label not in ("order", "modify_order"):
        return False
    if one.certain or is_counted(one):
        return True
    asks, faq = is_asking(one) or asks_to_look(turn, one), best_faq(turn, one)
    if asks or (faq is not None and one.score < SURE_OF_ORDER) or hears("waiting", one.said):
        return False  # a question is answered, whatever it speaks of
    vague = one.score < SURE_OF_ORDER and not one.clause.mentions and not one.clause.missing
    return turn.basket.is_open or not (vague or is_written(turn, one))


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
