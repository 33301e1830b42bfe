"""One flow in the lines its owner types: read alone, checked as in config.yaml, its mistakes counted from its own first line."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace

from app.shop import words
from app.shop.flowspec import NAME, Flow
from app.shop.mistakes import Mistake, SettingsError
from app.shop.reading import read_config
from app.shop.yamltext import STEP, Lines, key_text

FILE = "config.yaml"
ABOVE = 2  # lines of the document that the owner did not type
BAD_NAME = words.SHAPE_EXPECTED.format(
    expected="un nombre en minúsculas, sin espacios ni acentos", like="reservar_mesa", value="{value}"
)


def read_flow(name: str, text: str) -> tuple[Lines, Flow]:
    """The flow and the lines to be written; raises SettingsError with each mistake at its line."""
    if not re.fullmatch(NAME, name):
        raise SettingsError([Mistake(FILE, 0, "name", BAD_NAME.format(value=words.shown(name)))])
    lines = textwrap.dedent(text.replace("\r\n", "\n")).strip("\n")
    document = f"flows:\n  {key_text(name)}:\n{textwrap.indent(lines, ' ' * 2 * STEP)}\n"
    try:
        config, tree = read_config(document.encode(), FILE)
    except SettingsError as error:
        raise SettingsError([_moved(mistake, name, lines.count("\n") + 1) for mistake in error.mistakes]) from None
    if name not in config.flows:  # nothing but comments was typed
        raise SettingsError([Mistake(FILE, 1, "steps", words.STEPS_NEEDED)])
    return Lines(lines, tree.data["flows"][name]), config.flows[name]


def _moved(mistake: Mistake, name: str, last: int) -> Mistake:
    """The mistake as the owner sees it; one that shows only at the end of the file is at their last line."""
    path = mistake.path.removeprefix(f"flows.{name}").removeprefix(".")
    return replace(mistake, line=min(max(1, mistake.line - ABOVE), last), path=path)
