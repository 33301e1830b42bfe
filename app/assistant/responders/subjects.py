"""What the shop's sheet answers: hours, place, delivery, payment, waiting, contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.assistant.responders.delivery_zones import fee_of, places_named, zone_at, zone_named, zones_in_words
from app.assistant.responders.hears import hears, specific_words
from app.assistant.responders.hours import answer_hours, is_day_known, is_right_now, is_today_a_holiday
from app.assistant.responders.introductions import asks_for_contact
from app.assistant.responders.templates import render_template
from app.assistant.responders.ways_to_pay import accepted_as, way_asked, ways_to_pay
from app.assistant.turn import Asked, Turn
from app.core.text import fold
from app.shop.config import DeliveryZone

MARKS = " ¿?¡!."
Telling = Callable[[Turn, Asked], str]


def answer_delivery(turn: Turn, asked: Asked) -> str:
    """Whether and for how much the shop delivers, there where it is asked for one place or several."""
    if not delivers(turn):
        return _pickup_only(turn)
    places = places_named(turn.profile.zones, asked.clause.text)
    if any(zone is not None for _, zone in places):
        return _of_places(turn, places)
    if hears("minimum", asked.said):
        minimum = turn.settings.delivery.minimum
        return turn.voice.say("delivery.minimum", minimo=turn.tools.amount(minimum, turn.language)) if minimum else (
            turn.voice.say("delivery.no_minimum")
        )  # fmt: skip
    if places:
        return _of_places(turn, places)
    if hears("free", asked.said):
        return _fees(turn)
    return render_template(turn, "delivery")


def _of_places(turn: Turn, places: Sequence[tuple[str, DeliveryZone | None]]) -> str:
    """One place after the other; what holds for all of them is said once, at the end."""
    told = [_told_of(turn, place, zone) for place, zone in places]
    shared = {more for _, more in told}
    sentences = [one for one, _ in told] + [*shared] if len(shared) == 1 else [text for both in told for text in both]
    return " ".join(filter(None, sentences))


def _told_of(turn: Turn, place: str, zone: DeliveryZone | None) -> tuple[str, str]:
    """What is said of the place itself, and what may hold for others too: the minimum order, where to pick up."""
    if zone is not None:
        return _covered_words(turn, zone, place=place), _minimum_of(turn, zone)
    if any(one.radius_km is not None for one in turn.profile.zones):
        goes_to = turn.voice.say("delivery.we_go_to", zonas=zones_in_words(turn))
        return turn.voice.say(
            "delivery.not_listed", place=place
        ), f"{goes_to} {turn.voice.say('delivery.send_location')}"
    turn.lose("zone", place)
    return turn.voice.say("delivery.not_covered", place=place), _elsewhere(turn)


def _fees(turn: Turn) -> str:
    """What delivery costs anywhere."""
    if not any(zone.fee for zone in turn.profile.zones):
        return turn.voice.say("delivery.fees_none")
    return turn.voice.say("delivery.fees", zonas=zones_in_words(turn))


def answer_point(turn: Turn, point: tuple[float, float]) -> str:
    """Whether the shop delivers to a location sent."""
    if not delivers(turn):
        return _pickup_only(turn)
    shop = turn.profile.location
    zone = zone_at(turn.profile.zones, (shop.lat, shop.lon) if shop else None, point)
    if zone is None:
        turn.lose("zone", "")
        return f"{turn.voice.say('delivery.not_covered_here')} {_elsewhere(turn)}"
    return f"{_covered_words(turn, zone, here=True)} {_minimum_of(turn, zone)}".strip()


def answer_payment(turn: Turn, asked: Asked) -> str:
    """Whether one way of paying is taken, or all of them; where to transfer to."""
    ways, way = ways_to_pay(turn), way_asked(asked.said, asked.clause.text)
    transfer = turn.settings.payments.transfer
    if hears("transfer", asked.said) and transfer.enabled and transfer.instructions:
        return turn.voice.say("payment.transfer_to", instructions=transfer.instructions.rstrip(". "))
    if way is None or not ways:
        return render_template(turn, "payment")
    name = accepted_as(way[1], ways)
    if name is None and _spoken_of(turn, way[1]):
        return render_template(turn, "payment")  # the shop says something of it elsewhere: nothing is denied
    if name is None:
        listed = turn.voice.join(ways, conjunction="join.or")
        return turn.voice.say("payment.refused", method=way[0], metodos_pago=listed)
    return turn.voice.say("payment.accepted", method=name)


def _spoken_of(turn: Turn, method: str) -> bool:
    """Whether one of the shop's own answers holds this way of paying."""
    hits = turn.tools.search_knowledge(method, (method,))
    return any(method in fold(" ".join((*hit.entry.texts, hit.entry.body))) for hit in hits if hit.type == "faq")


