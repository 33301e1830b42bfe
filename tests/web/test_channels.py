"""«Canales»: a switch, its keys and its webhook for each declared channel; what is kept of a key never comes back out."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from app.core import jobs
from app.settings import Env, load_env
from app.shop.channels import BY_KIND, CHANNELS
from app.shop.config import Channels
from app.wiring import House

from .conftest import ANA_PASSWORD, Panel

HTMX = {"HX-Request": "true"}
PATH = "/admin/channels"
TOKEN = "7412345678:AAE9xxSecretoDeVerdad7Kq2"


def kept(house: House) -> Env:
    return load_env(house.home, {})


async def paste(panel: Panel, kind: str, password: str = ANA_PASSWORD, **keys: str) -> tuple[int, str]:
    response = await panel.post(f"{PATH}/{kind}", data={**keys, "password": password}, headers=HTMX)
    return response.status_code, html.unescape(response.text)


def test_every_channel_of_the_settings_is_declared_with_keys_that_there_are() -> None:
    assert set(BY_KIND) == {name for name in Channels.model_fields if name != "paused"}
    for channel in CHANNELS:
        assert all(hasattr(Env(), key.name.lower()) for key in channel.keys)
        assert set(channel.sends_with) <= set(channel.needs)


async def test_a_channel_switched_on_without_its_keys_goes_back_to_off_and_says_which_is_missing(
    ana: Panel, house: House
) -> None:
    refused = await ana.post(f"{PATH}/whatsapp/switch", data={"on": "1"}, headers=HTMX)
    assert refused.status_code == 422
    assert 'id="sw-whatsapp" checked' not in refused.text and "Todavía no se puede prender" in refused.text
    assert re.search(r'name="WHATSAPP_TOKEN"[^>]*aria-invalid="true"[^>]*autofocus', refused.text)
    assert house.settings.current.channels.whatsapp.enabled == "auto"


async def test_keys_go_into_env_count_after_a_restart_and_are_shown_by_their_end_alone(
    ana: Panel, house: House
) -> None:
    (house.home / ".env").write_text("# mi tienda\nSECRET_KEY=0123456789abcdef0123\n", "utf-8")
    status, told = await paste(ana, "telegram", TELEGRAM_BOT_TOKEN=f" {TOKEN} ")
    assert status == 200 and "Reiniciá el servidor" in told and "termina en 7Kq2" in told
    assert (house.home / ".env").read_text("utf-8").startswith("# mi tienda\nSECRET_KEY=0123456789abcdef0123\n")
    assert kept(house).telegram_bot_token == TOKEN
    page = (await ana.http.get(PATH)).text
    assert TOKEN not in page and TOKEN not in told and "7Kq2" in page
    switched = await ana.post(f"{PATH}/telegram/switch", data={"on": "1"}, headers=HTMX)
    assert switched.status_code == 200 and "El adaptador llega en la próxima versión" in switched.text
    await ana.post(f"{PATH}/telegram/switch", data={}, headers=HTMX)
    assert house.settings.current.channels.telegram.enabled is False


async def test_an_empty_field_leaves_its_key_as_it_was(ana: Panel, house: House) -> None:
    await paste(ana, "telegram", TELEGRAM_BOT_TOKEN=TOKEN)
    status, _ = await paste(ana, "telegram", TELEGRAM_BOT_TOKEN="", TELEGRAM_WEBHOOK_SECRET="un-secreto")
    assert status == 200
    assert (kept(house).telegram_bot_token, kept(house).telegram_webhook_secret) == (TOKEN, "un-secreto")
    assert (await paste(ana, "telegram", TELEGRAM_BOT_TOKEN=" "))[0] == 422


async def test_keys_are_not_kept_without_the_owners_password(ana: Panel, house: House) -> None:
    status, told = await paste(ana, "telegram", password="no-es-mi-clave", TELEGRAM_BOT_TOKEN=TOKEN)
    assert status == 422 and "Ésa no es tu clave" in told and TOKEN not in told
    assert kept(house).telegram_bot_token == ""


@pytest.mark.parametrize("odd", ["dos palabras", "una\nSECRET_KEY=otra", "x" * 501, "a\x00b"])
async def test_what_is_no_key_never_reaches_the_file(ana: Panel, house: House, odd: str) -> None:
    before = (house.home / ".env").read_bytes()
    status, told = await paste(ana, "twilio", TWILIO_AUTH_TOKEN=odd)
    assert status == 422 and "no parece una llave" in told
    assert (house.home / ".env").read_bytes() == before


async def test_a_key_of_another_channel_is_not_taken(ana: Panel, house: House) -> None:
    await paste(ana, "telegram", TELEGRAM_BOT_TOKEN=TOKEN, SECRET_KEY="mio-de-mi-1234567890", TWILIO_AUTH_TOKEN="zz")
    assert "mio-de-mi" not in (house.home / ".env").read_text("utf-8")
    assert kept(house).twilio_auth_token == ""


async def test_the_last_answer_that_did_not_go_out_is_told(ana: Panel, house: House) -> None:
    def fail(conn: object) -> None:
        now = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
        jobs.put(conn, "deliver", "m1", {}, now=now, lane="telegram::42", state="failed")  # type: ignore[arg-type]
        conn.exec_driver_sql("UPDATE job SET error = 'Forbidden: <b>bot</b> was blocked' WHERE key = 'm1'")  # type: ignore[attr-defined]

    house.db.write_now(fail)
    page = (await ana.http.get(PATH)).text
    assert "Un mensaje de 09:00 no salió." in page and "Forbidden: &lt;b&gt;bot&lt;/b&gt; was blocked" in page


async def test_pages_that_may_show_the_chat_are_saved_and_a_wrong_one_is_told(ana: Panel, house: House) -> None:
    found = re.search(r'name="version" value="([^"]+)"', (await ana.http.get(PATH)).text)
    assert found
    data = {"version": found[1], "sites": "https://Mitiendita.com/\r\nhttps://otra.com"}
    wrong = await ana.post(f"{PATH}/web/sites", data={**data, "sites": "mi tienda"}, headers=HTMX)
    assert wrong.status_code == 422 and "mi tienda" in wrong.text
    assert (await ana.post(f"{PATH}/web/sites", data=data, headers=HTMX)).status_code == 200
    assert house.settings.current.channels.web.allowed_sites == ("https://mitiendita.com", "https://otra.com")
    assert "https://otra.com" in (await ana.http.get("/widget")).headers["content-security-policy"]
    late = await ana.post(f"{PATH}/web/sites", data={**data, "sites": "https://tercera.com"}, headers=HTMX)
    assert late.status_code == 409 and "https://otra.com" in late.text and "https://tercera.com" in late.text


async def test_the_web_chat_is_switched_off_and_says_so_to_its_visitors(ana: Panel) -> None:
    await ana.post(f"{PATH}/web/switch", data={})
    assert (await ana.http.post("/api/chat/sessions", json={})).status_code == 404
    await ana.post(f"{PATH}/web/switch", data={"on": "1"})
    assert (await ana.http.post("/api/chat/sessions", json={})).status_code == 201


class Public(BaseHTTPRequestHandler):
    """What stands at PUBLIC_URL: this server behind its domain."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Security-Policy", "default-src 'none'; frame-ancestors 'self' https://mitiendita.com")
        self.end_headers()
        self.wfile.write(b'{"status":"ok"}')

    def log_message(self, *_: object) -> None:
        pass


async def test_the_connection_is_tried_at_the_public_address_and_for_each_page(ana: Panel, house: House) -> None:
    await house.settings.change({"channels.web.allowed_sites": ["https://mitiendita.com", "https://otra.com"]})
    server = ThreadingHTTPServer(("127.0.0.1", 0), Public)
    Thread(target=server.serve_forever, daemon=True).start()
    current = house.settings.current
    url = f"http://127.0.0.1:{server.server_address[1]}"
    house.settings.current = replace(current, env=replace(current.env, public_url=url))
    try:
        tried = await ana.post(f"{PATH}/web/test", data={}, headers=HTMX)
    finally:
        server.shutdown()
        server.server_close()
    assert f"{url} contesta, y es esta tienda." in tried.text
    assert "https://mitiendita.com puede mostrar" in tried.text and "https://otra.com todavía no puede" in tried.text
    gone = await ana.post(f"{PATH}/web/test", data={}, headers=HTMX)
    assert f"{url} no contesta" in gone.text
