"""«Conversaciones»: the inbox, a chat and who holds it, and the customer's card."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response

from app.chat import service as chat
from app.chat.service import Conversation, Filter, Key, TakenBySomebodyElse
from app.core import jobs
from app.core.tables import write_table
from app.orders import service as orders
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.admin.orders.tickets import ticket
from app.web.call import Call
from app.web.chat.shapes import MESSAGE_ID, TEXT_MOST
from app.web.problem import problem
from app.web.telling import Telling

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/conversations"
SHOWS = ("", "waiting", "mine", *chat.ABOUTS)
EXPORTED = 2000  # threads in one file; `export conversations` of the terminal gives all
ASKED_MOST = 100
RECENT = timedelta(hours=24)  # an order this young is what its customer writes about, over or not


async def inbox(call: Call) -> Response:
    """`GET /admin/conversations?show=&channel=&day=&q=&after=&to=`; only the list where a part of the page asks."""
    values = await call.house.db.read(lambda conn: _list(conn, call))
    if by_htmx(call) and call.request.query_params.get("part"):
        return fragment(call, "admin/conversations/list.html", values)
    return await panel_page(call, "admin/conversations/page.html", {**values, "thread": None}, active="conversations")


async def show(call: Call) -> Response:
    """`GET /admin/conversations/{id}?first=&earlier=`: the page with this chat open, or only the chat."""
    return await _shown(call)


async def take(call: Call) -> Response:
    """`POST /admin/conversations/{id}/take`."""
    return await _hold(call, call.house.team.take)


async def give_back(call: Call) -> Response:
    """`POST /admin/conversations/{id}/return`."""
    return await _hold(call, call.house.team.give_back)


async def write(call: Call) -> Response:
    """`POST /admin/conversations/{id}/messages`: takes the conversation first; 409 with the text kept if another has it."""
    words = call.field("text").strip()
    if not 0 < len(words) <= TEXT_MOST:
        return await _shown(call, 422, text(call, "inbox.too_long", most=TEXT_MOST), words)
    try:
        await call.house.team.write_as_person(_id(call), call.me.name, words)
    except TakenBySomebodyElse as error:
        return await _shown(call, 409, text(call, "inbox.not_sent_taken", who=error.by or "—"), words)
    return await _after(call)


async def note(call: Call) -> Response:
    """`POST /admin/conversations/{id}/notes`: kept beside the messages, sent to nobody."""
    words = call.field("note").strip()
    if not 0 < len(words) <= chat.NOTE_MOST:
        return await _shown(call, 422, text(call, "inbox.too_long", most=chat.NOTE_MOST))
    await call.house.team.note(_id(call), call.me.name, words)
    return await _after(call)


async def delete_note(call: Call) -> Response:
    """`POST /admin/conversations/{id}/notes/{note}/delete`: one's own, with a way back."""
    said = await call.house.team.drop_note(_id(call), call.request.path_params["note"], call.me.name)
    if said is None:
        return await _shown(call, 409, text(call, "inbox.note_gone"))
    toast = Toast(text(call, "inbox.note_deleted"), f"{PATH}/{_id(call)}/notes", {"note": said})
    return await _shown(call, toast=toast)


async def send_again(call: Call) -> Response:
    """`POST /admin/conversations/{id}/again`: a message that did not leave, or may not have."""
    if not await call.house.team.send_again(_id(call), call.field("message")):
        return await _shown(call, 409, text(call, "inbox.not_again"))
    return await _after(call)


async def change_card(call: Call) -> Response:
    """`POST /admin/conversations/{id}/customer`: 409 with what was typed where somebody else changed it meanwhile."""
    typed = {name: call.field(name).strip()[:1000] for name in ("name", "phone", "email", "notes")}

    def work(conn: Connection) -> bool:
        thread = chat.conversation(conn, _id(call))
        return thread is not None and bool(chat.change_person(conn, thread.contact_id, call.field("version"), **typed))

    if not await call.house.db.write(work):
        return await _shown(call, 409, text(call, "inbox.card_changed"), typed=typed)
    return back(f"{PATH}/{_id(call)}")


async def export(call: Call) -> Response:
    """`GET /admin/conversations/export`: the filtered list's messages as CSV, as `export conversations` gives them."""
    wanted = _filter(call)

    def read(conn: Connection) -> bytes:
        ids = chat.ids_listed(conn, wanted, EXPORTED)
        return write_table(chat.MESSAGE_COLUMNS, chat.message_rows(conn, ids), "csv")

    headers = {"Content-Disposition": 'attachment; filename="conversations.csv"'}
    return Response(await call.house.db.read(read), 200, headers, "text/csv; charset=utf-8")


async def file(call: Call) -> Response:
    """`GET /admin/conversations/{id}/files/{file}`: what a customer sent, as a download that no page can run."""
    id_, wanted = _id(call), call.request.path_params["file"]
    found = await call.house.db.read(lambda conn: chat.attachment(conn, id_, wanted))
    if found is None:
        raise problem(404, language=call.language)
    path = chat.files_folder(call.house.home) / Path(found["file"]).name
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "no-store"}
    try:
        data = await asyncio.to_thread(path.read_bytes)
    except FileNotFoundError:
        raise problem(404, language=call.language) from None
    headers["Content-Disposition"] = f'attachment; filename="{id_[-6:]}{path.suffix}"'
    return Response(data, 200, headers, found["mime"])


