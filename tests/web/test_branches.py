"""«Sucursales»: what a branch says of its own is what its customers hear, and what it does not say is the shop's."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from app.settings import edit
from app.wiring import House

from .conftest import Panel, arrive

PATH = "/admin/settings/branches"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MASAYA = "don-chepe-masaya"
TWO = """
branches:
  # la del mercado
  - slug: norte
    name: "Don Chepe Norte"   # abierta en 2019
    location: {lat: 12.2, lon: -86.1}
  - slug: sur
    name: Don Chepe Sur
"""


def week(said: str, sunday: str = "cerrado") -> dict[str, str]:
    return {f"day-{day}": said for day in DAYS} | {"day-sun": sunday, "own_week": "1"}


def config(house: House) -> str:
    return (house.home / "config.yaml").read_text("utf-8")


def with_two(house: House) -> None:
    (house.home / "config.yaml").write_text(config(house) + TWO, "utf-8")
    assert house.settings.reload_if_changed()


async def fields_of(ana: Panel, slug: str) -> dict[str, Any]:
    """What a browser would send back of the form as it is."""
    page = (await ana.http.get(f"{PATH}/{slug}")).text
    form = page[page.index('id="branch"') :]
    inputs = re.findall(r'<input(?=[^>]*\bname="([^"]+)")(?![^>]*checkbox)[^>]*\bvalue="([^"]*)"', form)
    checked = re.findall(r'role="switch"[^>]*name="([^"]+)"[^>]*checked', form)
    return {name: unescape(value) for name, value in inputs} | dict.fromkeys(checked, "1")


async def test_customers_of_a_branch_hear_its_hours_and_phone_and_what_it_does_not_sell(
    ana: Panel, house: House
) -> None:
    typed = {"name": "Don Chepe Masaya", "phone": "+505 8888 1111", "unsold": "nacatamal", **week("9:00-17:00")}
    added = await ana.post(f"{PATH}/new", data=typed)
    assert (added.status_code, added.headers["location"]) == (303, PATH)
    there, here = await arrive(ana.http, business=MASAYA), await arrive(ana.http)
    said = [(await one.say("¿a qué hora cierran hoy?")).json()["replies"][0]["text"] for one in (there, here)]
    assert "17:00" in said[0] and "20:00" in said[1]
    sold = [(await one.say("kiero 2 nacatamales")).text for one in (there, here)]
    assert ["say:A domicilio" in answer for answer in sold] == [False, True], sold  # the shop goes on to how it is had
    demo = (await ana.http.get(f"/demo?business={MASAYA}")).text
    assert f'data-business="{MASAYA}"' in demo and "+505 8888 1111" in demo
    await there.say("quiero hablar con una persona")
    for query, found in ((f"?branch={MASAYA}", True), ("?branch=otra", False)):
        assert (f"cv-{there.conversation_id}" in (await ana.http.get(f"/admin/conversations{query}")).text) is found
    assert f'<option value="{MASAYA}"' in (await ana.http.get("/admin/orders/list")).text


async def test_a_form_that_was_not_touched_changes_nothing_and_a_change_only_what_it_says(
    ana: Panel, house: House
) -> None:
    with_two(house)
    before = config(house)
    fields = await fields_of(ana, "norte")
    assert (await ana.post(f"{PATH}/norte", data=fields)).status_code == 303
    assert config(house) == before
    zones = {"own_zones": "1", "name-0": "Cerca", "areas-0": "Monimbó, San Juan", "fee-0": "20.00"}
    kept = {name: value for name, value in fields.items() if not re.match(r"(name|areas|fee|radius|minimum)-\d", name)}
    assert (await ana.post(f"{PATH}/norte", data={**kept, **zones, "address": "Al norte"})).status_code == 303
    assert "# la del mercado" in config(house) and "# abierta en 2019" in config(house)
    norte, sur = house.settings.current.branches
    assert (norte.address, norte.location is None, norte.hours) == ("Al norte", False, None)
    assert [(zone.name, zone.areas, str(zone.fee)) for zone in norte.zones or ()] == [
        ("Cerca", ("Monimbó", "San Juan"), "20.00")
    ]
    assert (sur.name, sur.zones) == ("Don Chepe Sur", None)
    assert house.settings.current.profile("sur").zones == house.settings.current.delivery.zones


async def test_a_branch_elsewhere_is_not_shown_at_the_shops_point_on_the_map(ana: Panel, house: House) -> None:
    edit(house.home / "config.yaml", {"business.location": {"lat": 12.13, "lon": -86.25}})
    await ana.post(f"{PATH}/new", data={"name": "Masaya", "address": "Del parque 1 c. al sur"})
    await ana.post(f"{PATH}/new", data={"name": "La misma casa"})
    at = house.settings.current.profile
    assert (at("masaya").location, at("la-misma-casa").location) == (None, at(None).location)
    assert at(None).location is not None


async def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(ana: Panel, house: House) -> None:
    before = config(house)
    nameless = await ana.post(f"{PATH}/new", data={"name": " ", **week("8 a 5")})
    assert nameless.status_code == 422 and "Ponele nombre" in nameless.text
    wrong = await ana.post(f"{PATH}/new", data={"name": "Masaya", **week("a la hora del té")})
    assert wrong.status_code == 422 and 'id="f-day-mon-e"' in wrong.text
    zone = await ana.post(f"{PATH}/new", data={"name": "Masaya", "own_zones": "1", "name-0": "Sur", "fee-0": "mucho"})
    assert zone.status_code == 422 and 'id="f-fee-0-e"' in zone.text
    assert config(house) == before


async def test_of_two_who_change_a_branch_the_second_is_told_and_both_are_shown(
    ana: Panel, beto: Panel, house: House
) -> None:
    with_two(house)
    fields = await fields_of(ana, "norte")
    assert (await ana.post(f"{PATH}/norte", data={**fields, "phone": "+505 7777 0000"})).status_code == 303
    late = await ana.post(f"{PATH}/norte", data={**fields, "phone": "+505 6666 0000"})
    assert late.status_code == 409 and "7777 0000" in late.text and 'value="+505 6666 0000"' in late.text
    assert house.settings.current.branches[0].phone == "+505 7777 0000"
    assert (await beto.http.get(PATH)).status_code == 403


async def test_rows_come_and_go_without_anything_being_kept(ana: Panel, house: House) -> None:
    before, typed = config(house), {"name": "Masaya", **week("9-17")}

    async def press(do: str, **more: Any) -> str:
        answer = await ana.post(f"{PATH}/new", data={**typed, **more, "do": do})
        assert answer.status_code == 200
        return answer.text

    assert 'name="date-0"' in await press("week-add")
    assert 'name="name-1"' in await press("zone-add", **{"name-0": "Cerca"})
    assert 'name="unsold" value="nacatamal"' in await press("unsold-", product="nacatamal")
    some = await press("unsold-", product="fresco")
    offered = re.findall(r'name="do" value="unsold-([^"]+)"', some)
    assert len(offered) > 1 and 'name="unsold"' not in some
    assert f'name="unsold" value="{offered[0]}"' in await press(f"unsold-{offered[0]}")
    assert 'name="unsold"' not in await press("sold-nacatamal", unsold="nacatamal")
    assert "No encuentro" in await press("unsold-", product="helicóptero")
    assert config(house) == before


async def test_a_deleted_branch_comes_back_as_it_was(ana: Panel, house: House) -> None:
    with_two(house)
    gone = await ana.post(f"{PATH}/norte/delete", data={})
    assert [one.slug for one in house.settings.current.branches] == ["sur"]
    undo = re.search(r'action="([^"]+/restore)".*?name="branch" value="([^"]+)"', gone.text, re.DOTALL)
    assert undo
    assert (await ana.post(undo[1], data={"branch": unescape(undo[2])})).status_code == 303
    back = {one.slug: one for one in house.settings.current.branches}
    assert back["norte"].name == "Don Chepe Norte" and back["norte"].location is not None
    for bad in ("{", json.dumps({"slug": "sur"}), json.dumps(["x"]), json.dumps({"slug": "a b"})):
        assert (await ana.post(f"{PATH}/restore", data={"branch": bad})).status_code == 409
    assert set(back) == {one.slug for one in house.settings.current.branches}


async def test_two_of_the_same_name_get_links_of_their_own(ana: Panel, house: House) -> None:
    edit(house.home / "config.yaml", {"branches": [{"slug": "masaya", "name": "Masaya"}]})
    house.settings.reload_if_changed()
    for name in ("¡Masaya!", "¡Masaya!", "New"):
        await ana.post(f"{PATH}/new", data={"name": name})
    assert [one.slug for one in house.settings.current.branches] == ["masaya", "masaya-2", "masaya-3", "new-2"]
    assert "data-business=&#34;masaya-3&#34;" in (await ana.http.get(f"{PATH}/masaya-3")).text
