"""«Canales»: where people write from; each declared channel with its switch, its keys, its webhook and how it is doing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.responses import Response

from app.channels.registry import BUILT
from app.core import jobs
from app.core.errors import DeliveryError
from app.core.http import Integration, Outbound
from app.core.security import digest
from app.settings import Env, SettingsError
from app.shop.channels import BY_KIND, CHANNELS, DeclaredChannel
from app.web.admin.channels.key_fields import Field, can_begin_anew, field_of, keep, kept_env
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.admin.home.page import snippet
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/channels"
SITES_MOST = 50


@dataclass(frozen=True)
class Trouble:
    """The last answer that did not go out."""

    state: str
    why: str
    at: datetime


@dataclass(frozen=True)
class Card:
    """One channel. `state`: off, missing (keys), coming (declared, not carried by this version) or on."""

    channel: DeclaredChannel
    state: str
    on: bool
    lacking: tuple[str, ...]
    fields: tuple[Field, ...]
    restart: bool
    webhook: str
    trouble: Trouble | None


async def show(call: Call) -> Response:
    """`GET /admin/channels`."""
    return await _page(call, {})


async def switch(call: Call) -> Response:
    """`POST /admin/channels/{channel}/switch`: one without its keys goes back to off and says which is missing."""
    channel = _declared(call)
    on, lacking = bool(call.field("on")), _lacking(channel, kept_env(call))
    if on and lacking:
        return await _card(call, channel, {"refused": lacking}, status=422)
    try:
        await call.house.settings.change({f"channels.{channel.kind}.enabled": on})
    except SettingsError as error:
        return await _card(call, channel, {"wrong": str(error)}, status=409)
    return await _card(call, channel, {}, toast=Toast(text(call, "channels.now_on" if on else "channels.now_off")))


async def save(call: Call) -> Response:
    """`POST /admin/channels/{channel}`: what was pasted goes into `.env`; the owner's password is asked for again."""
    channel = _declared(call)
    refused = await keep(call, [key.name for key in channel.keys])
    if refused is not None:
        return await _card(call, channel, {"errors": refused.errors, "wrong": refused.wrong}, status=refused.status)
    return await _card(call, channel, {"opened": True}, toast=Toast(text(call, "keys.saved")))


async def save_sites(call: Call) -> Response:
    """`POST /admin/channels/web/sites`: the pages that may show the chat."""
    channel, now = BY_KIND["web"], _sites(call)
    typed = [line.strip() for line in call.field("sites").splitlines() if line.strip()][:SITES_MOST]
    if call.field("version") != _version(now):
        return await _card(call, channel, {"sites": typed, "theirs": now or ["–"]}, status=409)
    try:
        await call.house.settings.change({"channels.web.allowed_sites": typed})
    except SettingsError as error:
        told = "\n".join(dict.fromkeys(mistake.text for mistake in error.mistakes))
        return await _card(call, channel, {"sites": typed, "errors": {"sites": told}}, status=422)
    return await _card(call, channel, {}, toast=Toast(text(call, "channels.sites_saved")))


async def test(call: Call) -> Response:
    """`POST /admin/channels/web/test`: asks the public address as a visitor's browser would."""
    tried = await _tried(call) if call.settings.env.public_url else []
    return await _card(call, BY_KIND["web"], {"tried": tried})


def _declared(call: Call) -> DeclaredChannel:
    channel = BY_KIND.get(call.request.path_params["channel"])
    if channel is None:
        raise problem(404, language=call.language)
    return channel


def _lacking(channel: DeclaredChannel, env: Env) -> tuple[str, ...]:
    return tuple(name for name in channel.needs if not getattr(env, name.lower()))


def _sites(call: Call) -> list[str]:
    return [str(site) for site in call.settings.channels.web.allowed_sites]


def _version(sites: list[str]) -> str:
    return digest("\n".join(sites))[:16]


