"""Words first, meanings behind: what the bot knows while an embedder is away, slow, or changed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assistant.mind import MindStore
from app.catalog import service as catalog
from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.knowledge import service as knowledge
from app.nlu.service import Access, Meanings, embedder_of
from app.wiring import House, _meanings, open_house
from tests.clocks import FixedClock
from tests.embedding_services import KEY, EmbeddingService, serving

NAME = "openai/text-embedding-3-small"
QUESTION = "me pregunto si ustedes reciben plástico para el pago"


@pytest.fixture
def service() -> Iterator[EmbeddingService]:
    with serving() as one:
        yield one


def opened(home: Path, clock: FixedClock, service: EmbeddingService, embedder: str = NAME) -> House:
    """The sample shop with an embedder across the network, words only as yet."""
    write(home, embedder)
    _meanings.cache_clear()
    return open_house(home, environ={"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": f"{service.url}/v1"}, clock=clock)


def write(home: Path, embedder: str) -> None:
    (home / "config.yaml").write_text(f"retrieval:\n  embedder: {embedder}\n", encoding="utf-8")


async def ask(house: House, text: str, id_: str) -> str:
    sender = Sender("web", "", f"carla-{id_}")
    thread = await house.db.write(lambda conn: chat.start_conversation(conn, sender, now=house.clock.now()))
    attended = await house.attend.answer_now(thread.id, Inbound(sender, id_, "text", text))
    assert attended is not None
    return "\n".join(out["text"] for out in attended.outs)


async def test_the_embedder_is_asked_behind_the_words(home: Path, clock: FixedClock, service: EmbeddingService) -> None:
    house = opened(home, clock, service)
    assert service.asked == []
    assert "débito" in await ask(house, "aceptan tarjeta?", "c1")
    assert await house.mind.refresh()
    assert house.mind.current.meanings is not None
    assert len(service.texts) == len(set(service.texts))
    assert not await house.mind.refresh()
    house.close()


async def test_of_two_who_make_it_anew_at_once_the_later_finds_it_done(
    home: Path, clock: FixedClock, service: EmbeddingService
) -> None:
    house = opened(home, clock, service)
    assert await house.mind.refresh()
    await house.db.write(lambda conn: catalog.switch_product(conn, "nacatamal", False, now=clock.now()))
    assert sorted(await asyncio.gather(house.mind.refresh(), house.mind.refresh())) == [False, True]
    assert "nacatamal" not in {entry.id for entry in house.mind.current.index.entries}
    house.close()


async def test_while_it_is_down_words_answer_and_it_is_asked_again_later(
    home: Path, clock: FixedClock, service: EmbeddingService
) -> None:
    house = opened(home, clock, service)
    service.refusals = [(503, {}, b"")]
    assert not await house.mind.refresh()
    assert house.mind.current.meanings is None
    assert "débito" in await ask(house, "aceptan tarjeta?", "c1")
    assert not await house.mind.refresh()
    assert len(service.asked) == 1  # not again at once
    house.mind._not_before = 0.0
    assert await house.mind.refresh()
    assert house.mind.current.meanings is not None
    house.close()


async def test_a_question_is_asked_before_the_transaction_and_never_inside(
    home: Path, clock: FixedClock, service: EmbeddingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = opened(home, clock, service)
    await house.mind.refresh()
    meanings = house.mind.current.meanings
    assert meanings is not None
    inside, order = [False], []
    queries, attend = meanings.embedder.queries, house.attend._attend

    def noted(texts: list[str]) -> object:
        order.append("inside" if inside[0] else "before")
        return queries(texts)

    def transaction(*args: object) -> object:
        inside[0] = True
        try:
            return attend(*args)  # type: ignore[arg-type]
        finally:
            inside[0] = False

    monkeypatch.setattr(meanings.embedder, "queries", noted)
    monkeypatch.setattr(house.attend, "_attend", transaction)
    await ask(house, QUESTION, "c1")
    assert order == ["before"]
    house.close()


async def test_a_slow_embedder_holds_nobody_else_up(home: Path, clock: FixedClock, service: EmbeddingService) -> None:
    house = opened(home, clock, service)
    await house.mind.refresh()
    service.seconds = 3.0
    slow = [asyncio.create_task(ask(house, f"{QUESTION} {number}", f"s{number}")) for number in range(12)]
    await asyncio.sleep(0.3)
    began = time.monotonic()
    assert await ask(house, "gracias", "other")
    assert time.monotonic() - began < 2.0
    await asyncio.gather(*slow)
    house.close()


async def test_another_embedder_in_the_settings_is_taken_without_a_restart(
    home: Path, clock: FixedClock, service: EmbeddingService
) -> None:
    house = opened(home, clock, service, "lexical")
    assert not await house.mind.refresh()
    write(home, NAME)
    house.settings.reload_if_changed()
    assert await house.mind.refresh()
    assert house.mind.current.meanings is not None
    write(home, "lexical")
    house.settings.reload_if_changed()
    assert await house.mind.refresh()
    assert house.mind.current.meanings is None
    assert "débito" in await ask(house, "aceptan tarjeta?", "c1")
    house.close()


def test_new_data_are_understood_by_words_where_the_embedder_is_down(house: House, service: EmbeddingService) -> None:
    service.refusals = [(500, {}, b"")]
    far = embedder_of(NAME, None, Access(f"{service.url}/v1", KEY, ""))
    assert far is not None
    mind = MindStore(house.db, None, list, Meanings(far))
    assert not mind.complete()
    assert mind.current.index.search("aceptan tarjeta?")


FIRST_MESSAGE = """
import sys
from pathlib import Path
from app.wiring import open_house
house = open_house(Path(sys.argv[1]), environ={})
assert "rapidfuzz" not in sys.modules, "loaded before anybody wrote"
house.mind.current.read("hola", default_language="es", country="NI")
wanting = {"rapidfuzz.distance", "rapidfuzz.fuzz", "rapidfuzz.process"} - set(sys.modules)
assert not wanting, wanting
"""


def test_what_compares_spellings_is_loaded_at_one_door(home: Path) -> None:
    """Not by whoever needs it first: two threads importing it at once from two ends see it half made (an ImportError)."""
    run = subprocess.run([sys.executable, "-c", FIRST_MESSAGE, str(home)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


async def test_a_question_changed_leaves_the_reader_of_orders_as_it_is_and_a_name_changed_does_not(
    house: House,
) -> None:
    before = house.mind.current
    question = house.db.read_now(knowledge.all_faqs)[0]
    house.db.write_now(lambda conn: knowledge.switch_faq(conn, question.id, False, now=house.clock.now()))
    await house.mind.refresh()
    assert house.mind.current.version != before.version
    assert house.mind.current.orders is before.orders
    product = house.db.read_now(catalog.all_products)[0]
    house.db.write_now(lambda conn: catalog.switch_product(conn, product.sku, False, now=house.clock.now()))
    await house.mind.refresh()
    assert house.mind.current.orders is not before.orders
    assert not house.mind.current.read_order(f"2 {product.name}", "es").cart
