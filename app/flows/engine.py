"""How a flow moves: pure steps from what is known and what was heard to what is told, done and asked next.

A flow is walked from its beginning every time: a question whose variable is known is settled, what was told, done or
said yes to is passed, and the first step that is neither waits. So whatever a message fills, corrects or takes back,
nothing is asked twice, branches follow the answers of now, and a walk ends after as many steps as there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zlib import crc32

from app.core.text import fold
from app.flows.builtin import Grouped
from app.flows.run import Heard, Moved, Run
from app.shop.flowspec import Flow, Step

GOODS = ("product", "cart")  # a flow that gathers one of these places the order at its last yes (CONTRACT 2)
YES, NO = ("si", "yes", "true"), ("no", "false")


@dataclass(frozen=True, slots=True)
class _Walk:
    """One pass over a flow. `at` is None where nothing waits."""

    at: int | None
    active: Mapping[str, Any]
    passed: frozenset[int]
    steps: tuple[Step, ...]


def begin(name: str, flow: Flow, known: Mapping[str, Any], *, now: datetime) -> Moved:
    """Starts a flow; `known`: what is not to be asked, by variable (what the flow does not ask is left out)."""
    values = {var: value for var, value in known.items() if var in flow.variables and value not in (None, "")}
    return _moved(flow, Run(name, values, 0, "", shape=shape_of(flow)), now)


def advance(name: str, flow: Flow, run: Run, heard: Heard, *, now: datetime) -> Moved:
    """One message's effect. What fills nothing leaves the run where it is: the question of `ask` is to be repeated."""
    redrawn = run.flow != name or run.shape != shape_of(flow)
    if redrawn:  # the owner changed it meanwhile: what was said yes to may be another question now
        run = replace(run, flow=name, passed=(), path=(), shape=shape_of(flow))
    if heard.cancel:
        return Moved(None, _walk(flow, run).active, ended="cancelled")
    if heard.back and not heard.values:
        return _back(flow, run, now)
    news = {var: value for var, value in heard.values.items() if run.values.get(var) != value}
    if news:
        changed = frozenset(var for var in news if var in run.values)
        values = {**_without(run.values, _asked_otherwise(flow, changed)), **news}
        fresh = replace(run, values=values, passed=_unless_of(flow, run, changed), tries=0)
        return replace(_moved(flow, fresh, now), changed=changed)
    step = _waiting(flow, run)
    if redrawn or step is None or not step.confirm or heard.yes is None:
        return _again(flow, run, heard, now)
    if heard.yes:
        return _moved(flow, replace(run, passed=(*run.passed, run.at), tries=0), now)
    return _refused(flow, run, step, now)


def missing(flow: Flow, known: Mapping[str, Any]) -> tuple[str, ...]:
    """The variables that the next message asks for; none where only a confirmation waits, or nothing."""
    run = Run("", {var: value for var, value in known.items() if value not in (None, "")}, 0, "")
    walk = _walk(flow, run)
    ask = None if walk.at is None else steps_of(flow)[walk.at]
    return () if ask is None or not ask.ask else tuple(step.var for step in (ask, *_together(flow, ask, walk, run)))


def steps_of(flow: Flow) -> tuple[Step, ...]:
    """The flow's steps, with the `place_order` that a flow of goods has at its last yes without saying so."""
    last = max((at for at, step in enumerate(flow.steps) if step.confirm), default=None)
    if last is None or not goods_of(flow) or any(step.do == "place_order" for step in flow.steps):
        return flow.steps
    return (*flow.steps[: last + 1], Step(do="place_order"), *flow.steps[last + 1 :])


def goods_of(flow: Flow) -> tuple[str, ...]:
    """The variables that hold what is ordered."""
    return tuple(dict.fromkeys(step.var for step in flow.steps if step.ask and step.kind in GOODS))


def shape_of(flow: Flow) -> int:
    """A number that is another once the steps are declared otherwise."""
    return crc32(repr(flow.steps).encode())


def holds(step: Step, answers: Mapping[str, Any]) -> bool:
    """Whether the step is to be taken under these answers."""
    return all(name in answers and _is_one_of(answers[name], wanted) for name, wanted in step.when.items())


def _is_one_of(value: Any, wanted: Sequence[str]) -> bool:
    return _said(value) in map(_said, wanted)


def _said(value: Any) -> str:
    """As it is compared: "Sí", "yes" and true are the same answer."""
    folded = fold(str(value))
    return "yes" if folded in YES else "no" if folded in NO else folded