def _card_of(call: Call, channel: DeclaredChannel, env: Env, trouble: Trouble | None) -> Card:
    enabled = getattr(call.settings.channels, channel.kind).enabled
    lacking = _lacking(channel, env)
    off = enabled is False or (enabled == "auto" and len(lacking) == len(channel.needs) > 0)
    state = "off" if off else "missing" if lacking else "on" if channel.kind in BUILT else "coming"
    names = [key.name.lower() for key in channel.keys]
    return Card(
        channel=channel,
        state=state,
        on=not off and not lacking,
        lacking=lacking,
        fields=tuple(field_of(call, key.name, env, needed=key.use != "extra", like=key.like) for key in channel.keys),
        restart=any(getattr(env, name) != getattr(call.settings.env, name) for name in names),
        webhook=f"{call.base_url}{channel.webhook}" if channel.webhook else "",
        trouble=trouble,
    )


async def _troubles(call: Call) -> dict[str, Trouble]:
    """The last answer of each channel that did not go out."""

    def work(conn: Connection) -> dict[str, Trouble]:
        found = {one.kind: jobs.last_trouble(conn, "deliver", f"{one.kind}:") for one in CHANNELS if one.keys}
        return {kind: Trouble(*one) for kind, one in found.items() if one is not None}

    return dict(await call.house.db.read(work))


async def _values(call: Call, more: Mapping[str, Any]) -> dict[str, Any]:
    sites = _sites(call)
    usual: dict[str, Any] = {
        "refused": (), "wrong": "", "errors": {}, "opened": False, "theirs": [], "tried": None, "sites": sites,
    }  # fmt: skip
    return {
        **usual,
        "sites_version": _version(sites),
        "snippet": snippet(call),
        "public": bool(call.settings.env.public_url),
        "able": can_begin_anew(call),
        **more,
    }


async def _card(
    call: Call, channel: DeclaredChannel, more: dict[str, Any], *, status: int = 200, toast: Toast | None = None
) -> Response:
    """The channel's card again; without HTMX the page, with what is to be said in this card."""
    if by_htmx(call):
        card = _card_of(call, channel, kept_env(call), (await _troubles(call)).get(channel.kind))
        values = {**await _values(call, more), "card": card}
        return fragment(call, "admin/channels/card.html", values, status=status, toast=toast)
    if toast is not None:
        return back(PATH)
    return await _page(call, {channel.kind: more}, status=status)


async def _page(call: Call, more: dict[str, dict[str, Any]], *, status: int = 200) -> Response:
    env, troubles = kept_env(call), await _troubles(call)
    cards = [
        (_card_of(call, one, env, troubles.get(one.kind)), await _values(call, more.get(one.kind, {})))
        for one in CHANNELS
    ]
    return await panel_page(call, "admin/channels/page.html", {"cards": cards}, active="channels", status=status)


async def _tried(call: Call) -> list[tuple[bool, str]]:
    """What the public address says: that it is this server, and that it lets the listed pages show the chat."""
    url, out = call.settings.env.public_url, Outbound()
    to = Integration("public_url", (urlsplit(url).hostname or "",), operator=True)
    try:
        health = await out.request(to, "GET", f"{url}/healthz")
        if health.status != 200 or _status_of(health.body) != "ok":
            return [(False, text(call, "channels.not_us", url=url))]
        widget = await out.request(to, "GET", f"{url}/widget")
    except DeliveryError:
        return [(False, text(call, "channels.unreachable", url=url))]
    finally:
        await out.close()
    framed = next(
        (part for part in widget.headers.get("content-security-policy", "").split(";") if "frame-ancestors" in part), ""
    )
    sites = [(site in framed.split(), site) for site in _sites(call)]
    told = [(ok, text(call, "channels.site_ok" if ok else "channels.site_refused", site=site)) for ok, site in sites]
    return [(True, text(call, "channels.reachable", url=url)), *told]


def _status_of(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    return str(told.get("status", "")) if isinstance(told, dict) else ""
