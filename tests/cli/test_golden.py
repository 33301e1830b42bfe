"""The golden conversations: what the sample shop's customers ask, and what they must be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

FILES = sorted((Path(__file__).resolve().parents[1] / "golden").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_conversations_of_a_file_hold(tendero: Cli, file: Path) -> None:
    ended = tendero("check", file)
    assert (ended.status, ended.err) == (0, ""), ended.out
    assert ended.out.startswith("ok ")
