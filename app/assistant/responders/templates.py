"""The shop's standing answers: the owner's templates or the factory's, filled from the shop's sheet."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from app.assistant.compose import render
from app.assistant.responders.delivery_zones import zones_in_words
from app.assistant.responders.opening import Opening
from app.assistant.responders.ways_to_pay import ways_to_pay
from app.assistant.turn import Turn

MAP = "https://www.google.com/maps?q="
VARIABLES = (
    "abierto_ahora", "horario", "direccion", "mapa", "telefono", "zonas", "tiempo_envio", "minimo", "metodos_pago",
    "tiempo_espera", "negocio", "nombre",
)  # fmt: skip


def render_template(turn: Turn, name: str) -> str:
    """The template's sentences whose variables the shop's data fill; empty where none is left."""
    return render(own_template(turn, name) or factory_template(turn, name), values_of(turn))


def own_template(turn: Turn, name: str) -> str | None:
    """The owner's words, for customers of the shop's language; others get the factory's in theirs."""
    written = getattr(turn.settings.responses.templates, name, None)
    return None if turn.foreign or not written else str(written)


def factory_template(turn: Turn, name: str) -> str:
    """Our own words for it, with its variables still in braces."""
    return turn.voice.say(f"template.{name}", **{variable: f"{{{variable}}}" for variable in VARIABLES})


def opening_of(turn: Turn) -> Opening:
    """The shop's (or branch's) opening seen from this moment."""
    return Opening(turn.profile.hours, turn.now, turn.voice)


def map_link(turn: Turn) -> str:
    """Where the shop is on the map: its coordinates, else a search for its address."""
    place = turn.profile.location
    if place is not None:
        return f"{MAP}{place.lat},{place.lon}"
    return MAP + quote(turn.profile.address) if turn.profile.address else ""


def values_of(turn: Turn) -> dict[str, Callable[[], str]]:
    """Every template variable: what the shop's data say, empty where they do not."""
    profile, delivery, voice = turn.profile, turn.settings.delivery, turn.voice
    opening = opening_of(turn)
    return {
        "abierto_ahora": opening.say_now,
        "horario": opening.say_week,
        "direccion": lambda: profile.address.rstrip(". "),
        "mapa": lambda: map_link(turn),
        "telefono": lambda: profile.phone,
        "zonas": lambda: zones_in_words(turn) if delivery.enabled else "",
        "tiempo_envio": lambda: delivery.eta if delivery.enabled else "",
        "minimo": lambda: turn.tools.amount(delivery.minimum, turn.language) if delivery.minimum else "",
        "metodos_pago": lambda: voice.join(ways_to_pay(turn), conjunction="join.or"),
        "tiempo_espera": lambda: profile.waiting,
        "negocio": lambda: profile.name,
        "nombre": lambda: turn.conversation.name,
    }
