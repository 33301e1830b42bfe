"""«Documentos»: a file that is put up is what the bot answers from, one that cannot be read says why, and a delete is undone."""

from __future__ import annotations

import asyncio
import time
from time import monotonic

import pytest

from app.knowledge.documents import shelf
from app.knowledge.service import Document, all_docs
from app.wiring import House
from tests.knowledge import hostile
from tests.queries import queries
from tests.sizes import DEEP

from .conftest import Customer, Panel

HTMX = {"HX-Request": "true"}
PATH = "/admin/knowledge/documents"
SAYS = "# Afilado\n\nAfilamos cuchillos y tijeras los jueves por la tarde, sin turno previo.\n"


def kept(house: House, name: str) -> Document | None:
    return next((one for one in house.db.read_now(all_docs) if one.path == name), None)


async def put(panel: Panel, name: str, data: bytes) -> tuple[int, str]:
    told = await panel.post(PATH, files={"file": (name, data)}, headers=HTMX)
    return told.status_code, told.text


async def heard(customer: Customer, text: str) -> str:
    return " ".join(reply["text"] for reply in (await customer.say(text)).json()["replies"])


async def test_a_document_is_used_once_it_is_up_not_once_it_is_deleted_and_again_after_the_undo(
    beto: Panel, carla: Customer, house: House
) -> None:
    status, told = await put(beto, "afilado.md", SAYS.encode())
    assert status == 200 and "ya lo usa" in told
    assert "jueves" in await heard(carla, "¿afilan cuchillos y tijeras?")
    one = kept(house, "afilado.md")
    assert one is not None and one.passages
    gone = await beto.post(f"{PATH}/{one.id}/delete", data={}, headers=HTMX)
    assert f"{PATH}/{one.id}/restore" in gone.text
    assert kept(house, "afilado.md") is None
    assert "jueves" not in await heard(carla, "¿afilan cuchillos y tijeras?")
    await beto.post(f"{PATH}/{one.id}/restore", data={})
    assert kept(house, "afilado.md") == one


async def test_what_it_says_is_shown_as_text(ana: Panel, house: House) -> None:
    await put(ana, "raro.txt", b"El <img src=x onerror=alert(1)> cuesta 20 pesos y se entrega el martes.")
    one = kept(house, "raro.txt")
    assert one is not None
    page = (await ana.http.get(f"{PATH}/{one.id}")).text
    assert "cuesta 20 pesos" in page and "<img src=x" not in page


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("virus.exe", b"MZ", "Usá PDF, TXT o MD"),
        ("vacio.txt", b"", "vacío"),
        ("roto.pdf", b"%PDF-1.7 nothing of one", "dañado"),
        ("foto.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00", "de texto"),
        (".txt", b"hola", "Usá PDF, TXT o MD"),
    ],
)
async def test_what_cannot_be_read_is_told_with_its_reason(ana: Panel, name: str, data: bytes, why: str) -> None:
    status, told = await put(ana, name, data)
    assert status == 422 and why in told


async def test_one_of_the_same_name_is_never_written_over(ana: Panel, house: House) -> None:
    await put(ana, "afilado.md", SAYS.encode())
    status, told = await put(ana, "AFILADO.md", b"Otra cosa distinta.")
    assert status == 422 and "ese nombre" in told
    assert ((house.home / "data") / "docs" / "afilado.md").read_text() == SAYS


async def test_a_name_that_climbs_out_of_the_folder_stays_in_it(ana: Panel, house: House) -> None:
    for name in ("../../escape.txt", "..\\..\\escape2.txt", "/etc/escape3.txt"):
        await put(ana, name, b"Abrimos los jueves por la tarde.")
    assert {"escape.txt", "escape2.txt", "escape3.txt"} <= {
        path.name for path in ((house.home / "data") / "docs").iterdir()
    }
    assert not list(house.home.glob("escape*")) and not list((house.home / "data").glob("escape*"))


async def test_however_many_documents_there_are_the_list_reads_them_in_one_query(ana: Panel, house: House) -> None:
    with queries(house.db) as said:
        page = (await ana.http.get(PATH)).text
    assert page.count("/delete") > 2
    assert len([statement for statement in said if "FROM doc" in statement and "FROM doc_" not in statement]) == 1
    assert len(said) <= 15


async def test_what_was_deleted_a_week_ago_is_gone_for_good_at_the_next_delete(
    ana: Panel, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("uno.txt", "dos.txt"):
        await put(ana, name, f"Abrimos los jueves por la tarde, dice {name}.".encode())
    one, two = kept(house, "uno.txt"), kept(house, "dos.txt")
    assert one is not None and two is not None
    await ana.post(f"{PATH}/{one.id}/delete", data={})
    today = time.time()
    monkeypatch.setattr(time, "time", lambda: today + 8 * 86_400)
    assert shelf.take_off_document(house.home / "data", "dos.txt")
    assert not (house.home / "data" / "docs" / ".taken-off-uno.txt").exists()
    assert (await ana.post(f"{PATH}/{one.id}/restore", data={}, headers=HTMX)).status_code == 409


RINGS = ("pages_in_a_ring", "xref_loop")


@pytest.mark.parametrize("name", sorted(hostile.PDFS) if DEEP else RINGS)
async def test_a_hostile_document_is_refused_or_read_soon_while_customers_are_answered(
    ana: Panel, carla: Customer, name: str
) -> None:
    """TRUST S-22."""
    began = monotonic()
    upload = asyncio.create_task(ana.post(PATH, files={"file": (f"{name}.pdf", hostile.PDFS[name]())}))
    waited = []
    while not upload.done():
        asked = monotonic()
        assert (await carla.history())["messages"]
        waited.append(monotonic() - asked)
        await asyncio.sleep(0.05)
    answer = await upload
    assert answer.status_code in {200, 422} and "Traceback" not in answer.text
    assert monotonic() - began < 20  # ten of them for reading it
    assert sorted(waited)[len(waited) // 2] < 1
