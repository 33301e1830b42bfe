"""What starts a declared flow: one of its phrases, however it is put, an intent, or an order that names nothing."""

from __future__ import annotations

from collections.abc import Sequence

from app.assistant.responders.documents import is_written
from app.assistant.responders.hears import SURE_OF_ORDER, WORD, hears, specific_words
from app.assistant.responders.spoken_of import last_products
from app.assistant.turn import LIKELY, Asked, Turn
from app.core.text import fold
from app.shop.flowspec import Flow

QUICK = "quick_order"
INTENT = "intent:"
LEAST_ALIKE = 0.85
STEM = 4  # letters that two words must share
FEW_WORDS = 4  # of a message that only one word of the phrase has to say


def started(turn: Turn, asked: Sequence[Asked]) -> tuple[str, Flow, Asked] | None:
    """The flow that a clause starts, and that clause."""
    for one in asked:
        for name, flow in turn.settings.flows.items():
            if any(_is_start(turn, one, start) for start in flow.start):
                return name, flow, one
    quick = turn.settings.flows.get(QUICK)
    ordering = next((one for one in asked if _orders_nothing_yet(turn, one)), None)
    return None if quick is None or ordering is None else (QUICK, quick, ordering)


def _is_start(turn: Turn, one: Asked, start: str) -> bool:
    if start.startswith(INTENT):
        return one.label == start.removeprefix(INTENT) and one.score >= LIKELY
    from rapidfuzz.fuzz import ratio  # loaded with the first message that needs it

    said, phrase = " ".join(WORD.findall(one.clause.folded)), " ".join(WORD.findall(fold(start)))
    if ratio(said, phrase) >= LEAST_ALIKE * 100:
        return True
    telling, spoken = specific_words("faq", phrase), said.split()
    if not telling or not all(any(_same(word, other) for other in spoken) for word in telling):
        return False
    shared = [word for word in phrase.split() if any(_same(word, other) for other in spoken)]
    return len(telling) > 1 or len(shared) > 1 or len(spoken) <= FEW_WORDS


def _same(word: str, other: str) -> bool:
    """The same word but for its end: `mesa` and `mesas`, `reservar` and `reserva`."""
    alike = next(
        (at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other))
    )
    return word == other or (alike >= STEM and alike >= min(len(word), len(other)) - 1)


def _orders_nothing_yet(turn: Turn, one: Asked) -> bool:
    """ "Hacer pedido", "quiero pedir": an order without a product, and none under way."""
    if one.label != "order" or turn.basket.is_open or not turn.settings.orders.enable:
        return False
    if one.certain:
        return True
    if hears("same_again", one.said) or (hears("take_it", one.said) and last_products(turn)):
        return False  # "la quiero": what was just spoken of
    return one.score >= SURE_OF_ORDER and not (one.clause.mentions or one.clause.missing) and not is_written(turn, one)
