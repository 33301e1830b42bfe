"""What an order still lacks, asked for in few questions; the summary; and the yes that places it.

The questions are a declared flow like any other (`app/flows/order.yaml`): what is known is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.assistant.basket import Basket, Shown, skus_of
from app.assistant.responders.answers import SAY, sourced
from app.assistant.responders.cart import can_be_had, choice_missing, pressed, say_cart
from app.assistant.responders.consent import consent_note
from app.assistant.responders.delivering import DELIVERY, PICKUP, cannot_be_delivered, fulfilments, wants_delivery
from app.assistant.responders.delivery_zones import place_asked, zone_named
from app.assistant.responders.ears import Told, listen, people
from app.assistant.responders.ears.places import tells_place, tidy
from app.assistant.responders.ears.sound import Span
from app.assistant.responders.ears.volunteered import volunteered
from app.assistant.responders.hears import WORD, hears
from app.assistant.responders.serving import closed_for_good, preorder_note
from app.assistant.responders.summary import draft_of, say_placed, say_summary, why_no_discount
from app.assistant.responders.unlikely import SURE, most, unlikely
from app.assistant.responders.ways_to_pay import ways_offered
from app.assistant.turn import Asked, Part, Turn
from app.chat.messages import QuickReply
from app.core.ids import new_token
from app.core.text import fold
from app.flows import service as flows
from app.nlu.service import affirmation
from app.orders.service import CouponSpent, Order, Priced, SoldOut

CONFIRM = "confirm"
BY_LINK = ("stripe", "paypal", "mercadopago")  # charged by a link, not by hand
LONGEST_PLACE = 60
TOWARDS = re.compile(r"^(?:(?:es|va|para|pa|to|a|hasta|mandar|mandarlo|enviar) )+(?=\S)", re.IGNORECASE)
ORDER = ("fulfilment", "address", "name", "phone")  # as the questions that share a sentence are named
SHARED = ("fulfilment_name", "address_name", "address_phone", "name_phone", "address_name_phone")


def go_on(
    turn: Turn, at: tuple[int, ...], said: Sequence[str], *, label: str = "order", score: float = 1.0, key: str = "cart.noted"
) -> Part:  # fmt: skip
    """Asks for what the order lacks next, or shows its summary. `key`: how the cart is said before that; "" not at all."""
    cart = [say_cart(turn, turn.basket.lines, key)] if key and turn.basket.lines else []
    refused = closed_for_good(turn)
    if refused:
        return _part(turn, at, [*cart, *said, refused], label, score)
    stopped = unlikely(turn) or cannot_be_delivered(turn)
    if stopped is not None:
        return _part(turn, at, [*cart, *said, stopped.text], label, score, stopped.choices, asked=stopped.asked)
    lacking = missing(turn)
    if not lacking:
        return _summary(turn, at, said, label, score)
    text, choices = question(turn, lacking)
    return _part(turn, at, [*cart, *said, preorder_note(turn), text], label, score, choices, asked=lacking)


def missing(turn: Turn) -> tuple[str, ...]:
    """The variables to ask for in the next message; none where only the yes is missing."""
    return flows.missing(flows.order_flow(), known(turn))


def known(turn: Turn) -> dict[str, Any]:
    """What is known of the order: said, kept from before, or the only way there is."""
    basket, thread = turn.basket, turn.conversation
    values: dict[str, Any] = {"name": thread.name, "phone": thread.phone, **basket.facts}
    if basket.lines:
        values["cart"] = len(basket.lines)
    ways = fulfilments(turn)
    if len(ways) == 1:
        values["fulfilment"] = ways[0]
    paid = ways_here(turn)
    if _only_at_shop(str(values.get("payment", ""))) and values["payment"] not in paid:
        del values["payment"]
    if len(paid) <= 1:
        values["payment"] = next(iter(paid), "-")
    return values


def ways_here(turn: Turn) -> dict[str, str]:
    """What an order can be paid with: its id and its words."""
    ways = {id_: way for id_, way in ways_offered(turn).items() if id_ not in BY_LINK}
    brought = {id_: way for id_, way in ways.items() if not _only_at_shop(way)}
    return (brought or ways) if wants_delivery(turn) else ways


def _only_at_shop(way: str) -> bool:
    """ "Tarjeta en el local": for who comes by."""
    return hears("only_at_shop", fold(way))


def told(turn: Turn, asked: Sequence[Asked], taken: Collection[int], spans: Sequence[Span]) -> Told:
    """What the message tells of the order. `taken`: clauses that change the cart, which answer no question besides.

    `spans`: the very words that do.
    """
    flow, awaited = flows.order_flow({"payment": tuple(ways_here(turn)) or ("",)}), turn.basket.asked
    anywhere = listen(turn, asked, flow.steps)
    left = [one for one in asked if one.at not in taken and not _is_no_answer(turn, one)]
    answers = listen(turn, left, flow.steps, awaited) if awaited and left else Told()
    values = {**answers.values, **anywhere.values}
    at = anywhere.at | answers.at
    values.pop("cart", None)
    at |= _to_a_zone(turn, [one for one in asked if one.at in {*at, *taken} or "?" not in one.clause.text], values)
    for one in asked:  # "¿llevan a Altamira?", then "a domicilio": there
        if one.label == "delivery" and (named := zone_named(turn.profile.zones, one.clause.folded)) is not None:
            values.setdefault("zone", named[1])
            at |= {one.at} if "zone" in awaited and "?" not in one.clause.text else frozenset()
    telling = [
        one
        for one in asked
        if one.at in {*at, *taken} or one.label in ("", "out_of_scope") or tells_place(one.clause.text)
    ]
    values |= volunteered(turn, telling, spans, values, _wanted(turn, values))
    if values.get("address") and DELIVERY in fulfilments(turn):
        values.setdefault("fulfilment", DELIVERY)
        values["address"] = _tidy(values)
    _place_beside(turn, values)
    for one in asked:
        if (code := _coupon(turn, one)) is not None:
            values["coupon"], at = code, at | {one.at}
    if "zone" in awaited and left and "zone" not in values and not {"fulfilment", "address"} & set(values):
        place = _place_answered(turn, left)
        if place:
            values["zone"], at = place, at | {one.at for one in left}
    sure = affirmation(turn.analysis.text, turn.analysis.language)
    if SURE in awaited and sure is not None:
        values[SURE], at = most(turn) if sure else 0, at | {one.at for one in asked}
    wrong = anywhere.wrong | answers.wrong
    if "phone" in wrong:
        values |= _phone_as_said(turn, turn.analysis.text)
    return Told(values, wrong - set(values), at)


def _phone_as_said(turn: Turn, text: str) -> dict[str, str]:
    """Figures that are no number we know: asked for once more, and after the second time kept as they were said."""
    digits = max(people.DIGITS.findall(text), key=len, default="")
    return {"phone" if turn.basket.facts.get("phone_refused") else "phone_refused": " ".join(digits.split())}


def _is_no_answer(turn: Turn, one: Asked) -> bool:
    """A yes, a no, a thanks or a cry is nobody's name and no address."""
    if one.label in ("complaint", "human", "thanks", "goodbye"):
        return True
    return affirmation(one.clause.text, turn.analysis.language) is not None


