"""Where tests keep their files: in memory on a machine that has enough of it, since shops wait for the disk at every message."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
LEAST_FREE = 6 * 1024**3  # bytes; a whole run holds under 2 GB at once
NAMES = ("TMPDIR", "PYTEST_DEBUG_TEMPROOT")  # Python's and what it starts; pytest's own folders


def use_memory() -> None:
    """Puts temporary files of this process and its children there, unless somebody already said where they go."""
    if any(name in os.environ for name in NAMES) or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    if shutil.disk_usage(MEMORY).free >= LEAST_FREE:
        os.environ.update(dict.fromkeys(NAMES, str(MEMORY)))
        tempfile.tempdir = None  # looked up again
