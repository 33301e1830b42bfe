"""Who somebody says they are: "soy Carla", "a nombre de José Pérez", "my name is Ann"; not "soy de Managua"."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.core.text import fold
from app.nlu.analysis import Entity

WORDS = Path(__file__).parent / "words" / "names.toml"
MOST_WORDS = 5
LONGEST = 40
SHORTEST = 2
LONGEST_TITLE = 5  # "Srta."
MOST_SMALL = 4  # words that are nothing but a name, written small: "me llamo maría candelaria portillo"
SMALL_WORDS = 2  # a name and a surname may be written small where a sure cue says that they come
_HINT = re.compile(
    r"soy|llamo|nombre|dicen|habla|saluda|escribe|pregunt|ask for|name|call me|i'?m\b|i am|this is", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")


class _Words(NamedTuple):
    sure: re.Pattern[str]
    likely: re.Pattern[str]
    particles: frozenset[str]
    titles: frozenset[str]
    not_names: frozenset[str]
    ends: frozenset[str]
    given: frozenset[str]


def names_in(text: str) -> list[Entity[str]]:
    """Every name somebody gives, at most one for each way of giving it."""
    if not _HINT.search(text):
        return []  # and the lists stay unread
    words = _words()
    found: list[Entity[str]] = []
    for cue, sure in ((words.sure, True), (words.likely, False)):
        for match in cue.finditer(text):
            name = _name_at(text, match.end(), sure=sure)
            if name is not None and not any(name.start < other.end and other.start < name.end for other in found):
                found.append(name)
    return sorted(found, key=lambda one: one.start)


def name_alone(text: str) -> str:
    """The name, as one writes it, that a text is which was asked for one: "Ana Lilian Rivas"; empty where it is none."""
    said = " ".join(text.split()).strip(" .,;:!")
    words, run = _words(), said.split(" ")
    if not 0 < len(run) <= MOST_WORDS or len(said) > LONGEST or not all(_WORD.fullmatch(word) for word in run):
        return ""
    known = [fold(word).rstrip(".") in words.given or word[0].isupper() for word in run]
    strange = [
        fold(word) in words.not_names or (fold(word) in words.ends and fold(word) not in words.particles)
        for word in run
    ]
    if strange[0] or (any(strange) and not said.istitle()) or len(run[0]) < SHORTEST:
        return ""
    return _written(said, said.isupper()) if known[0] or len(run) <= SMALL_WORDS else ""


def called(name: str) -> str:
    """What one calls somebody of this name: "Carla" of "Carla Ruiz", "Doña Miriam" of "Doña Miriam Paz"; "" of none."""
    run = name.split()
    titled = len(run) > 1 and fold(run[0]).rstrip(".") in _words().titles
    return " ".join(run[: 1 + titled])[:LONGEST]


def _name_at(text: str, at: int, *, sure: bool) -> Entity[str] | None:
    words, shouted = _words(), text.isupper()
    run = _run(text, at)
    small = len(run) if sure and len(run) <= MOST_SMALL and not _holds_more(run) else SMALL_WORDS
    if not run or fold(run[0][0]) in words.not_names or len(run[0][0]) < SHORTEST:
        return None
    taken = 0
    for place, word in enumerate(run):
        folded = fold(word[0]).rstrip(".")
        if folded in words.particles and place:
            if not _capital_follows(run[place:]):
                break
        elif folded in words.ends or not (
            (word[0][0].isupper() and not shouted) or folded in words.given or (sure and place < small)
        ):
            break
        taken = place + 1
    if not 0 < taken <= MOST_WORDS:
        return None
    start, end = run[0].start(), run[taken - 1].end()
    said = text[start:end].rstrip(".")
    name = _written(said, shouted)
    return Entity(start, start + len(said), name) if len(name) <= LONGEST else None


def _holds_more(run: list[re.Match[str]]) -> bool:
    """Whether some of these words are no part of a name: "me llamo ana y quiero…"."""
    words = _words()
    folded = [fold(word[0]).rstrip(".") for word in run]
    return any(word in words.ends or (word in words.not_names and word not in words.particles) for word in folded)


def _run(text: str, at: int) -> list[re.Match[str]]:
    """The words from `at` on with nothing but spaces between."""
    run: list[re.Match[str]] = []
    while len(run) <= MOST_WORDS and (match := _WORD.match(text, at)) is not None:
        run.append(match)
        at = match.end()
        if match[0].endswith(".") and (len(match[0]) > LONGEST_TITLE or fold(match[0][:-1]) in _words().given):
            break  # "Me llamo Flor. Débito", but "Lic. Flor"
        if text[at : at + 1] not in (" ", "\xa0"):
            break
        at += 1
    return run


def _capital_follows(run: list[re.Match[str]]) -> bool:
    """ "María de los Ángeles": a particle is within a name only before a capital."""
    rest = [word[0] for word in run if fold(word[0]) not in _words().particles]
    return bool(rest) and rest[0][0].isupper()


def _written(name: str, shouted: bool) -> str:
    if not shouted and not name.islower():
        return name
    particles = _words().particles
    return " ".join(word.lower() if fold(word) in particles else word.capitalize() for word in name.split())


@cache
def _words() -> _Words:
    read = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    sure, likely = (re.compile(rf"\b(?:{read['cues'][kind]})[\s:]+", re.IGNORECASE) for kind in ("sure", "likely"))
    lists = {name: frozenset(words.split()) for name, words in read["words"].items()}
    return _Words(sure, likely, **lists)
