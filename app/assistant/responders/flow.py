"""The flows an owner declared: started by what is said, answered out of order if need be, left for a question and resumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.assistant.basket import Basket
from app.assistant.responders import flow_goods, flow_texts
from app.assistant.responders.answers import sourced, yes_or_no
from app.assistant.responders.cart import say_cart
from app.assistant.responders.consent import consent_note
from app.assistant.responders.ears import is_about_else, listen, says_back, says_cancel
from app.assistant.responders.fallback import fallback_text
from app.assistant.responders.flow_starts import INTENT, started
from app.assistant.responders.handoff import escalate_text
from app.assistant.responders.hears import hears
from app.assistant.responders.serving import closed_for_good
from app.assistant.responders.ways_to_pay import ways_to_pay
from app.assistant.tools import errands
from app.assistant.turn import Asked, Part, Turn
from app.chat.service import Details
from app.core.text import fold
from app.flows import service as flows
from app.flows.service import Heard, Moved, Run
from app.nlu.service import affirmation
from app.shop.flowspec import Flow, Step

AT_START = ("quantity", "choice", "datetime", "zone", "phone", "email")  # heard in the words that start a flow
PERSON = ("human",)
SHORT = 3


def flow(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
    """Goes on with the flow under way, or starts the one that is asked for."""
    if turn.payload or (not asked and turn.inbound.location is None):
        return []
    run, declared = _under_way(turn)
    if run is not None and declared is not None:
        return _go_on(turn, asked, run, declared)
    begun = started(turn, asked)
    return [] if begun is None else _begin(turn, asked, *begun)


def resume(turn: Turn) -> Part | None:
    """After a digression: the question that still waits, once more."""
    run, declared = _under_way(turn)
    if run is None or declared is None:
        return None
    moved = flows.advance(run.flow, declared, run, Heard(aside=True), now=turn.now)
    turn.run = moved.run
    text, choices = _asked(turn, declared, moved)
    return Part((), text, _intent(declared), "flow", place="closing", quick_replies=choices) if text else None


def not_heard(turn: Turn, open_: Sequence[Asked]) -> Part | None:
    """What answers neither the question nor anything else: its own words of error and the question again, then a person."""
    run, declared = _under_way(turn)
    if run is None or declared is None:
        return None
    moved = flows.advance(run.flow, declared, run, Heard(), now=turn.now)
    turn.run = moved.run
    at, asks = tuple(one.at for one in open_) or (0,), any("?" in one.clause.text for one in open_)
    return _told(turn, at, run.flow, declared, moved, [fallback_text(turn)] if asks else ())


def _under_way(turn: Turn) -> tuple[Run | None, Flow | None]:
    """The run and its declaration; given up where it was left too long, or the owner took the flow away."""
    run = turn.run
    declared = turn.settings.flows.get(run.flow) if run is not None else None
    if run is None or (declared is not None and not flows.expired(run, declared, turn.now)):
        return run, declared
    turn.run = None
    if declared is not None and flows.goods_of(declared):
        turn.basket = Basket(placed=turn.basket.placed)
    return None, None


def _begin(turn: Turn, asked: Sequence[Asked], name: str, declared: Flow, one: Asked) -> list[Part]:
    """Starts with what is known and what the very words say."""
    goods = flows.goods_of(declared)
    turn.basket = replace(turn.basket, asked=(), waiting=None)
    closed = closed_for_good(turn) if goods else ""
    if closed or (goods and not turn.settings.orders.enable):
        return [_part(turn, (one.at,), name, closed or turn.voice.say("order.off"), declared)]
    kinds = [step.kind for step in declared.steps if step.ask]
    awaited = [step.var for step in declared.steps if step.kind in AT_START and kinds.count(step.kind) == 1]
    heard = listen(turn, asked, declared.steps, awaited, telling={one.at})
    known = {"name": turn.conversation.name, "phone": turn.conversation.phone, **heard.values}
    moved = flows.begin(name, declared, known, now=turn.now)
    turn.run = moved.run
    at = tuple(sorted({one.at, *heard.at}))
    return _answer(turn, asked, at, name, declared, moved, ())


@dataclass(frozen=True, slots=True)
class _Said:
    """What a message says to the flow, what it does to the cart, and which of its clauses do."""

    heard: Heard
    at: tuple[int, ...] = ()
    order: flow_goods.Ordered = field(default_factory=flow_goods.Ordered)


def _go_on(turn: Turn, asked: Sequence[Asked], run: Run, declared: Flow) -> list[Part]:
    if any(one.label in PERSON for one in asked) or _answers_offer(turn):
        return []
    before = turn.basket
    said = _heard(turn, asked, run, declared)
    if said.order.question is not None:
        return [_about_a_line(turn, run, declared, said)]
    if said.heard == Heard():
        turn.basket = before
        return _left_alone(turn, asked)
    moved = flows.advance(run.flow, declared, run, said.heard, now=turn.now)
    turn.run = moved.run
    return _answer(turn, asked, said.at or (0,), run.flow, declared, moved, said.order.said)


def _heard(turn: Turn, asked: Sequence[Asked], run: Run, declared: Flow) -> _Said:
    """A command, answers, goods, a yes or a no."""
    waiting, everything = _waiting(declared, run), tuple(one.at for one in asked)
    if says_back(turn.text):
        return _Said(Heard(back=True), everything)
    if says_cancel(turn.text) and not _is_choice(turn.text, waiting):
        return _Said(Heard(cancel=True), everything)
    awaited = {waiting.var} if waiting is not None and waiting.var else set()
    told = listen(turn, asked, declared.steps, awaited, run.values)
    counted = flow_goods.counter_of(declared)
    if counted in told.values:
        order, values = flow_goods.Ordered(), flow_goods.with_quantity(turn, declared, told.values[counted])
    else:
        statements = [one for one in asked if "?" not in one.clause.text and not one.certain]
        order = flow_goods.ordered(turn, statements, declared, awaited=not awaited.isdisjoint(flows.goods_of(declared)))
        values = order.values
    agrees = waiting is not None and waiting.confirm and not order.took
    yes = affirmation(turn.analysis.text, turn.language) if agrees else None
    wrong = not awaited.isdisjoint(told.wrong) or (order.took and not order.values)
    at = everything if order.took or yes is not None else tuple(sorted(told.at))
    return _Said(Heard({**told.values, **values}, yes=yes, wrong=wrong), at, order)


def _about_a_line(turn: Turn, run: Run, declared: Flow, said: _Said) -> Part:
    """What of the goods has to be asked before the flow goes on: which of several, what size."""
    assert said.order.question is not None
    turn.run = flows.advance(run.flow, declared, run, Heard(aside=True), now=turn.now).run
    text = "\n".join([*said.order.said, said.order.question.text])
    return replace(_part(turn, said.at, run.flow, text, declared), quick_replies=said.order.question.choices)


def _left_alone(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
    """Nothing of it is for the flow: others may answer. A few words that nobody could are answered here."""
    if turn.basket.lines and any(hears("my_total", one.said) for one in asked):
        part = resume(turn)
        text = say_cart(turn, turn.basket.lines)
        return [] if part is None else [replace(part, text=f"{text}\n{part.text}", at=(asked[0].at,))]
    mumbled = not_heard(turn, asked) if _is_mumbled(asked) else None
    return [] if mumbled is None else [mumbled]


def _is_mumbled(asked: Sequence[Asked]) -> bool:
    """A few words that ask for nothing of the shop's: "dale", "1000" where another answer is awaited."""
    return all(len(one.clause.tokens) <= SHORT and not one.clause.mentions and not is_about_else(one) for one in asked)


