"""Orders written by hand: one that was told to a person, and what is changed in one that is not made yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.core.ids import new_id, new_token
from app.orders import service as orders
from app.orders.service import Amendment, CannotAmend, NotAllowed, Order, Overtaken, SoldOut
from app.web.admin.frame import back, panel_page, text
from app.web.admin.orders.pages import PATH
from app.web.admin.orders.tickets import by_words, once, order_values
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

TOLD_MOST = 1000
MOST = {"name": 80, "phone": 40, "address": 300, "note": 500, "zone": 80, "branch": 60, "method": 80}
CHANNELS = ("phone", "panel")
TOKEN_MOST = 40


@dataclass
class Form:
    """What stands in a form: what was noted, the fields besides, and what is wrong with them."""

    noted: Any
    fields: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


async def new(call: Call) -> Response:
    """`GET /admin/orders/new`: asks what was ordered, as it was told."""
    return await _new_page(call, await _read(call, Form(None, _usual(call))))


async def write(call: Call) -> Response:
    """`POST /admin/orders/new`: `do=read` puts what was told into lines, `do=place` places the order."""
    form = await _read(call, Form(None, {**_usual(call), **_fields(call)}))
    if call.field("do") != "place" or call.field("text").strip():
        return await _new_page(call, form, 422 if form.errors else 200)
    if wrong := _lacking(call, form):
        form.errors |= wrong
        return await _new_page(call, form, 422)
    notebook, by, told = call.house.notebook, call.me.name, form.fields

    def work(conn: Connection) -> Order | SoldOut:
        draft = notebook.draft(conn, form.noted, told)
        try:
            placed: Order = notebook.place(conn, draft, by)
        except SoldOut as error:
            return error
        return placed

    done = await call.house.db.write(work)
    if isinstance(done, SoldOut):
        return await _new_page(call, form, 409, notice=_short(call, done))
    call.house.team.wake()
    await call.house.bus.publish("panel", {})
    return back(f"{PATH}/{done.id}")


async def edit(call: Call) -> Response:
    """`GET /admin/orders/{id}/edit`: its lines, to be changed."""
    values = await order_values(call, call.request.path_params["id"])
    order = values["order"]
    if order.status not in orders.AMENDED:
        return await _too_late(call, order, "")
    form = await _read(call, Form(None, {"note": order.note}))
    return await _edit_page(call, values, form, [line["qty"] for line in order.lines])


async def save(call: Call) -> Response:
    """`POST /admin/orders/{id}/edit`: `do=read` adds what was told, `do=save` changes the order.

    409 where somebody changed it meanwhile: it is shown as it is now, beside what was typed.
    """
    id_ = call.request.path_params["id"]
    values = await order_values(call, id_)
    form, order = await _read(call, Form(None, {"note": call.field("note")[: MOST["note"]]})), values["order"]
    typed = [call.field(f"had-{at}") for at in range(len(order.lines))]
    quantities = _quantities(call, typed, form)
    if call.field("do") != "save" or call.field("text").strip() or form.errors:
        return await _edit_page(call, values, form, typed, 422 if form.errors else 200)
    if not form.noted.is_settled:
        return await _edit_page(call, values, form, typed, 422, notice=text(call, "order_notes.unsettled"))
    change = Amendment(quantities, form.noted.lines, form.fields["note"], call.field("seen"), call.house.currency())
    done = await _amend(call, id_, change)
    if isinstance(done, Order):
        call.house.team.wake()
        await call.house.bus.publish("panel", {})
        return back(f"{PATH}/{id_}")
    return await _not_saved(call, id_, done, form, typed)


async def _amend(call: Call, id_: str, change: Amendment) -> Order | Exception:
    by, settings, now, cause = call.me.name, call.settings, call.house.clock.now(), f"panel:{once(call)}:edit"

    def work(conn: Connection) -> Order | Exception:
        try:
            return orders.attempt(
                lambda: orders.amend(conn, id_, change, by=by, cause=cause, now=now, settings=settings)
            )
        except (Overtaken, CannotAmend, SoldOut, ValueError) as error:
            return error

    return await call.house.db.write(work)


async def _not_saved(call: Call, id_: str, why: Exception, form: Form, typed: list[str]) -> Response:
    """What stopped it, and the form with what was typed in it still there."""
    values = await order_values(call, id_)
    if isinstance(why, NotAllowed):
        return await _too_late(call, values["order"], _typed_words(call, typed))
    if isinstance(why, Overtaken):
        applied = [event for kind, event in values["steps"] if kind == "order" and not event.refused]
        who = by_words(call, applied[-1].by) if applied else ""
        notice = text(call, "order_notes.overtaken", who=who, typed=_typed_words(call, typed))
        fresh = [line["qty"] for line in values["order"].lines]
        return await _edit_page(call, values, form, fresh, 409, notice=notice)
    if isinstance(why, SoldOut):
        return await _edit_page(call, values, form, typed, 409, notice=_short(call, why))
    key = why.why if isinstance(why, CannotAmend) else "quantity"
    return await _edit_page(call, values, form, typed, 422, notice=text(call, f"order_notes.{key}"))


async def _too_late(call: Call, order: Order, typed: str) -> Response:
    values = await order_values(call, order.id)
    status = text(call, f"orders.status_{order.status}").lower()
    notice = text(call, "order_notes.too_late_typed" if typed else "order_notes.too_late", status=status, typed=typed)
    shown = {**values, "notice": notice}
    return await panel_page(call, "admin/orders/order_page.html", shown, active="orders", status=409)


async def _new_page(call: Call, form: Form, status: int = 200, *, notice: str = "") -> Response:
    settings = call.settings
    profile = settings.profile(form.fields["branch"])
    draft = await call.house.db.read(lambda conn: call.house.notebook.draft(conn, form.noted, form.fields))
    values = {
        "looked": form.noted, "fields": form.fields, "errors": _words(call, form.errors), "notice": notice,
        "draft": draft, "channels": CHANNELS, "ways": _ways(call), "zones": [zone.name for zone in profile.zones],
        "delivers": settings.delivery.enabled, "branches": settings.branches,
    }  # fmt: skip
    return await panel_page(call, "admin/orders/new.html", values, active="orders", status=status)


async def _edit_page(
    call: Call, values: dict[str, Any], form: Form, typed: list[Any], status: int = 200, *, notice: str = ""
) -> Response:
    order = values["order"]
    seen = await call.house.db.read(lambda conn: orders.last_events(conn, [order.id]).get(order.id, ""))
    shown = {
        **values, "looked": form.noted, "fields": form.fields, "errors": _words(call, form.errors), "notice": notice,
        "typed": typed, "seen": seen, "once": new_id(), "total": _total(call, order, form, typed),
    }  # fmt: skip
    return await panel_page(call, "admin/orders/edit.html", shown, active="orders", status=status)


async def _read(call: Call, form: Form) -> Form:
    """The form with what it brought of lines: its answers heard, then what is told now besides."""
    notebook = call.house.notebook
    answers = {name: str(value) for name, value in (call.form or {}).items() if isinstance(value, str)}
    told = call.field("text")[:TOLD_MOST]

    def read(conn: Connection) -> tuple[Any, dict[str, str]]:
        noted, wrong = notebook.answered(conn, notebook.of(call.field("noted")), answers)
        return notebook.look(conn, notebook.read(conn, noted, told)), wrong

    form.noted, wrong = await call.house.db.read(read)
    form.errors |= wrong
    return form


def _usual(call: Call) -> dict[str, str]:
    """How a form stands before anybody touched it."""
    ways = call.house.notebook.ways()
    return {
        "channel": "phone", "fulfilment": "pickup", "name": "", "phone": "", "address": "", "zone": "", "note": "",
        "branch": "", "method": next(iter(ways), "cash"), "draft": new_token(16),
    }  # fmt: skip


def _fields(call: Call) -> dict[str, str]:
    """What the form says, as far as there is such a thing."""
    said = {name: call.field(name).strip()[:most] for name, most in MOST.items()}
    settings = call.settings
    return {
        **said,
        "channel": "panel" if call.field("channel") == "panel" else "phone",
        "fulfilment": "delivery" if call.field("fulfilment") == "delivery" and settings.delivery.enabled else "pickup",
        "method": said["method"] if said["method"] in call.house.notebook.ways() else _usual(call)["method"],
        "branch": said["branch"] if said["branch"] in {one.slug for one in settings.branches} else "",
        "draft": call.field("draft")[:TOKEN_MOST] or new_token(16),
    }


def _lacking(call: Call, form: Form) -> dict[str, str]:
    """What has to be filled in before it can be placed: field -> key of its sentence."""
    wrong = dict(form.errors)
    if not form.noted.lines:
        wrong["text"] = "no_lines"
    elif not form.noted.is_settled:
        wrong["text"] = "unsettled"
    if not form.fields["name"]:
        wrong["name"] = "no_name"
    if form.fields["fulfilment"] == "delivery" and not form.fields["address"]:
        wrong["address"] = "no_address"
    return wrong


def _quantities(call: Call, typed: list[str], form: Form) -> list[Decimal]:
    found = []
    for at, written in enumerate(typed):
        try:
            found.append(orders.quantity_of(written))
        except ValueError:
            form.errors[f"had-{at}"] = "quantity"
    return found


def _total(call: Call, order: Order, form: Form, typed: list[Any]) -> int | None:
    """What the order would come to; None while what was typed makes no order."""
    try:
        quantities = [orders.quantity_of(str(qty)) for qty in typed]
        change = Amendment(quantities, form.noted.lines, "", "", call.house.currency())
        return orders.amended(order, change, call.settings).bill.total
    except (ValueError, CannotAmend):
        return None


def _words(call: Call, errors: dict[str, str]) -> dict[str, str]:
    return {name: text(call, f"order_notes.{key}") for name, key in errors.items()}


def _ways(call: Call) -> dict[str, str]:
    """What it can be paid with: its id and its words."""
    own = {"cash", "transfer"}
    return {way: text(call, f"order_notes.way_{way}") if way in own else way for way in call.house.notebook.ways()}


def _short(call: Call, error: SoldOut) -> str:
    """`De Nacatamal quedan 3.`"""
    return " ".join(
        text(call, "order_notes.short", name=name, left=f"{left.normalize():f}") for name, left in error.short.items()
    )


def _typed_words(call: Call, typed: list[str]) -> str:
    """`3 × Nacatamal, 0 × Café`: what stood in the form."""
    names = call.field("names").splitlines()
    return ", ".join(f"{qty or 0} × {name}" for qty, name in zip(typed, names, strict=False))
