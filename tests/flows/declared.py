"""Flows as owners write them, for the tests of the engine."""

from __future__ import annotations

from datetime import UTC, datetime

from app.flows.service import Heard, Moved, Run, advance, begin
from app.shop.flowspec import Flow
from app.shop.reading import read_config

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
FLOWS = """
flows:
  quick_order:
    steps:
      - ask: "¿Tu nombre?"
        var: name
      - ask: "¿Qué producto querés?"
        var: product
      - ask: "¿Cantidad?"
        var: qty
      - confirm: "Perfecto, {qty} x {product} a nombre de {name}. ¿Confirmamos?"
  reservar_mesa:
    start: ["reservar mesa", "quiero una mesa"]
    remind_minutes: 10
    expire_minutes: 30
    steps:
      - ask: "¿Para cuántas personas?"
        var: people
        type: quantity
        range: [1, 12]
        error: "Decime un número del 1 al 12."
      - ask: "¿Adentro o afuera?"
        var: place
        choices: ["Adentro", "Afuera"]
      - say: "Afuera, sólo hasta las 20:00."
        when: {place: "Afuera"}
      - confirm: "Mesa para {people}, {place}. ¿La aparto?"
        on_no: people
      - do: notify_owner
  encargo:
    start: ["hacer un encargo"]
    steps:
      - ask: "¿Lo llevás o te lo mandamos?"
        var: how
        choices: ["Lo llevo", "Me lo mandan"]
      - ask: "¿A dónde?"
        var: address
        when: {how: "Me lo mandan"}
      - ask: "¿Con tarjeta de regalo?"
        var: card
        type: yes_no
      - ask: "¿Qué dice?"
        var: words
        when: {card: "sí"}
      - do: save_contact
      - confirm: "¿Lo encargamos?"
      - do: notify_owner
      - say: "Listo."
"""


def flows() -> dict[str, Flow]:
    return dict(read_config(FLOWS.encode(), "config.yaml")[0].flows)


class Walk:
    """One customer in one flow."""

    def __init__(self, name: str, /, **known: object) -> None:
        self.name, self.flow = name, flows()[name]
        self.moved = begin(name, self.flow, known, now=NOW)

    @property
    def run(self) -> Run:
        assert self.moved.run is not None
        return Run.of(self.moved.run.as_json())

    @property
    def asked(self) -> str:
        return "" if self.moved.ask is None else self.moved.ask.var or "confirm"

    def hear(self, *, now: datetime = NOW, yes: bool | None = None, **values: object) -> Moved:
        return self.say(Heard(values, yes=yes), now=now)

    def say(self, heard: Heard, *, now: datetime = NOW) -> Moved:
        self.moved = advance(self.name, self.flow, self.run, heard, now=now)
        return self.moved
