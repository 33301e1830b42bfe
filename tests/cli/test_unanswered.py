"""`unanswered`: the owner reads what was asked in vain, and it goes once the shop knows."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from app.assistant import router
from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.wiring import open_house
from tests.cli.conftest import Cli


@pytest.fixture
def shop(tendero: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop that answers nothing, with one question that is near to none."""
    monkeypatch.setattr(router, "RESPONDERS", ())
    folder = tmp_path / "tienda"
    assert tendero("init", "--example", "tiendita", home=folder).status == 0
    (folder / "data" / "faqs.csv").write_text("question,answer\n¿Tienen parqueo?,Sí.\n", encoding="utf-8")
    return folder


def say(folder: Path, name: str, *messages: str) -> None:
    """A customer's messages to the running shop."""

    async def talk() -> None:
        house = open_house(folder, environ={})
        sender = Sender("web", "", name)
        thread = await house.db.write(lambda conn: chat.start_conversation(conn, sender, now=house.clock.now()))
        for n, message in enumerate(messages):
            await house.attend.answer_now(thread.id, Inbound(sender, f"{name}{n}", "text", message))
        await house.stop()

    asyncio.run(talk())


def test_the_owner_reads_what_was_asked_in_vain(tendero: Cli, shop: Path) -> None:
    say(shop, "carla", "¿arreglan paraguas?")
    say(shop, "dario", "ustedes arreglan paraguas rotos?")
    ended = tendero("unanswered", home=shop)
    assert (ended.status, ended.err) == (0, "")
    assert "1. arreglan paraguas?" in ended.out
    assert "también: ustedes arreglan paraguas rotos?" in ended.out
    assert "data/faqs.csv" in ended.out


def test_the_list_as_json_has_the_shape_its_help_tells(tendero: Cli, shop: Path) -> None:
    say(shop, "carla", "¿arreglan paraguas?")
    [group] = json.loads(tendero("unanswered", "--json", home=shop).out)
    told = tendero("unanswered", "--help").out.replace("\n", " ")
    keys = ("question", "count", "customers", "last_at", "language", "channels", "examples", "nearest")
    assert tuple(group) == keys
    assert ", ".join(keys) in " ".join(told.split())
    assert (group["question"], group["count"], group["customers"]) == ("arreglan paraguas?", 1, 1)
    assert (group["channels"], group["examples"], group["language"]) == (["web"], [], "es")
    assert group["last_at"].endswith("-06:00")


def test_what_the_owner_taught_leaves_the_list(tendero: Cli, shop: Path) -> None:
    say(shop, "carla", "¿arreglan paraguas?", "¿afilan tijeras?")
    faqs = shop / "data" / "faqs.csv"
    faqs.write_text("question,answer\n¿Tienen parqueo?,Sí.\n¿Arreglan paraguas?,Los martes.\n", encoding="utf-8")
    groups = json.loads(tendero("unanswered", "--json", home=shop).out)
    assert [group["question"] for group in groups] == ["afilan tijeras?"]


def test_an_empty_list_says_so_kindly_in_the_shops_language(tendero: Cli, shop: Path) -> None:
    assert "sin respuesta" in tendero("unanswered", home=shop).out
    assert json.loads(tendero("unanswered", "--json", home=shop).out) == []
    config = shop / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace('language: "es"', 'language: "en"'), encoding="utf-8")
    assert "without an answer" in tendero("unanswered", home=shop).out


@pytest.mark.parametrize("option", ["--limit", "--days"])
def test_a_number_that_makes_no_sense_is_wrong_usage(tendero: Cli, shop: Path, option: str) -> None:
    for value in ("0", "-3", "pocos"):
        assert tendero("unanswered", option, value, home=shop).status == 2


def test_outside_a_shop_it_says_what_to_do(tendero: Cli, tmp_path: Path) -> None:
    ended = tendero("unanswered", home=tmp_path / "nada")
    assert ended.status == 1
    assert "init" in ended.err