def _wanted(turn: Turn, told: Mapping[str, Any]) -> tuple[str, ...]:
    """What of the customer is not known yet."""
    facts = {**known(turn), **told}
    names = ("name",) if facts.get("fulfilment") == PICKUP else ("name", "address")
    return tuple(name for name in names if not facts.get(name))


def amiss(turn: Turn, heard: Told) -> list[str]:
    """What was answered with something that cannot be."""
    said = []
    if "phone" in heard.wrong:
        said.append(turn.voice.say("checkout.phone_wrong"))
    if "payment" in heard.wrong:
        ways = turn.voice.join(list(ways_here(turn).values()), conjunction="join.or")
        said.append(turn.voice.say("summary.way_refused", metodos_pago=ways))
    if "payment" in heard.values and "payment" not in known(turn):
        turn.basket = turn.basket.with_facts(payment=None)
        said.append(turn.voice.say("checkout.pay_at_shop"))
    if "coupon" in heard.values and turn.basket.lines and (why := why_no_discount(turn)):
        turn.basket = turn.basket.with_facts(coupon=None)
        said.append(why)
    return said


def at_point(turn: Turn, point: tuple[float, float]) -> Part:
    """A location sent while ordering: it is to be brought there."""
    address = f"{point[0]:.6f}, {point[1]:.6f}"
    turn.basket = turn.basket.with_facts(fulfilment=DELIVERY, point=list(point), address=address, zone=None)
    return go_on(turn, (0,), (), key="")


def _coupon(turn: Turn, one: Asked) -> str | None:
    """The code of a configured discount, as the owner wrote it; "" where a coupon is spoken of that nobody knows."""
    words = set(WORD.findall(one.clause.folded))
    known = next((found.code for found in turn.settings.orders.discounts if fold(found.code) in words), None)
    return "" if known is None and "?" not in one.clause.text and hears("coupon", one.said) else known


