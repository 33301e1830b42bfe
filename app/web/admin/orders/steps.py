"""What is done to an order from the panel: moved, rejected, paid, sent on; each once, and told when somebody was first."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

from app.chat import service as chat
from app.core.ids import new_id
from app.notify import service as notify
from app.orders import service as orders
from app.orders.service import Lane, NotAllowed, Order
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.admin.orders.pages import PATH
from app.web.admin.orders.tickets import BY_PERSON, NEXT, Ticket, board_values, by_words, once, order_values
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

FILE_HEADERS = {  # what a customer sent is never run here, whatever it turns out to be
    "Content-Disposition": "attachment",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}
MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,190}\.[^@\s,;<>\"]{2,24}")
WHY_MOST = 200
QUICK = ("no_stock", "too_busy", "closing", "no_delivery", "no_answer")
STEPS = ("confirmed", "preparing", "ready", "delivered", "cancelled")


@dataclass(frozen=True)
class Done:
    """What became of a press: the order, and who was first where it was refused."""

    order: Order
    refused: bool = False
    by: str = ""


async def move(call: Call) -> Response:
    """`POST /admin/orders/{id}/move`: `to`, and `paid` where the money was taken with it."""
    to, paid = call.field("to"), bool(call.field("paid"))
    if to not in STEPS:
        call.refuse("to", "choice", choices=", ".join(STEPS))
    if to == "cancelled":
        return await _reject(call)
    done = await _do(call, to, "", paid=paid)
    return await _shown(call, done, _moved_toast(call, done, to))


async def ask_why(call: Call) -> Response:
    """`GET /admin/orders/{id}/reject`: the reason, asked in a small form."""
    return await _why_form(call, call.request.query_params.get("at", "page"))


async def pay(call: Call) -> Response:
    """`POST /admin/orders/{id}/pay`: `to`, what its payment is now."""
    to, id_, by = call.field("to"), _id(call), call.me.name
    if to not in BY_PERSON:
        call.refuse("to", "choice", choices=", ".join(BY_PERSON))
    cause, now = _cause(call, f"pay:{to}"), call.house.clock.now()

    def work(conn: Connection) -> Done:
        done = orders.attempt(lambda: orders.settle(conn, id_, to, by=by, cause=cause, now=now))
        return _done(conn, id_, done, money=True)

    done = await call.house.db.write(work)
    key = "orders.pay_refused" if done.refused else f"orders.pay_done_{to}"
    status = text(call, f"orders.pay_{done.order.payment.status}").lower()
    words = text(call, key, number=done.order.number, status=status)
    return await _shown(call, done, Toast(words, bad=done.refused))


async def send(call: Call) -> Response:
    """`POST /admin/orders/{id}/send`: a mail with the order, to `to`."""
    to, id_, now = call.field("to").strip(), _id(call), call.house.clock.now()
    if not call.settings.env.smtp_url or not MAIL.fullmatch(to):
        key = "mail_wrong" if call.settings.env.smtp_url else "no_mail"
        return await _page(call, id_, Toast(text(call, f"orders.{key}"), bad=True), 422)
    cause = f"{id_}:{to}:{once(call)}"
    sent = await call.house.db.write(
        lambda conn: orders.find(conn, id_) and notify.send_order(conn, id_, to, cause=cause, now=now)
    )
    if sent is None:
        raise problem(404, "order", language=call.language)
    call.house.team.wake()
    return await _page(call, id_, Toast(text(call, "orders.mailed", to=to)))


async def proof(call: Call) -> Response:
    """`GET /admin/orders/{id}/proofs/{proof}`: what the customer sent to show that they paid; never run, never framed."""
    id_, file = _id(call), call.request.path_params["proof"]

    def read(conn: Connection) -> dict[str, str] | None:
        order = orders.find(conn, id_)
        if order is None or file not in order.payment.proofs:
            return None
        found = chat.attachment(conn, order.conversation_id, file)
        return None if found is None else {"file": found["file"], "mime": found["mime"]}

    kept = await call.house.db.read(read)
    path = chat.files_folder(call.house.home) / kept["file"] if kept else None
    if kept is None or path is None or not path.is_file():
        raise problem(404, language=call.language)
    return Response(await asyncio.to_thread(path.read_bytes), headers=FILE_HEADERS, media_type=kept["mime"])


async def _reject(call: Call) -> Response:
    quick = call.field("quick")
    why = text(call, f"orders.why_{quick}") if quick in QUICK else " ".join(call.field("why").split())[:WHY_MOST]
    if not why:
        return await _why_form(call, call.field("at"), {"why": text(call, "orders.why_missing")}, 422)
    done = await _do(call, "cancelled", why)
    return await _shown(call, done, _moved_toast(call, done, "cancelled"), close=True)


async def _why_form(call: Call, at: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    in_dialog = by_htmx(call) if status == 200 else bool(call.field("dialog"))
    asked = {"quick": QUICK, "at": _at(at), "errors": errors or {}, "in_dialog": in_dialog}
    values = {**await order_values(call, _id(call)), **asked}
    if by_htmx(call):
        part = "reject.html" if status == 200 else "reject_form.html"
        return fragment(call, f"admin/orders/{part}", values, status=status)
    return await panel_page(call, "admin/orders/reject_page.html", values, active="orders", status=status)


async def _do(call: Call, to: str, why: str, *, paid: bool = False) -> Done:
    """The step, in one transaction with the payment that came with it."""
    id_, by, settings, now = _id(call), call.me.name, call.settings, call.house.clock.now()
    cause = _cause(call, to)

    def work(conn: Connection) -> Done:
        done = orders.attempt(
            lambda: orders.move(conn, id_, to, by=by, why=why, cause=cause, now=now, settings=settings)
        )
        if paid and isinstance(done, Order):  # money that somebody else noted meanwhile is noted
            orders.attempt(lambda: orders.settle(conn, id_, "paid", by=by, cause=f"{cause}:paid", now=now))
            done = orders.find(conn, id_) or done
        return _done(conn, id_, done)

    return await call.house.db.write(work)


def _done(conn: Connection, id_: str, done: Order | NotAllowed, *, money: bool = False) -> Done:
    """With who was first, where somebody was."""
    if isinstance(done, Order):
        return Done(done)
    order = orders.find(conn, id_)
    assert order is not None, "it was refused, so it is there"
    applied = [event for event in orders.history(conn, id_) if not event.refused]
    return Done(order, refused=True, by="" if money or not applied else applied[-1].by)


def _moved_toast(call: Call, done: Done, to: str) -> Toast:
    number, status = done.order.number, text(call, f"orders.status_{done.order.status}").lower()
    if done.refused:
        return Toast(
            text(call, "orders.was_first", number=number, status=status, who=by_words(call, done.by)), bad=True
        )
    undo = orders.BACK.get(to, "")
    words = text(
        call,
        f"orders.moved_{'cancelled_told' if to == 'cancelled' and done.order.conversation_id else to}",
        number=number,
    )
    if not undo or done.order.status != to:
        return Toast(words)
    return Toast(words, undo=f"{PATH}/{done.order.id}/move", fields={"to": undo, "once": new_id(), "at": "board"})


async def _shown(call: Call, done: Done, toast: Toast, *, close: bool = False) -> Response:
    """The board or the order's page as it is now; 409 with what happened where somebody else was first."""
    call.house.team.wake()
    await call.house.bus.publish("panel", {})
    status = 409 if done.refused else 200
    if _at(call.field("at")) == "page":
        return await _page(call, done.order.id, toast, status, close=close)
    if not by_htmx(call) and not done.refused:
        return back(PATH)
    values = {**await board_values(call), "close": close}
    if by_htmx(call):
        values["focus"] = "" if done.refused else _next(values["lanes"], done.order, call.field("to"))
        return fragment(call, "admin/orders/board.html", values, status=status, toast=toast)
    shown = {**values, "notice": toast.text}
    return await panel_page(call, "admin/orders/page.html", shown, active="orders", status=status)


