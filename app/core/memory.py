"""Keeps a server small on a 1 GB machine: few memory arenas, one thread for arithmetic, nothing kept from the start."""

from __future__ import annotations

import ctypes
import gc
import os
import sys

M_ARENA_MAX = -8  # glibc, malloc.h: each thread's arena keeps what it once held
ARENAS = 2


def spare() -> None:
    """Before the heavy parts are loaded: numpy's own threads and glibc's arenas cost tens of megabytes unused."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    libc = _libc()
    if libc is not None:
        libc.mallopt(M_ARENA_MAX, ARENAS)


def settle() -> None:
    """After the start: gives back what only it needed, and keeps the collector from walking what stays for ever."""
    gc.collect()
    gc.freeze()
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)


def _libc() -> ctypes.CDLL | None:
    """glibc, where it is the C library."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim") else None
