"""An order as a message to send on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from app.nlu.service import Line, SaidExtra
from app.orders.service import as_message, whatsapp_link
from tests.orders.conftest import Shop

MANAGUA = ZoneInfo("America/Managua")


def test_a_message_holds_all_of_the_order(shop: Shop) -> None:
    extras = (
        SaidExtra(kind="add", id="crema", qty=2),
        SaidExtra(kind="extra", id="queso"),
        SaidExtra(kind="no", id="cebolla"),
    )
    shirt = Line("camisa", Decimal(1), options=(("color", ("azul",)), ("talla", ("m",))), without_options=("talla:l",))
    order = shop.order(
        Line("nacatamal", Decimal(2), extras=extras, note="bien caliente"), Line("queso-duro", Decimal("2.5")), shirt,
        code="LUNES", fee=3000, fulfilment="delivery", address="Del parque 1 c. al sur", zone="Centro",
        method="transfer", note="tocar fuerte", due=shop.now + timedelta(days=1),
    )  # fmt: skip
    assert as_message(order, "es", MANAGUA) == "\n".join([
        "Pedido 0001",
        "• 2 Nacatamal (con 2 de crema, extra queso, sin cebolla, bien caliente): C$ 280",
        "• 2.5 lb de Queso duro: C$ 225",
        "• 1 Camisa (azul, M, sin L): C$ 300",
        "Subtotal: C$ 805",
        "Descuento LUNES: -C$ 80.50",
        "Envío: C$ 30",
        "Total: C$ 754.50",
        "A domicilio: Del parque 1 c. al sur, Centro",
        "Para el martes 24 de noviembre a las 10:00",
        "A nombre de Carla, +50588881111",
        "Pago: transferencia (esperando el pago)",
        "Nota: tocar fuerte",
    ])  # fmt: skip


def test_a_short_order_is_a_short_message_in_either_language(shop: Shop) -> None:
    half = Line("pizza", Decimal(1), options=(("sabor", ("hawaiana", "vegetal")),))
    order = shop.order(half, name="", phone="", method="Nequi")
    assert as_message(order, "es") == (
        "Pedido 0001\n• 1 Pizza (hawaiana y vegetal): C$ 235\nTotal: C$ 235\nSe retira en la tienda\nPago: Nequi (sin pagar)"
    )
    assert as_message(order, "en").splitlines()[1:4] == [
        "• 1 Pizza (hawaiana and vegetal): C$ 235", "Total: C$ 235", "Picked up at the shop",
    ]  # fmt: skip


def test_names_are_those_the_order_was_placed_with(shop: Shop) -> None:
    from app.catalog.service import edit_product

    order = shop.order(Line("pizza", Decimal(1), options=(("sabor", ("hawaiana",)),)))
    shop.db.write_now(lambda conn: edit_product(conn, "pizza", name="Pizzeta", options="Sabor: hawaiana:+90|otra"))
    assert "• 1 Pizza (hawaiana): C$ 220" in as_message(shop.again(order), "es")


def test_the_link_opens_whatsapp_with_number_and_text(shop: Shop) -> None:
    text = as_message(shop.order("cafe", note="¿con leche? 50% & más\notra línea"), "es")
    link = whatsapp_link("whatsapp:+505 8888-1111", text)
    assert link.startswith("https://wa.me/50588881111?text=Pedido%200001")
    assert parse_qs(urlsplit(link).query)["text"] == [text]
