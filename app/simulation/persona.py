"""Who the customers are: personas in YAML, with what they say, what they want, and how they go about it."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal, get_args

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from app.core.errors import UserError
from app.simulation.noise import Noise

FOLDER = Path(__file__).with_name("personas")
COMMON = "common"  # personas/common.es.yaml and common.en.yaml: what anybody says who has no words of their own
Plot = Literal[
    "order", "cancel_before", "cancel_after", "repeat", "not_sold", "out_of_zone", "below_minimum", "abandon"
]
SLOTS = {  # what is said -> what has to stand in it
    **dict.fromkeys(("hello", "start", "thanks", "lost", "leave", "person", "angry"), ()),
    **dict.fromkeys(("pickup", "delivery", "yes", "no", "ok", "enough", "cancel", "surely", "again", "bye"), ()),
    **dict.fromkeys(("order", "lines", "add", "missing"), ("lines",)),
    **dict.fromkeys(("product", "remove", "ask_price"), ("product",)),
    **dict.fromkeys(("how_many", "set"), ("amount",)),
    **dict.fromkeys(("address", "move"), ("address",)),
    **dict.fromkeys(("area", "far", "where"), ("area",)),
    **dict.fromkeys(("name", "rename"), ("name",)),
    **dict.fromkeys(("ask_hours", "ask_delivery", "ask_payment", "ask_location", "ask_total", "ask_status"), ()),
    "phone": ("phone",), "way": ("way",), "value": ("value",), "unsold": ("thing",),
    "replace": ("product", "amount"), "as": ("product", "value"),
}  # fmt: skip
QUESTIONS = tuple(key.removeprefix("ask_") for key in SLOTS if key.startswith("ask_") and key != "ask_status")


class BadPersona(UserError):
    """A persona's file is not as it has to be; its text says what to mend."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of customer. Shares and probabilities are from 0 to 1; ranges are from…to, both included."""

    id: str
    about: str
    language: Literal["es", "en"] = "es"
    weight: int = 1  # how many of them there are among the others
    plot: Plot = "order"
    patience: int = 16  # messages they will write before they give up
    products: tuple[int, int] = (1, 3)
    quantity: tuple[int, int] = (1, 4)
    options: float = 0.5  # says what has to be chosen before being asked
    extras: float = 0.15
    synonyms: float = 0.3  # calls a product by another of its names
    in_words: float = 0.3  # "dos" for 2
    taps: float = 0.4  # taps an answer that is offered
    delivery: float = 0.4
    changes: float = 0.1  # changes their mind at a summary
    most_changes: int = 1
    asks: tuple[str, ...] = ()  # questions in the middle of the order
    everything_first: float = 0.1  # how it is to be handed over, the name and the payment with the first message
    starts: float = 0.0  # begins with «Hacer pedido» instead of what they want
    bursts: bool = False  # writes in short pieces
    repeats_itself: float = 0.02  # sends a message again as a bad connection does
    location: bool = False
    temper: bool = False
    noise: Noise = field(default_factory=Noise)
    names: tuple[str, ...] = ()
    things: tuple[str, ...] = ()  # what no menu here has
    far: tuple[str, ...] = ()  # places where nobody delivers
    says: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def phrase(self, key: str, random: Random, **values: str) -> str:
        """One of the ways this person says it, written as they write."""
        template, mood, written = random.choice(self.says[key]), random.random(), []
        for literal, slot, _, _ in string.Formatter().parse(template):
            words = self.noise.spelt(literal, random, self.language)
            written.append(self.noise.dressed(words, Random(mood)))
            if slot:
                written.append(self.noise.dressed(values[slot], Random(mood), keep=True))
        return "".join(written)


def read_personas(file: Path | None = None) -> list[Persona]:
    """The built-in personas, or those of a YAML file (one, or a list of them). Raises BadPersona."""
    files = [file] if file is not None else sorted(FOLDER.glob("*.yaml"))
    found = [persona for path in files if not path.name.startswith(COMMON) for persona in _read(path)]
    if not found:
        raise BadPersona(f"{file or FOLDER}: no personas")
    return found


def cast(personas: list[Persona], conversations: int) -> Iterator[Persona]:
    """Who comes, one after the other: everybody as often as their weight, mixed the same way every time."""
    deck = [persona for persona in personas for _ in range(persona.weight)]
    Random(len(deck)).shuffle(deck)
    yield from (deck[index % len(deck)] for index in range(conversations))


def _read(path: Path) -> Iterator[Persona]:
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError) as error:
        raise BadPersona(f"{path}: {str(error).splitlines()[0]}") from error
    for raw in content if isinstance(content, list) else [content]:
        if not isinstance(raw, dict):
            raise BadPersona(f"{path}: a persona is a mapping")
        yield _persona({"id": path.stem, **raw}, path)


def _persona(raw: dict[str, Any], path: Path) -> Persona:
    unknown = set(raw) - {one.name for one in fields(Persona)}
    if unknown:
        raise BadPersona(f"{path}: unknown key {', '.join(sorted(unknown))}")
    if raw.get("language", "es") not in ("es", "en") or raw.get("plot", "order") not in get_args(Plot):
        raise BadPersona(f"{path}: language is es or en, plot one of {', '.join(get_args(Plot))}")
    if wrong := set(raw.get("asks", ())) - set(QUESTIONS):
        raise BadPersona(f"{path}: asks: {', '.join(sorted(wrong))} is none of {', '.join(QUESTIONS)}")
    common = _common(raw.get("language", "es"))
    says = {**common["says"], **raw.pop("says", {})}
    for key in ("names", "things", "far"):
        raw[key] = tuple(raw.get(key) or common[key])
    try:
        noise = Noise(**raw.pop("noise", {}))
        known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
        return Persona(**known, noise=noise, says={key: _phrases(key, said, path) for key, said in says.items()})
    except TypeError as error:
        raise BadPersona(f"{path}: {error}") from error


def _phrases(key: str, said: Any, path: Path) -> tuple[str, ...]:
    """The phrases of one key, each with the slots that it has to hold and no other."""
    if key not in SLOTS:
        raise BadPersona(f"{path}: says: {key} is nothing anybody says")
    phrases = (said,) if isinstance(said, str) else tuple(said)
    for phrase in phrases:
        slots = {slot for _, slot, _, _ in string.Formatter().parse(str(phrase)) if slot is not None}
        if slots != set(SLOTS[key]):
            raise BadPersona(f"{path}: says: {key}: «{phrase}» needs {', '.join(SLOTS[key]) or 'no slot'}")
    return phrases


@cache
def _common(language: str) -> dict[str, Any]:
    content = (FOLDER / f"{COMMON}.{language}.yaml").read_text(encoding="utf-8")
    return dict(YAML(typ="safe").load(content))
