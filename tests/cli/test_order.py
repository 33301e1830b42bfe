"""`order`: what the owner sees of an order in the terminal, and how they move it; `export orders`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from app.core.db import Database
from app.core.migrate import upgrade
from app.nlu.service import Line
from app.orders.service import Order
from tests.cli.conftest import Cli
from tests.notify.post_office import Box, open_office
from tests.orders.conftest import Shop


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "tienda"
    folder.mkdir()
    return folder


@pytest.fixture
def order(home: Path) -> Order:
    """One order of a small shop, placed on a Monday at 10:00 there."""
    db = Database(f"sqlite:///{home / 'var' / 'db.sqlite'}")
    upgrade(db)
    placed = Shop(db, home).order(Line("nacatamal", Decimal(2)))
    db.close()
    return placed


def test_an_order_is_shown_with_what_happened_to_it(tendero: Cli, home: Path, order: Order) -> None:
    for said in ("1", "0001", "#1"):
        ended = tendero("order", said, home=home)
        assert ended.status == 0
        assert ended.out.splitlines()[0] == "Pedido 0001"
        assert "• 2 Nacatamal" in ended.out
        assert "2026-11-23 10:00  confirmado, por customer" in ended.out


def test_an_order_is_moved_and_what_cannot_be_is_told(tendero: Cli, home: Path, order: Order) -> None:
    assert "en preparación, por owner" in tendero("order", "1", "preparing", home=home).out
    ended = tendero("order", "1", "delivered", home=home)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "El pedido 0001 está en preparación: no puede pasar a entregado.\n"
    assert "no se pudo pasar a entregado, por owner" in tendero("order", "1", home=home).out
    ended = tendero("order", "1", "cancelled", "--reason", "sin gas", home=home)
    assert "cancelado, por owner (sin gas)" in ended.out


def test_a_payment_is_settled(tendero: Cli, home: Path, order: Order) -> None:
    assert "Pago: efectivo (pagado)" in tendero("order", "1", "--payment", "paid", home=home).out
    ended = tendero("order", "1", "--payment", "pending", home=home)
    assert ended.status == 1
    assert "«pagado»: no puede pasar a «esperando el pago»" in ended.err


def test_an_order_is_sent_on_by_whatsapp(tendero: Cli, home: Path, order: Order) -> None:
    ended = tendero("order", "1", "--send-to", "+505 8888 2222", home=home)
    assert ended.out.startswith("https://wa.me/50588882222?text=Pedido%200001%0A")
    assert len(ended.out.splitlines()) == 1


def test_an_order_is_sent_on_by_mail(tendero: Cli, home: Path, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = tendero("order", "1", "--send-to", "reparto@otro.example", home=home)
    assert (ended.status, "SMTP_URL" in ended.err) == (1, True)
    box = Box()
    office = open_office(box)
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{office.port}")
    box.at_rcpt = ["550 no such box"]
    refused = tendero("order", "1", "--send-to", "reparto@otro.example", home=home)
    ended = tendero("order", "1", "--send-to", "reparto@otro.example", home=home)
    office.stop()
    assert (refused.status, "550 no such box" in refused.err) == (1, True)
    assert (ended.status, ended.out) == (0, "Pedido mandado a reparto@otro.example.\n")
    [mail] = box.mails
    assert (mail["To"], "• 2 Nacatamal" in mail.get_content()) == ("reparto@otro.example", True)


def test_wrong_usage_and_orders_that_are_not_there(tendero: Cli, home: Path, order: Order) -> None:
    for words in (["7"], ["1", "--day", "2026-11-22"], ["1", "--branch", "masaya"]):
        ended = tendero("order", *words, home=home)
        assert (ended.status, ended.out) == (1, "")
        assert ended.err.startswith(f"No hay ningún pedido {words[0].zfill(4)}.")
    for words in (["uno"], ["1", "comido"], ["1", "--day", "ayer"], []):
        assert tendero("order", *words, home=home).status == 2
    assert tendero("order", "1", "--day", "2026-11-23", home=home).status == 0


def test_orders_are_exported(tendero: Cli, home: Path, order: Order, tmp_path: Path) -> None:
    file = tmp_path / "out" / "pedidos.csv"
    assert tendero("export", "orders", "-o", file, home=home).status == 0
    assert "0001,2026-11-23T16:00:00+00:00,confirmed,Carla,'+50588881111,web,pickup" in file.read_text("utf-8-sig")
