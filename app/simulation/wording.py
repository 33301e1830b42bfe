"""How people name what they want: amounts in figures or words, plurals, other names, and how it is to be made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from random import Random

from app.core.text import fold
from app.simulation.menu import Good
from app.simulation.persona import Persona
from app.simulation.wants import Wanted

NUMBERS = {
    "es": ("cero", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"),
    "en": ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
}
AND = {"es": " y ", "en": " and "}
LINKS = {"de", "del", "con", "para", "sin", "al", "a", "en", "y", "of", "with"}  # what follows stays as it is
MATTER = ("sabor", "relleno", "carne", "salsa", "proteina")  # "de cola"
SHORT = 3  # "M" needs its axis: "talle M"
HALF = Decimal("0.5")


def lines(persona: Persona, wanted: Sequence[Wanted], random: Random, *, options: bool | None = None) -> str:
    """`2 nacatamales, una gaseosa de cola y media libra de queso`. `options` None: as this person would."""
    said = [line(persona, one, random, options=options) for one in wanted]
    joiner = "\n" if len(said) > 2 and random.random() < 0.1 else ", "
    return joiner.join(said[:-1]) + (AND[persona.language] if len(said) > 1 else "") + said[-1] if said else ""


def line(persona: Persona, wanted: Wanted, random: Random, *, options: bool | None = None) -> str:
    """One line, with what is to be chosen where this person says it of their own accord."""
    tells = random.random() < persona.options if options is None else options
    made = [value(wanted.good, axis, id_) for axis, id_ in wanted.options] if tells else []
    words = [amount(persona, wanted.good, wanted.qty, random), *made]
    return " ".join([*words, *(extra(persona, wanted, kind, id_) for kind, id_ in wanted.extras)])


def value(good: Good, axis_id: str, value_id: str) -> str:
    """`grande`, `de cola`, `talle M`."""
    name = good.value_name(axis_id, value_id)
    axis = next((fold(axis["name"]).rstrip("?") for axis in good.axes if axis["id"] == axis_id), axis_id)
    if axis.startswith(MATTER) and not fold(name).startswith(("de ", "en ")):
        return f"de {name}"
    return f"{axis} {name}" if len(name) <= SHORT else name


def extra(persona: Persona, wanted: Wanted, kind: str, extra_id: str) -> str:
    """`con queso`, `sin cebolla`."""
    spanish = {"no": "sin", "add": "con"}
    english = {"no": "without", "add": "with"}
    return f"{(spanish if persona.language == 'es' else english)[kind]} {wanted.good.extra_name(extra_id)}"


def name(persona: Persona, good: Good, random: Random) -> str:
    """What this person calls it."""
    alike = [other for other in good.names if fold(other).endswith("s") == fold(good.name).endswith("s")]
    chosen = random.choice(alike) if random.random() < persona.synonyms else good.name
    return chosen[:1].lower() + chosen[1:]


def amount(persona: Persona, good: Good, qty: Decimal, random: Random) -> str:
    """`2 nacatamales`, `dos libras de queso`, `media docena de huevos`, `un litro y medio de leche`."""
    called, words = name(persona, good, random), random.random() < persona.in_words
    if good.unit is not None:
        return _of_unit(persona.language, good.unit, called, qty, words)
    count = int(qty)
    figure = _word(persona.language, count, called) if words or count == 1 else str(count)
    return f"{figure} {called if count == 1 else plural(called, persona.language)}"


def plural(called: str, language: str = "es") -> str:
    """`fresco de cacao` -> `frescos de cacao`; words behind `de`, `con`… stay."""
    words = called.split(" ")
    for at, word in enumerate(words):
        if fold(word) in LINKS:
            break
        words[at] = _plural(word, language)
        if language == "en":
            break
    return " ".join(words)


def _plural(word: str, language: str) -> str:
    bare = re.sub(r"[^a-z]", "", fold(word))
    if not bare or bare.endswith("s") or len(bare) <= 2:
        return word
    if bare.endswith("z"):
        return word[:-1] + "ces"
    vowel = bare[-1] in "aeiou" and word[-1] not in "íú"
    if language == "en" or vowel:
        return word + "s"
    lost = {"ón": "on", "án": "an", "én": "en", "ín": "in", "és": "es"}
    return (word[:-2] + lost[word[-2:]] if word[-2:] in lost else word) + "es"


def _of_unit(language: str, unit: str, called: str, qty: Decimal, words: bool) -> str:
    if language == "en":
        english = {"libra": "pound", "kilo": "kilo", "litro": "liter", "docena": "dozen"}[unit]
        half = {HALF: f"half a {english}", HALF * 3: f"one and a half {english}s", Decimal(1): f"a {english}"}
        several = f"{qty.normalize():f} {english if unit == 'docena' else english + 's'}"
        return f"{half.get(qty, several)} {'' if unit == 'docena' else 'of '}{called}"
    she = unit.endswith("a")
    halves = {
        HALF: f"{'media' if she else 'medio'} {unit}",
        HALF * 3: f"{unit} y {'media' if she else 'medio'}",
        Decimal(1): f"{'una' if she else 'un'} {unit}",
    }
    figure = _word("es", int(qty), unit) if words else f"{qty.normalize():f}"
    return f"{halves.get(qty, f'{figure} {unit}s')} de {called}"


def _word(language: str, count: int, called: str) -> str:
    if count >= len(NUMBERS[language]):
        return str(count)
    first = fold(called).split(" ")[0]
    if language == "es" and count == 1 and first.endswith(("a", "as", "cion")):
        return "una" if not first.endswith("as") else "unas"
    if language == "es" and count == 1 and first.endswith("os"):
        return "unos"
    if language == "en" and count == 1 and first[:1] in "aeiou":
        return "an"
    return NUMBERS[language][count]
