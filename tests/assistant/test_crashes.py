"""Power cuts at every named point: nothing acknowledged is lost, nothing is done twice (TRUST R-02, R-03, R-07)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from app.chat.models import messages
from app.core.crash import POINTS
from app.core.db import Database
from app.core.models import jobs
from app.wiring import prepare_home

ROOT = Path(__file__).resolve().parents[2]
COUNT = 6
RECOVERY_SECONDS = 5.0
WEB_POINTS = ("turn.before_commit",)


def drill(home: Path, sent: Path, mode: str, url: str, crash_at: str = "") -> tuple[int, list[str]]:
    """Runs the shop once: its exit status and what it printed."""
    env = {**os.environ, "DATABASE_URL": url, "TENDERO_CRASH_AT": crash_at, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.drill", str(home), str(sent), mode, str(COUNT)],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if done.returncode not in (0, -9):
        raise AssertionError(done.stderr[-2000:])
    return done.returncode, done.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("mode", "point"), [*(("webhook", point) for point in POINTS), *(("web", point) for point in WEB_POINTS)]
)
def test_a_power_cut_loses_nothing_and_doubles_nothing(
    tmp_path: Path, database_url: str, mode: str, point: str
) -> None:
    home, sent = tmp_path / "home", tmp_path / "sent.jsonl"
    prepare_home(home)
    status, _ = drill(home, sent, mode, database_url, crash_at=point)
    assert status == -9, "the point was not reached"
    status, said = drill(home, sent, mode, database_url)
    assert status == 0
    last, seconds = said[-1].split()
    assert last == "idle"
    assert float(seconds) < RECOVERY_SECONDS
    check_the_books(Database(database_url), sent, mode)


def check_the_books(db: Database, sent: Path, mode: str) -> None:
    """TRUST's oracle, the parts that exist before orders: inbox, replies, outbox."""
    channel = "web" if mode == "web" else "double"
    rows = db.read_now(lambda conn: conn.execute(select(messages).where(messages.c.channel == channel)).all())
    todo = db.read_now(lambda conn: conn.execute(select(jobs)).all())
    db.close()
    asked = [row for row in rows if row.speaker == "customer"]
    told = [row for row in rows if row.speaker == "bot"]
    assert Counter(row.external_id for row in asked) == {f"m{n}": 1 for n in range(COUNT)}
    assert {row.state for row in todo if row.kind == "turn"} == {"done"}
    assert {row.reply_to for row in told} == {row.id for row in asked}
    keys = Counter(json.loads(line)["key"] for line in sent.read_text().splitlines()) if sent.exists() else Counter()
    assert all(count == 1 for count in keys.values())
    if mode == "web":
        assert not keys
        return
    unknown = {row.key for row in todo if row.kind == "deliver" and row.state == "unknown"}
    assert set(keys) | unknown == {row.id for row in told}
    assert len(unknown) <= 2  # one for each lane that was sending
