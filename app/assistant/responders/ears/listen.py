"""A whole message heard for a flow: which of its questions it answers, rightly or wrongly, and with which clauses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.assistant.responders.ears import answers, moments, people, places, ways
from app.assistant.responders.ears.cues import cue, is_only
from app.assistant.responders.ears.sound import WRONG, Sound
from app.assistant.turn import Asked, Turn
from app.core.text import fold
from app.shop.flowspec import Step

BUSINESS = (
    "hours", "location", "menu", "price", "availability", "delivery", "payment", "contact", "human", "complaint", "greeting",
    "thanks", "goodbye", "smalltalk", "cancel_order", "order_status",
)  # fmt: skip
SURELY = 0.8
LONGEST_COMMAND = 60  # letters of a message that only says "atrás" or "cancelar"
LONGEST_TEXT = 400
NOTHING: Mapping[str, Any] = MappingProxyType({})
TOLD_OF_PLACES = ("address", "zone")
FIGURES = ("quantity", "phone", "address", "datetime")  # their answers may hold a number
FREE = ("human", "greeting", "thanks", "goodbye")  # what a free text never is


@dataclass(frozen=True, slots=True)
class Told:
    """`values` by variable; `wrong`: variables answered with what cannot be; `at`: the clauses that said it."""

    values: dict[str, Any] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()
    at: frozenset[int] = frozenset()


def listen(
    turn: Turn, asked: Sequence[Asked], steps: Sequence[Step], awaited: Collection[str] = (),
    known: Mapping[str, Any] = NOTHING, telling: Collection[int] = (),
) -> Told:  # fmt: skip
    """What these clauses tell a flow of `steps`.

    `awaited`: the variables just asked for, which any wording may answer. `known`: the answers so far, which "mejor 6"
    or "perdón, a las 9" corrects where only one of them can be meant. `telling`: clauses that tell, though they ask:
    "¿puedo reservar para 4?".
    """
    wanted = _by_variable(steps)
    values: dict[str, Any] = {}
    wrong: set[str] = set()
    at: set[int] = set()
    told = [one for one in asked if one.at in telling or not _is_question(one)]
    for one in told:
        sound = Sound.of(turn, [one])
        for var, step in wanted.items():
            _take(var, _strong(step, sound), values, wrong, at, (one.at,))
    open_ = [var for var in wanted if var in awaited and var not in values]
    open_ += _corrected(turn, asked, wanted, awaited, known, values)
    answering = [one for one in asked if one in told or _is_title(one, wanted, open_)]
    sound = Sound.of(turn, answering)
    for var in sorted(open_, key=lambda var: wanted[var].kind in TOLD_OF_PLACES):  # a place is what the others leave
        mine = [one for one in answering if one.at in (*at, *telling) or not _is_business(one, wanted[var])]
        mine = [one for one in mine if wanted[var].kind != "quantity" or not _counts_goods(one)]
        heard = Sound.of(turn, mine) if len(mine) < len(answering) else sound
        _take(var, _weak(wanted[var], heard, open_, values, known), values, wrong, at, tuple(one.at for one in mine))
    return Told(values, frozenset(wrong - set(values)), frozenset(at))


def says_back(text: str) -> bool:
    """ "atrás", and nothing else."""
    return len(text) <= LONGEST_COMMAND and is_only("flow", "back", fold(text))


def says_cancel(text: str) -> bool:
    """ "cancelá", "ya no quiero nada", and nothing else."""
    return len(text) <= LONGEST_COMMAND and is_only("flow", "cancel", fold(text))


def _corrected(
    turn: Turn, asked: Sequence[Asked], wanted: Mapping[str, Step], awaited: Collection[str], known: Mapping[str, Any],
    values: Mapping[str, Any],
) -> list[str]:  # fmt: skip
    """The number or moment answered before that these words correct, where there is one of its kind and none is awaited."""
    if not known or not answers.is_correction(Sound.of(turn, asked)):
        return []
    found: list[str] = []
    for kinds in (("quantity",), ("datetime",)):
        of_kind = [var for var, step in wanted.items() if step.kind in kinds]
        busy = any(wanted[var].kind in FIGURES for var in awaited if var in wanted)
        if len(of_kind) == 1 and of_kind[0] in known and of_kind[0] not in values and not busy:
            found += of_kind
    return found


def _by_variable(steps: Sequence[Step]) -> dict[str, Step]:
    return {step.var: step for step in reversed(steps) if step.ask}


def _take(var: str, heard: Any, values: dict[str, Any], wrong: set[str], at: set[int], places: tuple[int, ...]) -> None:
    if heard is None or heard == "":
        return
    if heard is WRONG:
        wrong.add(var)
    else:
        values[var] = heard
    at.update(places)


def _strong(step: Step, sound: Sound) -> Any:
    """What is heard at any time."""
    if is_fulfilment(step):
        return ways.fulfilment_said(sound)
    if is_payment(step, sound):
        return ways.payment_said(sound)
    readers: dict[str, Callable[[], Any]] = {
        "phone": lambda: people.phone_said(sound),
        "email": lambda: people.email_said(sound),
        "address": lambda: places.address_said(sound),
        "choice": lambda: answers.choice_said(sound, step.choices),
        "quantity": lambda: answers.quantity_said(sound, step.ask, step.range),
        "text": lambda: people.name_said(sound) if step.var == "name" else None,
    }
    return readers.get(step.kind, lambda: None)()


def _weak(step: Step, sound: Sound, open_: Sequence[str], values: dict[str, Any], known: Mapping[str, Any]) -> Any:
    """What is heard where it was asked for."""
    if is_fulfilment(step):
        return ways.fulfilment_answered(sound)
    if is_payment(step, sound):
        return ways.payment_answered(sound)
    readers: dict[str, Callable[[], Any]] = {
        "phone": lambda: people.phone_answered(sound),
        "email": lambda: people.email_answered(sound),
        "address": lambda: places.address_answered(sound, _pieces(sound, values), alone=len(open_) == 1),
        "zone": lambda: places.zone_said(sound),
        "datetime": lambda: moments.moment_said(sound, str(known.get(step.var) or "")),
        "choice": lambda: answers.choice_answered(sound, step.choices),
        "quantity": lambda: answers.quantity_answered(sound, step.ask, step.range),
        "yes_no": lambda: answers.yes_no_answered(sound),
        "text": lambda: _text(step, sound),
    }
    return readers.get(step.kind, lambda: None)()


def is_fulfilment(step: Step) -> bool:
    """The order's own question, whose choices are ids and not titles."""
    return bool(step.choices) and set(step.choices) <= {ways.PICKUP, ways.DELIVERY}


