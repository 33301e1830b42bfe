"""«Respaldos»: put up, looked into, taken away and gone back to; a hostile one is refused whole (TRUST S-20, U-05, U-06)."""

from __future__ import annotations

import html
import io
import json
import zipfile
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.backup import asked, shelf
from app.web.admin.settings import backups as page
from app.wiring import House
from tests.backup.test_refused import rebuilt

from .conftest import ANA_PASSWORD, Customer, Panel

PATH = "/admin/settings/backups"
EVIL_CONFIG = b'business: !!python/object/apply:os.system ["touch /tmp/tendero-evil"]\n'
ADDED: dict[str, tuple[str, bytes]] = {
    "path": ("../../evil.txt", b"x"),
    "code": ("plugins/x.py", b"x"),
    "pickle": ("files/index.pkl", b"x"),
    "bomb": ("db.sqlite", b"\0" * 60_000_000),
    "no database": ("db.sqlite", b"not a database" * 100),
    "evil settings": ("config.yaml", EVIL_CONFIG),
}
DAMAGED = {"cut": lambda whole: whole[:-200], "no zip": lambda _: b"<html>", "empty": lambda _: b""}


async def taken(ana: Panel) -> bytes:
    answer = await ana.post("/admin/settings/backup", data={})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    return bytes(answer.content)


async def put_up(panel: Panel, data: bytes) -> tuple[int, str, str]:
    answer = await panel.post(PATH, files={"file": ("copia.zip", data, "application/zip")})
    return answer.status_code, answer.headers.get("location", ""), html.unescape(answer.text)


async def test_a_backup_put_up_is_shown_beside_what_there_is_before_anything_is_touched(
    ana: Panel, carla: Customer, house: House
) -> None:
    data = await taken(ana)
    await carla.say("hola")
    status, location, _ = await put_up(ana, data)
    assert status == 303 and location.startswith(f"{PATH}/subido-")
    page = html.unescape((await ana.http.get(location)).text)
    assert "Volver a este respaldo" in page and "Productos" in page
    assert "python -m app restore" in page  # served here by no process that could begin anew
    name = location.rpartition("/")[2]
    assert (await ana.http.get(f"{location}/file")).content == data
    listed = (await ana.http.get(PATH)).text
    assert name in listed and "lo subiste vos" in listed
    assert (await ana.post(f"{location}/restore", data={"password": ANA_PASSWORD})).status_code == 409
    assert not (house.home / asked.ASKED).exists()


async def test_going_back_asks_for_the_password_notes_it_and_begins_anew(
    app: FastAPI, ana: Panel, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[str] = []
    monkeypatch.setattr(page, "LAST_SECONDS", 0)
    app.state.restart = lambda: again.append("anew")
    _, location, _ = await put_up(ana, await taken(ana))
    wrong = await ana.post(f"{location}/restore", data={"password": "no es esta"})
    assert (wrong.status_code, again) == (422, []) and "No se tocó nada" in wrong.text
    right = await ana.post(f"{location}/restore", data={"password": ANA_PASSWORD})
    assert right.status_code == 200 and f'data-then="{PATH}"' in right.text
    assert again == ["anew"]
    assert (house.home / asked.ASKED).read_text("utf-8") == location.rpartition("/")[2]


@pytest.mark.parametrize("kind", [*ADDED, *DAMAGED])
async def test_a_hostile_archive_is_refused_whole_in_plain_words(
    ana: Panel, house: House, kind: str, tmp_path: Path
) -> None:
    good = tmp_path / "buena.zip"
    good.write_bytes(await taken(ana))
    if kind in ADDED:
        bad = rebuilt(good, tmp_path / "mala.zip", lambda members: members.update([ADDED[kind]])).read_bytes()
    else:
        bad = DAMAGED[kind](good.read_bytes())
    before = {path: path.stat().st_mtime_ns for path in (house.home / "data").rglob("*")}
    status, _, told = await put_up(ana, bad)
    assert status == 422 and "Ese respaldo no sirve" in told and "No toqué nada" in told
    assert shelf.lying(house.home) == []
    assert {path: path.stat().st_mtime_ns for path in (house.home / "data").rglob("*")} == before


async def test_a_manifest_that_lies_about_its_day_is_text(ana: Panel) -> None:
    data = io.BytesIO(await taken(ana))
    out = io.BytesIO()
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(out, "w") as copy:
        for name in source.namelist():
            body = source.read(name)
            if name == "manifest.json":
                body = json.dumps({**json.loads(body), "made_at": "<script>alert(1)</script>"}).encode()
            copy.writestr(name, body)
    status, location, _ = await put_up(ana, out.getvalue())
    assert status == 303
    page = await ana.http.get(location)
    assert page.status_code == 200 and "<script>alert" not in page.text


async def test_one_is_deleted_and_brought_back_and_the_night_is_chosen(ana: Panel, house: House) -> None:
    _, location, _ = await put_up(ana, await taken(ana))
    name = location.rpartition("/")[2]
    gone = await ana.post(f"{location}/delete", data={}, headers={"HX-Request": "true"})
    assert name not in gone.text.split("hx-swap-oob")[0] and f"{location}/undelete" in gone.text
    back = await ana.post(f"{location}/undelete", data={}, headers={"HX-Request": "true"})
    assert name in back.text
    chosen = await ana.post(f"{PATH}/schedule", data={"hour": "5"}, headers={"HX-Request": "true"})
    assert '<option value="5" selected>' in chosen.text
    none = await ana.post(f"{PATH}/schedule", data={"hour": "none"}, headers={"HX-Request": "true"})
    assert '<option value="none" selected>' in none.text
    assert (await ana.post(f"{PATH}/schedule", data={"hour": "99"})).status_code == 422


async def test_what_came_of_it_is_told_until_it_is_read(ana: Panel, house: House) -> None:
    asked._tell(house.home, asked.Told("failed", "x.zip", "2026-11-23T10:00:00+00:00", why="está dañada <b>"))
    page = (await ana.http.get(PATH)).text
    assert "No se pudo volver a x.zip" in page and "está dañada &lt;b&gt;" in page
    await ana.post(f"{PATH}/told", data={})
    assert "No se pudo volver" not in (await ana.http.get(PATH)).text


async def test_only_the_owner_may(beto: Panel) -> None:
    for path in (PATH, f"{PATH}/tendero-2026-11-23-160000.zip"):
        assert (await beto.http.get(path)).status_code == 403
    assert (await beto.post(PATH, files={"file": ("x.zip", b"x", "application/zip")})).status_code == 403
    assert (await beto.post("/admin/settings/restart", data={})).status_code == 403
