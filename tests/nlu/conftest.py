"""A small Nicaraguan menu that every test of the room shares."""

from __future__ import annotations

import pytest

from app.nlu.service import Lexicon, Understander

MENU = (
    ("nacatamal", ("Nacatamal",)),
    ("fresco-cacao", ("Fresco de cacao", "cacao")),
    ("taco-pastor", ("Taco al pastor",)),
    ("taco-birria", ("Taco de birria",)),
    ("gallo-pinto", ("Gallo pinto",)),
    ("arroz-frijoles", ("Arroz y frijoles",)),
    ("cafe-leche", ("Café con leche",)),
    ("coca-cola", ("Coca Cola", "coca")),
    ("tres-leches", ("Pastel de tres leches", "tres leches")),
    ("vigoron", ("Vigorón",)),
    ("queso-seco", ("Queso seco",)),
    ("burger", ("Cheeseburger",)),
)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon.build(MENU)


@pytest.fixture(scope="session")
def mind(lexicon: Lexicon) -> Understander:
    return Understander(
        lexicon, examples=[("reservation_vip", "quiero el salon privado")], vocabulary=["¿Tienen parqueo techado?"]
    )
