"""One conversation as a file to keep or to send on: text for people, JSON for programs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from app.chat import service as chat
from app.chat.service import Conversation, Note, Person
from app.web.admin.frame import text
from app.web.call import Call
from app.web.chat.shapes import MESSAGE_ID
from app.web.problem import problem
from app.web.words import label

if TYPE_CHECKING:
    from sqlalchemy import Connection

MEDIA = {"txt": "text/plain; charset=utf-8", "json": "application/json"}
INDENT = "\n" + " " * 18  # under the words of a line, after its day and hour


async def download(call: Call) -> Response:
    """`GET /admin/conversations/{id}/export?format=txt|json`: all of it, the team's own notes told apart."""
    id_, form = call.request.path_params["id"], call.request.query_params.get("format", "txt")
    if form not in MEDIA:
        call.refuse("format", "choice", choices=", ".join(MEDIA))

    def read(conn: Connection) -> str | None:
        thread = chat.conversation(conn, id_) if MESSAGE_ID.fullmatch(id_) else None
        if thread is None:
            return None
        person = chat.person_of(conn, thread.contact_id)
        return _as_text(conn, call, thread, person) if form == "txt" else _as_json(conn, thread, person)

    content = await call.house.db.read(read)
    if content is None:
        raise problem(404, "conversation", language=call.language)
    headers = {"Content-Disposition": f'attachment; filename="chat-{id_[-6:].lower()}.{form}"'}
    return Response(content.encode(), 200, {**headers, "Cache-Control": "no-store"}, MEDIA[form])


def _as_json(conn: Connection, thread: Conversation, person: Person | None) -> str:
    whole: dict[str, Any] = {
        "id": thread.id, "channel": thread.sender.channel, "branch": thread.branch,
        "created_at": thread.created_at.isoformat(timespec="seconds"),
        "customer": {name: getattr(person, name, "") for name in ("name", "phone", "email", "notes")},
        "messages": chat.thread_json(conn, thread.id),
        "private_notes": [
            {"id": one.id, "created_at": one.created_at.isoformat(timespec="seconds"), "kind": one.kind,
             "author": one.author, "text": one.text}
            for one in chat.notes_of(conn, thread.id)
        ],
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _as_text(conn: Connection, call: Call, thread: Conversation, person: Person | None) -> str:
    name = thread.name or text(call, "inbox.visitor", code=thread.sender.user_id[-4:])
    channel = label("inbox_channel", thread.sender.channel, call.language)
    reached = [(key, getattr(person, key, "")) for key in ("phone", "email")]
    head = [
        text(call, "transcript.title", name=name, channel=channel),
        *(f"{text(call, f'inbox.{key}')}: {value}" for key, value in reached if value),
        text(call, "transcript.zone", zone=call.settings.business.timezone),
        text(call, "transcript.private"),
        "",
    ]
    zone = ZoneInfo(call.settings.business.timezone)
    lines = [
        (one["id"], datetime.fromisoformat(one["created_at"]), _said(call, one, name))
        for one in chat.thread_json(conn, thread.id)
    ]
    lines += [(one.id, one.created_at, _noted(call, one)) for one in chat.notes_of(conn, thread.id)]
    return "\n".join([*head, *(_line(at.astimezone(zone), words) for _, at, words in sorted(lines)), ""])


def _said(call: Call, one: dict[str, Any], name: str) -> str:
    who = {"customer": name, "bot": text(call, "inbox.by_bot")}.get(one["from"], one["author"])
    kind = next((kind for kind in ("attachment_id", "location") if one["out"].get(kind)), "")
    return f"{who}: {one['text'] or (text(call, f'inbox.sent_{kind}') if kind else '…')}"


def _noted(call: Call, one: Note) -> str:
    key = "inbox.note_of" if one.kind == "note" else f"inbox.ev_{one.kind}"
    return f"* {text(call, key, who=one.author)} {one.text}".strip()


def _line(at: datetime, words: str) -> str:
    return f"{at:%Y-%m-%d %H:%M}  " + INDENT.join(words.splitlines())
