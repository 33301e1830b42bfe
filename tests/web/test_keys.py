"""«Llaves»: what opens the shop's other services goes into `.env`, and never comes back out whole."""

from __future__ import annotations

import html

import pytest

from app.settings import Env, load_env
from app.shop.env import SECRETS
from app.web.admin.settings.keys import GROUPS
from app.wiring import House

from .conftest import ANA_PASSWORD, Panel

HTMX = {"HX-Request": "true"}
PATH = "/admin/settings/keys"
KEY = "sk-proj-9f8e7d6c5b4a-4f2a"
MAIL = "smtp://tienda:contra5enya-larga@smtp.correo.example:587"


async def paste(panel: Panel, group: str, password: str = ANA_PASSWORD, **keys: str) -> tuple[int, str]:
    response = await panel.post(f"{PATH}/{group}", data={**keys, "password": password}, headers=HTMX)
    return response.status_code, html.unescape(response.text)


def kept(house: House) -> Env:
    return load_env(house.home, {})


def test_every_secret_of_env_has_its_place_in_the_panel() -> None:
    from app.shop.channels import CHANNELS

    shown = {name for _, names in GROUPS.values() for name in names} | {
        key.name for one in CHANNELS for key in one.keys
    }
    assert {name.upper() for name in SECRETS} - shown == {"SECRET_KEY", "ADMIN_PASSWORD"}


async def test_a_key_is_kept_shown_by_its_end_and_replaced_by_pasting_another(ana: Panel, house: House) -> None:
    status, told = await paste(ana, "model", OPENAI_API_KEY=KEY)
    assert status == 200 and "····4f2a" in told and "Reiniciá el servidor" in told
    assert kept(house).openai_api_key == KEY
    page = (await ana.http.get(PATH)).text
    assert "····4f2a" in page and KEY not in page and KEY not in told
    await paste(ana, "model", GROQ_API_KEY="gsk_una-llave-de-groq-77aa")
    assert (kept(house).openai_api_key, kept(house).groq_api_key[-4:]) == (KEY, "77aa")
    await paste(ana, "model", OPENAI_API_KEY="sk-proj-la-otra-llave-0001")
    assert kept(house).openai_api_key.endswith("0001")


async def test_a_key_that_is_ticked_is_taken_off(ana: Panel, house: House) -> None:
    await paste(ana, "model", OPENAI_API_KEY=KEY, GROQ_API_KEY="gsk_una-llave-de-groq-77aa")
    status, told = await paste(ana, "model", drop_OPENAI_API_KEY="1")
    assert status == 200 and "4f2a" not in told
    assert (kept(house).openai_api_key, bool(kept(house).groq_api_key)) == ("", True)


async def test_a_mail_servers_password_is_never_shown_and_its_host_is(ana: Panel, house: House) -> None:
    status, told = await paste(ana, "mail", SMTP_URL=MAIL)
    assert status == 200 and "smtp.correo.example" in told
    assert "contra5enya" not in told and "contra5enya" not in (await ana.http.get(PATH)).text
    assert kept(house).smtp_url == MAIL


@pytest.mark.parametrize(
    ("group", "name", "odd"),
    [("address", "PUBLIC_URL", "mitiendita"), ("mail", "SMTP_URL", "http://x"), ("model", "GROQ_API_KEY", "a b")],
)
async def test_what_would_keep_the_shop_from_starting_is_refused_at_its_field(
    ana: Panel, house: House, group: str, name: str, odd: str
) -> None:
    before = (house.home / ".env").read_bytes()
    status, told = await paste(ana, group, **{name: odd})
    assert status == 422 and f'id="k-{name.lower()}"' in told and 'aria-invalid="true"' in told
    assert (house.home / ".env").read_bytes() == before


async def test_nothing_is_kept_without_the_owners_password_nor_for_the_staff(
    ana: Panel, beto: Panel, house: House
) -> None:
    before = (house.home / ".env").read_bytes()
    status, told = await paste(ana, "stripe", password="no-es-mi-clave", STRIPE_SECRET_KEY=KEY)
    assert status == 422 and "Ésa no es tu clave" in told and KEY not in told
    assert (await paste(beto, "stripe", STRIPE_SECRET_KEY=KEY))[0] == 403
    assert (await ana.post(f"{PATH}/nada", data={})).status_code == 404
    assert (house.home / ".env").read_bytes() == before
