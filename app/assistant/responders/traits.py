"""What customers ask of a product besides its name: with or without something, sweet, to share (`traits.toml`).

A trait is written as a family's name ("meat") or as `=word` for a word of the menu itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from app.assistant.voice import Voice
from app.catalog.service import Lacking, bare
from app.core.text import fold

WORDS = Path(__file__).with_name("traits.toml")
WITHOUT = re.compile(
    r"\b(?:sin|without|que no (?:lleven?|tengan?|traigan?|contengan?|vengan? con|sean? de)|nada (?:de|con)|no (?:como|puedo comer|tolero)"
    r"|no|free of|alergic[oa]s? al?|allergic to)\s+"
)
WITH = re.compile(r"\b(?:con|with|que (?:lleven?|tengan?|traigan?|contengan?|vengan? con))\s+")
PASSED = frozenset(
    "nada de del algo el la los las un una ningun ninguna mucho mucha any the a al some que lleve".split()
)
JOINED = frozenset("y e o u ni and or nor".split())
WORD = re.compile(r"[\w-]+")
ITSELF = "="
WHOLE = "_"
NOT_TRAITS = frozenset(
    "que lo los la las un una mi tu su eso esto nada algo todo más mas envio delivery tarjeta".split()
)


@dataclass(frozen=True, slots=True)
class Family:
    """One table of `traits.toml`."""

    name: str
    said: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    strict: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Traits:
    """Those of a text, and what of the text is about something else."""

    having: tuple[str, ...]
    lacking: tuple[str, ...]
    rest: str
    phrases: str = ""

    def is_about(self, words: str) -> bool:
        """Whether these folded words name something for itself, no trait of something else."""
        return words in self.rest and words not in self.phrases


def traits_in(folded: str, on_menu: Callable[[str], bool]) -> Traits:
    """The traits a folded text asks for. `on_menu`: whether the menu's words have a word that is in no family."""
    having: list[str] = []
    lacking: list[str] = []
    rest = folded
    for family, pattern in _on_their_own("lacks"):
        if pattern.search(rest):
            lacking.append(family)
            rest = pattern.sub(" , ", rest)
    for cue, traits in ((WITHOUT, lacking), (WITH, having)):
        rest = _aside(rest, cue, traits, on_menu)
    phrases = []
    for family, pattern in _on_their_own("has"):
        found = pattern.search(rest)
        if found:
            having.append(family)
            phrases.append(found[0])
    return Traits(
        tuple(dict.fromkeys(having)), tuple(dict.fromkeys(lacking)), rest.replace(WHOLE, " "), " , ".join(phrases)
    )


def whole_names(folded: str, names: Sequence[str]) -> str:
    """The text with names that hold a cue ("cafe con leche") made one word, so that nothing in them is a trait."""
    for name in names:
        if WITH.search(name) or WITHOUT.search(name):
            folded = folded.replace(name, name.replace(" ", WHOLE))
    return folded


def shown_by(trait: str) -> tuple[str, ...]:
    """The words of a menu that show it."""
    if trait.startswith(ITSELF):
        return same_words(trait.removeprefix(ITSELF))
    family = families().get(trait)
    return () if family is None else family.shows


def lacking_of(trait: str) -> Lacking:
    """What a product may not show if it is to be without it."""
    family = families().get(trait)
    if family is None:
        words = same_words(trait.removeprefix(ITSELF))
        return Lacking(words, tuple(f"sin {word}" for word in words))
    return Lacking(family.shows, family.claims, family.strict)


def is_trait(trait: str) -> bool:
    """Whether it is one: what comes in as a button's payload may be anything."""
    return trait.startswith(ITSELF) or trait in families()


def tells_it(trait: str, folded: str) -> bool:
    """Whether a category of this name is what the trait asks for: "dulces", "para compartir"."""
    family = families().get(trait)
    return family is not None and any(fold(word) in folded for word in family.has)


def is_soft(trait: str) -> bool:
    family = families().get(trait)
    return family is not None and family.soft


def is_strict(trait: str) -> bool:
    family = families().get(trait)
    return family is not None and family.strict


def say_trait(voice: Voice, trait: str, how: str, text: str = "") -> str:
    """`con queso`, `sin carne`, `para compartir`; `how`: "with" or "without"; a word of its own as `text` writes it."""
    if trait.startswith(ITSELF):
        word = trait.removeprefix(ITSELF)
        written = next((as_said.lower() for as_said in WORD.findall(text) if fold(as_said) == word), word)
        return voice.say(f"trait.{how}", what=written)
    return voice.say(f"trait.{trait}_{how}")


