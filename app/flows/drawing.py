"""A flow drawn as text: its steps by number, their branches, where a no leads, what is done."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.i18n import Texts
from app.flows.builtin import Grouped
from app.flows.engine import steps_of
from app.shop.flowspec import Flow, Step

SIGNS = {"ask": "?", "say": "»", "confirm": "✓", "do": "●"}
INDENT = "      "


@dataclass(frozen=True, slots=True)
class Drawn:
    """One step: what it does in words, and below it when it is taken and where it leads."""

    number: int
    verb: str
    what: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A flow in words: how it starts, its steps, and how long it waits. Texts of the bot's catalogue are as they are said."""

    starts: tuple[str, ...]
    steps: tuple[Drawn, ...]
    rules: tuple[str, ...]


def draw(flow: Flow, language: str = "es") -> Drawing:
    """The flow's drawing, to be shown in a shape of one's own."""
    pen, steps = _Pen(language), steps_of(flow)
    shown = (
        pen.step(at, step, steps, declared=any(step is one for one in flow.steps)) for at, step in enumerate(steps)
    )
    return Drawing(tuple(pen.starts(flow)), tuple(shown), tuple(pen.rules(flow)))


def drawn(name: str, flow: Flow, language: str = "es") -> str:
    """The drawing as text, a few lines a step."""
    drawing = draw(flow, language)
    lines = [name, *(f"  {line}" for line in drawing.starts)]
    for step in drawing.steps:
        lines += [f"{step.number:>3} {SIGNS[step.verb]} {step.what}", *(INDENT + note for note in step.notes)]
    return "\n".join([*lines, f"  {_Pen(language).say('end')}", *(f"  {line}" for line in drawing.rules)])


class _Pen:
    """Draws in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, key: str, **values: object) -> str:
        return Texts.load("cli").say(f"flows.{key}", self.language, treat="vos", tone="cercano", pick=0, **values)

    def starts(self, flow: Flow) -> list[str]:
        if not flow.start:
            return []
        intents = [phrase.removeprefix("intent:") for phrase in flow.start if phrase.startswith("intent:")]
        said = [f"«{phrase}»" for phrase in flow.start if not phrase.startswith("intent:")]
        told = [*said, *(self.say("intent", name=name) for name in intents)]
        return [self.say("starts", list=", ".join(told))]

    def step(self, at: int, step: Step, steps: tuple[Step, ...], *, declared: bool) -> Drawn:
        what = self.action(step, declared) if step.do else self.text(step.text)
        notes = []
        if step.when:
            shown = self.say("and").join(
                self.say("is", var=var, values=self.say("or").join(values)) for var, values in step.when.items()
            )
            notes.append(self.say("when", what=shown))
        if step.ask:
            notes.append(f"→ {step.var} ({self.kind(step)})")
        if step.error:
            notes.append(self.say("error", text=self.text(step.error)))
        if step.confirm:
            back = next((number for number, one in enumerate(steps, 1) if one.var and one.var == step.on_no), 0)
            no = self.say("no_back", number=back, var=step.on_no) if back else self.say("no_cancel")
            following = self.say("yes_next", number=at + 2) if at + 1 < len(steps) else self.say("yes_end")
            notes += [following, no]
        return Drawn(at + 1, step.verb, what, tuple(notes))

    def text(self, text: str) -> str:
        """A catalogue key as what it says."""
        return Texts.load("bot").say(text[1:], self.language) if text.startswith("@") else text

    def action(self, step: Step, declared: bool) -> str:
        told = self.say(f"do.{step.do}")
        return told if declared else f"{told} {self.say('unsaid')}"

    def kind(self, step: Step) -> str:
        if step.choices:
            return " | ".join(step.choices)
        told = self.say(f"kind.{step.kind}")
        return self.say("range", kind=told, low=step.range[0], high=step.range[1]) if step.range else told

    def rules(self, flow: Flow) -> list[str]:
        lines = [self.say("expires", minutes=flow.expire_minutes)]
        if 0 < flow.remind_minutes < flow.expire_minutes:
            lines.insert(0, self.say("reminds", minutes=flow.remind_minutes))
        if isinstance(flow, Grouped) and flow.together:
            groups = "; ".join(", ".join(group) for group in flow.together)
            lines.append(self.say("together", groups=groups))
        return lines
