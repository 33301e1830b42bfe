"""Who the customers are, how they write, and how they read what the shop says."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest

from app.simulation.customer import Customer, Places
from app.simulation.listening import understood
from app.simulation.menu import Good, Menu
from app.simulation.noise import Noise, without_accents
from app.simulation.persona import BadPersona, Persona, Plot, cast, read_personas
from app.simulation.wants import Wanted, differences
from app.simulation.wording import amount, plural
from tests.simulation.shop import out, plain

LOUD = Noise(accents=1, marks=1, lower=1, chat=1, repeat=0.5, slips=0.3)
TEXT = "¿Me das 2 nacatamales, por favor? También quiero un café"


def menu_of(**more: Any) -> Menu:
    return Menu.of([{"sku": "pizza", "name": "Pizza", "price": "100.00", **more}])


def test_the_personas_that_come_with_it_can_be_read() -> None:
    personas = read_personas()
    assert len(personas) >= 14
    assert {persona.language for persona in personas} == {"es", "en"}
    assert len({persona.id for persona in personas}) == len(personas)


def test_every_plot_has_somebody() -> None:
    assert {persona.plot for persona in read_personas()} == set(get_args(Plot))


@pytest.mark.parametrize(
    "wrong",
    [
        "patienc: 3",
        "plot: dance",
        "asks: [weather]",
        "says: {order: ['quiero {things}']}",
        "says: {order: ['quiero algo']}",
        "says: {sing: ['la']}",
        "language: fr",
        "noise: {thunder: 1}",
        "[",
    ],
)
def test_a_persona_that_is_written_wrong_is_refused_by_name(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / "ana.yaml"
    file.write_text(f"id: ana\nabout: somebody\n{wrong}\n", encoding="utf-8")
    with pytest.raises(BadPersona, match=r"ana\.yaml"):
        read_personas(file)


def test_the_same_seed_writes_the_same(tmp_path: Path) -> None:
    one, other = (LOUD.dressed(LOUD.spelt(TEXT, Random(3)), Random(4)) for _ in range(2))
    assert one == other
    assert one != LOUD.dressed(LOUD.spelt(TEXT, Random(5)), Random(6))
    assert one == one.lower()
    assert not set("¿?,áé") & set(one)


def test_accents_go_and_the_ñ_stays() -> None:
    assert without_accents("¿Cuánto vale la piñata añeja?") == "¿Cuanto vale la piñata añeja?"


def test_quiet_people_write_as_it_is_said() -> None:
    assert Noise().dressed(Noise().spelt(TEXT, Random(1)), Random(1)) == TEXT


def test_the_cast_is_mixed_the_same_every_time() -> None:
    personas = read_personas()
    first, again = ([one.id for one in cast(personas, 40)] for _ in range(2))
    assert first == again
    assert set(first) == {persona.id for persona in personas}


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("nacatamal", "nacatamales"),
        ("fresco de cacao", "frescos de cacao"),
        ("jabón de lavar", "jabones de lavar"),
        ("maíz", "maíces"),
        ("indio viejo", "indios viejos"),
        ("tajadas con queso", "tajadas con queso"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    ("qty", "unit", "said"),
    [("0.5", "libra", "media libra de queso"), ("1.5", "libra", "libra y media de queso"), ("2", "libra", "2 libras de queso"),
     ("0.5", "litro", "medio litro de queso"), ("1", "docena", "una docena de queso"), ("3", None, "3 quesos")],
)  # fmt: skip
def test_amounts_are_said_as_people_say_them(tmp_path: Path, qty: str, unit: str | None, said: str) -> None:
    [persona] = plain(tmp_path, in_words=0, synonyms=0)
    assert amount(persona, Good("queso", "Queso", Decimal(1), unit=unit), Decimal(qty), Random(1)) == said


def line(**more: Any) -> dict[str, Any]:
    return {"product_id": "pizza", "name": "Pizza", "qty": 2, "options": {}, "extras": [], "unit_price": "100.00",
            "total": "200.00"} | more  # fmt: skip


def test_the_price_is_reckoned_from_the_menu_alone() -> None:
    size = {"id": "size", "name": "tamaño", "required": True, "values": [
        {"id": "small", "name": "chica", "price_delta": "0.00"}, {"id": "large", "name": "grande", "price_delta": "40.00"}]}  # fmt: skip
    cheese = {"id": "cheese", "name": "queso", "price_delta": "10.00", "included": False}
    onion = {"id": "onion", "name": "cebolla", "price_delta": "5.00", "included": True}
    menu = menu_of(options=[size], extras=[cheese, onion], variants=[
        {"options": {"size": "small"}, "sku": None, "stock": 3, "price": "80.00"}])  # fmt: skip

    def unit(**more: Any) -> Decimal:
        return menu.line_price(line(**more))[0]

    assert unit() == Decimal("100.00")
    assert unit(options={"size": "large"}) == Decimal("140.00")
    assert unit(options={"size": "small"}) == Decimal("80.00")
    assert unit(options={"size": ["small", "large"]}) == Decimal("140.00")
    assert unit(extras=[{"id": "cheese", "kind": "add", "qty": 2}]) == Decimal("120.00")
    assert unit(extras=[{"id": "onion", "kind": "add", "qty": 1}]) == Decimal("100.00")
    assert unit(extras=[{"id": "onion", "kind": "extra", "qty": 1}]) == Decimal("105.00")
    assert unit(extras=[{"id": "cheese", "kind": "no", "qty": 1}]) == Decimal("100.00")


def test_half_a_cent_is_rounded_up() -> None:
    assert menu_of(price="0.25").line_price(line(qty=0.5))[1] == Decimal("0.13")


def test_a_sum_that_is_not_right_is_told() -> None:
    order = {"lines": [line()], "subtotal": "200.00", "delivery_fee": "30.00", "discount": "20.00", "total": "210.00"}
    assert list(menu_of().wrong_sums(order, Decimal(0))) == []
    assert list(menu_of().wrong_sums({**order, "total": "211.00"}, Decimal(0))) != []
    assert list(menu_of().wrong_sums({**order, "tax": "31.50", "total": "241.50"}, Decimal(15))) == []
    assert list(menu_of().wrong_sums(order, Decimal(15))) != []


def test_where_an_order_differs_from_what_is_wanted() -> None:
    menu = menu_of()
    pizza = Wanted(menu.goods[0], Decimal(2))

    def kinds(*lines: Mapping[str, Any]) -> list[str]:
        return [one.kind for one in differences(menu, (pizza,), lines)]

    assert kinds(line()) == []
    assert kinds(line(qty=1), line(qty=1)) == []
    assert kinds(line(qty=3)) == ["quantity"]
    assert kinds() == ["missing"]
    assert kinds(line(), line(product_id="coca", name="Coca")) == ["surplus"]
    assert kinds(line(extras=[{"id": "cheese", "kind": "no", "qty": 1}])) == ["made"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("¿Pasás a retirarlo o te lo llevamos, y a nombre de quién lo pongo?", {"fulfilment", "name"}),
        ("Pasame la dirección, tu nombre y un teléfono, por favor.", {"address", "name", "phone"}),
        ("Anotado. ¿En qué barrio o colonia queda?", {"area"}),
        ("What name is it under, and what phone number can we call?", {"name", "phone"}),
        ("A nombre de Ana quedó tu pedido.", set()),
    ],
)
def test_what_the_shop_asks_is_understood(text: str, asked: set[str]) -> None:
    asks = understood([out("1", text)]).asks
    assert asks >= asked
    assert not {"address", "name", "phone", "area", "payment", "fulfilment"} & (asks - asked)


def customer(folder: Path, **more: Any) -> Customer:
    [persona] = plain(folder, **more)
    return Customer(persona, menu_of(), Places(), Random(1))


def summary(qty: int) -> dict[str, Any]:
    return {
        "id": "o1", "status": "draft", "lines": [line(qty=qty)], "fulfilment": "pickup", "address": "",
        "customer": {"name": "", "phone": ""},
    }  # fmt: skip


def test_a_summary_that_is_right_is_confirmed_and_one_that_is_not_is_corrected(tmp_path: Path) -> None:
    carla = customer(tmp_path)
    carla.begin()
    [said] = carla.hear(understood([out("1", "¿Lo confirmamos?", summary(5))]))
    assert "pizza" in said.text.lower()
    assert carla.notes == ["quantity: wanted 1 pizza, got 5 pizza"]
    [said] = carla.hear(understood([out("2", "¿Lo confirmamos?", summary(1))]))
    assert said.text in carla.persona.says["yes"]


def test_a_customer_whose_patience_is_at_its_end_leaves(tmp_path: Path) -> None:
    carla = customer(tmp_path, patience=3)
    carla.begin()
    for _ in range(5):
        if not carla.end:
            carla.hear(understood([out("1", "Hmm.")]))
    assert carla.end == "gave_up"


def test_a_customer_who_is_handed_over_waits_for_the_person(tmp_path: Path) -> None:
    carla = customer(tmp_path)
    carla.begin()
    carla.hear(understood([out("1", "Ya le aviso a Chepe.")], handoff=True))
    assert carla.end == "handed_over"


def test_what_is_offered_is_tapped_by_those_who_tap(tmp_path: Path) -> None:
    [persona] = plain(tmp_path, taps=1)
    assert isinstance(persona, Persona)
    carla = Customer(persona, menu_of(), Places(), Random(1))
    carla.begin()
    asked = out("1", "¿Pasás a retirarlo o te lo llevamos?")
    asked["quick_replies"] = [
        {"title": title, "payload": f"say:{title}"} for title in ("Paso a retirar", "A domicilio")
    ]
    [said] = carla.hear(understood([asked]))
    assert (said.text, said.payload) == ("Paso a retirar", "say:Paso a retirar")
