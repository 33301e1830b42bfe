"""A customer with a goal and so much patience: reads what the shop says as a person does, and says what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any, Literal

from app.core.text import fold
from app.simulation import answering, wording
from app.simulation.listening import Understood
from app.simulation.menu import Menu
from app.simulation.persona import Persona
from app.simulation.wants import Difference, Wanted, changed, differences, picked, wants

MOST_CORRECTIONS = 4  # of one thing that the shop gets wrong
BOLD = 0.5  # of chances to do otherwise: ask before answering, add instead of picking it up
DIGITS = 4  # of a telephone number that differ from customer to customer
LAST_WORDS = 2  # messages after which a customer who has what they wanted is done

End = Literal["", "ordered", "cancelled", "left", "abandoned", "gave_up", "misunderstood", "handed_over", "closed"]


@dataclass(frozen=True, slots=True)
class Saying:
    """One message of a customer: text, a tap (with the title it shows), or where they are."""

    text: str = ""
    payload: str = ""
    location: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A place the shop delivers to: what it asks for that, and from how much on."""

    name: str
    fee: Decimal
    minimum: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the shop hands over what was ordered. `point`: where it is, as (latitude, longitude)."""

    areas: tuple[Area, ...] = ()
    pickup: bool = True
    point: tuple[float, float] | None = None
    far_is_far: bool = True  # no zone is drawn around a point
    phone: str = "88451290"  # a number of the country, as it is dialled there


@dataclass
class Placed:
    """An order that the shop confirmed: as it was last shown before (None: never), and as it is now."""

    shown: Mapping[str, Any] | None
    order: Mapping[str, Any]


class Customer:
    """One customer in one conversation. `end` says how it ended, once it has."""

    def __init__(self, persona: Persona, menu: Menu, places: Places, random: Random) -> None:
        self.persona, self.menu, self.places, self.random = persona, menu, places, random
        self.wanted: tuple[Wanted, ...] = wants(persona, menu, random)
        self.name = random.choice(persona.names)
        self.phone = _phone(places.phone, random)
        delivers = bool(places.areas) and (random.random() < persona.delivery or not places.pickup)
        self.fulfilment = "delivery" if delivers else "pickup"
        self.area = random.choice(places.areas).name if places.areas else ""
        if persona.plot == "out_of_zone" and places.areas and places.far_is_far:
            self.area = random.choice(persona.far)
        self.address = random.choice(persona.says["where"]).format(area=self.area)
        self.way = ""
        self.end: End = ""
        self.placed: list[Placed] = []
        self.shown: Mapping[str, Any] | None = None
        self.notes: list[str] = []  # what the shop got wrong, for whoever reads the report
        self._left = persona.patience
        self._changes = persona.most_changes
        self._questions = list(persona.asks)
        self._corrections = 0
        self._short: set[str] = set()
        self._after = 0
        self._stage: Literal["ordering", "calling_off", "satisfied"] = "ordering"
        self._verdict: End = ""
        self.has_ordered = self.has_located = False
        self.heard = Understood()
        self._before: Understood | None = None  # what they answered last

    # What they say.

    def begin(self) -> list[Saying]:
        """The first words."""
        say = self.say
        if self.persona.plot == "not_sold" and self.random.random() < BOLD:
            return self._send(say("unsold", thing=self.random.choice(self.persona.things)))
        if self.random.random() < self.persona.starts:
            return self._send(say("start"))
        if self.persona.temper and self.random.random() < BOLD:
            return self._send(say("angry"))
        if self.persona.bursts:
            return self._send(say("hello"), *(Saying(piece) for piece in _pieces(self._order().text)))
        if self.random.random() < BOLD / 2:
            return self._send(say("hello"))
        return self._send(self._order())

    def hear(self, heard: Understood) -> list[Saying]:
        """What they say to this. Once `end` says how it ended they listen no longer, though they may say a last word."""
        self.heard = heard
        self._note(heard)
        if heard.handoff:
            return self._leave("handed_over", self.say("ok") if self.random.random() < BOLD else None)
        if heard.order is not None and heard.order["status"] != "draft":
            self._keep(heard.order)
        if self._left <= 0:
            return self._leave("gave_up" if self.persona.plot != "abandon" else "abandoned")
        if self._stage == "satisfied":
            return self._satisfied(heard)
        if self._stage == "calling_off":
            return self._calling_off(heard)
        if "closed" in heard.told and not heard.is_summary:
            return self._leave("closed")
        if heard.is_summary:
            assert heard.order is not None
            return self._look_at(heard.order)
        return self._go_on(heard)

    # What they make of it.

    def _go_on(self, heard: Understood) -> list[Saying]:
        """Answers what was asked, or does what they had in mind instead."""
        if self._stopped(heard):
            return self._otherwise(heard)
        if not self.wanted:
            self.wanted = tuple(picked(self.persona, self.menu, self.random, 1, ()))
            return self._send(self.say("lines", lines=self._lines(self.wanted)))
        if self._questions and self.has_ordered and self.random.random() < BOLD:
            return self._send(self._question())
        if self._changes and self.has_ordered and self.random.random() < self.persona.changes / 2:
            return self._change()
        if answer := answering.answer(self, heard):
            self._before = heard
            return self._send(*answer)
        if not self.has_ordered:
            return self._send(self._order())
        if self._before is not None:
            return self._once_more()
        return self._send(self.say("enough" if self.random.random() < BOLD else "lost"))

    def _once_more(self) -> list[Saying]:
        """The shop did not take it, or forgot what it had asked: the same again, to what it asked before."""
        before, self._before = self._before, None
        assert before is not None
        self.heard = before
        if before.order is not None and before.is_summary:
            return self._look_at(before.order)
        return self._send(*answering.answer(self, before))

    def _look_at(self, order: Mapping[str, Any]) -> list[Saying]:
        """A summary: right, to be corrected, or reason to think again."""
        self.shown, self._before = order, self.heard
        if self.persona.plot == "cancel_before":
            return self._call_off()
        self._put_up_with(order)
        wrong = differences(self.menu, self.wanted, order["lines"])
        if wrong or self._amiss(order):
            return self._correct(order, wrong)
        if self._questions and self.random.random() < BOLD:
            return self._send(self._question())
        if self._changes and self.random.random() < self.persona.changes:
            return self._change()
        return self._send(self.tapped("yes", ("Sí", "Yes", "Confirm")))

    def _correct(self, order: Mapping[str, Any], wrong: Sequence[Difference]) -> list[Saying]:
        """Says what is not as it should be: at most two things in a message."""
        self._corrections += 1
        for one in wrong:
            self.notes.append(f"{one.kind}: wanted {_told(one.line)}, got {_told(one.got)}")
        if self._corrections > MOST_CORRECTIONS:
            self._verdict = "misunderstood"
            return self._call_off()
        said = [self._correction(one) for one in wrong[:2]]
        amiss = self._amiss(order)
        if amiss and not said:
            got = f"{order['fulfilment']} {order['address']} {order['customer']['name']}"
            self.notes.append(f"{amiss}: wanted {getattr(self, amiss)}, got {got}")
            said = [self._put_right(amiss)]
        return self._send(Saying(", ".join(one.text for one in said)))

    def _correction(self, one: Difference) -> Saying:
        persona, line = self.persona, one.line
        if one.kind == "missing":
            return self.say("missing", lines=wording.line(persona, line, self.random, options=True))
        if one.kind == "surplus":
            return self.say("remove", product=line.good.name)
        if one.kind == "quantity":
            return self.say("set", amount=wording.amount(persona, line.good, line.qty, self.random))
        made = [wording.value(line.good, axis, value) for axis, value in line.options]
        made += [wording.extra(persona, line, kind, id_) for kind, id_ in line.extras]
        unwanted = [extra for extra in (one.got.extras if one.got is not None else ()) if extra not in line.extras]
        made += [wording.extra(persona, line, "no" if kind == "add" else "add", id_) for kind, id_ in unwanted]
        return self.say("as", product=line.good.name, value=" ".join(made))

    def _put_right(self, amiss: str) -> Saying:
        if amiss == "fulfilment":
            return self.say(self.fulfilment)
        return self.say("rename", name=self.name) if amiss == "name" else self.say("move", address=self.address)

    def _amiss(self, order: Mapping[str, Any]) -> str:
        """What else of a summary is not theirs."""
        if order["fulfilment"] != self.fulfilment:
            return "fulfilment"
        if self.fulfilment == "delivery" and not self.has_located and fold(self.area) not in fold(order["address"]):
            return "address"
        first = fold(self.name).split(" ")[0]
        return "" if first in fold(order["customer"]["name"]) or not order["customer"]["name"] else "name"

    def _put_up_with(self, order: Mapping[str, Any]) -> None:
        """Takes so much as there is of what the shop said is short."""
        got = {line["product_id"]: Decimal(str(line["qty"])) for line in order["lines"]}
        self.wanted = tuple(
            replace(line, qty=got[line.good.id]) if line.good.id in self._short else line
            for line in self.wanted
            if line.good.id not in self._short or line.good.id in got
        )

    def _note(self, heard: Understood) -> None:
        """What the shop says is gone is wanted no longer; of what is short they take what there is."""
        lacking = {line.good.id for line in self.wanted if heard.gone and heard.lacks(line.good.name)}
        self._short |= lacking
        if "few" not in heard.told and not heard.is_summary:
            self.wanted = tuple(line for line in self.wanted if line.good.id not in lacking)

    def _stopped(self, heard: Understood) -> bool:
        """The shop does not go there, or not for so little."""
        return self.fulfilment == "delivery" and bool({"far", "minimum"} & heard.told)

    def _otherwise(self, heard: Understood) -> list[Saying]:
        if "minimum" in heard.told and self.random.random() < BOLD:
            fresh = tuple(picked(self.persona, self.menu, self.random, 2, self.wanted))
            if fresh:
                self.wanted += fresh
                return self._send(self.say("add", lines=self._lines(fresh)))
        if "far" in heard.told and self.persona.plot == "out_of_zone" and self.random.random() < BOLD / 2:
            return self._leave("left", self.say("bye"))
        self.fulfilment = "pickup"
        return self._send(self.tapped("pickup", ("Paso a retirar", "Pick up")))

    def _change(self) -> list[Saying]:
        """Another quantity, another product, one more, one less."""
        self._changes -= 1
        kind, line, fresh = changed(self.persona, self.menu, self.random, self.wanted)
        others = tuple(one for one in self.wanted if one.good.id != line.good.id)
        named = wording.name(self.persona, line.good, self.random)
        if kind == "remove":
            self.wanted = others
            return self._send(self.say("remove", product=named))
        if kind == "replace" and fresh is not None:
            self.wanted = (*others, fresh)
            return self._send(self.say("replace", product=named, amount=self._lines((fresh,))))
        self.wanted = (*others, line)
        if kind == "add":
            return self._send(self.say("add", lines=self._lines((line,))))
        amount = wording.amount(self.persona, line.good, line.qty, self.random)
        return self._send(self.say("set", amount=amount))

    # Once it is placed, or called off.

    def _keep(self, order: Mapping[str, Any]) -> None:
        """The shop shows an order as placed."""
        known = next((one for one in self.placed if one.order["id"] == order["id"]), None)
        if known is not None:
            known.order = order
        elif order["status"] == "confirmed":
            self.placed.append(Placed(self.shown, order))
            self.shown = None
            self._stage, self._after = "satisfied", 0

    def _satisfied(self, heard: Understood) -> list[Saying]:
        """They have what they wanted; some have not."""
        plot = self.persona.plot
        if plot == "cancel_after":
            return self._call_off()
        if plot == "repeat" and len(self.placed) == 1:
            self._stage = "ordering"
            self._changes = 0
            return self._send(self.say("again"))
        self._after += 1
        if self._after < LAST_WORDS and self.random.random() < BOLD:
            return self._send(self.say("ask_status" if self.random.random() < BOLD else "thanks"))
        return self._leave("ordered")

    def _call_off(self) -> list[Saying]:
        self._stage, self._after = "calling_off", 0
        return self._send(self.tapped("cancel", ("Cancelar", "Cancel")))

    def _calling_off(self, heard: Understood) -> list[Saying]:
        """Says it is meant, until it is called off."""
        self._after += 1
        standing = [one for one in self.placed if one.order["status"] != "cancelled"]
        if not standing and "cancelling" not in heard.asks:
            return self._leave(self._verdict or "cancelled")
        if self._after > MOST_CORRECTIONS:
            return self._leave("gave_up")
        if "cancelling" in heard.asks:
            return self._send(self.tapped("surely", ("Sí", "Yes")))
        return self._send(self.say("cancel"))

    # Words.

    def _order(self, *, plainly: bool = False) -> Saying:
        """What they want, and with it how it is to be handed over, for those who think of everything."""
        self.has_ordered = True
        if plainly:
            return self.say("lines", lines=self._lines(self.wanted, options=True))
        said = self.say("order", lines=self._lines(self.wanted)).text
        if self.random.random() < self.persona.everything_first:
            said = f"{said}, {self.say(self.fulfilment).text}, {self.say('name', name=self.name).text}"
        return Saying(said)

    def order_again(self) -> Saying:
        """What they want, said when the shop asks for it."""
        if not self.has_ordered:
            return self._order()
        return self.say("lines", lines=self._lines(self.wanted))

    def _question(self) -> Saying:
        asked = self._questions.pop(0)
        about = wording.name(self.persona, self.random.choice(self.wanted).good, self.random)
        return self.say(f"ask_{asked}", **({"product": about} if asked == "price" else {}))

    def _lines(self, wanted: Sequence[Wanted], *, options: bool | None = None) -> str:
        return wording.lines(self.persona, wanted, self.random, options=options)

    def say(self, key: str, **values: str) -> Saying:
        """One of the ways they say it."""
        return Saying(self.persona.phrase(key, self.random, **values))

    def tapped(self, key: str, titles: Sequence[str], **values: str) -> Saying:
        """Taps one of these where it was offered and this person taps; else says it."""
        offered = self.heard.tap(*titles)
        if offered is not None and self.random.random() < self.persona.taps:
            return Saying(offered[0], offered[1])
        return self.say(key, **values)

    def _send(self, *said: Saying) -> list[Saying]:
        self._left -= len(said)
        return list(said)

    def _leave(self, end: End, last: Saying | None = None) -> list[Saying]:
        """Says perhaps one thing more, to which they listen no longer."""
        self.end = end
        return [] if last is None else [last]


def _pieces(text: str) -> list[str]:
    """An order in short pieces, as people write who press send too soon."""
    head, *rest = text.split(", ")
    return [head, *(f"y {piece}" if not piece.startswith("y ") else piece for piece in rest)]


def _phone(like: str, random: Random) -> str:
    """A number like this one, its last digits another's, as one or in two pieces."""
    number = like[:-DIGITS] + "".join(random.choice("0123456789") for _ in range(DIGITS))
    return number[:-DIGITS] + random.choice(("", " ", "-")) + number[-DIGITS:]


def _told(line: Wanted | None) -> str:
    if line is None:
        return "-"
    made = [f"{axis}={value}" for axis, value in line.options] + [f"{kind} {id_}" for kind, id_ in line.extras]
    return " ".join([f"{line.qty.normalize():f}", line.good.id, *made])
