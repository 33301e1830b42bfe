"""A 1 GB machine: what a shop at rest must not have loaded, and how much memory it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.wiring import prepare_home

ROOT = Path(__file__).resolve().parents[2]
ONLY_WHEN_USED = (
    "PIL", "alembic", "openpyxl", "opentelemetry", "phonenumbers", "psycopg", "redis", "sqlalchemy.dialects.postgresql",
)  # fmt: skip
MEGABYTES = 120
START = """
import json, os, sys
sys.modules["rich"] = None  # the linters' environment has it, a shop's has not, and structlog would load it
import psutil
from pathlib import Path
from app.core import memory
memory.spare()
import app.main
from app.wiring import open_house
house = open_house(Path(sys.argv[1]))
memory.settle()
print(json.dumps([psutil.Process().memory_info().rss / 2**20, sorted(sys.modules)]))
house.close()
"""


def test_a_shop_at_rest_fits_its_memory_and_has_loaded_only_what_every_message_needs(tmp_path: Path) -> None:
    prepare_home(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", START, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    megabytes, loaded = json.loads(done.stdout.splitlines()[-1])
    assert [name for name in ONLY_WHEN_USED if name in loaded] == []
    assert megabytes < MEGABYTES