def _list(conn: Connection, call: Call) -> dict[str, Any]:
    wanted, query = _filter(call), call.request.query_params
    after, to = _key(query.get("after", "")), _key(query.get("to", ""))
    threads = chat.listed(conn, wanted, after, to)
    full = len(threads) >= 30
    kept = {name: query[name] for name in ("show", "channel", "branch", "day", "q") if query.get(name)}
    return {
        "waiting": chat.waiting(conn, wanted) if wanted.show == "" and after is None else [],
        "threads": threads, "more": _told(threads[-1].key) if full else "", "kept": kept, "query": urlencode(kept),
        "shows": [(name, urlencode({**kept, "show": name})) for name in SHOWS], "show": wanted.show,
        "channels": chat.channels_seen(conn), "to_call": chat.count_open_leads(conn),
        "branches": call.settings.branches,
        "open": call.request.path_params.get("id", query.get("open", "")),
    }  # fmt: skip


def _filter(call: Call) -> Filter:
    query = call.request.query_params
    show_, since, until = query.get("show", ""), None, None
    try:
        day = datetime.strptime(query.get("day", ""), "%Y-%m-%d")  # noqa: DTZ007 - the zone is the shop's
        since = day.replace(tzinfo=_told_by(call).zone)
        until = since + timedelta(days=1)
    except (ValueError, OverflowError):
        pass
    return Filter(
        show_ if show_ in SHOWS else "", call.me.name, query.get("channel", "")[:40], since, until,
        query.get("q", "").replace("\0", "")[:ASKED_MOST], query.get("branch", "")[:80],
    )  # fmt: skip


def _told_by(call: Call) -> Telling:
    return Telling(call.language, call.settings.business.timezone, call.house.clock.now())


def _told(key: Key) -> str:
    return f"{key[0].isoformat()}~{key[1]}"


def _key(told: str) -> Key | None:
    at, _, id_ = told.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return (moment, id_) if moment.tzinfo is not None and MESSAGE_ID.fullmatch(id_) else None


async def _shown(
    call: Call, status: int = 200, wrong: str = "", kept: str = "", typed: dict[str, str] | None = None,
    toast: Toast | None = None,
) -> Response:  # fmt: skip
    """The chat as it stands, with what went `wrong` and what is `kept` of what was typed."""
    part = by_htmx(call) and (call.request.method == "POST" or "part" in call.request.query_params)

    def read(conn: Connection) -> dict[str, Any] | None:
        thread = chat.conversation(conn, _id(call))
        if thread is None:
            return None
        return {**_talk(conn, call, thread), **({} if part else {**_list(conn, call), **_card(conn, call, thread)})}

    values = await call.house.db.read(read)
    if values is None:
        raise problem(404, "conversation", language=call.language)
    values.update(wrong=wrong, typed_text=kept, typed=typed)
    if part:
        return fragment(call, "admin/conversations/talk_swap.html", values, status=status, toast=toast)
    values["done"] = toast
    return await panel_page(call, "admin/conversations/page.html", values, active="conversations", status=status)


def _talk(conn: Connection, call: Call, thread: Conversation) -> dict[str, Any]:
    query = call.request.query_params
    first = query.get("first", "") or call.field("first")
    first = first if MESSAGE_ID.fullmatch(first) else ""
    said, before = chat.read_back(conn, thread.id, first, earlier="earlier" in query)
    beside = chat.notes_of(conn, thread.id, said[0].id if said and before else "")
    holder = "bot" if thread.speaker == "bot" else "waits" if not thread.taken_by else "mine"
    return {
        "thread": thread, "holder": "other" if holder == "mine" and thread.taken_by != call.me.name else holder,
        "lines": sorted([*said, *beside], key=lambda line: line.id), "before": before,
        "first": said[0].id if said else "", "sending": jobs.states(conn, "deliver", [one.id for one in said]),
        "minutes": call.settings.responses.handback_minutes,
        "ready": [chat.filled(one.text, name=thread.name, shop=call.settings.business.name) for one in chat.list_quick(conn)],
    }  # fmt: skip


def _card(conn: Connection, call: Call, thread: Conversation) -> dict[str, Any]:
    """Who they are and what they ordered; the last order with its lines while it is what they may be writing about."""
    person = chat.person_of(conn, thread.contact_id)
    custom = orders.custom_of(conn, person.lanes if person else ())
    now, last = call.house.clock.now(), next(iter(custom.newest), None)
    recent = last is not None and (last.status not in orders.OVER or now - last.created_at < RECENT)
    return {
        "person": person, "custom": custom, "leads": chat.open_leads(conn, conversation_id=thread.id),
        "recent": ticket(call, last, now) if last is not None and recent else None,
    }  # fmt: skip


async def _hold(call: Call, move: Any) -> Response:
    try:
        await move(_id(call), call.me.name)
    except TakenBySomebodyElse as error:
        return await _shown(call, 409, text(call, "inbox.taken_first", who=error.by or "—"))
    return await _after(call)


async def _after(call: Call) -> Response:
    return await _shown(call) if by_htmx(call) else back(f"{PATH}/{_id(call)}")


def _id(call: Call) -> str:
    id_: str = call.request.path_params["id"]
    if not MESSAGE_ID.fullmatch(id_):
        raise problem(404, "conversation", language=call.language)
    return id_
