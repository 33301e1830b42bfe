"""Guided flows as the owner declares them, checked so that a flow that starts can also end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from app.core.text import fold
from app.shop import words
from app.shop.kinds import TEMPLATE_VARIABLES, Kind, Number, OneOf, Shape, Text, Whole, check_variables, frozen, nothing
from app.shop.mistakes import Amiss, Path, near
from app.shop.section import Section

TYPES = (
    "text", "product", "quantity", "phone", "email", "address", "zone", "datetime", "choice", "yes_no", "cart",
)  # fmt: skip
TYPE_BY_NAME = {
    "name": "text", "product": "product", "qty": "quantity", "phone": "phone", "email": "email", "address": "address",
    "zone": "zone", "date": "datetime",
}  # fmt: skip
ACTIONS = ("place_order", "notify_owner", "save_contact", "payment_link", "handoff")
NAME = r"[a-z][a-z0-9_]{0,39}"
VERBS = ("ask", "say", "confirm", "do")
OF_ASK = ("var", "type", "choices", "range", "error")

Action = Literal["place_order", "notify_owner", "save_contact", "payment_link", "handoff"]


class Start(Kind):
    """A phrase that starts a flow, or `intent:NAME`."""

    def read(self, value: Any) -> str:
        text = Text("reservar mesa").read(value).strip()
        if text.startswith("intent:") and not Shape(r"intent:[a-z][a-z0-9_]*", "", "").read(text).strip():
            raise Amiss(words.START_INTENT)
        return text


class Answer(Kind):
    """What a variable has to be for a step to run: one answer or several."""

    def read(self, value: Any) -> tuple[str, ...]:
        return tuple(Text("Afuera").read(one) for one in (value if isinstance(value, list) else [value]))


class Range(Kind):
    def read(self, value: Any) -> tuple[Any, Any]:
        if isinstance(value, list) and len(value) == 2:
            number = Number("0", "1000000", "1")
            low, high = number.read(value[0]), number.read(value[1])
            if low <= high:
                return low, high
        raise Amiss(words.STEP_RANGE)


class Step(Section):
    """One step: `ask` a variable, `say` something, `confirm`, or `do` an action; `when` says under which answers."""

    ask: Annotated[str, Text("¿Tu nombre?")] = ""
    say: Annotated[str, Text("Ya casi.")] = ""
    confirm: Annotated[str, Text("¿Confirmamos?")] = ""
    do: Annotated[Action | Literal[""], OneOf(ACTIONS)] = ""
    var: Annotated[str, Shape(NAME, "un nombre en minúsculas, sin espacios ni acentos", "name", empty=False)] = ""
    type: Annotated[str, OneOf(TYPES)] = ""
    choices: tuple[Annotated[str, Text("Adentro")], ...] = ()
    range: Annotated[tuple[Any, Any] | None, Range()] = None
    error: Annotated[str, Text("Decime un número del 1 al 12.")] = ""
    when: Annotated[Mapping[str, Annotated[tuple[str, ...], Answer()]], AfterValidator(frozen)] = Field(
        default_factory=nothing
    )
    on_no: Annotated[str, Text("people")] = ""

    @property
    def verb(self) -> str:
        return next((verb for verb in VERBS if verb in self.model_fields_set), "")

    @property
    def text(self) -> str:
        """What the customer reads, empty for `do`."""
        return self.ask or self.say or self.confirm

    @property
    def kind(self) -> str:
        """The type of what is asked: said, else by the choices, else by the variable's name, else text."""
        return self.type or ("choice" if self.choices else TYPE_BY_NAME.get(self.var, "text"))

    @model_validator(mode="after")
    def _fits_together(self) -> Step:
        found: list[tuple[Path, str]] = []
        if sum(verb in self.model_fields_set for verb in VERBS) != 1 or not (self.text or self.do):
            raise Amiss(words.STEP_SHAPE)
        if self.ask and not self.var:
            found.append((("ask",), words.STEP_ASK_NEEDS_VAR))
        if not self.ask:
            found += [((key,), words.STEP_ONLY_IN_ASK) for key in OF_ASK if key in self.model_fields_set]
        elif self.choices and self.kind != "choice":
            found.append((("choices",), words.STEP_CHOICES_OF_OTHER))
        elif self.kind == "choice" and not self.choices:
            found.append((("type",), words.STEP_CHOICES_NEEDED))
        elif self.range and self.kind != "quantity":
            found.append((("range",), words.STEP_RANGE_OF_OTHER))
        if self.on_no and not self.confirm:
            found.append((("on_no",), words.STEP_ONLY_IN_CONFIRM))
        if found:
            raise Amiss(found)
        return self


class Flow(Section):
    """A conversation with a purpose. `start` are phrases, or `intent:NAME`; `quick_order` has its own (CONTRACT 2)."""

    start: tuple[Annotated[str, Start()], ...] = ()
    remind_minutes: Annotated[int, Whole(0, 10080, 10)] = 10
    expire_minutes: Annotated[int, Whole(1, 43200, 30)] = 30
    steps: tuple[Step, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """The names it asks for, in order."""
        return tuple(dict.fromkeys(step.var for step in self.steps if step.var))

    @model_validator(mode="after")
    def _can_be_walked(self) -> Flow:
        if not self.steps:
            raise Amiss([(("steps",), words.STEPS_NEEDED)])
        found: list[tuple[Path, str]] = []
        asked: dict[str, Step] = {}
        for index, step in enumerate(self.steps):
            found += [(("steps", index, *path), text) for path, text in _amiss_in(step, asked, self.variables)]
            if step.var:
                asked[step.var] = step
        if found:
            raise Amiss(found)
        return self


def _amiss_in(step: Step, asked: Mapping[str, Step], all_names: tuple[str, ...]) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    try:
        check_variables(step.text, (*asked, *TEMPLATE_VARIABLES))
    except Amiss as error:
        found += [((step.verb,), _later(text, all_names, asked)) for _, text in error.parts]
    if step.on_no and step.on_no not in asked:
        found.append((("on_no",), _not_asked(step.on_no, asked, all_names)))
    for name, answers in step.when.items():
        if name not in asked:
            found.append((("when", name), _not_asked(name, asked, all_names)))
        elif choices := asked[name].choices:
            wrong = next((one for one in answers if fold(one) not in map(fold, choices)), None)
            if wrong is not None:
                found.append((("when", name), _no_choice(name, wrong, choices)))
    return found


def _later(text: str, all_names: tuple[str, ...], asked: Mapping[str, Step]) -> str:
    """A variable that is asked only further down is not unknown: it comes too early."""
    for name in all_names:
        if name not in asked and text.startswith(words.NO_SUCH_VARIABLE.format(name=name)):
            return words.STEP_LATER.format(name=name)
    return text


def _not_asked(name: str, asked: Mapping[str, Step], all_names: tuple[str, ...]) -> str:
    if name in all_names:
        return words.STEP_LATER.format(name=name)
    meant = near(name, asked)
    return words.NO_SUCH_VARIABLE.format(name=name) + (words.MEANT.format(meant=meant) if meant else "")


def _no_choice(name: str, value: str, choices: tuple[str, ...]) -> str:
    meant = near(value, choices)
    return words.STEP_NO_CHOICE.format(name=name, value=value) + (words.MEANT.format(meant=meant) if meant else "")