def is_payment(step: Step, sound: Sound) -> bool:
    return bool(step.choices) and set(step.choices) <= set(sound.ways)


def _text(step: Step, sound: Sound) -> str:
    if step.var == "name":
        return people.name_answered(sound, _pieces(sound, {}, names=True))
    return " ".join(sound.text.split())[:LONGEST_TEXT]


def _pieces(sound: Sound, values: dict[str, Any], *, names: bool = False) -> list[str]:
    """The message without what has been understood of it, cut at commas and lines; a name before a place is apart."""
    handed = ways.fulfilment_spans(sound) if names else []
    rest = sound.without([*people.contact_spans(sound), *ways.payment_spans(sound), *handed])
    found: list[str] = []
    for piece in places.pieces_of(rest):
        starts = places.place_starts(piece)
        head = piece[:starts] if starts > 0 else ""
        if head and people.name_of(head):
            found += [head, piece[starts:]]
        else:
            found.append(piece)
    told = [piece.strip() for piece in found if piece.strip(" .,;:-")]
    told = [piece for piece in told if not is_only("flow", "polite", fold(piece))]
    if names:
        return [piece for piece in told if not places.tells_place(piece) and not places.is_zone(sound, piece)]
    return [piece for piece in told if not people.name_of(piece) or people.name_of(piece) != values.get("name")]


def _is_question(one: Asked) -> bool:
    """It asks: what it names is not told. An order may be put as a question."""
    if (one.label in ("order", "modify_order") and one.clause.mentions) or cue("asking", "requests").search(
        one.clause.folded
    ):
        return False
    return (
        "?" in one.clause.text
        or one.certain
        or cue("asking", "begins").match(one.clause.folded.lstrip("¿ ")) is not None
    )


def is_about_else(one: Asked) -> bool:
    """It asks, or is surely about something of the shop's that no question of a flow asks for."""
    return _is_question(one) or (one.label in BUSINESS and one.score >= SURELY)


def _is_business(one: Asked, step: Step) -> bool:
    """It is about something else, by its label; what tells a place is an address whatever its label."""
    if step.kind not in ("text", "address") or one.score < SURELY:
        return False
    if step.kind == "text" and step.var != "name":
        return one.label in FREE
    return one.label in BUSINESS and not (step.kind == "address" and places.tells_place(one.clause.text))


def _counts_goods(one: Asked) -> bool:
    """ "2 nacatamales" are no two people."""
    return any(mention.said_qty for mention in one.clause.mentions)


def _is_title(one: Asked, wanted: dict[str, Step], open_: Sequence[str]) -> bool:
    """ "¿Afuera?": a choice, though it is asked back."""
    said = fold(one.clause.text).strip(answers.MARKS)
    return any(said == fold(choice) for var in open_ for choice in wanted[var].choices)
