"""«Ajustes»: the shop's sheet in config.yaml, one's own password, and the backup to take away."""

from __future__ import annotations

import io
import re
import zipfile

from fastapi import FastAPI

from app.catalog import service as catalog
from app.wiring import House

from .conftest import ANA_PASSWORD, BETO_PASSWORD, Customer, Panel, client_of, sign_in

SHEET = {
    "name": "Pulpería La Esquina", "phone": "+505 8123 4567", "address": "Del parque 2 c. al sur", "waiting": "10 minutos",
    "timezone": "America/Managua", "currency": "NIO", "language": "es",
}  # fmt: skip
NEW = "tres palabras juntas"


async def version(panel: Panel) -> str:
    page = (await panel.http.get("/admin/settings")).text
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found
    return found[1]


async def test_what_is_saved_is_in_config_with_its_comments_and_known_to_the_agent(
    ana: Panel, carla: Customer, house: House
) -> None:
    before = (house.home / "config.yaml").read_text("utf-8")
    comments = [line for line in before.splitlines() if line.strip().startswith("#")]
    data = {**SHEET, "version": await version(ana)}
    saved = await ana.post("/admin/settings/business", data=data, headers={"HX-Request": "true"})
    assert (saved.status_code, "Guardado" in saved.text) == (200, True)
    after = (house.home / "config.yaml").read_text("utf-8")
    assert "Del parque 2 c. al sur" in after
    assert [line for line in after.splitlines() if line.strip().startswith("#")] == comments
    assert "Del parque 2 c. al sur" in (await carla.say("¿dónde quedan?")).json()["replies"][0]["text"]


async def test_a_zone_nobody_knows_is_refused_at_its_field_and_nothing_changes(ana: Panel, house: House) -> None:
    before = (house.home / "config.yaml").read_bytes()
    data = {**SHEET, "timezone": "Managua/America", "version": await version(ana)}
    refused = await ana.post("/admin/settings/business", data=data, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert 'aria-describedby="f-timezone-h f-timezone-e"' in refused.text
    assert 'value="Pulpería La Esquina"' in refused.text
    assert (house.home / "config.yaml").read_bytes() == before


async def test_who_saves_second_is_told_and_keeps_what_they_typed(ana: Panel) -> None:
    stale = await version(ana)
    first = {**SHEET, "version": stale}
    assert (await ana.post("/admin/settings/business", data=first)).status_code == 303
    second = {**SHEET, "address": "En la otra esquina", "version": stale}
    told = await ana.post("/admin/settings/business", data=second, headers={"HX-Request": "true"})
    assert told.status_code == 409
    assert "«Del parque 2 c. al sur»" in told.text
    assert 'value="En la otra esquina"' in told.text
    again = {**second, "version": re.search(r'name="version" value="([^"]+)"', told.text)[1]}  # type: ignore[index]
    assert (await ana.post("/admin/settings/business", data=again)).status_code == 303


async def test_the_backup_is_a_zip_of_the_shop_without_its_secrets(ana: Panel, house: House) -> None:
    got = await ana.post("/admin/settings/backup", data={})
    assert got.status_code == 200
    assert got.headers["content-type"] == "application/zip"
    assert re.fullmatch(r'attachment; filename="tendero-[\d-]+\.zip"', got.headers["content-disposition"])
    names = zipfile.ZipFile(io.BytesIO(got.content)).namelist()
    assert {"manifest.json", "db.sqlite", "config.yaml"} <= set(names)
    assert ".env" not in names
    assert house.settings.current.env.secret_key.encode() not in got.content


async def test_another_password_needs_the_old_one_and_signs_the_other_browsers_out(app: FastAPI, ana: Panel) -> None:
    async with client_of(app, client=("198.51.100.7", 4000)) as other:
        assert (await sign_in(other, "owner", ANA_PASSWORD)).status_code == 303
        data = {"old": "no es esta clave", "password": NEW, "again": NEW}
        wrong = await ana.post("/admin/settings/password", data=data, headers={"HX-Request": "true"})
        assert (wrong.status_code, "no es tu clave" in wrong.text) == (422, True)
        changed = await ana.post("/admin/settings/password", data={**data, "old": ANA_PASSWORD})
        assert changed.status_code == 303
        assert (await ana.http.get("/admin")).status_code == 200
        assert (await other.get("/admin")).headers["location"] == "/admin/login"
        assert (await sign_in(other, "owner", ANA_PASSWORD)).status_code == 401
        assert (await sign_in(other, "owner", NEW)).status_code == 303


async def test_guessing_the_old_password_is_counted_like_signing_in(ana: Panel) -> None:
    data = {"old": "no es esta clave", "password": NEW, "again": NEW}
    tries = [(await ana.post("/admin/settings/password", data=data)).status_code for _ in range(16)]
    assert tries == [422] * 15 + [429]


async def test_staff_change_their_password_and_see_nothing_of_the_shops(beto: Panel) -> None:
    page = (await beto.http.get("/admin/settings")).text
    assert "Tu clave" in page
    assert "/admin/settings/business" not in page
    assert "/admin/settings/backup" not in page
    assert (await beto.post("/admin/settings/backup", data={})).status_code == 403
    data = {"old": BETO_PASSWORD, "password": NEW, "again": NEW}
    assert (await beto.post("/admin/settings/password", data=data)).status_code == 303


async def test_leaving_everywhere_closes_every_browser(app: FastAPI, ana: Panel) -> None:
    async with client_of(app, client=("198.51.100.7", 4000)) as other:
        await sign_in(other, "owner", ANA_PASSWORD)
        assert (await ana.post("/admin/settings/leave", data={})).headers["location"] == "/admin/login"
        assert (await other.get("/admin")).status_code == 303
        assert (await ana.http.get("/admin")).status_code == 303


async def test_another_currency_is_asked_about_and_then_every_price_is_in_it(ana: Panel, house: House) -> None:
    typed = {**SHEET, "version": await version(ana), "currency": "MXN"}
    asked = await ana.post("/admin/settings/business", data=typed)
    assert asked.status_code == 422 and "120.00 sigue siendo 120.00" in asked.text
    assert house.currency() == "NIO"
    odd = await ana.post("/admin/settings/business", data={**typed, "currency": "PESO", "sure": "1"})
    assert odd.status_code == 422 and 'id="f-currency-e"' in odd.text
    before = house.db.read_now(catalog.all_products)
    assert (await ana.post("/admin/settings/business", data={**typed, "sure": "1"})).status_code == 303
    after = house.db.read_now(catalog.all_products)
    assert {product.currency for product in after} == {house.currency()} == {"MXN"}
    assert [product.price for product in after] == [product.price for product in before]