def answer_waiting(turn: Turn, asked: Asked) -> str:
    """How long an order takes: to be brought where that is asked, else to be ready."""
    eta = turn.settings.delivery.eta if delivers(turn) else ""
    brought = turn.voice.say("delivery.eta", tiempo_envio=eta) if eta else ""
    delivering = "delivery" in turn.state.get("topic", {}).get("subjects", [])
    places = places_named(turn.profile.zones, asked.clause.text) if brought else []
    if any(zone is not None for _, zone in places):
        return f"{_of_places(turn, places)} {brought}"
    if brought and (delivering or hears("delivering", asked.said)):
        return f"{_fees(turn)} {brought}" if hears("cost", asked.said) else brought
    return render_template(turn, "waiting") or brought


def answer_contact(turn: Turn, asked: Asked) -> str:
    """How the shop is reached; who asks to be called, and can be, is told that it is noted."""
    if hears("call_me", asked.clause.folded) and asks_for_contact(turn):
        return turn.voice.say("introduction.call_back")
    return render_template(turn, "contact")


SUBJECTS: dict[str, Telling] = {
    "hours": answer_hours,
    "location": lambda turn, asked: render_template(turn, "location"),
    "delivery": answer_delivery,
    "payment": answer_payment,
    "waiting": answer_waiting,
    "contact": answer_contact,
}


def knows_better(turn: Turn, subject: str, asked: Asked) -> bool:
    """The data answer this better than a written text: the day that is meant, the place named, the account."""
    if subject == "hours":
        return is_right_now(asked) or is_day_known(turn, asked) or hears("delivering", asked.said)
    if subject == "contact":
        return True
    if subject == "payment":
        return hears("transfer", asked.said) and bool(turn.settings.payments.transfer.instructions)
    if subject != "delivery":
        return False
    named = hears("minimum", asked.said) or zone_named(turn.profile.zones, asked.clause.folded) is not None
    return named or (not specific_words("delivery", asked.said) and not _is_written_so(asked))


def only_data_know(subject: str, asked: Asked) -> bool:
    """No written text can tell it, whatever words they share: today, which happens to be a holiday."""
    return subject == "hours" and is_today_a_holiday(asked.clause)


def _is_written_so(asked: Asked) -> bool:
    """One of the shop's answers is to this very question."""
    said = asked.clause.folded.strip(MARKS)
    return any(fold(text).strip(MARKS) == said for hit in asked.hits if hit.type == "faq" for text in hit.entry.texts)


def delivers(turn: Turn) -> bool:
    return turn.settings.delivery.enabled and bool(turn.profile.zones)


def _covered_words(turn: Turn, zone: DeliveryZone, *, place: str = "", here: bool = False) -> str:
    fee, where = fee_of(turn, zone), "covered_here" if here else "covered"
    if not fee:
        return turn.voice.say(f"delivery.{where}_free", place=place)
    return turn.voice.say(f"delivery.{where}", place=place, fee=fee)


def _minimum_of(turn: Turn, zone: DeliveryZone) -> str:
    minimum = zone.minimum or turn.settings.delivery.minimum
    return turn.voice.say("delivery.minimum", minimo=turn.tools.amount(minimum, turn.language)) if minimum else ""


def _elsewhere(turn: Turn) -> str:
    if not turn.settings.delivery.pickup:
        return turn.voice.say("delivery.we_go_to", zonas=zones_in_words(turn))
    return _at_shop(turn, "pickup")


def _pickup_only(turn: Turn) -> str:
    return _at_shop(turn, "pickup_only")


def _at_shop(turn: Turn, key: str) -> str:
    address = turn.profile.address.rstrip(". ")
    return turn.voice.say(f"delivery.{key}", direccion=address) if address else turn.voice.say(f"delivery.{key}_plain")
