"""Power cuts while a mail goes out: the owner is never told twice, and what may not have gone out is seen (TRUST R-02, R-03)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core.crash import MAIL_POINTS
from app.core.db import Database
from app.core.models import jobs
from app.settings import edit
from app.wiring import prepare_home

from .conftest import OWNER, OpenOffice
from .post_office import Box

ROOT = Path(__file__).resolve().parents[2]


def run(home: Path, url: str, smtp: str, crash_at: str = "") -> int:
    """Starts the shop once; its exit status."""
    environ = {
        **os.environ,
        "DATABASE_URL": url,
        "SMTP_URL": smtp,
        "TENDERO_CRASH_AT": crash_at,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.notify.drill", str(home)],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode in (0, -9), done.stderr[-2000:]
    return done.returncode


@pytest.mark.parametrize(("point", "arrived"), [*zip(MAIL_POINTS, (0, 1), strict=True)])
def test_a_power_cut_while_a_mail_goes_out_sends_it_once_at_most(
    tmp_path: Path, database_url: str, office: OpenOffice, box: Box, point: str, arrived: int
) -> None:
    home, smtp = tmp_path / "home", f"smtp://127.0.0.1:{office().port}"
    prepare_home(home)
    edit(home / "config.yaml", {"retrieval.embedder": "lexical"})  # loading an encoder would be most of the test
    edit(home / "config.yaml", {"orders.notify_email": OWNER})
    assert run(home, database_url, smtp, crash_at=point) == -9, "the point was not reached"
    for _ in range(2):
        assert run(home, database_url, smtp) == 0
    db = Database(database_url)
    states = db.read_now(lambda conn: conn.execute(select(jobs.c.state).where(jobs.c.kind == "notice_email")).all())
    db.close()
    assert (len(box.taken), [row.state for row in states]) == (arrived, ["unknown"])
