"""What the owner reads: all there is to know, in either language, and nothing that is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.core.i18n import Texts, names_in
from app.notify.letters import (
    MOST_NAME,
    MOST_TEXT,
    Desk,
    FlowTold,
    HandoffTold,
    OrderTold,
    Person,
    flow_letter,
    handoff_letter,
    order_letter,
    ticket_letter,
    whatsapp_link,
)

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday, 10:00 in Managua
DESK = Desk("Don Chepe", "es", ZoneInfo("America/Managua"), "NI", "https://donchepe.example/admin", NOW)
CARLA = Person("Carla", "+50588881234", "web")
ORDER = OrderTold("0151", "C$ 370", "Pedido 0151\n• 2 Vigorón: C$ 260", CARLA, "confirmed", "unpaid", NOW)
WAITING = HandoffTold(
    CARLA, NOW - timedelta(minutes=3), "human", [("customer", "hola"), ("bot", "¡Buenas!")], ["2 Vigorón"]
)
NAUGHTY = Path(__file__).resolve().parents[1] / "attacks" / "naughty" / "blns.json"


def test_both_languages_say_the_same_things_with_the_same_names() -> None:
    texts = Texts.load("notice")
    assert texts.keys("es") == texts.keys("en")
    for key in texts.keys("es"):
        assert set(names_in(texts.raw(key, "es"))) == set(names_in(texts.raw(key, "en"))), key


def test_an_orders_letter_has_the_ticket_and_the_ways_to_act_on_it() -> None:
    letter = order_letter(ORDER, DESK)
    assert letter.subject == "Pedido #0151 · C$ 370 · Carla"
    assert letter.text == (
        "Entró hoy a las 10:00 en Don Chepe, por la página.\n\n"
        "Pedido 0151\n• 2 Vigorón: C$ 260\n\n"
        "WhatsApp: https://wa.me/50588881234\n"
        "Verlo en el panel: https://donchepe.example/admin/orders"
    )


@pytest.mark.parametrize(
    ("more", "subject", "words"),
    [
        ({"status": "cancelled", "why": "ya no quiero."}, "Cancelado: pedido #0151 · C$ 370", "CANCELADO: ya no quiero.\n"),
        ({"status": "cancelled", "why": "expired"}, "Cancelado: pedido #0151 · C$ 370", "CANCELADO: no se pagó a tiempo."),
        ({"status": "cancelled"}, "Cancelado: pedido #0151 · C$ 370", "CANCELADO.\n"),
        ({"payment": "to_verify"}, "Comprobante por revisar: pedido #0151 · C$ 370", "Entró hoy"),
        ({"who": Person("", "", "whatsapp")}, "Pedido #0151 · C$ 370", "por WhatsApp"),
        ({"placed_at": NOW - timedelta(days=1)}, "Pedido #0151 · C$ 370 · Carla", "el domingo 22 de noviembre a las 10:00"),
        ({"placed_at": NOW - timedelta(hours=9)}, "Pedido #0151 · C$ 370 · Carla", "a la 1:00"),
    ],
)  # fmt: skip
def test_the_letter_tells_how_the_order_stands(more: dict[str, object], subject: str, words: str) -> None:
    letter = order_letter(replace(ORDER, **more), DESK)  # type: ignore[arg-type]
    assert letter.subject == subject
    assert words in letter.text


def test_without_an_address_or_a_number_there_are_no_links() -> None:
    letter = order_letter(replace(ORDER, who=Person("Carla", "8888", "web")), replace(DESK, panel=""))
    assert "http" not in letter.text
    assert "http" not in handoff_letter(replace(WAITING, who=Person("", "", "web")), replace(DESK, panel="")).text


def test_what_is_sent_on_holds_nothing_of_the_shops_own() -> None:
    assert ticket_letter(ORDER, DESK).text == ORDER.ticket


def test_a_customer_who_waits_is_summed_up() -> None:
    letter = handoff_letter(WAITING, DESK)
    assert letter.subject == "Carla espera a una persona"
    for words in ("desde hoy a las 9:57", "Carla: hola", "Agente: ¡Buenas!", "En el carrito:\n2 Vigorón", "wa.me/50588881234",
                  "/admin/conversations"):  # fmt: skip
        assert words in letter.text


@pytest.mark.parametrize(
    ("why", "words"), [("human", "Pidió"), ("complaint", "queja"), ("faq", "no le entendió"), ("", "no le entendió")]
)
def test_why_a_person_is_needed_is_said(why: str, words: str) -> None:
    assert words in handoff_letter(replace(WAITING, why=why), DESK).text


def test_somebody_without_a_name_is_a_customer() -> None:
    unknown = Person("", "", "telegram")
    assert handoff_letter(replace(WAITING, who=unknown), DESK).subject == "Un cliente espera a una persona"
    assert handoff_letter(replace(WAITING, who=unknown), replace(DESK, language="en")).subject.startswith("A customer")
    assert flow_letter(FlowTold("reservar_mesa", unknown, {}), DESK).subject == "reservar mesa: Un cliente"


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("+50588881234", "https://wa.me/50588881234"), ("8888-1234", "https://wa.me/50588881234"),
        ("+54 9 11 2345-6789", "https://wa.me/5491123456789"), ("123", ""), ("", ""), ("javascript:alert(1)", ""),
    ],
)  # fmt: skip
def test_a_number_leads_to_whatsapp_only_where_it_can_exist(phone: str, link: str) -> None:
    assert whatsapp_link(phone, "NI") == link


def test_whatever_people_write_stays_in_its_line_and_ends() -> None:
    usual = handoff_letter(WAITING, DESK).text.count("\n")
    for text in [*json.loads(NAUGHTY.read_text(encoding="utf-8")), "a" * 9_000, "{name}{shop}{link}", "a\n\nb\r\nc"]:
        who = Person(text, text, "web")
        said = [("customer", text), ("bot", text)]
        letter = handoff_letter(replace(WAITING, who=who, said=said), DESK)
        assert letter.text.count("\n") <= usual, text
        assert len(letter.text) < 3 * MOST_TEXT + 4 * MOST_NAME + 500
        assert "\n" not in letter.subject
        flow = flow_letter(FlowTold("reservar_mesa", who, {"people": text}), DESK)
        assert ("\n" in flow.subject, flow.text.count("\n") <= 7) == (False, True)
