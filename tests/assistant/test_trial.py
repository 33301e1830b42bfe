"""Trying the bot out beside the shop: it answers as the shop would, and the shop is left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.assistant import service as assistant
from app.catalog import service as catalog
from app.chat.models import conversations, messages
from app.core.models import jobs
from app.orders.models import orders
from app.wiring import House, open_house, prepare_home
from tests.clocks import FixedClock

MONDAY_TEN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # 10:00 in Managua
SUNDAY_TEN_AT_NIGHT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
ORDER = ("2 nacatamales para retirar, soy Luis Tercero, efectivo, 8765 4433", "sí", "sí")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    prepare_home(tmp_path)
    house = open_house(tmp_path, environ={}, clock=FixedClock(MONDAY_TEN))
    yield house
    house.close()


def rows(house: House) -> list[int]:
    """How much the shop has of what a customer would leave behind."""
    tables = (conversations, messages, orders, jobs)
    return house.db.read_now(
        lambda conn: [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    )


async def test_an_order_on_trial_is_placed_for_the_customer_and_the_shop_knows_nothing_of_it(house: House) -> None:
    before, stock = rows(house), house.db.read_now(catalog.stock_levels)
    trial = await house.trials.of(1)
    for said in ORDER:
        await trial.say(said)
    shown = [out["order"] for tried in trial.said for out in tried.outs if out["order"]]
    assert shown[-1]["number"] == "0001"
    assert (await trial.say("¿cómo va mi pedido?")).answer.intent == "order_status"
    assert (rows(house), house.db.read_now(catalog.stock_levels)) == (before, stock)


async def test_what_the_shop_changes_in_its_menu_the_trial_sells_at_once(house: House) -> None:
    trial = await house.trials.of(1)
    await trial.say("hola")
    house.db.write_now(lambda conn: catalog.edit_product(conn, "nacatamal", price="123.00"))
    await house.mind.refresh()
    assert "123" in (await trial.say("¿cuánto vale el nacatamal?")).outs[0]["text"]


async def test_it_answers_for_the_day_and_hour_it_is_set_to_and_for_now_again(house: House) -> None:
    trial = await house.trials.of(1)
    trial.put_clock(SUNDAY_TEN_AT_NIGHT)
    assert "cerrado" in (await trial.say("¿están abiertos?")).outs[0]["text"]
    trial.put_clock(None)
    assert "estamos abiertos" in (await trial.say("¿están abiertos?")).outs[0]["text"]


async def test_after_it_called_a_person_it_goes_on_answering_who_tries_it(house: House) -> None:
    trial = await house.trials.of(1)
    assert (await trial.say("quiero hablar con una persona")).handoff
    assert (await trial.say("¿a qué hora cierran?")).outs


async def test_a_paused_shop_can_be_tried(house: House) -> None:
    await house.settings.change({"channels.paused": True})
    assert (await (await house.trials.of(1)).say("hola")).outs


async def test_each_answer_tells_how_it_was_made(house: House) -> None:
    trace = (await (await house.trials.of(1)).say("quiero 2 nacatamales y un quesillo")).trace
    assert trace.analysis is not None and trace.analysis.language == "es"
    assert ("order", (0,)) in trace.made
    assert trace.reading is not None and len(trace.reading.changes) == 2
    assert set(trace.spent) == {"understand", "search", "answer", "words"}


async def test_who_begins_anew_is_a_stranger(house: House) -> None:
    trial = await house.trials.of(1)
    await trial.say("quiero 2 nacatamales")
    await house.trials.end(1)
    fresh = await house.trials.of(1)
    assert fresh.said == []
    assert (await fresh.say("¿cuánto va?")).answer.cart == []


async def test_of_very_many_who_try_at_once_the_one_longest_away_begins_anew(house: House) -> None:
    first = await house.trials.of(1)
    for person in range(2, 8):
        await house.trials.of(person)
    assert await house.trials.of(1) is not first


async def test_a_trial_kept_as_a_test_passes_and_fails_once_the_shop_answers_otherwise(house: House) -> None:
    trial = await house.trials.of(1)
    for said in ORDER[:2]:
        await trial.say(said)
    zone = house.settings.current.profile().timezone
    text = assistant.as_test("Dos nacatamales", trial.said, zone)
    assert [path.name for path in (assistant.keep(house.home, "Dos nacatamales", text),
                                   assistant.keep(house.home, "¡Dos nacatamales!", text))] == [
        "dos-nacatamales.yaml", "dos-nacatamales-2.yaml"]  # fmt: skip
    found = await assistant.check(house.home)
    assert (found.wrong, [(test.name, test.ok) for test in found.tests]) == ("", [("Dos nacatamales", True)] * 2)
    house.db.write_now(lambda conn: catalog.edit_product(conn, "nacatamal", available=False))
    [first, _] = (await assistant.check(house.home)).tests
    assert not first.ok and first.problems
