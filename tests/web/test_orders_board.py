"""«Pedidos» in the panel: the board, moving and paying, one order's page, the list, the ticket and the files."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.chat import service as chat
from app.core.models import jobs
from app.orders import service as orders
from app.orders.models import order_events
from app.orders.models import orders as order_rows
from app.orders.service import Order
from app.payments.models import payments as payment_rows
from app.settings import edit
from app.wiring import House
from tests.placed import move, place, settle
from tests.queries import queries

from .conftest import Customer, Panel
from .test_hostile_texts import PAYLOADS

HTMX = {"HX-Request": "true"}
MANY = 20_000


async def ordered(house: House, customer: Customer, **more: Any) -> Order:
    """An order of that customer, confirmed."""
    thread = await house.db.read(lambda conn: chat.conversation(conn, customer.conversation_id))
    assert thread is not None
    return await place(house, thread, **more)


async def again(house: House, order: Order) -> Order:
    found = await house.db.read(lambda conn: orders.find(conn, order.id))
    assert found is not None
    return found


async def press(panel: Panel, order: Order, verb: str, *, htmx: bool = True, **fields: str) -> Any:
    """One button of a ticket on the board."""
    data = {"at": "board", "once": f"{order.number}{verb}{fields.get('to', '')}", **fields}
    return await panel.post(f"/admin/orders/{order.id}/{verb}", data=data, headers=HTMX if htmx else {})


def lane_of(page: str, order: Order) -> str:
    """The lane the order's ticket hangs in; empty where it is on no lane."""
    lanes = re.findall(r'<section class="lane" id="lane-(\w+)".*?</section>', page, re.DOTALL)
    parts = re.split(r'<section class="lane" id="lane-\w+"', page)[1:]
    return next((lane for lane, part in zip(lanes, parts, strict=True) if f'id="p-{order.id}"' in part), "")


async def test_an_empty_board_says_so_warmly(ana: Panel) -> None:
    page = await ana.http.get("/admin/orders")
    assert page.status_code == 200
    assert "Todavía no hay pedidos hoy" in page.text
    assert "Todavía no hay pedidos" in (await ana.http.get("/admin/orders/list")).text


async def test_an_order_goes_through_the_lanes_and_off_the_board(house: House, carla: Customer, beto: Panel) -> None:
    order = await ordered(house, carla)
    page = (await beto.http.get("/admin/orders")).text
    assert lane_of(page, order) == "confirmed"
    assert "1 pedido ·" in page and "Por pagar · efectivo" in page
    for to in ("preparing", "ready"):
        moved = await press(beto, order, "move", to=to)
        assert (moved.status_code, lane_of(moved.text, order)) == (200, to)
        assert "<html" not in moved.text and "Deshacer" in moved.text
    gone = await press(beto, order, "move", to="delivered", paid="1")
    assert (lane_of(gone.text, order), "Todo entregado" in gone.text, "Ver el entregado hoy" in gone.text) == (
        "",
        True,
        True,
    )
    now = await again(house, order)
    assert (now.status, now.payment.status) == ("delivered", "paid")
    events = await house.db.read(lambda conn: orders.history(conn, order.id))
    assert {event.by for event in events[1:]} == {"beto"}


