"""An order in words: the summary that asks for a yes, and what is said once it is placed."""

from __future__ import annotations

from app.assistant.responders.cart import say_line
from app.assistant.responders.delivering import DELIVERY, fee, wants_delivery, zone_of
from app.assistant.responders.serving import due, say_due
from app.assistant.responders.ways_to_pay import ways_offered
from app.assistant.turn import Turn
from app.core.text import fold
from app.nlu.service import called
from app.orders.service import Draft, Order, bill, discount_for
from app.shop.config import Discount
from app.shop.hours import DAYS

TRANSFER = "transfer"


def draft_of(turn: Turn, id_: str) -> Draft:
    """The order as it would be placed at this moment, priced now."""
    basket, thread, profile = turn.basket, turn.conversation, turn.profile
    facts = basket.facts
    delivered = wants_delivery(turn)
    zone = zone_of(turn, facts) if delivered else None
    lines = turn.tools.priced(basket.lines)
    coupon = discount_of(turn)
    return Draft(
        id=id_, conversation_id=thread.id, customer=thread.sender.lane, channel=thread.sender.channel,
        branch=profile.slug if thread.branch else "", language=turn.language, lines=lines,
        bill=bill(lines, fee=fee(turn), discount=coupon, tax=turn.settings.orders.tax), currency=turn.tools.currency,
        fulfilment="delivery" if delivered else "pickup",
        address=str(facts.get("address") or facts.get("zone") or "") if delivered else "",
        zone=zone.name if zone is not None else "", name=str(facts.get("name") or thread.name),
        phone=str(facts.get("phone") or thread.phone), method=str(facts.get("payment") or next(iter(ways_offered(turn)), "")),
        coupon=coupon.code if coupon is not None else "", due=due(turn), note=str(facts.get("note") or ""),
    )  # fmt: skip


def discount_of(turn: Turn) -> Discount | None:
    """The configured discount whose code was said, where it holds today for this much."""
    code, subtotal = str(turn.basket.facts.get("coupon") or ""), turn.tools.subtotal(turn.basket.lines)
    found = discount_for(
        code, turn.settings.orders.discounts, subtotal=subtotal, currency=turn.tools.currency, day=turn.now.date()
    )
    return found if isinstance(found, Discount) else None


def why_no_discount(turn: Turn) -> str:
    """Why the coupon that was said takes nothing off; empty where it does."""
    code, subtotal = str(turn.basket.facts.get("coupon") or ""), turn.tools.subtotal(turn.basket.lines)
    every = turn.settings.orders.discounts
    why = discount_for(code, every, subtotal=subtotal, currency=turn.tools.currency, day=turn.now.date())
    if isinstance(why, Discount):
        return ""
    known = next((one for one in every if fold(one.code) == fold(code)), None)
    if known is None:
        return turn.voice.say("summary.coupon_unknown")
    if why == "day":
        names = turn.voice.list("week.days")
        days = turn.voice.join([names[DAYS.index(day)] for day in known.days])
        return turn.voice.say("summary.coupon_day", code=known.code, days=days)
    return turn.voice.say(
        "summary.coupon_minimum", code=known.code, minimo=turn.tools.amount(known.minimum, turn.language)
    )


def say_summary(turn: Turn, draft: Draft) -> str:
    """All of it, one thing a line; the first line asks."""
    say, money = turn.voice.say, turn.tools.price
    rows = [say("checkout.confirm")]
    rows += [
        say("cart.line", item=say_line(turn, line), price=money(priced.total, turn.language))
        for line, priced in zip(turn.basket.lines, draft.lines, strict=True)
    ]
    rows += _sums(turn, draft)
    rows.append(_where(turn, draft))
    if draft.due is not None:
        rows.append(say("summary.for_when", when=say_due(turn, draft.due)))
    rows.append(
        say("summary.whose", name=draft.name, phone=draft.phone)
        if draft.phone
        else say("summary.whose_name", name=draft.name)
    )
    rows.append(say("summary.paid_by", way=_way(turn, draft.method)))
    return "\n".join(row for row in rows if row)


def say_delivered(turn: Turn) -> str:
    """`Con el envío a Cerca (C$ 30) son C$ 270.`, where it is known how far it goes."""
    cost, zone = fee(turn), zone_of(turn, turn.basket.facts)
    if not cost or zone is None:
        return ""
    total = turn.tools.price(turn.tools.subtotal(turn.basket.lines) + cost, turn.language)
    return turn.voice.say("summary.with_fee", zone=zone.name, fee=turn.tools.price(cost, turn.language), total=total)


def _sums(turn: Turn, draft: Draft) -> list[str]:
    say, owed, rows = turn.voice.say, draft.bill, []
    if draft.fulfilment == DELIVERY:
        cost = turn.tools.price(owed.delivery_fee, turn.language) if owed.delivery_fee else say("summary.free")
        rows.append(say("summary.fee", zone=draft.zone, price=cost))
    if owed.discount:
        rows.append(say("summary.discount", code=draft.coupon, price=turn.tools.price(owed.discount, turn.language)))
    if owed.tax_added and owed.tax:
        rows.append(say("summary.tax", price=turn.tools.price(owed.tax, turn.language)))
    rows.append(say("summary.total", price=turn.tools.price(owed.total, turn.language)))
    return rows


def _where(turn: Turn, draft: Draft) -> str:
    if draft.fulfilment == DELIVERY:
        return turn.voice.say("summary.to", address=draft.address)
    address = turn.profile.address.rstrip(". ")
    return turn.voice.say("summary.at_shop", address=address) if address else turn.voice.say("summary.at_the_shop")


def _way(turn: Turn, method: str) -> str:
    return turn.voice.say(f"payment.{method}") if method in ("cash", TRANSFER) else method


def say_eta(turn: Turn, order: Order) -> str:
    """`Llega en 30 a 45 minutos.`; empty where the shop says nothing of it."""
    say = turn.voice.say
    if order.due is not None:
        return say("placed.due", when=say_due(turn, order.due.astimezone(turn.now.tzinfo)))
    if order.fulfilment == DELIVERY:
        return say("placed.eta", tiempo_envio=turn.settings.delivery.eta) if turn.settings.delivery.eta else ""
    return say("placed.waiting", tiempo_espera=turn.profile.waiting) if turn.profile.waiting else ""


def say_placed(turn: Turn, order: Order) -> str:
    """`¡Listo, Ana! Tu pedido es el 0151.`, when it will be there, and how it is paid."""
    say, first = turn.voice.say, called(order.name)
    said = [
        say("placed.done_named", name=first, number=order.number) if first else say("placed.done", number=order.number)
    ]
    said.append(say_eta(turn, order))
    total = turn.tools.price(order.total, turn.language)
    transfer = turn.settings.payments.transfer
    if order.method == TRANSFER:
        said.append(say("placed.transfer", total=total, instructions=transfer.instructions.rstrip(". ")))
        said.append(say("placed.proof") if transfer.ask_proof else "")
    else:
        said.append(say("placed.pay", total=total, way=_way(turn, order.method)))
    return " ".join(sentence for sentence in said if sentence)
