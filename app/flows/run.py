"""A flow under way: where it stands, what a message said to it, and how it moved. Values only; the engine moves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.shop.flowspec import Step

MOST_TRIES = 3  # messages in a row that did not answer the question; then a person is offered

Ended = Literal["", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class Run:
    """One customer in one flow, as JSON between messages.

    `values`: what is known, by variable. `at`: the step that waits. `asked_at`: when it was asked last (ISO 8601 with
    offset). `tries`: messages in a row that did not answer it. `passed`: steps told, done or said yes to. `path`: the
    variables of each question put so far, for going back. `shape`: the declaration it was walked by.
    """

    flow: str
    values: Mapping[str, Any]
    at: int
    asked_at: str
    tries: int = 0
    passed: tuple[int, ...] = ()
    path: tuple[tuple[str, ...], ...] = ()
    shape: int = 0
    reminded: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the conversation's state; `Run.of` reads it back."""
        return {
            "flow": self.flow, "values": dict(self.values), "at": self.at, "asked_at": self.asked_at, "tries": self.tries,
            "passed": list(self.passed), "path": [list(group) for group in self.path], "shape": self.shape,
            "reminded": self.reminded,
        }  # fmt: skip

    @staticmethod
    def of(stored: Mapping[str, Any]) -> Run:
        path = tuple(tuple(group) for group in stored["path"])
        return Run(**{**stored, "passed": tuple(stored["passed"]), "path": path})


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message says to a flow. `values`: variables it fills, checked, whichever of them was asked for.

    `wrong`: it answered the question with something that cannot be. `aside`: it asked something else, which was
    answered: no try is counted.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    yes: bool | None = None
    back: bool = False
    cancel: bool = False
    wrong: bool = False
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """How a flow moved. `run` is None once it is over; `values` are those of the branches taken, also then.

    `steps`: what is to be told and done on the way, in order. `ask`: the question or confirmation that waits, and
    `together` what is asked in the same message. `again`: it is the question that waited before, `wrong`: its answer
    was not acceptable (say its `error`), `stuck`: too often. `changed`: variables whose earlier answer was corrected.
    """

    run: Run | None
    values: Mapping[str, Any]
    steps: tuple[Step, ...] = ()
    ask: Step | None = None
    together: tuple[Step, ...] = ()
    ended: Ended = ""
    changed: frozenset[str] = frozenset()
    again: bool = False
    wrong: bool = False

    @property
    def says(self) -> tuple[Step, ...]:
        """What is told on the way."""
        return tuple(step for step in self.steps if step.say)

    @property
    def do(self) -> tuple[Step, ...]:
        """The actions on the way."""
        return tuple(step for step in self.steps if step.do)

    @property
    def asks(self) -> tuple[Step, ...]:
        """All that this message asks."""
        return () if self.ask is None else (self.ask, *self.together)

    @property
    def stuck(self) -> bool:
        """Time to offer a person."""
        return self.run is not None and self.run.tries >= MOST_TRIES
