"""«Llaves»: what the shop's other services are opened with. Those of a channel are on its card in «Canales»."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from app.settings import Env
from app.web.admin.channels.key_fields import Field, can_begin_anew, field_of, keep, kept_env
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.call import Call
from app.web.problem import problem

PATH = "/admin/settings/keys"
LIKE = {"SMTP_URL": "smtp://usuario:clave@smtp.ejemplo.com:587", "PUBLIC_URL": "https://mitiendita.com"}


@dataclass(frozen=True)
class Group:
    """Keys that are kept together. `restart`: what is kept is not yet what is in use."""

    name: str
    icon: str
    fields: tuple[Field, ...]
    restart: bool


GROUPS = {
    "model": ("sparkles", ("OPENAI_API_KEY", "GROQ_API_KEY", "GEMINI_API_KEY")),
    "stripe": ("credit-card", ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET")),
    "paypal": ("credit-card", ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID")),
    "mercadopago": ("credit-card", ("MERCADOPAGO_ACCESS_TOKEN", "MERCADOPAGO_WEBHOOK_SECRET")),
    "mail": ("mail", ("SMTP_URL",)),
    "address": ("globe", ("PUBLIC_URL", "METRICS_TOKEN")),
}


async def show(call: Call) -> Response:
    """`GET /admin/settings/keys`."""
    return await _page(call, "", {})


async def save(call: Call) -> Response:
    """`POST /admin/settings/keys/{group}`: what was pasted goes into `.env`; the owner's password is asked for again."""
    name = str(call.request.path_params["group"])
    if name not in GROUPS:
        raise problem(404, language=call.language)
    refused = await keep(call, GROUPS[name][1])
    if refused is not None:
        more = {"errors": refused.errors, "wrong": refused.wrong, "opened": name}
        return await _group(call, name, more, status=refused.status)
    return await _group(call, name, {}, toast=Toast(text(call, "keys.saved")))


def _groups(call: Call, env: Env) -> list[Group]:
    return [
        Group(
            name,
            icon,
            tuple(field_of(call, key, env, needed=False, like=LIKE.get(key, "")) for key in keys),
            any(getattr(env, key.lower()) != getattr(call.settings.env, key.lower()) for key in keys),
        )
        for name, (icon, keys) in GROUPS.items()
    ]


async def _group(
    call: Call, name: str, more: dict[str, Any], *, status: int = 200, toast: Toast | None = None
) -> Response:
    if by_htmx(call):
        group = next(one for one in _groups(call, kept_env(call)) if one.name == name)
        values = {"errors": {}, "wrong": "", "opened": "", **more, "group": group, "able": can_begin_anew(call)}
        return fragment(call, "admin/settings/keys_group.html", values, status=status, toast=toast)
    return back(PATH) if toast is not None else await _page(call, name, more, status=status)


async def _page(call: Call, name: str, more: dict[str, Any], *, status: int = 200) -> Response:
    clean: dict[str, Any] = {"errors": {}, "wrong": "", "opened": ""}
    groups = [(one, {**clean, **(more if one.name == name else {})}) for one in _groups(call, kept_env(call))]
    return await panel_page(
        call,
        "admin/settings/keys.html",
        {"keyrings": groups, "able": can_begin_anew(call)},
        active="settings",
        status=status,
    )
