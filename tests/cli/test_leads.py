"""`export leads`: the customers who left their details and wait for somebody to get in touch."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

from app.chat import service as chat
from app.chat.messages import Sender
from app.commands.store import open_store
from app.wiring import prepare_home
from tests.cli.conftest import Cli

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_leads_are_exported_with_how_to_reach_them(tendero: Cli, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    prepare_home(shop)
    with open_store(shop) as store:

        def work(conn: object) -> None:
            sender = Sender("web", "", "carla")
            thread = chat.start_conversation(conn, sender, now=NOW, name="Ana Rivas", phone="+50588887777")  # type: ignore[arg-type]
            chat.keep_lead(conn, thread.id, thread.contact_id, "=llámenme", now=NOW)  # type: ignore[arg-type]

        store.db.write_now(work)
    [row] = csv.DictReader(io.StringIO(tendero("export", "leads", home=shop).out.lstrip("\ufeff")))
    assert (row["name"], row["phone"], row["channel"], row["done_at"]) == ("Ana Rivas", "'+50588887777", "web", "")
    assert row["about"] == "'=llámenme"  # no spreadsheet runs it
    [told] = json.loads(tendero("export", "leads", "--format", "json", home=shop).out)
    assert told["about"] == "=llámenme"
