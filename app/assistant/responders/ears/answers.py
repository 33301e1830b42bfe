"""Answers out of a known set: a choice, a number in its range, yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.assistant.responders.ears.cues import cue, words
from app.assistant.responders.ears.sound import WRONG, Sound, Wrong
from app.assistant.responders.ears.ways import is_refused
from app.assistant.responders.hears import WORD
from app.core.text import fold
from app.nlu.service import affirmation, quantities, stem

LEAST_ALIKE = 0.8
SHORTEST_ANYWHERE = 4  # letters of a choice that is heard wherever it is said
DOZEN = 12
MARKS = " .,;:!?¿¡\"'"
YES, NO = {"es": "sí", "en": "yes"}, {"es": "no", "en": "no"}


def choice_said(sound: Sound, choices: Sequence[str]) -> str:
    """The choice whose title is said, the last one that is not refused."""
    text, found = sound.folded, list[tuple[int, int, str]]()
    for choice in choices:
        words_of_it = WORD.findall(fold(choice))
        if sum(map(len, words_of_it)) >= SHORTEST_ANYWHERE:
            for match in re.finditer(r"\b" + r"\W+".join(words_of_it) + r"\b", text):
                if not is_refused(text, match):
                    found.append((match.end(), len(choice), choice))
    return max(found)[2] if found else ""


def choice_answered(sound: Sound, choices: Sequence[str]) -> str:
    """Also by its number, its place, a part of its title, or misspelt."""
    from rapidfuzz.distance import OSA  # loaded with the first message that needs it

    said = choice_said(sound, choices) or _by_place(sound, choices)
    if said:
        return said
    text = sound.folded.strip(MARKS)
    titled = [choice for choice in choices if text == fold(choice).strip(MARKS)]
    if titled:
        return titled[0]
    spoken = [word for word in WORD.findall(sound.folded) if word not in words("flow", "polite")]
    alike = [
        (max((OSA.normalized_similarity(fold(choice), word) for word in (*spoken, text)), default=0.0), choice)
        for choice in choices
    ]
    best, choice = max(alike, default=(0.0, ""))
    return choice if best >= LEAST_ALIKE else _by_part(spoken, choices)


def quantity_said(sound: Sound, asked: str, limits: tuple[Decimal, Decimal] | None) -> int | str | None:
    """A number beside a word of the question ("para 4 personas", asked for how many people)."""
    nouns = {stem(word, sound.language) for word in WORD.findall(fold(asked)) if len(word) > 3}
    tokens = sound.tokens
    for one in quantities(tokens, sound.language):
        following = tokens[one.end : one.end + 1]
        if following and stem(following[0], sound.language) in nouns:
            value = _number(one.value, one.unit)
            return value if _fits(value, limits) else None
    return None


def quantity_answered(sound: Sound, asked: str, limits: tuple[Decimal, Decimal] | None) -> int | str | Wrong | None:
    """The number said; outside of its range it is a wrong answer."""
    beside = quantity_said(sound, asked, limits)
    if beside is not None:
        return beside
    hours = {one.value.hour for one in sound.said("times")} | {one.value.day for one in sound.said("days")}
    found = [
        one
        for one in quantities(sound.tokens, sound.language)
        if (not one.article or one.end == len(sound.tokens)) and one.value not in hours
    ]
    if not found:
        return None
    value = _number(found[0].value, found[0].unit)
    return value if _fits(value, limits) else WRONG


def is_correction(sound: Sound) -> bool:
    """It says that something before is to be otherwise: "mejor 6", "perdón, somos 5", or nothing but "6"."""
    if len(sound.tokens) == 1 and quantities(sound.tokens, sound.language):
        return True
    return cue("flow", "correcting").search(sound.folded) is not None


def yes_no_answered(sound: Sound) -> str:
    """ "sí" or "no" (in English "yes"), however it is said."""
    said = affirmation(sound.text.strip(), sound.language)
    if said is None and sound.tokens and sound.tokens[0] in ("si", "yes", "no", "claro", "nope"):
        said = sound.tokens[0] not in ("no", "nope")
    return "" if said is None else (YES if said else NO)[sound.language]


def _by_place(sound: Sound, choices: Sequence[str]) -> str:
    spoken = [word for word in sound.tokens if word not in ("el", "la", "lo", "opcion", "numero", "the", "option")]
    places = [set(ordinal.split()) for ordinal in words("choice", "ordinals")]
    if len(spoken) != 1:
        return ""
    return next((choice for choice, place in zip(choices, places, strict=False) if spoken[0] in place), "")


def _by_part(spoken: Sequence[str], choices: Sequence[str]) -> str:
    """ "la terraza" of "En la terraza": words that only one of the choices has."""
    telling = {word for word in spoken if len(word) > 3}
    having = [choice for choice in choices if telling & set(WORD.findall(fold(choice)))]
    return having[0] if len(having) == 1 else ""


def _number(value: Decimal, unit: str) -> int | str:
    exact = value * DOZEN if unit == "docena" else value
    return int(exact) if exact == exact.to_integral_value() else f"{exact.normalize():f}"


def _fits(value: int | str, limits: tuple[Decimal, Decimal] | None) -> bool:
    exact = Decimal(value)
    return exact > 0 if limits is None else limits[0] <= exact <= limits[1]
