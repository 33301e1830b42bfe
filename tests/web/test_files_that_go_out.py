"""What goes out as a sheet runs nowhere, and comes back as it was; what looks like a template is text (TRUST S-18, S-21)."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Connection

from app.catalog import service as catalog
from app.chat import service as chat
from app.core.tables import unguard
from app.knowledge import service as knowledge
from app.wiring import House
from tests.sizes import size

from .conftest import Panel, arrive
from .test_hostile_texts import ATTACKS

CELLS: list[str] = json.loads((ATTACKS / "payloads" / "csv_injection.json").read_text("utf-8"))["cells"]
SSTI = [line for line in (ATTACKS / "payloads" / "ssti.txt").read_text("utf-8").splitlines() if line.strip()]
HONEST = ("+34 600 11 22 33", "-12.50", "@maria")
RUNS = tuple("=+-@\t\r")  # CONTRACT 2
FILES = (
    "/admin/menu/export?format={}", "/admin/knowledge/export?format={}", "/admin/orders/export?form={}",
    "/admin/analytics/export?table=asked&form={}", "/admin/analytics/export?table=lost&form={}",
)  # fmt: skip


def cells_of(content: bytes, form: str) -> list[str]:
    """Every text of a sheet; an XLSX must hold no formula."""
    if form == "csv":
        return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]
    rows = load_workbook(io.BytesIO(content)).active
    cells = [cell for row in rows for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}, "a formula"
    return [cell.value for cell in cells if isinstance(cell.value, str)]


def taken(conn: Connection, house: House, at: int, cell: str) -> bool:
    """Whether the shop's knowledge and menu take this text in every field."""
    now, sheet = (
        house.clock.now(),
        {**catalog.EMPTY, "name": cell, "price": "10", "description": cell, "categories": cell},
    )
    try:
        knowledge.edit_faq(conn, None, question=[f"¿qué es {at}?", cell], answer=cell, tags=[cell], now=now)
        catalog.add_product(conn, sheet, "NIO", now=now)
    except (knowledge.FaqRefused, catalog.WrongCells):
        return False
    return True


async def test_no_file_of_the_panel_holds_a_cell_that_a_spreadsheet_would_run(ana: Panel, house: House) -> None:
    cells = [*CELLS, *HONEST]
    put = house.db.write_now(lambda conn: [cell for at, cell in enumerate(cells) if taken(conn, house, at, cell)])
    assert len(put) > len(cells) * 0.6
    carla = await arrive(ana.http, name="=1+1")
    for cell in cells[:: size(6, 1)]:
        await carla.say(cell)
        await carla.say(f"¿arreglan {cell}?")
    ran = []
    for path in FILES:
        for form in ("csv", "xlsx"):
            answer = await ana.http.get(path.format(form))
            assert answer.status_code == 200, path
            told = cells_of(answer.content, form)  # a text of a typed sheet stays text: only CSV needs its mark
            ran += [(path, form, cell) for cell in told if form == "csv" and cell.startswith(RUNS)]
    talk = (await ana.http.get("/admin/conversations/export")).content
    ran += [("chats", "csv", cell) for cell in cells_of(talk, "csv") if cell.startswith(RUNS)]
    assert ran == []


async def test_honest_signs_come_back_from_a_file_as_they_went_out(ana: Panel, house: House) -> None:
    for at, cell in enumerate(HONEST):
        await ana.post("/admin/knowledge/faqs", data={"question": f"¿seña {at}?", "answer": cell, "tags": ""})
    for form in ("csv", "xlsx"):
        content = (await ana.http.get(f"/admin/knowledge/export?format={form}")).content
        before = {faq.phrasings[0]: faq.answer for faq in house.db.read_now(knowledge.all_faqs)}
        put = await ana.post("/admin/knowledge/files", files={"file": (f"faqs.{form}", content)})
        assert put.status_code == 200
        after = {faq.phrasings[0]: faq.answer for faq in house.db.read_now(knowledge.all_faqs)}
        assert after == before and {after[f"¿seña {at}?"] for at in range(3)} == set(HONEST)
        assert set(HONEST) <= {unguard(cell) for cell in cells_of(content, form)}


@pytest.mark.parametrize("text", SSTI[:: size(8, 1)])
async def test_what_looks_like_a_template_is_text_wherever_it_is_put(ana: Panel, house: House, text: str) -> None:
    carla = await arrive(ana.http, name=text[:60])
    await carla.say(text)
    said = house.db.read_now(lambda conn: chat.history(conn, carla.conversation_id))
    assert [one.text for one in said if one.speaker == "customer"] == [text]
    added = await ana.post(
        "/admin/knowledge/faqs", data={"question": "¿y la clave secreta?", "answer": text, "tags": ""}
    )
    if added.status_code in {200, 303}:
        answer: dict[str, Any] = (await carla.say("¿y la clave secreta?")).json()
        assert text.strip() in answer["replies"][0]["text"]
    preview = await ana.post("/admin/flows/preview", data={"t": "hours", "text": text}, headers={"HX-Request": "true"})
    assert preview.status_code in {200, 422}
    shown = unescape(re.sub(r"<[^>]+>", "", preview.text))
    assert text.strip() in shown or "{" in shown, shown  # literal, or told which braces mean nothing
    await ana.post("/admin/menu/new", data={"name": text[:80], "price": "10"})
    names = [product.name for product in house.db.read_now(catalog.all_products)]
    assert " ".join(text[:80].split()) in [" ".join(name.split()) for name in names]
