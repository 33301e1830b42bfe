"""Whatever is declared and whatever is said: a flow never loops, and always ends or waits for one answer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.flows.engine import steps_of
from app.flows.service import Heard, Run, advance, begin
from app.shop.flowspec import ACTIONS, Flow, Step
from tests.flows.declared import NOW

VARS = ("name", "product", "qty", "place", "note")
ANSWERS = ("a", "b", "sí", "no")


@st.composite
def declared(draw: Any) -> Flow:
    steps: list[Step] = []
    asked: list[str] = []
    for _ in range(draw(st.integers(1, 8))):
        verb = draw(st.sampled_from(("ask", "ask", "say", "confirm", "do")))
        fields: dict[str, Any] = {verb: draw(st.sampled_from(ACTIONS)) if verb == "do" else "texto"}
        if verb == "ask":
            fields["var"] = draw(st.sampled_from(VARS))
        if asked and draw(st.booleans()):
            fields["when"] = {draw(st.sampled_from(asked)): draw(st.sampled_from(ANSWERS))}
        if verb == "confirm" and asked and draw(st.booleans()):
            fields["on_no"] = draw(st.sampled_from(asked))
        steps.append(Step(**fields))
        asked += [fields["var"]] if verb == "ask" else []
    return Flow(steps=tuple(steps))


heard = st.builds(
    Heard,
    values=st.dictionaries(st.sampled_from(VARS), st.sampled_from(ANSWERS), max_size=3),
    yes=st.sampled_from((None, True, False)),
    back=st.booleans(),
    cancel=st.sampled_from((False,) * 9 + (True,)),
    wrong=st.booleans(),
    aside=st.booleans(),
)


@given(
    flow=declared(),
    said=st.lists(heard, max_size=30),
    known=st.dictionaries(st.sampled_from(VARS), st.sampled_from(ANSWERS)),
)
def test_it_always_waits_for_one_answer_or_is_over(flow: Flow, said: list[Heard], known: dict[str, str]) -> None:
    moved = begin("f", flow, known, now=NOW)
    done: list[int] = []
    for one in said:
        assert len(moved.steps) <= len(steps_of(flow))
        if moved.run is None:
            assert moved.ended
            assert moved.ask is None
            break
        assert not moved.ended
        assert moved.ask is steps_of(flow)[moved.run.at] or moved.ask == steps_of(flow)[moved.run.at]
        assert moved.ask is not None
        assert (moved.ask.ask and moved.ask.var not in moved.run.values) or moved.ask.confirm
        run = Run.of(json.loads(json.dumps(moved.run.as_json())))
        done = [at for at in run.passed if steps_of(flow)[at].do]
        moved = advance("f", flow, run, one, now=NOW)
        if moved.run is not None:
            assert set(done) <= set(moved.run.passed), "what was done is not done again"


@given(flow=declared())
def test_answering_what_is_asked_and_agreeing_ends_it(flow: Flow) -> None:
    moved = begin("f", flow, {}, now=NOW)
    for _ in range(3 * len(steps_of(flow)) + 1):
        if moved.run is None:
            break
        assert moved.ask is not None
        values = {moved.ask.var: "a"} if moved.ask.var else {}
        moved = advance("f", flow, moved.run, Heard(values, yes=True), now=NOW)
    assert moved.ended == "done"
