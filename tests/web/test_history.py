"""The history of config.yaml: each version is kept, compared and brought back, and nobody's later change is lost by it."""

from __future__ import annotations

import re
from html import unescape

from app.wiring import House

from .conftest import Panel

PATH = "/admin/settings/history"


async def change(house: House, address: str) -> None:
    await house.settings.change({"business.address": address})


async def newest(ana: Panel) -> str:
    """The address of the newest version kept."""
    found = re.search(rf'href="({PATH}/[^"]+)"', (await ana.http.get(PATH)).text)
    assert found
    return found[1]


def seen(page: str) -> dict[str, str]:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, page
    return {"seen": found[1]}


async def test_before_the_first_change_there_is_nothing_to_go_back_to(ana: Panel) -> None:
    assert "la historia empieza con el primer cambio" in (await ana.http.get(PATH)).text


async def test_a_version_is_compared_brought_back_and_undone(ana: Panel, house: House) -> None:
    was = (house.home / "config.yaml").read_bytes()
    await change(house, "Del parque <b>2</b> c. al sur")
    changed = (house.home / "config.yaml").read_bytes()
    path = await newest(ana)
    page = (await ana.http.get(path)).text
    assert "Del parque &lt;b&gt;2&lt;/b&gt; c. al sur" in page  # what is now, and would go
    done = await ana.post(path, data=seen(page), headers={"HX-Request": "true"})
    assert done.status_code == 200
    assert (house.home / "config.yaml").read_bytes() == was
    assert house.settings.current.business.address != "Del parque <b>2</b> c. al sur"
    undo = re.search(r'hx-post="([^"]+)"[^>]*>.*?name="seen" value="([^"]+)"', unescape(done.text), re.DOTALL)
    assert undo, done.text
    assert (await ana.post(undo[1], data={"seen": undo[2]})).status_code == 303
    assert (house.home / "config.yaml").read_bytes() == changed


async def test_who_goes_back_after_somebody_else_changed_it_is_told_and_nothing_is_lost(
    ana: Panel, house: House
) -> None:
    await change(house, "Primera")
    path = await newest(ana)
    stale = seen((await ana.http.get(path)).text)
    await change(house, "Segunda")
    told = await ana.post(path, data=stale, headers={"HX-Request": "true"})
    assert told.status_code == 409
    assert "Alguien cambió config.yaml" in told.text
    assert house.settings.current.business.address == "Segunda"
    assert (await ana.post(path, data=seen(told.text))).status_code == 303


async def test_a_version_this_program_cannot_read_is_refused_with_its_line(ana: Panel, house: House) -> None:
    await change(house, "Otra")
    kept = next((house.home / "var" / "config_history").glob("*.yaml"))
    kept.write_text("business:\n  name: [\n", "utf-8")
    before = (house.home / "config.yaml").read_bytes()
    path = await newest(ana)
    refused = await ana.post(path, data=seen((await ana.http.get(path)).text), headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    assert (house.home / "config.yaml").read_bytes() == before


async def test_only_versions_of_the_history_can_be_named(ana: Panel, house: House) -> None:
    await change(house, "Otra")
    for name in ("..%2f..%2f.env", "config", "20260101T000000.000000Z", "%2e%2e", "20260101T000000.000000Z.yaml"):
        assert (await ana.http.get(f"{PATH}/{name}")).status_code == 404
        assert (await ana.post(f"{PATH}/{name}", data={"seen": "x"})).status_code == 404


async def test_the_staff_see_no_history(beto: Panel) -> None:
    assert (await beto.http.get(PATH)).status_code == 403
