"""Where one thing said ends and the next begins: "buenas, a q hora cierran y tienen nacatamales?" says three."""

from __future__ import annotations

from collections.abc import Sequence

from app.nlu.cues import CueBook, Fired
from app.nlu.reading import PRODUCT, Place

CHOICE = frozenset(("o", "or"))
JOINTS = frozenset("y e o pero and or but also plus ademas tambien ah".split())
STRONG = 2.0
NEAR_START = 2  # a new question begins within this many words of the joint
MAX_CLAUSES = 12
BUYING = frozenset({"order", "modify_order", "availability", "price"})
OPENERS = {
    "es": frozenset("que cual cuanto cuanta cuantos cuantas donde cuando como".split()),
    "en": frozenset("what which how where when do are is can who".split()),
}
# With these a question begins that no strong cue may tell: "…y hay mesas?", "…y puedo pagar con tarjeta?"
BEGINS = frozenset(
    "hay ay haber tienen tiene tenes tienes aceptan acepta aseptan puedo puede pueden podria cobran cobra llega llegan hacen "
    "dan venden facturan is are do does can could".split()
)
AHEAD = frozenset("si como se".split())  # may stand before it: "y si eso pica", "y como en cuanto tiempo", "y se puede"
LEAST_WORDS = 2  # of a question of its own
NO_LABELS: frozenset[str] = frozenset()


def split(places: Sequence[Place], book: CueBook, openers: frozenset[str]) -> list[tuple[int, int]]:
    """The clauses as runs of places, in order, nothing left out."""
    bounds: list[tuple[int, int]] = []
    for start, end in _sentences(places):
        for run in _after_greeting(places, start, end, book):
            bounds += _joined(places, *run, book, openers)
    return _gathered(bounds)


def fire(places: Sequence[Place], start: int, end: int, book: CueBook) -> list[Fired]:
    """The cues in a run of places."""
    run = places[start:end]
    return book.fire([place.symbol for place in run], [place.surface for place in run])


def _sentences(places: Sequence[Place]) -> list[tuple[int, int]]:
    cuts = [at for at, place in enumerate(places) if at and place.mark in ("?", ".")]
    return list(zip([0, *cuts], [*cuts, len(places)], strict=True)) if places else []


def _after_greeting(places: Sequence[Place], start: int, end: int, book: CueBook) -> list[tuple[int, int]]:
    """A greeting at the head stands alone: ("hola buen dia", "quiero un taco")."""
    at = start
    while at < end:
        size = _greeting_size(places, at, end, book)
        if not size:
            break
        at += size
    return [(start, at), (at, end)] if start < at < end else [(start, end)]


def _greeting_size(places: Sequence[Place], at: int, end: int, book: CueBook) -> int:
    """How many places from `at` are a greeting phrase, by the concept GREETING's one, two and three words."""
    for size in (3, 2, 1):
        if at + size <= end and " ".join(place.surface for place in places[at : at + size]) in book.greetings:
            return size
    return 0


def _joined(
    places: Sequence[Place], start: int, end: int, book: CueBook, openers: frozenset[str]
) -> list[tuple[int, int]]:
    """Cuts at "y", "and", a comma, where both sides ask for something of their own."""
    joints = [
        at
        for at in range(start + 1, end - 1)
        if places[at].symbol in JOINTS or places[at].surface in JOINTS or places[at].mark == ","
    ]
    cut = start
    bounds: list[tuple[int, int]] = []
    for at in joints[:MAX_CLAUSES]:
        word = places[at].surface in JOINTS
        right = at + 1 if word else at
        stop = next((other for other in joints if other > right), end)
        if at > cut and _both_ask(places, cut, at, right, max(stop, right + 1), end, book, openers):
            bounds.append((cut, at))
            cut = right
    return [*bounds, (cut, end)]


def _both_ask(
    places: Sequence[Place],
    start: int,
    at: int,
    right: int,
    stop: int,
    end: int,
    book: CueBook,
    openers: frozenset[str],
) -> bool:
    left_labels = _strong(fire(places, start, at, book))
    if (
        places[at].surface in CHOICE
        and places[right].surface not in openers
        and places[right].surface not in book.verbs
    ):
        return False  # "a robot or a person" is one question
    right_fired = fire(places, right, end if stop - right < 2 else stop, book)
    right_labels = _strong([fired for fired in right_fired if fired.start <= NEAR_START])
    if places[at].surface in JOINTS and _begins(places, right, end, openers) and _asks(places, start, at, openers):
        return not (right_labels and right_labels == left_labels)
    if not right_labels or not left_labels:
        return False
    if (
        places[right].surface in openers
        and any(place.symbol == PRODUCT for place in places[start:at])
        and not left_labels & right_labels
    ):
        return True
    if right_labels & left_labels:
        return False
    return not (left_labels & BUYING and right_labels <= BUYING - {"price", "availability"})


def _begins(places: Sequence[Place], right: int, end: int, openers: frozenset[str]) -> bool:
    """A question of its own begins here: with a question's word or verb, and something it asks about."""
    if end - right > LEAST_WORDS and places[right].surface in AHEAD:
        right += 1
    return end - right >= LEAST_WORDS and _is_asking(places[right], openers)


def _asks(places: Sequence[Place], start: int, at: int, openers: frozenset[str]) -> bool:
    """What stands before asks too."""
    return at - start >= LEAST_WORDS and any(_is_asking(place, openers) for place in places[start:at])


def _is_asking(place: Place, openers: frozenset[str]) -> bool:
    return place.surface in openers or place.surface in BEGINS


def _strong(fired: Sequence[Fired]) -> frozenset[str]:
    """The labels of the strongest cues."""
    best = max((one.cue.weight for one in fired), default=0.0)
    return (
        frozenset(one.cue.intent for one in fired if one.cue.weight >= max(STRONG, best))
        if best >= STRONG
        else NO_LABELS
    )


def _gathered(bounds: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """At most MAX_CLAUSES; what comes after is the last one's."""
    if len(bounds) <= MAX_CLAUSES:
        return bounds
    return [*bounds[: MAX_CLAUSES - 1], (bounds[MAX_CLAUSES - 1][0], bounds[-1][1])]