def _answers_offer(turn: Turn) -> bool:
    """A yes or a no to a person offered is the hand-off's."""
    return bool(turn.state.get("offer")) and affirmation(turn.analysis.text, turn.language) is not None


def _is_choice(text: str, waiting: Step | None) -> bool:
    return waiting is not None and fold(text) in map(fold, waiting.choices)


def _waiting(declared: Flow, run: Run) -> Step | None:
    steps = flows.steps_of(declared)
    return steps[run.at] if 0 <= run.at < len(steps) else None


def _answer(
    turn: Turn, asked: Sequence[Asked], at: tuple[int, ...], name: str, declared: Flow, moved: Moved, said: Sequence[str]
) -> list[Part]:  # fmt: skip
    """The flow's own part, and that of the order it placed."""
    parts = [_told(turn, at, name, declared, moved, said)]
    actions, values = [step.do for step in moved.do], dict(moved.values)
    if moved.run is not None and flows.goods_of(declared):
        flow_goods.note(turn, moved.run.values)
    if "place_order" in actions and turn.basket.lines:
        parts = [*(part for part in parts if part.text), flow_goods.place(turn, at, values)]
    _act(turn, name, declared, actions, values)
    if moved.ended == "cancelled" and flows.goods_of(declared):
        turn.basket = Basket(placed=turn.basket.placed)
    left = [one for one in asked if one.at not in at]
    return [replace(part, place="closing") for part in parts] if left and moved.run is not None else parts


