"""`flows` draws what the shop declared, or says where the declaration is wrong."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from tests.flows.declared import FLOWS
from tests.flows.test_drawing import TABLE


def test_the_command_draws_the_shops_flows_and_the_order(tendero: Cli, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(FLOWS, encoding="utf-8")
    ended = tendero("flows", home=tmp_path)
    assert ended.status == 0
    assert TABLE in ended.out
    assert ended.out.splitlines()[0] == "quick_order"
    assert "\norder\n" in ended.out
    only = tendero("flows", "reservar_mesa", home=tmp_path)
    assert only.out.strip() == TABLE
    unknown = tendero("flows", "reservar", home=tmp_path)
    assert (unknown.status, unknown.out) == (2, "")
    assert "Las que hay: quick_order, reservar_mesa, encargo, order" in unknown.err


def test_a_mistake_in_a_flow_is_told_with_its_line(tendero: Cli, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(FLOWS.replace("on_no: people", "on_no: peple"), encoding="utf-8")
    ended = tendero("flows", home=tmp_path)
    assert ended.status == 1
    assert "config.yaml:28" in ended.err
    assert '"people"' in ended.err