async def test_without_javascript_a_step_leads_back_to_the_board(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    moved = await press(ana, order, "move", htmx=False, to="preparing")
    assert (moved.status_code, moved.headers["location"]) == (303, "/admin/orders")
    page = await ana.post(f"/admin/orders/{order.id}/move", data={"to": "ready", "at": "page"})
    assert (page.status_code, page.headers["location"]) == (303, f"/admin/orders/{order.id}")


async def test_the_same_press_twice_is_one_step(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    for _ in range(2):
        assert (await press(ana, order, "move", to="preparing")).status_code == 200
    assert len(await house.db.read(lambda conn: orders.history(conn, order.id))) == 2


@pytest.mark.parametrize("htmx", [True, False])
async def test_the_second_of_two_is_told_who_was_first_and_sees_it(
    house: House, carla: Customer, ana: Panel, beto: Panel, htmx: bool
) -> None:
    order = await ordered(house, carla)
    answers = await asyncio.gather(
        press(ana, order, "move", to="preparing", once="a", htmx=htmx),
        press(beto, order, "move", to="preparing", once="b", htmx=htmx),
    )
    assert sorted(answer.status_code for answer in answers) == [200 if htmx else 303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "se adelantó" in refused.text
    assert lane_of(refused.text, order) == "preparing"
    assert ("<html" in refused.text) != htmx


async def test_the_keyboard_goes_on_with_the_next_ticket_of_the_lane(house: House, carla: Customer, ana: Panel) -> None:
    first, second, third = [await ordered(house, carla) for _ in range(3)]
    moved = await press(ana, second, "move", to="preparing")
    assert re.findall(r'id="move-preparing-([^"]+)" autofocus', moved.text) == [third.id]
    moved = await press(ana, third, "move", to="preparing")
    assert re.findall(r'id="move-preparing-([^"]+)" autofocus', moved.text) == [first.id]
    assert "autofocus" not in (await ana.http.get("/admin/orders")).text


async def test_undo_and_one_column_back_are_the_same_step(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    moved = await press(ana, order, "move", to="preparing")
    undo = re.search(r'class="toast".*?hx-post="([^"]+)".*?name="once" value="([^"]+)"', moved.text, re.DOTALL)
    assert undo, moved.text
    back = await ana.post(undo[1], data={"to": "confirmed", "once": undo[2], "at": "board"}, headers=HTMX)
    assert lane_of(back.text, order) == "confirmed"


async def test_rejecting_asks_why_and_tells_the_customer(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    form = await ana.http.get(f"/admin/orders/{order.id}/reject?at=board", headers=HTMX)
    assert "data-open-now" in form.text and "ya estamos cerrando" in form.text
    assert "<html" in (await ana.http.get(f"/admin/orders/{order.id}/reject")).text
    silent = await press(ana, order, "move", to="cancelled", why="  ")
    assert (silent.status_code, "el cliente lo va a leer" in silent.text) == (422, True)
    done = await press(ana, order, "move", to="cancelled", quick="closing")
    assert (done.status_code, 'id="sheet" hx-swap-oob' in done.text) == (200, True)
    assert (await again(house, order)).cancel_reason == "ya estamos cerrando"
    await house.worker.run_until_idle()
    assert "ya estamos cerrando" in (await carla.history())["messages"][-1]["text"]


@pytest.mark.parametrize("to", ["", "draft", "eaten"])
async def test_a_step_to_nowhere_is_422(house: House, carla: Customer, ana: Panel, to: str) -> None:
    order = await ordered(house, carla)
    assert (await press(ana, order, "move", to=to)).status_code == 422
    assert (await press(ana, order, "pay", to=to)).status_code == 422
    assert (await again(house, order)).status == "confirmed"


async def test_an_order_that_is_not_there_is_404(ana: Panel) -> None:
    for path in ("", "/ticket", "/reject", "/edit", "/proofs/x"):
        assert (await ana.http.get(f"/admin/orders/nada{path}")).status_code == 404, path
    for verb, data in (("move", {"to": "ready"}), ("pay", {"to": "paid"}), ("move", {"to": "cancelled", "why": "x"})):
        assert (await ana.post(f"/admin/orders/nada/{verb}", data=data)).status_code == 404


async def test_the_page_of_an_order_tells_all_that_happened(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla, note="tocar dos veces")
    await move(house, order, "preparing", by="Beto")
    await settle(house, order, "paid", by="Beto")
    page = (await ana.http.get(f"/admin/orders/{order.id}")).text
    for words in ("tocar dos veces", "+50588881234", "En cocina", "Pagado", "Beto", "El cliente", "wa.me/50588881234"):
        assert words in page, words
    assert f"/admin/conversations/{carla.conversation_id}" in page


async def test_money_moves_once_and_who_comes_late_is_told(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    paid = await press(ana, order, "pay", to="paid")
    assert (paid.status_code, "quedó pagado" in paid.text) == (200, True)
    late = await press(ana, order, "pay", to="failed")
    assert (late.status_code, "ya está «pagado»" in late.text) == (409, True)
    await press(ana, order, "move", to="cancelled", why="se acabó")
    board = (await ana.http.get("/admin/orders")).text
    assert "Hay un pago por devolver" in board and "payment=refund_due" in board
    assert order.number in (await ana.http.get("/admin/orders/list?payment=refund_due")).text
    back = await ana.post(f"/admin/orders/{order.id}/pay", data={"to": "refunded", "at": "page"}, headers=HTMX)
    assert "Anotado: devolviste" in back.text
    assert "pago por devolver" not in (await ana.http.get("/admin/orders")).text


async def test_a_proof_is_looked_at_and_runs_nowhere(
    house: House, carla: Customer, dario: Customer, ana: Panel
) -> None:
    edit(house.home / "config.yaml", {"payments.transfer.enabled": True})
    house.settings.reload_if_changed()
    order = await ordered(house, carla, method="transfer")
    pdf = {"file": ("hola.pdf", b"%PDF-1.4 <script>alert(1)</script>\n%%EOF", "text/html")}
    sent = await carla.http.post("/api/chat/attachments", files=pdf, headers=carla.headers)
    file = sent.json()["attachment_id"]
    now = house.clock.now()
    await house.db.write(lambda conn: orders.proof_sent(conn, order.id, file=file, cause="m", now=now))
    assert f"/admin/orders/{order.id}/proofs/{file}" in (await ana.http.get(f"/admin/orders/{order.id}")).text
    given = await ana.http.get(f"/admin/orders/{order.id}/proofs/{file}")
    assert (given.status_code, given.headers["content-type"]) == (200, "application/pdf")
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in given.headers["content-security-policy"]
    stranger = await dario.http.get(f"/admin/orders/{order.id}/proofs/{file}", headers=dario.headers)
    assert stranger.status_code == 303
    other = await ordered(house, dario)
    assert (await ana.http.get(f"/admin/orders/{other.id}/proofs/{file}")).status_code == 404


async def test_an_order_is_sent_by_mail_once_a_press(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    data = {"to": "cocina@ejemplo.com", "once": "p1"}
    assert "SMTP_URL" in (await ana.post(f"/admin/orders/{order.id}/send", data=data, headers=HTMX)).text
    (house.home / ".env").write_text("SMTP_URL=smtp://127.0.0.1:9\n", encoding="utf-8")
    house.settings.current = type(house.settings)(house.home, environ={}).current
    wrong = await ana.post(f"/admin/orders/{order.id}/send", data={"to": "cocina@", "once": "p0"}, headers=HTMX)
    assert (wrong.status_code, "no parece completa" in wrong.text) == (422, True)
    for _ in range(2):
        sent = await ana.post(f"/admin/orders/{order.id}/send", data=data, headers=HTMX)
        assert (sent.status_code, "Va en camino a cocina@ejemplo.com" in sent.text) == (200, True)
    query = select(jobs.c.payload).where(jobs.c.kind == "notice_email")
    found = await house.db.read(lambda conn: conn.execute(query).scalars().all())
    assert [one["to"] for one in found if "to" in one] == ["cocina@ejemplo.com"]


async def test_the_ticket_is_for_a_roll_of_80_mm(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    page = (await ana.http.get(f"/admin/orders/{order.id}/ticket")).text
    assert "Carla" in page and f"#{order.number}" in page and "app.css" not in page
    sheet = re.search(r"/static/ticket\.css\?v=\w+", page)
    assert sheet and "80mm" in (await ana.http.get(sheet[0])).text


async def test_the_files_hold_what_the_filter_shows(house: House, carla: Customer, ana: Panel) -> None:
    await ordered(house, carla, name="=1+1")
    kept = await ordered(house, carla, name="José")
    await move(house, kept, "preparing")
    csv = await ana.http.get("/admin/orders/export?form=csv&status=preparing")
    assert csv.headers["content-disposition"] == 'attachment; filename="pedidos-2026-11-23.csv"'
    assert [line.split(",")[3] for line in csv.text.splitlines()[1:]] == ["José"]
    whole = (await ana.http.get("/admin/orders/export?form=csv")).text
    assert "'=1+1" in whole
    told = json.loads((await ana.http.get("/admin/orders/export?form=json&text=jose")).content)
    assert [one["number"] for one in told] == [kept.number]
    assert (await ana.http.get("/admin/orders/export?form=xlsx")).content[:2] == b"PK"
    assert (await ana.http.get("/admin/orders/export?form=exe")).status_code == 422


async def test_what_customers_write_stays_text_everywhere(house: House, carla: Customer, ana: Panel) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    order = await ordered(house, carla, name=nasty, note=nasty, address=nasty, fulfilment="delivery", zone=nasty,
                          phone=f'"+{nasty}', line={"note": nasty})  # fmt: skip
    await move(house, order, "cancelled", why=nasty)
    other = await ordered(house, carla, name=nasty, note=nasty, line={"note": nasty})
    paths = ["", "/list", f"/{order.id}", f"/{order.id}/ticket", f"/{order.id}/reject", f"/{other.id}/edit"]
    for path in (*paths, f"/list?text={nasty}"):
        page = (await ana.http.get(f"/admin/orders{path}")).text
        assert "<script>alert" not in page and "<img src=x" not in page, path
    for text in PAYLOADS[::9]:
        read = await ana.post("/admin/orders/new", data={"text": text, "name": text, "do": "read"})
        assert read.status_code in {200, 422}
        assert text.strip() not in read.text or "<" not in text or "script" not in text


async def test_twenty_thousand_orders_are_shown_in_few_queries_and_soon(
    house: House, carla: Customer, ana: Panel
) -> None:
    order = await ordered(house, carla)
    await house.db.write(lambda conn: crowd(conn, order))
    for path in (
        "",
        "/list",
        "/list?text=maria+19",
        "/list?text=nadie",
        "/list?status=delivered&text=8888",
        f"/{order.id}",
    ):
        await ana.http.get(f"/admin/orders{path}")
        with queries(house.db) as asked:
            began = asyncio.get_running_loop().time()
            page = await ana.http.get(f"/admin/orders{path}")
            took = asyncio.get_running_loop().time() - began
        assert page.status_code == 200
        assert len(asked) <= 14, (path, asked)
        assert took < 0.3, (path, took)


def crowd(conn: Any, order: Order) -> None:
    """Twenty thousand orders of a year, most of them delivered, some under way."""
    row = dict(conn.execute(select(order_rows).where(order_rows.c.id == order.id)).mappings().one())
    paid = dict(conn.execute(select(payment_rows).where(payment_rows.c.order_id == order.id)).mappings().one())
    rows, money, events = [], [], []
    for n in range(MANY):
        id_, status = f"o{n}", ("confirmed", "preparing", "ready")[n % 3] if n > MANY - 60 else "delivered"
        day = f"2026-{n * 12 // MANY + 1:02}-{n % 28 + 1:02}"
        rows.append({**row, "id": id_, "placed": f"0{n:025}", "number": f"{n:05}", "day": day, "status": status,
                     "customer_name": f"María {n}", "sought": f"maria {n} 5058888{n:05}"})  # fmt: skip
        money.append({**paid, "id": f"p{n:025}", "order_id": id_, "status": "paid"})
        events.append({"id": f"0{n:025}", "order_id": id_, "from_status": "draft", "to_status": status, "by": "customer",
                       "why": "", "cause": "x", "refused": False, "at": row["created_at"]})  # fmt: skip
    conn.execute(insert(order_rows), rows)
    conn.execute(insert(payment_rows), money)
    conn.execute(insert(order_events), events)