def _told(
    turn: Turn, at: tuple[int, ...], name: str, declared: Flow, moved: Moved, said: Sequence[str] = ()
) -> Part:  # fmt: skip
    """What is said on the way, then the question that waits."""
    values = flow_texts.shown(turn, declared, moved.values)
    lines = [*said]
    if moved.again and not said and moved.run is not None and moved.run.tries:
        lines.append(_error(turn, moved, values))
    lines += [flow_texts.filled(turn, step.say, values) if step.say else _of_action(turn, step) for step in moved.steps]
    question, choices = _asked(turn, declared, moved)
    if moved.stuck:
        question, choices = f"{question}\n{turn.voice.say('person.offer')}", yes_or_no(turn.voice)
    if moved.ended and not any(lines):
        lines.append(_ending(turn, declared, moved))
    text = "\n".join(line for line in [*lines, question] if line)
    part = _part(turn, at, name, text, declared)
    handed = any(step.do == "handoff" for step in moved.do)
    offer = "human" if moved.stuck else ""
    return replace(part, quick_replies=() if handed else choices, handoff=handed, offer=offer)


def _asked(turn: Turn, declared: Flow, moved: Moved) -> tuple[str, Any]:
    if moved.ask is None:
        return "", ()
    values = flow_texts.shown(turn, declared, moved.values)
    text, choices = flow_texts.question(turn, moved.ask, values)
    note = consent_note(turn, (word for step in moved.asks for word in (step.var, step.kind)))
    return (f"{note}\n{text}" if note else text), choices


def _error(turn: Turn, moved: Moved, values: dict[str, str]) -> str:
    own = moved.ask.error if moved.ask is not None else ""
    return flow_texts.filled(turn, own, values) if own else turn.voice.say("flow.unclear")


def _of_action(turn: Turn, step: Step) -> str:
    """What an action says by itself."""
    if step.do == "handoff":
        return escalate_text(turn)
    if step.do == "payment_link":
        ways = ways_to_pay(turn)
        return turn.voice.say("flow.pay", way=ways[0]) if ways else ""
    return ""


def _ending(turn: Turn, declared: Flow, moved: Moved) -> str:
    """A flow that ends without a word of its own still says that it did; an order placed says it itself."""
    if moved.ended == "cancelled":
        return turn.voice.say("flow.cancelled")
    placing = any(step.do == "place_order" for step in moved.do) and turn.basket.lines
    return "" if placing else turn.voice.say("flow.done")


def _act(turn: Turn, name: str, declared: Flow, actions: Sequence[str], values: dict[str, Any]) -> None:
    shown = flow_texts.shown(turn, declared, values)
    if "notify_owner" in actions:
        cause = turn.inbound.external_id
        errands.tell_owner(turn.tools, turn.conversation, name, shown, cause=cause, now=turn.now)
    if "save_contact" in actions:
        told = Details(*(str(values.get(kind) or "") for kind in ("name", "phone", "email")))
        errands.save_contact(turn.tools, turn.conversation, told, name, now=turn.now)


def _part(turn: Turn, at: tuple[int, ...], name: str, text: str, declared: Flow) -> Part:
    part = sourced("flow", name, turn, at[0] if at else 0, text, _intent(declared))
    return replace(part, at=at or part.at)


def _intent(declared: Flow) -> str:
    """The intent that starts it, where one does."""
    own = next((start.removeprefix(INTENT) for start in declared.start if start.startswith(INTENT)), "faq")
    return "order" if flows.goods_of(declared) else own