def _tidy(values: Mapping[str, Any]) -> str:
    """The address less what else the customer said in the same breath: their name, their number, how they pay."""
    name, phone = fold(str(values.get("name", ""))), str(values.get("phone", ""))[-8:]
    kept = []
    for piece in re.split(r"[,\n;]", str(values["address"])):
        digits = "".join(filter(str.isdigit, piece))
        if (phone and phone in digits) or (name and fold(piece).strip(" .") == name):
            continue
        kept.append(TOWARDS.sub("", piece.strip(" .")))
    return ", ".join(piece for piece in kept if piece) or str(values["address"])


def _to_a_zone(turn: Turn, telling: Sequence[Asked], values: dict[str, Any]) -> frozenset[int]:
    """ "…para mandar a Altagracia": where the shop delivers, said with the order. The clauses that say it."""
    if values.get("fulfilment") == PICKUP or DELIVERY not in fulfilments(turn):
        return frozenset()
    for one in telling:
        place = place_asked(one.clause.text)
        named = zone_named(turn.profile.zones, fold(place)) if place else None
        if named is not None:
            values.setdefault("fulfilment", DELIVERY)
            values.setdefault("zone", named[1])
            return frozenset({one.at})
        bare = fold(str(values.get("address", place))) == fold(place)
        if place and bare and values.get("fulfilment") == DELIVERY and _is_town(turn, one, place):
            values.setdefault("zone", place)  # the shop does not go there: said at once, not after three questions
    return frozenset()


def _is_town(turn: Turn, one: Asked, place: str) -> bool:
    """Written as the name of a place, and nothing of the menu's: "tacos al Pastor" goes nowhere."""
    ordered = {word for mention in one.clause.mentions for word in WORD.findall(fold(mention.words))}
    return (
        len(place) > 2 and place in turn.text and place[:1].isupper() and ordered.isdisjoint(WORD.findall(fold(place)))
    )


def _place_beside(turn: Turn, values: dict[str, Any]) -> None:
    """ "a Masaya, calle La Calzada 12": the town beside a street the shop knows no zone of."""
    place = place_asked(turn.analysis.text) if values.get("address") and not values.get("zone") else ""
    if not place or zone_named(turn.profile.zones, fold(f"{place} {values['address']}")) is not None:
        return
    address = fold(values["address"])
    begins = address.startswith(fold(place)) and place in turn.text and not tells_place(place)  # "Masaya, zona 4"
    if begins or fold(place) not in address:
        values["zone"] = place
    if fold(str(values.get("name", ""))) == fold(place):
        del values["name"]


def _place_answered(turn: Turn, left: Sequence[Asked]) -> str:
    """The neighbourhood said when it was asked for: one of the shop's, or what they call it."""
    text = " ".join(one.clause.text for one in left)
    named = zone_named(turn.profile.zones, fold(text))
    if named is not None:
        return named[1]
    if affirmation(text, turn.analysis.language) is not None:
        return ""
    plain = all(one.label in ("", "delivery", "location", "out_of_scope", "order", "faq") for one in left)
    return (
        tidy(text.strip(" .,;:!"))[:LONGEST_PLACE] if plain and "?" not in text and len(text) <= LONGEST_PLACE else ""
    )


def question(turn: Turn, lacking: Sequence[str]) -> tuple[str, tuple[QuickReply, ...]]:
    """The one short question for these, and what can be tapped for an answer."""
    voice = turn.voice
    together = "_".join(name for name in ORDER if name in lacking)
    asked = [together, *(name for name in lacking if name not in ORDER)] if together in SHARED else lacking
    text = " ".join(voice.say(f"checkout.{name}") for name in asked)
    if "payment" in lacking:
        text = f"{text} {_capital(voice.join(list(ways_here(turn).values()), conjunction='join.or'))}."
    if "fulfilment" in lacking:
        choices = tuple(_tap(voice.say(f"checkout.{way}")) for way in fulfilments(turn))
    elif "payment" in lacking:
        choices = tuple(_tap(way) for way in ways_here(turn).values())
    else:
        choices = ()
    note = consent_note(turn, lacking)
    return (f"{note}\n{text}" if note else text), choices


def resume(turn: Turn) -> Part | None:
    """After a digression: the question that still waits, once more and short."""
    basket = turn.basket
    choice = choice_missing(turn, basket.lines) if basket.waiting is not None and basket.waiting.axis else None
    if choice is not None:
        choice = pressed(turn, choice, basket.waiting)
        return Part((), choice.text, "order", "order", place="closing", quick_replies=choice.choices)
    if not basket.is_open or not basket.asked:
        return None
    stopped, lacking = unlikely(turn) or cannot_be_delivered(turn), missing(turn)
    if stopped is not None:
        text, choices = stopped.text, stopped.choices
    elif lacking:
        text, choices = question(turn, lacking)
    else:
        text, choices = turn.voice.say("checkout.confirm"), _confirm_taps(turn)
    return Part((), text, "order", "order", place="closing", quick_replies=choices)


