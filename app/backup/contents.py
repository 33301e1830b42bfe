"""What a backup may hold: a fixed list of names and the limits of an honest one (TRUST S-20). Pure."""

from __future__ import annotations

import re
import unicodedata

MANIFEST = "manifest.json"
DATABASE = "db.sqlite"
CONFIG = "config.yaml"
SECRETS = ".env"
DATA = "data/"
FILES = "files/"

MAX_ENTRIES = 50_000
MAX_TOTAL = 8 * 1024**3
MAX_MANIFEST = 32 * 1024**2
MAX_TEXT = 64 * 1024**2  # config.yaml, .env and the files of data/
MAX_RATIO = 250  # a real database packs 3 to 20 times
RATIO_FROM = 4 * 1024**2  # below this a bomb is no bomb

SINGLE = {MANIFEST, DATABASE, CONFIG, SECRETS}
TABLES = {"data/faqs.csv", "data/menu.csv", "data/menu.json", "data/intents.csv"}
DOCUMENT = re.compile(r"data/docs/([^/\\:\x00-\x1f\x7f]{1,200})\.(pdf|txt|md)", re.IGNORECASE)
KEPT_TEST = re.compile(r"data/tests/[a-z0-9-]{1,80}\.yaml")
STORED = re.compile(r"files/(?:[A-Za-z0-9_-]{1,64}/){0,2}[A-Za-z0-9_-]{1,128}(?:\.[a-z0-9]{1,5})?")
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
CODE = re.compile(r"\.(py|pyc|pyo|p(?:kl|ickle)|so|dll|exe|sh|bat|js|html?|svg)$", re.IGNORECASE)


def may_hold(name: str) -> bool:
    """True for the names a backup of ours has, and for no other."""
    if name in SINGLE or name in TABLES:
        return True
    base = name.rpartition("/")[2]
    if DEVICE.match(base) or base.startswith(".") or CODE.search(base):
        return False
    return any(shape.fullmatch(name) for shape in (DOCUMENT, KEPT_TEST, STORED))


def same_file(name: str) -> str:
    """Two names with the same value may be one file on some systems."""
    return unicodedata.normalize("NFC", name).casefold()


def limit_of(name: str) -> int:
    """The most bytes a member may have once unpacked."""
    if name == MANIFEST:
        return MAX_MANIFEST
    if name in (CONFIG, SECRETS) or name.startswith(DATA):
        return MAX_TEXT
    return MAX_TOTAL