def _next(lanes: list[tuple[Lane, list[Ticket]]], moved: Order, to: str) -> str:
    """Where whoever moved an order goes on by keyboard: the next ticket of the lane it left, else the order itself."""
    left = next((status for status, following in NEXT.items() if following == to), "")
    waiting = [one.order for lane, tickets in lanes if lane.status == left for one in tickets]
    later = [order for order in waiting if (order.created_at, order.number) > (moved.created_at, moved.number)]
    return next((order.id for order in (*later[:1], *waiting[-1:], moved)), "")


async def _page(call: Call, id_: str, toast: Toast, status: int = 200, *, close: bool = False) -> Response:
    if not by_htmx(call) and status == 200:
        return back(f"{PATH}/{id_}")
    values = {**await order_values(call, id_), "close": close}
    if by_htmx(call):
        return fragment(call, "admin/orders/order.html", values, status=status, toast=toast)
    shown = {**values, "notice": toast.text}
    return await panel_page(call, "admin/orders/order_page.html", shown, active="orders", status=status)


def _id(call: Call) -> str:
    id_: str = call.request.path_params["id"]
    return id_


def _at(said: str) -> str:
    """Which page a form stands on."""
    return "board" if said == "board" else "page"


def _cause(call: Call, step: str) -> str:
    return f"panel:{once(call)}:{step}"