def answered(turn: Turn, asked: Sequence[Asked]) -> Part | None:
    """A yes or a no to the summary and nothing else."""
    if turn.basket.asked != (CONFIRM,) or turn.basket.shown is None:
        return None
    at, text = tuple(one.at for one in asked), turn.analysis.text
    yes = affirmation(text, turn.analysis.language)
    if yes is None and len(asked) > 1:  # "sí, confirmo. gracias!"
        said = {
            affirmation(one.clause.text, turn.analysis.language)
            for one in asked
            if one.label not in ("thanks", "goodbye", "greeting")
        }
        yes = said.pop() if len(said) == 1 else None
    if yes:
        return place(turn, at)
    if yes is False:
        turn.basket = replace(turn.basket, asked=(CONFIRM,))
        choices = (_tap(turn.voice.say("summary.tap_cancel")),)
        return _part(turn, at, [turn.voice.say("summary.what_else")], "order", 1.0, choices, asked=(CONFIRM,))
    return None


def place(turn: Turn, at: tuple[int, ...]) -> Part:
    """Places what the summary showed; where it cannot be as shown, a new summary says what changed."""
    basket = turn.basket
    assert basket.shown is not None
    lines, said = can_be_had(turn, basket.lines)
    turn.basket = replace(basket, lines=lines)
    if said:
        return go_on(turn, at, said) if lines else _all_gone(turn, at, said)
    draft = draft_of(turn, basket.shown.draft)
    if (draft.bill.total, _prices(draft.lines)) != (basket.shown.total, basket.shown.prices):
        return go_on(turn, at, [turn.voice.say("summary.price_changed")])
    try:
        order = turn.tools.place_order(draft, turn.inbound.external_id, turn.now)
    except SoldOut as error:
        short = [
            turn.voice.say("cart.few", name=name, left=f"{left.normalize():f}") for name, left in error.short.items()
        ]
        return go_on(turn, at, short)
    except CouponSpent:
        turn.basket = replace(turn.basket, facts={k: v for k, v in turn.basket.facts.items() if k != "coupon"})
        return go_on(turn, at, [turn.voice.say("summary.coupon_spent")])
    turn.basket = Basket(placed=order.id)
    return _placed(turn, at, order)


def _placed(turn: Turn, at: tuple[int, ...], order: Order) -> Part:
    part = _part(turn, at, [say_placed(turn, order)], "order", 1.0)
    return replace(part, order=turn.tools.order_json(order))


def _summary(turn: Turn, at: tuple[int, ...], said: Sequence[str], label: str, score: float) -> Part:
    """The whole order before its yes."""
    shown = turn.basket.shown
    draft = draft_of(turn, shown.draft if shown is not None else new_token(16))
    turn.basket = replace(turn.basket, shown=Shown(draft.id, draft.bill.total, _prices(draft.lines)))
    text = say_summary(turn, draft)
    part = _part(turn, at, [*said, text], label, score, _confirm_taps(turn), asked=(CONFIRM,))
    return replace(part, order=draft.as_json())


def _all_gone(turn: Turn, at: tuple[int, ...], said: Sequence[str]) -> Part:
    turn.basket = Basket(placed=turn.basket.placed)
    return _part(turn, at, [*said, turn.voice.say("order.which")], "order", 1.0)


def _part(
    turn: Turn, at: tuple[int, ...], said: Sequence[str], label: str, score: float, choices: Sequence[QuickReply] = (),
    *, asked: Sequence[str] = (),
) -> Part:  # fmt: skip
    again = turn.basket.asked_again + 1 if asked and tuple(asked) == turn.basket.asked else 0
    shown = turn.basket.shown if tuple(asked) == (CONFIRM,) else None
    turn.basket = replace(turn.basket, asked=tuple(asked), asked_again=again, shown=shown)
    text = "\n".join(sentence for sentence in said if sentence)
    part = sourced("order", label, turn, at[0] if at else 0, text, label, score=score)
    topic = {"subject": "order", "products": skus_of(turn.basket.lines)}
    return replace(part, at=at or part.at, quick_replies=tuple(choices), topic=topic)


def _confirm_taps(turn: Turn) -> tuple[QuickReply, ...]:
    return tuple(_tap(turn.voice.say(f"summary.tap_{what}")) for what in ("yes", "change", "cancel"))


def _tap(title: str) -> QuickReply:
    return QuickReply(title, SAY + title)


def _prices(lines: Sequence[Priced]) -> tuple[int, ...]:
    return tuple(line.unit_price for line in lines)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
