"""A quantity far out of the ordinary, asked about once before it is summed up: "¿5000 nacatamales, verdad?"."""

from __future__ import annotations

from app.assistant.basket import skus_of
from app.assistant.responders import goods
from app.assistant.responders.answers import SAY
from app.assistant.responders.cart import chosen_of
from app.assistant.responders.delivering import Stopped
from app.assistant.turn import Turn
from app.chat.messages import QuickReply

MANY = 100  # pieces; less is a party
SURE = "sure"  # the variable: how many of something the customer said yes to; 0 after a no


def unlikely(turn: Turn) -> Stopped | None:
    """The first line of very many pieces that no stock bounds and nobody confirmed."""
    known, sure = turn.tools.products(skus_of(turn.basket.lines)), turn.basket.facts.get(SURE)
    for line in turn.basket.lines:
        product = known[line.product_id]
        if product.unit or line.qty < max(MANY, (sure or 0) + 1) or product.left_of(chosen_of(line)) is not None:
            continue
        if sure == 0:
            return Stopped(turn.voice.say("checkout.how_many", name=product.name), (), (SURE,))
        amount = goods.say_amount(turn, product, line.qty)
        titles = (turn.voice.say("person.yes"), turn.voice.say("person.no"))
        choices = tuple(QuickReply(title, SAY + title) for title in titles)
        return Stopped(turn.voice.say("checkout.sure", amount=amount), choices, (SURE,))
    return None


def most(turn: Turn) -> int:
    """The largest quantity in the cart, which a yes confirms."""
    return int(max((line.qty for line in turn.basket.lines), default=0))
