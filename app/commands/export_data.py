"""`export`: the shop's data as files a spreadsheet opens."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from app.commands import WrongUsage
from app.commands.speak import say

KINDS = ("faqs", "menu", "orders", "conversations", "leads")
FORMATS = ("csv", "json", "xlsx")
LEADS = ("created_at", "name", "phone", "email", "channel", "about", "done_at", "conversation_id")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=KINDS, help=say("export_data.what"))
    parser.add_argument("--format", choices=FORMATS, help=say("export_data.format"))
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help=say("export_data.output"))


def run(args: argparse.Namespace, home: Path) -> int:
    form = args.format or _form_of(args.output)
    if form == "xlsx" and args.output is None and sys.stdout.isatty():
        raise WrongUsage(say("export_data.binary"))
    from app.commands.store import open_store

    with open_store(home) as store:
        content = store.db.read_now(lambda conn: _content(conn, args.what, form))
    if args.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return 0
    args.output.parent.mkdir(parents=True, exist_ok=True)
    partial = args.output.with_name(f".{args.output.name}.part")
    partial.write_bytes(content)
    partial.replace(args.output)
    print(say("export_data.done", file=args.output))
    return 0


def _form_of(output: Path | None) -> str:
    """What the file's name says, else CSV."""
    ending = output.suffix.lstrip(".").lower() if output else ""
    return ending if ending in FORMATS else "csv"


def _content(conn: Connection, what: str, form: str) -> bytes:
    from app.catalog.service import export_menu
    from app.chat.service import MESSAGE_COLUMNS
    from app.core.tables import write_json, write_table
    from app.knowledge.service import export_faqs
    from app.orders.service import export_orders

    if what == "faqs":
        return export_faqs(conn, form)
    if what == "menu":
        return export_menu(conn, form)
    if what == "orders":
        return export_orders(conn, form)
    columns, rows = (LEADS, list(_leads(conn))) if what == "leads" else (MESSAGE_COLUMNS, list(_messages(conn)))
    if form == "json":
        return write_json([dict(zip(columns, row, strict=True)) for row in rows])
    return write_table(columns, rows, form, what)


def _leads(conn: Connection) -> Iterator[list[str]]:
    """Every customer who waited or waits to be contacted, oldest first."""
    from app.chat import service as chat

    after = ""
    while leads := chat.list_leads(conn, after):
        for lead in leads:
            done = lead.done_at.isoformat(timespec="seconds") if lead.done_at else ""
            yield [
                lead.created_at.isoformat(timespec="seconds"), lead.name, lead.phone, lead.email, lead.channel, lead.about,
                done, lead.conversation_id,
            ]  # fmt: skip
        after = leads[-1].id


def _messages(conn: Connection) -> Iterator[list[str]]:
    """Every message, thread by thread in the order they began."""
    from app.chat import service as chat

    after = ""
    while threads := chat.list_conversations(conn, after):
        yield from chat.message_rows(conn, [thread.id for thread in threads])
        after = threads[-1].id
