"""«Analítica»: what the owner reads of the days, what mends a lost sale, files of it, and the log; each card fails alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection, delete, update

from app.analytics import service as analytics
from app.analytics.models import day_figures, lost_sales, opinions
from app.chat import service as chat
from app.chat.models import addresses, contacts, conversations, messages, notes
from app.core import log as logs
from app.knowledge.models import unanswered
from app.orders.models import order_events, order_numbers, orders
from app.payments.models import payments
from app.web.admin.analytics import charts
from app.wiring import House
from tests.queries import queries
from tools.seed_history import Past

from .conftest import MONDAY_TEN, Customer, Panel

PATH = "/admin/analytics"
XSS = Path(__file__).parent.parent / "attacks" / "payloads" / "xss_polyglots.txt"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def past(house: House) -> House:
    """Two weeks of 400 threads on three channels."""
    house.db.write_now(Past(MONDAY_TEN, "NIO", 400, 2_400, 120, 14).write)
    return house


async def page_of(ana: Panel, query: str = "") -> str:
    answer = await ana.http.get(PATH + query)
    assert answer.status_code == 200
    return answer.text


async def test_a_shop_that_begins_reads_raw_numbers_and_when_trends_come(ana: Panel, carla: Customer) -> None:
    await carla.say("¿a qué hora cierran?")
    page = await page_of(ana)
    assert "Con unos días más te mostramos tendencias." in page
    assert '<p class="v">1</p><p class="d">de 1</p>' in page
    assert "Ninguna en estos días." in page
    assert "%</p>" not in page
    assert "Comparado" not in page


async def test_staff_read_none_of_it(beto: Panel) -> None:
    for path in (PATH, f"{PATH}/export", f"{PATH}/logs"):
        assert (await beto.http.get(path)).status_code == 403
    assert PATH not in (await beto.http.get("/admin")).text


async def test_a_week_is_told_beside_the_week_before(ana: Panel, past: House) -> None:
    page = await page_of(ana)
    assert "Comparado con los 7 días anteriores." in page
    assert re.search(r'<p class="v">\d\d%</p>', page)
    assert 'role="img" aria-label="WhatsApp es el canal con más conversaciones' in page
    assert page.count("<details") >= 2
    assert "según" in page


async def test_the_filters_narrow_every_card_and_what_makes_no_sense_is_left_out(ana: Panel, past: House) -> None:
    def talks(page: str) -> int:
        return int(re.findall(r'<p class="v">(\d+)</p>', page)[0])

    week = talks(await page_of(ana, "?p=7"))
    assert 0 < talks(await page_of(ana, "?p=7&channel=telegram")) < week < talks(await page_of(ana, "?p=30"))
    assert talks(await page_of(ana, "?p=x&branch=nowhere")) == week
    assert '<div class="shell">' not in (await ana.http.get(f"{PATH}?p=1", headers=HTMX)).text


async def test_what_was_wanted_and_is_not_sold_is_a_sale_lost_with_its_mend(ana: Panel, carla: Customer) -> None:
    await carla.say("¿tienen sushi?")
    await carla.say("quiero dos sushis")
    page = await page_of(ana)
    assert "Pidieron y no está en el menú" in page
    assert 'href="/admin/menu/new" aria-label="Agregarlo: Sushi' in page or 'aria-label="Agregarlo: sushi' in page


async def test_a_place_out_of_every_zone_is_a_sale_lost(ana: Panel, carla: Customer) -> None:
    await carla.say("¿hacen envíos a Chinandega?")
    page = await page_of(ana)
    assert "Viven fuera de tus zonas" in page
    assert "/admin/flows/zones" in page


async def test_what_it_does_not_know_can_be_taught_from_here(ana: Panel, carla: Customer, house: House) -> None:
    await carla.say("¿me arreglan la bicicleta eléctrica?")
    house.db.write_now(lambda conn: conn.execute(update(messages).values(intent="out_of_scope")))
    page = await page_of(ana)
    assert "No sabe" in page
    assert 'href="/admin/knowledge/faqs/new?question=%C2%BFme%20arreglan' in page


async def test_an_order_counts_where_it_was_placed(ana: Panel, carla: Customer) -> None:
    for text in ("2 nacatamales para retirar, soy Carla Ruiz, efectivo, 8888 1111", "sí", "sí"):
        await carla.say(text)
    page = await page_of(ana)
    assert re.search(r'<p class="v">C\$ [1-9]', page)
    assert "1 pedido" in page
    assert "Nacatamal" in page


@pytest.mark.parametrize("table", analytics.TABLES)
async def test_every_table_is_given_out_as_csv_and_as_a_spreadsheet(ana: Panel, past: House, table: str) -> None:
    answer = await ana.http.get(f"{PATH}/export?table={table}&p=30")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) > 3
    assert "attachment" in answer.headers["content-disposition"]
    sheet = load_workbook(
        io.BytesIO((await ana.http.get(f"{PATH}/export?table={table}&p=30&form=xlsx")).content)
    ).active
    assert sheet is not None
    assert sheet.max_row == len(rows)
    assert (await ana.http.get(f"{PATH}/export?table=users")).status_code == 422


async def test_the_days_in_the_file_add_up_to_the_page(ana: Panel, past: House) -> None:
    answer = await ana.http.get(f"{PATH}/export?table=days&p=7")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert f'<p class="v">{sum(int(row["talks"]) for row in rows)}</p>' in await page_of(ana)


async def test_what_customers_wrote_stays_text_on_the_page_and_in_the_file(
    ana: Panel, carla: Customer, house: House
) -> None:
    for text in XSS.read_text(encoding="utf-8").splitlines()[:12]:
        await carla.say(f"¿tienen {text[:150]}?")
    house.db.write_now(lambda conn: conn.execute(update(messages).values(intent="faq")))
    page = await page_of(ana)
    assert "<script>alert" not in page
    assert not re.search(r"<(?:svg|img|iframe)[^>]* on\w+=", page, re.IGNORECASE)
    house.db.write_now(lambda conn: conn.execute(update(messages).values(text='=HYPERLINK("http://x.test")')))
    answer = await ana.http.get(f"{PATH}/export?table=asked")
    assert all(not row[0].startswith("=") for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("broken", ["asked_most", "lost_between", "satisfaction", "period"])
async def test_a_card_that_fails_leaves_the_others(
    ana: Panel, past: House, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(analytics, broken, fail)
    page = await page_of(ana)
    assert "Esto no lo pudimos calcular." in page
    assert "Lo que más se vendió" in page


async def test_the_page_asks_the_database_as_often_however_long_the_past_is(ana: Panel, house: House) -> None:
    async def asked() -> int:
        await page_of(ana)  # the days that are over are rolled up once
        with queries(house.db) as seen:
            await page_of(ana)
        return len(seen)

    house.db.write_now(Past(MONDAY_TEN, "NIO", 100, 600, 40, 40).write)
    few = await asked()
    house.db.write_now(forget_the_past)
    house.db.write_now(Past(MONDAY_TEN, "NIO", 900, 5_400, 300, 40).write)
    assert await asked() == few
    assert 20 <= few <= 50


def forget_the_past(conn: Connection) -> None:
    """What `Past` writes, taken away again."""
    for table in (day_figures, payments, order_events, orders, order_numbers, unanswered, lost_sales, opinions, notes,
                  messages, conversations, addresses, contacts):  # fmt: skip
        conn.execute(delete(table))


def test_columns_stand_on_each_other_and_reach_no_higher_than_their_scale() -> None:
    drawn = charts.columns({"a": [10, 0, 45], "b": [10, 0, 45]})
    assert [mark for _, mark in drawn.marks] == [100, 50]
    assert [(bar.kind, bar.y, bar.height) for bar in drawn.bars] == [
        (1, 90.0, 10.0), (2, 80.0, 10.0), (1, 55.0, 45.0), (2, 10.0, 45.0),
    ]  # fmt: skip
    assert charts.columns({}).bars == ()
    assert charts.lines({"a": [1]}).points == ("0.0,0.0 100.0,0.0",)


@pytest.fixture
def noted() -> Iterator[None]:
    """Lines of two rooms, one with what nobody may read."""
    logs.setup(json=True, secrets=["sk-secreto-largo-123"])
    logs._last.clear()
    logs.get_logger("attend").info("message_in", phone="+505 8765 4321")
    logs.get_logger("knowledge").error("index_broken", key="sk-secreto-largo-123", text="<b>hola</b>")
    yield
    logs.setup(json=True)


async def test_the_log_is_read_without_secrets_or_whole_numbers_and_filtered(ana: Panel, noted: None) -> None:
    page = (await ana.http.get(f"{PATH}/logs")).text
    assert "message_in" in page
    assert "index_broken" in page
    for hidden in ("sk-secreto", "8765 4321", "<b>hola"):
        assert hidden not in page
    for query, found in (("level=error", "index_broken"), ("room=attend", "message_in"), ("text=HOLA", "index_broken"),
                         ("since=15", "message_in")):  # fmt: skip
        assert found in (await ana.http.get(f"{PATH}/logs?{query}")).text, query
    for query, not_ in (("level=error", "message_in"), ("room=attend", "index_broken"), ("text=hola", "message_in")):
        assert not_ not in (await ana.http.get(f"{PATH}/logs?{query}")).text, query
    assert "No hay nada anotado con ese filtro." in (await ana.http.get(f"{PATH}/logs?text=zzyzx")).text


async def test_accuracy_is_told_with_how_many_answers_the_team_looked_at(ana: Panel, past: House) -> None:
    def look(conn: Connection) -> None:
        for place in range(4):
            chat.review(conn, f"m{place}", "ok" if place else "wrong", "", "ana", MONDAY_TEN)

    assert "pulgares de clientes" in await page_of(ana)
    past.db.write_now(look)
    assert '<p class="v">75%</p><p class="d">según 4 revisadas por vos' in await page_of(ana)


async def test_a_day_that_is_not_over_is_compared_with_nothing(ana: Panel, past: House) -> None:
    page = await page_of(ana, "?p=1")
    assert "Ayer, en todo el día:" in page
    assert 'class="down"' not in page.split('<section class="card"')[0]
