"""The owner is told of every order and every customer who waits: once a place, whatever is repeated, down or killed."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from app.chat import service as chat
from app.chat.messages import Inbound, Reply, Said, Sender
from app.core import jobs
from app.core import log as logs
from app.core.models import jobs as table
from app.notify.notices import ATTEMPTS, EMAIL, WAITING, send_order
from app.orders import service as orders
from app.settings import edit
from app.wiring import House, open_scratch
from tests.clocks import FixedClock
from tests.placed import move, place

from .conftest import OWNER
from .post_office import Box, RudeOffice


async def visitor(shop: House, channel: str = "web") -> chat.Conversation:
    sender = Sender(channel, "", "carla")
    return await shop.db.write(
        lambda conn: chat.start_conversation(conn, sender, now=shop.clock.now(), name="Carla", phone="+50588881234")
    )


def notices(shop: House, *kinds: str) -> list[Row[Any]]:
    query = select(table).where(table.c.kind.in_(kinds or (EMAIL,))).order_by(table.c.id)
    return list(shop.db.read_now(lambda conn: conn.execute(query).all()))


def set_waits_aside(shop: House) -> None:
    shop.db.write_now(lambda conn: conn.execute(table.update().values(retry_at=0.0)))


async def test_an_order_reaches_the_owner_once_with_all_there_is_to_know(shop: House, box: Box) -> None:
    order = await place(shop, await visitor(shop))
    for _ in range(3):
        await shop.worker.run_until_idle()
    [mail] = box.mails
    text = mail.get_content()
    assert mail["To"] == OWNER
    assert mail["Subject"] == f"Pedido #{order.number} · C$ 190 · Carla"
    for words in ("2 Nacatamal: C$ 190", "Total: C$ 190", "+50588881234", "https://wa.me/50588881234", "efectivo",
                  "Se retira", "https://donchepe.example/admin/orders"):  # fmt: skip
        assert words in text
    assert [row.state for row in notices(shop)] == ["done"]


async def test_the_same_cause_again_is_no_second_mail(shop: House, box: Box) -> None:
    order = await place(shop, await visitor(shop))
    await shop.worker.run_until_idle()
    about = {"what": "order", "order_id": order.id}
    again = lambda conn: jobs.put(conn, "notice", f"order:{order.id}", about, now=shop.clock.now())  # noqa: E731
    assert await shop.db.write(again) is None
    await shop.db.write(lambda conn: conn.execute(table.delete().where(table.c.kind == "notice")))
    await shop.db.write(again)
    await shop.worker.run_until_idle()
    assert len(box.taken) == 1


async def test_a_cancelled_order_is_told_as_such(shop: House, box: Box) -> None:
    order = await place(shop, await visitor(shop))
    await shop.worker.run_until_idle()
    settings, now = shop.settings.current, shop.clock.now()
    await shop.db.write(
        lambda conn: orders.cancel(
            conn, order.id, by=orders.CUSTOMER, why="ya no", cause="c", now=now, settings=settings
        )
    )
    await shop.worker.run_until_idle()
    first, second = box.mails
    assert second["Subject"] == f"Cancelado: pedido #{order.number} · C$ 190"
    assert "CANCELADO: ya no." in second.get_content()
    assert first["Message-ID"] != second["Message-ID"]


async def test_a_customer_who_waits_for_a_person_comes_with_a_summary(shop: House, box: Box) -> None:
    thread = await visitor(shop)
    for n, text in enumerate(["quiero 2 nacatamales", "mejor quiero hablar con una persona"]):
        assert await shop.attend.answer_now(thread.id, Inbound(thread.sender, f"m{n}", "text", text)) is not None
    await shop.worker.run_until_idle()
    [mail] = box.mails
    text = mail.get_content()
    assert mail["Subject"] == "Carla espera a una persona"
    assert "Pidió hablar con alguien." in text
    assert "Carla: quiero 2 nacatamales" in text and "Agente: " in text
    assert "2 Nacatamal" in text.partition("En el carrito:")[2]
    assert "https://donchepe.example/admin/conversations" in text


async def test_what_a_flow_gathered_is_told(shop: House, box: Box) -> None:
    thread = await visitor(shop)
    about = {
        "what": "flow", "conversation_id": thread.id, "flow": "reservar_mesa",
        "values": {"people": 4, "place": "Afuera", "nothing": ""},
    }  # fmt: skip
    await shop.db.write(lambda conn: jobs.put(conn, "notice", "flow:1", about, now=shop.clock.now(), lane="notice"))
    await shop.worker.run_until_idle()
    [mail] = box.mails
    assert mail["Subject"] == "reservar mesa: Carla"
    assert "people: 4\r\nplace: Afuera" in mail.get_content().replace("\r\n", "\n").replace("\n", "\r\n")
    assert "nothing" not in mail.get_content()


async def test_the_owner_of_an_english_shop_reads_english(shop: House, home: Path, box: Box) -> None:
    edit(home / "config.yaml", {"business.language": "en"})
    shop.settings.reload_if_changed()
    await place(shop, await visitor(shop))
    await shop.worker.run_until_idle()
    assert box.mails[0]["Subject"].startswith("Order #")


async def test_a_notice_waits_for_the_channels_that_cannot_send_yet(shop: House, home: Path, box: Box) -> None:
    edit(home / "config.yaml", {"orders.notify_whatsapp": "whatsapp:+50588880000", "orders.notify_telegram": "123"})
    shop.settings.reload_if_changed()
    await place(shop, await visitor(shop))
    await shop.worker.run_until_idle()
    assert len(box.taken) == 1
    assert [(row.kind, row.state) for row in notices(shop, *WAITING)] == [
        ("notice_whatsapp", "pending"), ("notice_telegram", "pending")
    ]  # fmt: skip


async def test_where_nobody_is_to_be_told_nothing_is_left_undone(shop: House, home: Path, box: Box) -> None:
    edit(home / "config.yaml", {"orders.notify_email": ""})
    shop.settings.reload_if_changed()
    await place(shop, await visitor(shop))
    await shop.worker.run_until_idle()
    assert (notices(shop, EMAIL, *WAITING), box.taken) == ([], [])
    assert [row.state for row in notices(shop, "notice")] == ["done"]


async def test_a_busy_server_is_tried_again_with_growing_waits_and_in_order(shop: House, box: Box) -> None:
    box.after_data = ["451 later", "452 full", "421 closing"]
    thread = await visitor(shop)
    numbers = [(await place(shop, thread)).number for _ in range(2)]
    waits = []
    for _ in range(3):
        await shop.worker.run_until_idle()
        waits.append(notices(shop)[0].retry_at - time.time())
        set_waits_aside(shop)
    assert box.taken == []
    assert 0 < waits[0] < waits[1] < waits[2]
    await shop.worker.run_until_idle()
    assert [number in mail["Subject"] for mail, number in zip(box.mails, numbers, strict=True)] == [True, True]


async def test_a_server_away_for_hours_is_waited_for_and_then_it_is_for_a_person(shop: House, box: Box) -> None:
    box.at_rcpt = ["450 away"] * ATTEMPTS
    await place(shop, await visitor(shop))
    for _ in range(ATTEMPTS):
        assert [row.state for row in notices(shop)] in ([], ["pending"])
        await shop.worker.run_until_idle()
        set_waits_aside(shop)
    [row] = notices(shop)
    assert (row.state, "450 away" in row.error, box.taken) == ("failed", True, [])
    await shop.db.write(lambda conn: jobs.retry(conn, row.id, now=shop.clock.now()))
    await shop.worker.run_until_idle()
    assert len(box.taken) == 1


async def test_a_refusal_for_good_is_kept_and_does_not_hold_back_the_next(shop: House, box: Box) -> None:
    box.at_rcpt = ["550 no such box"]
    thread = await visitor(shop)
    for _ in range(2):
        await place(shop, thread)
    await shop.worker.run_until_idle()
    assert [row.state for row in notices(shop)] == ["failed", "done"]
    assert len(box.taken) == 1


async def test_a_connection_that_dies_with_the_mail_leaves_it_unknown(
    home: Path, clock: FixedClock, environ: dict[str, str], shop: House
) -> None:
    rude = RudeOffice(".")
    env = shop.settings.current.env
    object.__setattr__(env, "smtp_url", f"smtp://127.0.0.1:{rude.port}")
    await place(shop, await visitor(shop))
    for _ in range(3):
        await shop.worker.run_until_idle()
        set_waits_aside(shop)
    rude.stop()
    assert [row.state for row in notices(shop)] == ["unknown"]
    assert rude.heard.count(".") == 1


async def test_a_mail_that_cannot_be_written_is_for_a_person_at_once(shop: House, box: Box) -> None:
    about = {"what": "eclipse"}
    await shop.db.write(lambda conn: jobs.put(conn, EMAIL, "x", about, now=shop.clock.now(), lane=EMAIL))
    await place(shop, await visitor(shop))
    await shop.worker.run_until_idle()
    assert [row.state for row in notices(shop)] == ["failed", "done"]


async def test_what_was_forgotten_meanwhile_is_not_told(shop: House, box: Box) -> None:
    thread = await visitor(shop)
    inbound = Inbound(thread.sender, "m1", "text", "quiero hablar con una persona")
    assert await shop.attend.answer_now(thread.id, inbound) is not None
    await shop.attend.forget(thread.id)
    await shop.worker.run_until_idle()
    assert (box.taken, [row.state for row in notices(shop)]) == ([], ["done"])


async def test_what_is_tried_in_the_panel_reaches_nobody(shop: House, box: Box) -> None:
    thread = await visitor(shop, "console")
    await place(shop, thread)
    inbound = Inbound(thread.sender, "m1", "text", "quiero hablar con una persona")
    assert await shop.attend.answer_now(thread.id, inbound) is not None
    await shop.worker.run_until_idle()
    assert (box.taken, [row.state for row in notices(shop)]) == ([], ["done", "done"])


async def test_an_order_is_sent_on_to_somebody_else_once(shop: House, box: Box) -> None:
    order = await place(shop, await visitor(shop))
    await shop.worker.run_until_idle()
    to, now = "reparto@otro.example", shop.clock.now()
    for expected in (True, False):
        put = await shop.db.write(lambda conn: send_order(conn, order.id, to, cause="click", now=now))
        assert put is expected
    await shop.worker.run_until_idle()
    _, sent = box.mails
    assert (sent["To"], "admin" in sent.get_content()) == (to, False)


async def test_a_letter_that_waited_tells_how_the_order_stands_then(shop: House, box: Box) -> None:
    order = await place(shop, await visitor(shop))
    await move(shop, order, "cancelled", why="sin gas")
    await shop.worker.run_until_idle()
    assert box.mails[0]["Subject"].startswith("Cancelado")


async def test_a_shop_that_is_tried_out_sends_no_mail(
    shop: House, home: Path, environ: dict[str, str], box: Box
) -> None:
    scratch = open_scratch(home, environ=environ, clock=shop.clock)
    try:
        thread = await visitor(scratch)
        await place(scratch, thread)
        await scratch.worker.run_until_idle()
        assert (box.taken, [row.state for row in notices(scratch)]) == ([], ["pending"])
    finally:
        scratch.close()


async def test_no_full_phone_number_gets_into_the_log(
    shop: House, box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.setup(json=True)
    box.at_rcpt = ["550 +50588881234 is not here"]
    thread = await visitor(shop)
    await shop.db.write(
        lambda conn: chat.record(conn, thread, [Said("customer", Reply("soy 88881234"))], now=shop.clock.now())
    )
    await place(shop, thread)
    await shop.worker.run_until_idle()
    logged = capsys.readouterr()
    assert "job_failed" in logged.err + logged.out
    assert "88881234" not in logged.err + logged.out
