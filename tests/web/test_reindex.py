"""«Re-indexar»: one run at a time, told as it goes, while what there was answers."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.assistant.mind import MindStore
from app.wiring import House

from .conftest import Customer, Panel

PATH = "/admin/knowledge/index"
HTMX = {"HX-Request": "true"}


async def finished(ana: Panel, house: House) -> str:
    """Presses the button, waits, and looks."""
    await ana.post(PATH, headers=HTMX)
    await house.reindex.ended()
    return (await ana.http.get(PATH, headers=HTMX)).text


async def test_a_file_put_into_the_folder_is_answered_after_it_and_bad_rows_are_told(
    ana: Panel, carla: Customer, house: House
) -> None:
    faqs = house.home / "data" / "faqs.csv"
    faqs.write_text(faqs.read_text("utf-8") + '¿Afilan tijeras?,"Sí, los martes."\n,sin pregunta\n', "utf-8")
    said = await finished(ana, house)
    assert "Listo:" in said and "hx-trigger" not in said  # nothing left to ask for
    assert re.search(r"faqs\.csv: Línea \d+", said), said
    assert "los martes" in (await carla.say("¿afilan tijeras?")).json()["replies"][0]["text"]


async def test_while_it_works_two_people_watch_the_same_run_and_customers_are_answered(
    ana: Panel, beto: Panel, carla: Customer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, complete = threading.Event(), MindStore._complete

    def held(self: MindStore, mind: Any, progress: Callable[[int, int], None], **more: Any) -> Any:
        progress(3, 12)
        assert go_on.wait(20)
        return complete(self, mind, progress, **more)

    monkeypatch.setattr(MindStore, "_complete", held)
    await ana.post(PATH, headers=HTMX)
    run = house.reindex.run
    while run is None or run.of != 12:
        await asyncio.sleep(0.01)
    seen = await beto.post(PATH, headers=HTMX)
    assert house.reindex.run is run
    assert "3 de 12" in seen.text and 'value="3" max="12"' in seen.text and 'hx-trigger="load' in seen.text
    assert "Re-indexando" in (await beto.http.get("/admin/knowledge/documents")).text
    assert "20:00" in (await carla.say("¿a qué hora cierran?")).json()["replies"][0]["text"]
    go_on.set()
    await house.reindex.ended()
    assert "Listo:" in (await beto.http.get("/admin/knowledge")).text


async def test_what_fails_is_told_in_words_and_the_old_goes_on_answering(
    ana: Panel, carla: Customer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OSError("no space left on device: /var/secret/place")

    monkeypatch.setattr("app.reindex.sync_data", broken)
    said = await finished(ana, house)
    assert "No se pudo." in said and "secret" not in said
    assert "20:00" in (await carla.say("¿a qué hora cierran?")).json()["replies"][0]["text"]
    monkeypatch.undo()
    assert "Listo:" in await finished(ana, house)


async def test_without_javascript_the_button_leads_back_to_the_page(ana: Panel, house: House) -> None:
    pressed = await ana.post(PATH)
    assert (pressed.status_code, pressed.headers["location"]) == (303, "/admin/knowledge")
    await house.reindex.ended()