def same_words(word: str) -> tuple[str, ...]:
    """The word and what it is called elsewhere."""
    near = bare(word)
    for group in _same():
        if near in map(bare, group):
            return (word, *group)
    return (word,)


def choice_named(word: str) -> tuple[str, ...]:
    """All names of a size or colour; empty if it is neither."""
    return _choices().get(word, ())


def sizes_and_colours(folded: str) -> tuple[tuple[str, ...], ...]:
    """The sizes and colours a text names, each by all its names; a single letter needs its "talle", "en" or "la"."""
    found = dict.fromkeys(
        _choices()[match[1]]
        for match in _choice_pattern().finditer(folded)
        if len(match[1]) > 1 or _pointed(folded, match)
    )
    return tuple(found)


def kind_of_choice(names: Sequence[str]) -> str:
    """`sizes` or `colours`."""
    read = _read()["choices"]
    return next((kind for kind, groups in read.items() if any(group.split(",")[0] == names[0] for group in groups)), "")


@cache
def families() -> dict[str, Family]:
    tables = {name: table for name, table in _read().items() if name not in ("same", "choices")}
    made = {name: Family(name, **_fields(table)) for name, table in tables.items()}
    return {
        name: replace(one, shows=one.shows + tuple(word for other in one.of for word in made[other].shows))
        for name, one in made.items()
    }


def _fields(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _aside(text: str, cue: re.Pattern[str], found: list[str], on_menu: Callable[[str], bool]) -> str:
    """Puts what follows each cue into `found`; the text without it."""
    at = 0
    while (match := cue.search(text, at)) is not None:
        traits, end = _items(text, match.end(), match[0].strip() == "no", on_menu)
        if not traits:
            at = match.end()
            continue
        found += traits
        text, at = f"{text[: match.start()]} , {text[end:]}", match.start()
    return text


def _items(text: str, at: int, plain_no: bool, on_menu: Callable[[str], bool]) -> tuple[list[str], int]:
    """The traits named from `at` on, and where they end; after a plain "no" only families count ("no meat")."""
    traits: list[str] = []
    end = at
    expected = True
    for match in WORD.finditer(text, at):
        word = match[0]
        if text[end : match.start()].strip(" ,"):
            break
        if word in JOINED or (expected and word in PASSED):
            expected, skipped = True, match.end()
            if not traits or word in JOINED:
                at = skipped
            end = skipped
            continue
        if not expected:
            break
        trait = _trait_named(text, match.start(), word, plain_no, on_menu)
        if not trait:
            break
        traits.append(trait)
        at = end = match.end()
        expected = False
    return traits, at


def _trait_named(text: str, at: int, word: str, plain_no: bool, on_menu: Callable[[str], bool]) -> str:
    for family, pattern in _after_cue():
        if pattern.match(text, at):
            return family
    if plain_no or word.isdigit() or len(word) < 3 or word in NOT_TRAITS:
        return ""
    return ITSELF + word if any(map(on_menu, same_words(word))) else ""


def _pointed(folded: str, match: re.Match[str]) -> bool:
    before = folded[: match.start()].split()
    return not before or before[-1] in POINTING


POINTING = frozenset("talla talle talles tallas size en la el un una y e o u a and or in numero".split())


@cache
def _after_cue() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, _any_of(family.said)) for name, family in families().items() if family.said)


@cache
def _on_their_own(how: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    listed = ((name, getattr(family, how)) for name, family in families().items())
    return tuple((name, _any_of(words)) for name, words in listed if words)


@cache
def _same() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split()) for group in _read()["same"]["words"])


@cache
def _choices() -> dict[str, tuple[str, ...]]:
    groups = [tuple(group.split(",")) for kind in _read()["choices"].values() for group in kind]
    return {name: group for group in groups for name in group}


@cache
def _choice_pattern() -> re.Pattern[str]:
    names = sorted(_choices(), key=len, reverse=True)
    return re.compile(r"(?<![\w'])(" + "|".join(map(re.escape, names)) + r")(?!\w)")


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    longest = sorted(map(fold, words), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(re.escape(word).replace(r"\*", r"\w*") for word in longest) + r")(?!\w)")


@cache
def _read() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
