"""Orders already placed: how they go, calling them off in time, the same again, and the proof of a transfer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.assistant.basket import Basket
from app.assistant.responders import checkout
from app.assistant.responders.answers import sourced, yes_or_no
from app.assistant.responders.cart import can_be_had
from app.assistant.responders.documents import is_written
from app.assistant.responders.hears import asks_for, hears
from app.assistant.responders.summary import say_eta
from app.assistant.turn import Asked, Part, Turn
from app.chat.messages import QuickReply
from app.nlu.service import affirmation
from app.orders.service import Order, line_of

SAY = "say:"
OVER = ("delivered", "cancelled")
LABELS = ("order", "modify_order", "cancel_order", "order_status")


def about_placed(turn: Turn, asked: Sequence[Asked], changes_lines: bool) -> Part | None:
    """What the message says about an order placed before, or about calling this one off.

    `changes_lines`: it is read as a change of what is in the cart ("me arrepentí de los esquites").
    """
    if turn.inbound.kind == "attachment" and not turn.text.strip():
        return _proof(turn)
    if turn.basket.cancelling:
        answered = _cancelling(turn, asked)
        if answered is not None:
            return answered
    calling_off = next((one for one in asked if one.label == "cancel_order" and not _asks_rules(turn, one)), None)
    if calling_off is not None and not changes_lines:
        return _call_off(turn, calling_off)
    altering = next((one for one in asked if one.label == "modify_order"), None)
    if altering is not None and turn.basket.placed and not changes_lines and not turn.basket.lines:
        return _alter(turn, altering)
    when = next((one for one in asked if turn.basket.placed and hears("when_ready", one.said)), None)
    if (
        when is not None
        and (last := _last(turn)) is not None
        and last.status not in OVER
        and (eta := say_eta(turn, last))
    ):
        return replace(_part(turn, when, eta, "order_status"), order=turn.tools.order_json(last))
    status = next((one for one in asked if _asks_how_it_goes(turn, one)), None)
    if status is not None and (turn.basket.placed or not turn.basket.lines):
        return _status(turn, status)
    again = next((one for one in asked if hears("same_again", one.said)), None)
    return _again(turn, asked, again) if again is not None else None


def _asks_how_it_goes(turn: Turn, one: Asked) -> bool:
    """Of an order placed in this conversation, however short: "¿cómo va?"."""
    mine = bool(turn.basket.placed)
    return (one.label == "order_status" and (mine or not is_written(turn, one))) or (
        mine and hears("how_it_goes", one.said)
    )


def _asks_rules(turn: Turn, one: Asked) -> bool:
    """ "¿Hasta cuándo puedo cancelar?", "si cancelo, ¿me lo devuelven?": nothing is to be called off."""
    if hears("rule", one.said) or asks_for(one.said):
        return True
    return "?" in one.clause.text and is_written(turn, one)


def _call_off(turn: Turn, one: Asked) -> Part:
    """Before confirming it is emptied at once; a placed order is cancelled after a yes, in time."""
    last = _last(turn)
    stands = last is not None and last.status not in OVER
    if turn.basket.lines or (turn.basket.is_open and not stands):
        had = turn.basket.lines
        turn.basket = Basket(placed=turn.basket.placed)
        return _part(turn, one, turn.voice.say("cart.called_off" if had else "cart.nothing_to_call_off"))
    if last is None or not stands:
        return _part(turn, one, turn.voice.say("cart.nothing_to_call_off"))
    if not turn.tools.may_cancel(last, turn.now):
        text = turn.voice.say("placed.too_late", number=last.number)
        return replace(_part(turn, one, text), offer="cancel_order", quick_replies=yes_or_no(turn.voice))
    turn.basket = replace(turn.basket, cancelling=last.id)
    choices = tuple(
        QuickReply(title, SAY + title) for title in (turn.voice.say("person.yes"), turn.voice.say("person.no"))
    )
    return replace(_part(turn, one, turn.voice.say("placed.cancel_sure", number=last.number)), quick_replies=choices)


def _alter(turn: Turn, one: Asked) -> Part | None:
    """ "Quitame una gaseosa" of an order that is confirmed: a person may, the bot may not."""
    last = _last(turn)
    if last is None or last.status in OVER:
        return None
    text = turn.voice.say("placed.as_confirmed", number=last.number)
    return replace(_part(turn, one, text), offer="modify_order", quick_replies=yes_or_no(turn.voice))


def _cancelling(turn: Turn, asked: Sequence[Asked]) -> Part | None:
    order, one = turn.tools.order(turn.basket.cancelling), asked[0]
    turn.basket = replace(turn.basket, cancelling="")
    yes = affirmation(turn.analysis.text, turn.analysis.language)
    if any(other.label == "cancel_order" for other in asked) and not turn.analysis.text.casefold().startswith("no"):
        yes = True  # "sí, cancelalo": said once more
    if order is None or yes is None:
        return None
    if not yes:
        return _part(turn, one, turn.voice.say("placed.kept", number=order.number))
    cancelled = turn.tools.cancel_order(order, turn.inbound.external_id, turn.now)
    if cancelled is None:
        text = turn.voice.say("placed.too_late", number=order.number)
        return replace(_part(turn, one, text), offer="cancel_order", quick_replies=yes_or_no(turn.voice))
    owed = cancelled.payment.status == "refund_due"
    part = _part(
        turn, one, turn.voice.say("placed.cancelled_refund" if owed else "placed.cancelled", number=order.number)
    )
    return replace(part, order=turn.tools.order_json(cancelled), at=tuple(other.at for other in asked))


def _status(turn: Turn, one: Asked) -> Part | None:
    """How the last order goes."""
    last = _last(turn)
    if last is None:
        text = turn.voice.say("placed.none")
        return replace(_part(turn, one, text), offer="order_status", quick_replies=yes_or_no(turn.voice))
    key = last.status if last.status != "ready" else f"ready_{last.fulfilment}"
    text = turn.voice.say(f"placed.is_{key}", number=last.number)
    return replace(_part(turn, one, text, "order_status"), order=turn.tools.order_json(last))


def _again(turn: Turn, asked: Sequence[Asked], one: Asked) -> Part | None:
    """ "Lo mismo de siempre": the last order's lines, at the prices of now."""
    last = turn.tools.last_order(turn.conversation.sender.lane)
    if turn.basket.lines:
        return None
    if last is None:
        return _part(turn, one, turn.voice.say("placed.no_usual"))
    known = turn.tools.products(line["product_id"] for line in last.lines)
    lines = tuple(line_of(line) for line in last.lines if line["product_id"] in known)
    gone = [
        turn.voice.say("product.not_sold", name=line["name"]) for line in last.lines if line["product_id"] not in known
    ]
    lines, said = can_be_had(turn, lines)
    if not lines:
        return _part(turn, one, " ".join([*gone, *said, turn.voice.say("order.which")]))
    same = (("fulfilment", last.fulfilment), ("address", last.address), ("zone", last.zone), ("payment", last.method))
    kept = {name: value for name, value in same if value and (name != "payment" or value in checkout.ways_here(turn))}
    turn.basket = replace(turn.basket, lines=lines, facts={**kept, **turn.basket.facts})
    return checkout.go_on(turn, tuple(other.at for other in asked), [*gone, *said], score=one.score)


def _proof(turn: Turn) -> Part | None:
    """A picture or a PDF where a transfer awaits its proof."""
    last = _last(turn)
    if last is None or not turn.tools.proof_sent(last, turn.inbound.attachment_id, turn.inbound.external_id, turn.now):
        return None
    return sourced("order", "order", turn, 0, turn.voice.say("placed.proof_received", number=last.number), "payment")


def _last(turn: Turn) -> Order | None:
    return turn.tools.last_order(turn.conversation.sender.lane)


def _part(turn: Turn, one: Asked, text: str, label: str = "") -> Part:
    label = label or (one.label if one.label in LABELS else "order")
    return sourced("order", label, turn, one.at, text, label, score=one.score, topic={"subject": "order"})