def _walk(flow: Flow, run: Run) -> _Walk:
    """From the beginning to the first step that waits."""
    asked, goods = set(flow.variables), goods_of(flow)
    active = {var: value for var, value in run.values.items() if var not in asked}
    passed, on_the_way, handed = set(run.passed), list[Step](), False
    for at, step in enumerate(steps_of(flow)):
        if not holds(step, active) or (step.do == "place_order" and goods and not any(var in active for var in goods)):
            continue
        if step.ask and step.var in run.values:
            active[step.var] = run.values[step.var]
        elif step.ask or (step.confirm and at not in passed):
            if not handed:  # a person has it: nothing more is asked
                return _Walk(at, active, frozenset(passed), tuple(on_the_way))
        elif at not in passed:
            passed.add(at)
            on_the_way.append(step)
            handed = handed or step.do == "handoff"
    return _Walk(None, active, frozenset(passed), tuple(on_the_way))


def _moved(flow: Flow, run: Run, now: datetime) -> Moved:
    walk = _walk(flow, run)
    if walk.at is None:
        return Moved(None, walk.active, walk.steps, ended="done")
    ask = steps_of(flow)[walk.at]
    beside = _together(flow, ask, walk, run)
    group = tuple(step.var for step in (ask, *beside) if step.var)
    path = run.path if not group or run.path[-1:] == (group,) else (*run.path, group)
    fresh = replace(run, at=walk.at, asked_at=now.isoformat(), passed=tuple(sorted(walk.passed)), path=path)
    return Moved(fresh, walk.active, walk.steps, ask, beside)


def _together(flow: Flow, ask: Step, walk: _Walk, run: Run) -> tuple[Step, ...]:
    """What else is missing, known to be asked, and fits into the same message."""
    if not isinstance(flow, Grouped) or not ask.var or walk.at is None:
        return ()
    near = {var for group in flow.together if ask.var in group for var in group}
    return tuple(
        step
        for step in flow.steps[walk.at + 1 :]
        if step.ask and step.var in near and step.var not in run.values and holds(step, walk.active)
    )


def _again(flow: Flow, run: Run, heard: Heard, now: datetime) -> Moved:
    tries = run.tries if heard.aside or heard.values else run.tries + 1
    moved = _moved(flow, replace(run, tries=tries), now)
    same = moved.run is not None and moved.run.at == run.at
    return replace(moved, again=same, wrong=heard.wrong)


def _refused(flow: Flow, run: Run, step: Step, now: datetime) -> Moved:
    """A no: back to the question it leads to, or the end."""
    if not step.on_no:
        return Moved(None, _walk(flow, run).active, ended="cancelled")
    moved = _moved(flow, _forgetting(flow, run, (step.on_no,)), now)
    if moved.run is not None and moved.run.at == run.at:  # that question is of a branch not taken
        return Moved(None, moved.values, ended="cancelled")
    return moved


def _back(flow: Flow, run: Run, now: datetime) -> Moved:
    """The question before this one, its answer forgotten; the same again where there is none before it."""
    step, active = _waiting(flow, run), _walk(flow, run).active
    path = run.path[:-1] if step is not None and step.ask else run.path
    while path and not any(var in active for var in path[-1]):
        path = path[:-1]
    if not path:
        return replace(_moved(flow, run, now), again=True)
    return _moved(flow, replace(_forgetting(flow, run, path[-1]), path=path[:-1]), now)


def _forgetting(flow: Flow, run: Run, names: Sequence[str]) -> Run:
    """Without these answers, and without what was told or agreed to because of them."""
    return replace(run, values=_without(run.values, names), passed=_unless_of(flow, run, names), tries=0)


def _unless_of(flow: Flow, run: Run, names: Iterable[str]) -> tuple[int, ...]:
    """The passed steps that do not rest on these variables; what was done stays done."""
    names, steps = set(names), steps_of(flow)
    first = min((at for at, step in enumerate(steps) if step.var in names), default=len(steps))
    return tuple(
        at
        for at in run.passed
        if at < len(steps)
        and not (steps[at].confirm and at > first)
        and not (
            steps[at].say and (names & set(steps[at].when) or any(f"{{{name}}}" in steps[at].say for name in names))
        )
    )


def _asked_otherwise(flow: Flow, changed: frozenset[str]) -> set[str]:
    """The variables that another branch asks with other words or choices: their answers go with the branch."""
    several = [var for var in flow.variables if sum(step.var == var for step in flow.steps) > 1]
    return {step.var for step in flow.steps if step.var in several and changed & set(step.when)}


def _waiting(flow: Flow, run: Run) -> Step | None:
    steps = steps_of(flow)
    return steps[run.at] if 0 <= run.at < len(steps) else None


def _without(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    gone = set(names)
    return {var: value for var, value in values.items() if var not in gone}
