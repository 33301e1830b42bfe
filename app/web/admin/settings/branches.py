"""«Sucursales»: each with what it says of its own; what it does not say it takes from the shop."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.catalog import service as catalog
from app.core.text import fold
from app.settings import Branch, SettingsError
from app.shop.edit import lines_of
from app.shop.reading import read_file
from app.shop.yamltext import Lines, block
from app.web.admin.flows import week as hours
from app.web.admin.flows import zone_rows as zones
from app.web.admin.flows.card import told, version
from app.web.admin.flows.week import Week
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/settings/branches"
KEY = "branches"
PLAIN = ("name", "address", "phone", "waiting")
SLUG_MOST = 40
RESERVED = ("new", "restore")  # addresses of ours
OFFERED = 8  # products whose name may be the one that was typed
UNSOLD_MOST = 500
SNIPPET = '<script src="{origin}/widget.js" defer></script>\n<div id="ai-bot" data-business="{slug}"></div>'


@dataclass(frozen=True)
class Sheet:
    """What stands in the form. `week` and `zones` count where the branch has its own; `unsold` are skus."""

    plain: dict[str, str]
    own_week: bool
    week: Week
    own_zones: bool
    zones: tuple[zones.Row, ...]
    unsold: tuple[str, ...]

    def over(self, before: dict[str, Any]) -> dict[str, Any]:
        """What config.yaml is to say of the branch of which it said `before`; what the form does not ask stays."""
        said: dict[str, Any] = {name: value or None for name, value in self.plain.items()}
        said["hours"] = self.week.value() if self.own_week else None
        said["zones"] = zones.value(self.zones) if self.own_zones else None
        said["unavailable"] = list(self.unsold) or None
        return {name: value for name, value in {**before, **said}.items() if value is not None}

    def fields(self, at: str) -> list[tuple[str, str]]:
        """Where each field is said in config.yaml, below `at`."""
        plain = [(f"{at}.{name}", name) for name in PLAIN]
        return [*plain, *self.week.fields(f"{at}.hours"), *zones.fields(self.zones, f"{at}.zones")]


async def show(call: Call) -> Response:
    """`GET /admin/settings/branches`."""
    return await _list(call)


async def new(call: Call) -> Response:
    """`GET /admin/settings/branches/new`."""
    return await _form(call, None, _blank(call))


async def edit(call: Call) -> Response:
    """`GET /admin/settings/branches/{slug}`."""
    branch = _branch(call)
    return await _form(call, branch, _sheet(call, branch))


async def add(call: Call) -> Response:
    """`POST /admin/settings/branches/new`: its short name, which its links carry, is made of its name."""
    typed = _typed(call)
    if do := call.field("do"):
        return await _redone(call, None, typed, do)
    wrong = _wrong(call, typed)
    if not typed.plain["name"]:
        wrong["name"] = text(call, "branches.nameless")
    written = await call.house.settings.written(KEY) or []
    slug = _slug(
        typed.plain["name"], [*RESERVED, call.settings.business.slug, *(str(one.get("slug", "")) for one in written)]
    )
    said = typed.over({"slug": slug})
    own = _own_lines(call) if written else ""
    lines = "\n".join(part for part in (own.rstrip("\n"), _item(said)) if part)
    change = {KEY: Lines(lines, [*written, said])}
    return await _kept(call, None, typed, change, f"{KEY}[{len(written) + 1}]", wrong)


async def save(call: Call) -> Response:
    """`POST /admin/settings/branches/{slug}`: 422 with what is wrong at its field, 409 where it changed meanwhile."""
    branch, typed = _branch(call), _typed(call)
    if do := call.field("do"):
        return await _redone(call, branch, typed, do)
    if call.field("version") != version(branch):
        return await _form(call, branch, typed, theirs=_sheet(call, branch), status=409)
    written, at = await _written(call, branch)
    change = {KEY: [*written[:at], typed.over(written[at]), *written[at + 1 :]]}
    return await _kept(call, branch, typed, change, f"{KEY}[{at + 1}]", _wrong(call, typed))


async def delete(call: Call) -> Response:
    """`POST /admin/settings/branches/{slug}/delete`: its chats go on with the shop; with a way back."""
    branch = _branch(call)
    written, at = await _written(call, branch)
    try:
        await call.house.settings.change({KEY: [*written[:at], *written[at + 1 :]] or None})
    except SettingsError as error:
        return await _list(call, Toast(str(error)), status=422)
    undo = {"branch": json.dumps(written[at], ensure_ascii=False, default=str)}
    return await _list(call, Toast(text(call, "branches.deleted"), f"{PATH}/restore", undo))


async def restore(call: Call) -> Response:
    """`POST /admin/settings/branches/restore`: `branch` as it was deleted."""
    try:
        branch = json.loads(call.field("branch"))
        written = await call.house.settings.written(KEY) or []
        await call.house.settings.change({KEY: [*written, branch]})
    except (ValueError, SettingsError):
        return await _list(call, Toast(text(call, "branches.not_restored")), status=409)
    return await _list(call, Toast(text(call, "branches.restored")))


async def _kept(
    call: Call, branch: Branch | None, typed: Sheet, change: dict[str, Any], at: str, wrong: dict[str, str]
) -> Response:
    others: list[str] = []
    try:
        if not wrong:
            await call.house.settings.change(change)
    except SettingsError as error:
        wrong, others = told(error, typed.fields(at))
    if wrong or others:
        return await _form(call, branch, typed, errors=wrong, others=others, status=422)
    return await _list(call, Toast(text(call, "settings.saved")))


async def _redone(call: Call, branch: Branch | None, typed: Sheet, do: str) -> Response:
    """The form with a line more or less of dates, zones or products; nothing is kept yet."""
    part, _, what = do.partition("-")
    offered: list[catalog.Product] = []
    errors: dict[str, str] = {}
    if part == "week":
        typed = replace(typed, week=hours.edited(typed.week, what))
    elif part == "zone":
        typed = replace(typed, zones=zones.edited(typed.zones, what))
    elif part == "sold":
        typed = replace(typed, unsold=tuple(sku for sku in typed.unsold if sku != what))
    elif part == "unsold":
        found = await _named(call, what)
        fresh = [one.sku for one in found] if what or len(found) == 1 else []
        typed = replace(typed, unsold=tuple(dict.fromkeys((*typed.unsold, *fresh)))[:UNSOLD_MOST])
        offered = [] if fresh else found
        errors = {} if found else {"product": text(call, "branches.no_product")}
    return await _form(call, branch, typed, errors=errors, offered=offered, based=call.field("version"))


async def _named(call: Call, sku: str) -> list[catalog.Product]:
    """The product of this sku; without one those that may be what was typed, the one that says just that alone."""
    words = call.field("product").strip()

    def read(conn: Connection) -> list[catalog.Product]:
        if sku:
            return list(catalog.by_sku(conn, [sku]).values())
        found = catalog.listed(conn, catalog.Asked(words=words), limit=OFFERED).products if fold(words) else []
        return [one for one in found if fold(one.name) == fold(words)] or found

    return await call.house.db.read(read)


def _typed(call: Call) -> Sheet:
    unsold = call.form.getlist("unsold") if call.form is not None else []
    return Sheet(
        {name: call.field(name).strip() for name in PLAIN},
        bool(call.field("own_week")),
        hours.typed(call),
        bool(call.field("own_zones")),
        zones.typed(call),
        tuple(dict.fromkeys(str(sku)[:80] for sku in unsold))[:UNSOLD_MOST],
    )


def _sheet(call: Call, branch: Branch) -> Sheet:
    """What the branch says; where it says nothing of hours or zones, the shop's to begin with."""
    plain = {name: getattr(branch, name) or "" for name in PLAIN}
    shop = call.settings.profile(None)
    return Sheet(
        plain,
        branch.hours is not None,
        hours.week_of(shop.hours if branch.hours is None else branch.hours),
        branch.zones is not None,
        zones.zones_of(shop.zones if branch.zones is None else branch.zones),
        branch.unavailable,
    )


