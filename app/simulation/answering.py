"""How a customer answers what the shop asks: by a tap where one is offered, else in their words; all that was asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from app.core.text import fold
from app.simulation import wording
from app.simulation.listening import Understood

if TYPE_CHECKING:
    from app.simulation.customer import Customer, Saying
    from app.simulation.wants import Wanted

LEAST_CHOICES = 2
NEAR = 0.004  # degrees: some hundred metres


def answer(customer: Customer, heard: Understood) -> list[Saying]:
    """What they say to it; nothing where nothing was asked that they know an answer to."""
    for about in (_what_kind, _which, _cancelling, _place_by_pin):
        if said := about(customer, heard):
            return [said]
    told = list(_details(customer, heard))
    if len(told) == 1:
        return told
    if told:
        return [replace(told[0], text=", ".join(one.text for one in told), payload="")]
    return list(_rest(customer, heard))


def _what_kind(customer: Customer, heard: Understood) -> Saying | None:
    """A size, a flavour: what has to be chosen of a product they want."""
    offered = {fold(title) for title, _ in heard.taps}
    for line in customer.wanted:
        for axis in line.good.axes:
            names = {fold(value["name"]) for value in axis["values"]}
            chosen = dict(line.options).get(axis["id"])
            if chosen is None or len(offered & names) < min(LEAST_CHOICES, len(names)):
                continue
            if heard.asks_about(line.good.name):
                name = line.good.value_name(axis["id"], chosen)
                return customer.tapped("value", (name,), value=name)
    return None


def _which(customer: Customer, heard: Understood) -> Saying | None:
    """Several products fit what they said: the one they meant."""
    offered = [good for title, _ in heard.taps for good in customer.menu.goods if fold(good.name) == fold(title)]
    if len(offered) < LEAST_CHOICES:
        return None
    meant: list[Wanted] = [line for line in customer.wanted if line.good in offered]
    if len(meant) != 1:
        said = wording.lines(customer.persona, meant or customer.wanted, customer.random, options=True)
        return customer.say("lines", lines=said)
    return customer.tapped("product", (meant[0].good.name,), product=meant[0].good.name)


def _cancelling(customer: Customer, heard: Understood) -> Saying | None:
    """They did not mean to."""
    return customer.tapped("no", ("No",)) if "cancelling" in heard.asks else None


def _place_by_pin(customer: Customer, heard: Understood) -> Saying | None:
    """Those who send where they are instead of an address, once."""
    point = customer.places.point
    if not customer.persona.location or customer.has_located or point is None or "address" not in heard.asks:
        return None
    customer.has_located = True
    near = (round(point[0] + customer.random.uniform(-NEAR, NEAR), 6), round(point[1] + NEAR, 6))
    return replace(customer.say("ok"), text="", location=near)


def _details(customer: Customer, heard: Understood) -> Iterator[Saying]:
    """How it is handed over, where, to whom, and how it is paid."""
    asks = heard.asks
    if "fulfilment" in asks:
        yield _fulfilment(customer, alone="name" not in asks)
    elif "area" in asks:
        yield customer.say("area", area=customer.area)
    elif "address" in asks:
        yield customer.say("address", address=customer.address)
    if "name" in asks:
        yield customer.say("name", name=customer.name)
    if "phone" in asks:
        yield customer.say("phone", phone=customer.phone)
    if "payment" in asks and (ways := _ways(heard)):
        customer.way = customer.way if customer.way in ways else customer.random.choice(ways)
        yield customer.tapped("way", (customer.way,), way=customer.way[:1].lower() + customer.way[1:])


def _fulfilment(customer: Customer, *, alone: bool) -> Saying:
    titles = ("A domicilio", "Delivery") if customer.fulfilment == "delivery" else ("Paso a retirar", "Pick up")
    return customer.tapped(customer.fulfilment, titles if alone else ())


def _ways(heard: Understood) -> list[str]:
    """What it can be paid with, as it is offered."""
    return [title for title, _ in heard.taps]


def _rest(customer: Customer, heard: Understood) -> Iterator[Saying]:
    """A yes, a no, what they want and how many of it."""
    asks = heard.asks
    if "confirm" in asks:
        yield customer.tapped("yes", ("Sí", "Yes"))
    elif "how_many" in asks and "goods" not in asks and customer.wanted:
        line = customer.wanted[0]
        yield customer.say("how_many", amount=f"{line.qty.normalize():f}")
    elif "goods" in asks or "which" in asks:
        yield customer.order_again()
    elif "person" in asks:
        yield customer.tapped("yes", ("Sí", "Yes")) if customer.persona.temper else customer.tapped("no", ("No",))
    elif "more" in asks:
        yield customer.say("enough")
