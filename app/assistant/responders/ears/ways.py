"""How an order is handed over and paid, heard in passing: "paso por ellas", "me lo mandan", "pago en efectivo"."""

from __future__ import annotations

import re

from app.assistant.responders.ears.cues import cue, plain, words
from app.assistant.responders.ears.sound import WRONG, Sound, Span, Wrong
from app.assistant.responders.hears import any_of, words_of
from app.assistant.responders.ways_to_pay import accepted_as, way_asked
from app.core.text import fold

PICKUP, DELIVERY = "pickup", "delivery"
SHORTEST_MISSPELT, LEAST_ALIKE = 6, 0.75
NEGATED = re.compile(rf"(?:{any_of(words('fulfilment', 'not'))}) *$")
REFUSED = re.compile(r" *(?:no|not)\b")  # "a domicilio no"
COMES = re.compile(
    r"\b(?:pas|voy|vamos|vengo|venimos|lleg|ire|iremos)\w*(?: yo| nosotros| por ahi)? a $"
)  # "paso yo a traerlas"
BARE = {
    PICKUP: "retir recog pas busc voy pick local tienda sucursal".split(),
    DELIVERY: "mand envi llev tra deliver casa domicil".split(),
}


def fulfilment_said(sound: Sound) -> str:
    """`pickup` or `delivery`; of both the one said last, unless it is refused ("no, a domicilio no: yo paso")."""
    text = _without_ways_to_pay(sound)
    found = [
        (match.span(), way)
        for way in (PICKUP, DELIVERY)
        for match in cue("fulfilment", way).finditer(text)
        if not is_refused(text, match) and not (way == DELIVERY and COMES.search(text[: match.start()]))
    ]
    whole = [one for one in found if not any(_is_within(one[0], other) for other, _ in found)]  # "paso a traerlo"
    return max(whole)[1] if whole else ""


def fulfilment_spans(sound: Sound) -> list[Span]:
    """Where it is said how the order is handed over."""
    return [match.span() for way in (PICKUP, DELIVERY) for match in cue("fulfilment", way).finditer(plain(sound.text))]


def _without_ways_to_pay(sound: Sound) -> str:
    """The message without what the shop calls its ways to pay: "tarjeta en el local" says nothing of where it is handed over."""
    return re.sub("|".join(map(re.escape, _long_names(sound))) or r"\Z", "", sound.folded)


def _long_names(sound: Sound) -> list[str]:
    """What the shop calls its ways to pay in several words, the longest first."""
    return sorted({name for names in sound.ways.values() for name in names if " " in name}, key=len, reverse=True)


def _is_within(span: Span, other: Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def is_refused(folded: str, match: re.Match[str]) -> bool:
    """A no stands right before or behind it."""
    return NEGATED.search(folded[: match.start()]) is not None or REFUSED.match(folded, match.end()) is not None


def fulfilment_answered(sound: Sound) -> str:
    """Also by the bare verb, to the question which of both."""
    said = fulfilment_said(sound)
    if said:
        return said
    ways = [way for way, stems in BARE.items() if any(token.startswith(tuple(stems)) for token in sound.tokens)]
    return ways[0] if len(ways) == 1 else ""


def payment_said(sound: Sound) -> str | Wrong:
    """The id of the shop's way to pay that is named beside a word of paying, or is all that is said.

    WRONG: a way the shop does not take.
    """
    found = way_asked(sound.folded)
    if found is None:
        return _meant(sound)
    at = sound.folded.find(found[0])
    before = sound.folded[:at].split()[-3:]
    alone = fold(sound.text).strip(" .,!") == found[0]
    sure = not re.fullmatch(any_of(words("payment", "unsure")), found[0])
    paid = any(cue("payment", "paying").fullmatch(word.strip(",.;:")) for word in before)
    return _way(sound, found[1]) if alone or paid or sure else _meant(sound)


def payment_answered(sound: Sound) -> str | Wrong:
    """Any way named, misspelt too."""
    found = way_asked(sound.folded)
    if found is not None:
        return _way(sound, found[1])
    return _meant(sound) or _misspelt(sound)


def payment_spans(sound: Sound) -> list[Span]:
    """Where the way to pay stands, for what is left of the message without it."""
    folded = plain(sound.text)
    whole = [match.span() for name in _long_names(sound) for match in re.finditer(re.escape(name), folded)]
    return whole + [
        match.span()
        for match in re.finditer(
            rf"(?:\b(?:y )?(?:pag\w*|lo pago|voy a pagar) )?(?:\b(?:con|por|en|de|by|with|in) )?{any_of(words_of('methods'))}",
            folded,
        )
    ]


def _way(sound: Sound, word: str) -> str | Wrong:
    names = [name for names in sound.ways.values() for name in names]
    said = set(sound.folded.split())
    names.sort(key=lambda name: -len(said.intersection(name.split())))  # of two cards the one that was meant
    called = accepted_as(word, names)
    return next((way for way, names in sound.ways.items() if called in names), "") or WRONG


def _misspelt(sound: Sound) -> str:
    """ "efetibo"."""
    from rapidfuzz.distance import OSA  # loaded with the first message that needs it

    alike = [
        (OSA.normalized_similarity(word, name), way)
        for way, names in sound.ways.items()
        for name in " ".join(names).split()
        for word in sound.tokens
        if len(word) >= SHORTEST_MISSPELT
    ]
    best, way = max(alike, default=(0.0, ""))
    return way if best >= LEAST_ALIKE else ""


def _meant(sound: Sound) -> str:
    """Said without its noun: "al recibir", "te transfiero"."""
    return next(
        (way for way in ("cash", "transfer") if way in sound.ways and cue("payment", way).search(sound.folded)), ""
    )
