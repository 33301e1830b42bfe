"""What the cards of «Flujos y respuestas» have in common: their address, what they were based on, and being shown again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import Response

from app.core.security import digest
from app.settings import SettingsError
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page
from app.web.call import Call

PATH = "/admin/flows"


def version(*values: object) -> str:
    """What a form was based on: it is stale once any of these says something else."""
    return digest("\x1f".join(map(str, values)))[:16]


def written(call: Call, name: str) -> str:
    """A text of several lines as it was typed, whatever the browser ends lines with."""
    return call.field(name).replace("\r\n", "\n").strip()


def sentences(error: SettingsError) -> str:
    """What is wrong, each thing once, a line each."""
    return "\n".join(dict.fromkeys(mistake.text for mistake in error.mistakes))


def told(error: SettingsError, fields: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    """The mistakes by field, and those that belong to none (the file itself is broken elsewhere).

    `fields`: pairs of where a key stands in config.yaml and the form's field for it.
    """
    known, errors, others = dict(fields), dict[str, str](), list[str]()
    for mistake in error.mistakes:
        if mistake.path in known:
            errors.setdefault(known[mistake.path], mistake.text)
        else:
            others.append(str(mistake))
    return errors, others


async def whole(call: Call, name: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
    """A page of the section."""
    return await panel_page(call, f"admin/flows/{name}.html", {"tab": name, **values}, active="flows", status=status)


async def card(
    call: Call, name: str, values: Mapping[str, Any], *, to: str, status: int = 200, toast: Toast | None = None
) -> Response:
    """The page's form again; without HTMX the whole page, or back to it where all is well."""
    if by_htmx(call):
        return fragment(call, f"admin/flows/{name}_form.html", values, status=status, toast=toast)
    return back(to) if status == 200 and toast else await whole(call, name, values, status=status)