def _blank(call: Call) -> Sheet:
    shop = call.settings.profile(None)
    return Sheet(
        dict.fromkeys(PLAIN, ""), False, hours.week_of(shop.hours), False, zones.zones_of(shop.zones), ()
    )  # fmt: skip


def _wrong(call: Call, typed: Sheet) -> dict[str, str]:
    week = hours.repeated(call, typed.week) if typed.own_week else {}
    rows = zones.nameless(typed.zones) if typed.own_zones else []
    return {**week, **dict.fromkeys(rows, text(call, "flows.zone_nameless"))}


def _slug(name: str, taken: list[str]) -> str:
    """`Don Chepe Masaya` -> `don-chepe-masaya`, with a number where that is taken."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:SLUG_MOST].strip("-") or "sucursal"
    numbered = (slug if n == 1 else f"{slug}-{n}" for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def _own_lines(call: Call) -> str:
    path = call.settings.config_path
    return lines_of(read_file(path, path.name), KEY, path.name)


def _item(said: dict[str, Any]) -> str:
    """The branch as one item of a list, a line a key."""
    return "- " + block(said, 2).lstrip()


def _branch(call: Call) -> Branch:
    slug = call.request.path_params["slug"]
    found = next((one for one in call.settings.branches if one.slug == slug), None)
    if found is None:
        raise problem(404, language=call.language)
    return found


async def _written(call: Call, branch: Branch) -> tuple[list[dict[str, Any]], int]:
    """What config.yaml says of all branches, and which of them is this one."""
    written = await call.house.settings.written(KEY) or []
    at = next((n for n, one in enumerate(written) if str(one.get("slug", "")).strip() == branch.slug), None)
    if at is None:
        raise problem(404, language=call.language)
    return written, at


async def _form(
    call: Call, branch: Branch | None, sheet: Sheet, *, errors: dict[str, str] | None = None, others: Any = (),
    theirs: Sheet | None = None, offered: Any = (), based: str = "", status: int = 200,
) -> Response:  # fmt: skip
    skus = sheet.unsold
    products = await call.house.db.read(lambda conn: {sku: one.name for sku, one in catalog.by_sku(conn, skus).items()})
    at = f"{PATH}/{branch.slug if branch else 'new'}"
    values = {
        "branch": branch, "sheet": sheet, "at": at, "version": based or version(branch), "errors": errors or {},
        "others": others, "theirs": theirs, "offered": offered, "products": products, "zones": sheet.zones,
        "days": hours.named_days(sheet.week, call.language), "dates": sheet.week.dates,
        "currency": call.house.currency(), "located": call.settings.business.location is not None,
        "address": f"{call.base_url}/demo?business={branch.slug}" if branch else "",
        "snippet": SNIPPET.format(origin=call.base_url, slug=branch.slug) if branch else "",
    }  # fmt: skip
    if by_htmx(call) and call.request.method == "POST":
        return fragment(call, "admin/settings/branch_form.html", values, status=status)
    return await panel_page(call, "admin/settings/branch.html", values, active="settings", status=status)


async def _list(call: Call, done: Toast | None = None, *, status: int = 200) -> Response:
    if by_htmx(call) and call.request.method == "POST" and done is not None and not done.undo and status == 200:
        return Response(status_code=204, headers={"HX-Redirect": PATH})
    if done is not None and not done.undo and status == 200:
        return back(PATH)
    rows = [(one, call.settings.profile(one.slug)) for one in call.settings.branches]
    values = {"rows": rows, "done": done}
    return await panel_page(call, "admin/settings/branches.html", values, active="settings", status=status)
