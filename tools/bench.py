"""`make bench`: what a message costs, as ratios in one run against bare servers the bench itself runs.

Everything is in one process on one core, without sockets: ASGI calls for the HTTP rows, the attendant's own call for
the pipeline. CPU is the whole process' (the database's writer thread included). Milliseconds move with the machine;
compare the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from app.core import memory
from tools.bench_panel import made_and_measured

SURE = (  # what rules and the shop's own words settle
    "hola",
    "a qué hora cierran hoy?",
    "tienen nacatamales?",
    "cuánto cuesta el fresco de cacao",
    "dónde están ubicados",
    "hacen envíos a Altagracia?",
    "¿Aceptan tarjeta?",
    "buenas, a q hora cierran y tienen nacatamales?",
    "qué hay en el menú",
    "gracias!",
    "¿Fían?",
    "what time do you open tomorrow?",
    "¿Hay parqueo?",
    "me pasan el teléfono",
)
ORDERS = (
    "quiero 2 nacatamales y un fresco de cacao",
    "me das un vigorón y dos cocas",
    "3 libras de queso seco y media docena de huevos",
    "mandame un gallo pinto con huevo",
)
DOUBTFUL = (
    "me guardan algo hasta la quincena",
    "puedo ir con mi perrita",
)  # other words for what the shop has: its meaning decides
FRESH = ("mañana", "el lunes", "de noche", "hoy", "más tarde", "el finde", "ahorita", "la otra semana")
Call = Callable[[int], Awaitable[None]]
DIALOGUE = ("quiero 2 nacatamales y un fresco de cacao", "paso a retirar, soy Ana Ruiz", "en efectivo", "sí, confirmo")
LARGE_MENU, WAYS = 300, ("", "de la casa", "especial")  # products, and how they are named the second and third time
LARGE, SEARCHES = 10_000, 200  # entries of a large index, and searches in it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1200, help="messages a row (default 1200)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds, of which the median counts")
    options = parser.parse_args()
    memory.spare()  # as a server starts
    with tempfile.TemporaryDirectory(prefix="tendero-bench-") as folder:
        asyncio.run(_bench(Path(folder), options.messages, options.rounds))


async def _bench(home: Path, count: int, rounds: int) -> None:
    from app.wiring import open_house, prepare_home

    prepare_home(home)
    _lift_limits(home)
    environ = {"TENDERO_HOME": str(home), "TENDERO_CLOCK": "2026-11-23T10:00:00-06:00"}
    began = time.process_time()
    house = open_house(home, environ=environ)
    ready = time.process_time() - began
    house.mind.complete()
    complete = time.process_time() - began - ready
    rows: dict[str, Call] = {
        "bare Starlette, JSON in and out": _starlette(),
        "bare FastAPI with pydantic": _fastapi(),
        "understanding alone": _understanding(house),
        "understanding and searching": _reading(house),
        "a new text embedded": _embedding(house),
        "whole turn, stored (c=16)": await _turns(house),
        "chat API, HTTP included (c=16)": await _chat_api(house),
    }
    large = _large_shop(home / "large", environ)
    rows[f"a turn of an order, {LARGE_MENU} products (c=16)"] = _order_turns(large)
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in rows}
    for _ in range(rounds):
        for name, call in rows.items():
            spent[name].append(await _measure(call, count))
    await house.stop()
    await large.stop()
    _show(spent, count, ready, complete)
    _show_large_index(home)
    await made_and_measured(home / "past")


def _lift_limits(home: Path) -> None:
    config = home / "config.yaml"
    lines = ["limits:", "  customer_per_minute: 0", "  channel_per_minute: 0", "  new_chats_per_hour: 0", ""]
    text = config.read_text(encoding="utf-8")
    if "\nlimits:" not in text:
        config.write_text(text.rstrip() + "\n" + "\n".join(lines), encoding="utf-8")


async def _measure(call: Call, count: int, at_once: int = 16) -> tuple[float, float]:
    """(wall seconds, CPU seconds) for `count` calls, `at_once` at a time."""
    numbers = iter(range(count))

    async def customer() -> None:
        for number in numbers:
            await call(number)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(customer() for _ in range(at_once)))
    return time.perf_counter() - wall, time.process_time() - cpu


def _starlette() -> Call:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def echo(request: Request) -> JSONResponse:
        return JSONResponse({"replies": [(await request.json())["text"]]})

    return _posting(Starlette(routes=[Route("/echo", echo, methods=["POST"])]), "/echo")


def _fastapi() -> Call:
    from fastapi import FastAPI
    from pydantic import BaseModel

    class Said(BaseModel):
        text: str
        client_id: str

    class Answer(BaseModel):
        replies: list[str]

    app = FastAPI()

    async def echo(said: Said) -> Answer:
        return Answer(replies=[said.text])

    echo.__annotations__ = {"said": Said, "return": Answer}
    app.post("/echo", response_model=Answer)(echo)
    return _posting(app, "/echo")


def _understanding(house: Any) -> Call:
    understander = house.mind.current.understander

    async def call(number: int) -> None:
        understander.analyse(_message(number), default_language="es")

    return call


def _reading(house: Any) -> Call:
    async def call(number: int) -> None:
        mind = house.mind.current
        for clause in mind.read(_message(number), default_language="es", country="NI").clauses:
            mind.search(clause.text, clause.tokens, 4, clause)

    return call


def _embedding(house: Any) -> Call:
    embedder = house.mind.current.meanings.embedder

    async def call(number: int) -> None:
        embedder.queries([f"¿puedo pasar a retirar mi pedido {number}?"])

    return call


async def _turns(house: Any) -> Call:
    from app.chat import service as chat
    from app.chat.messages import Inbound, Sender
    from app.core.ids import new_id

    async def call(number: int) -> None:
        sender = Sender("console", "", f"bench-{number % 400}")
        thread = await house.db.write(lambda conn: chat.current_conversation(conn, sender, now=house.clock.now()))
        await house.attend.answer_now(thread.id, Inbound(sender, new_id(), text=_message(number)))

    return call


async def _chat_api(house: Any) -> Call:
    from app.core.ids import new_id
    from app.main import create_app

    app = create_app(house)
    tokens = [json.loads(await _post(app, "/api/chat/sessions", {}, []))["token"] for _ in range(64)]
    pieces = [[(b"authorization", f"Bearer {token}".encode())] for token in tokens]

    async def call(number: int) -> None:
        body = {"text": _message(number), "client_id": new_id()}
        await _post(app, "/api/chat/messages", body, pieces[number % len(pieces)])

    return call


def _large_shop(home: Path, environ: dict[str, str]) -> Any:
    """The sample shop with a menu of LARGE_MENU products: those of the three samples, then the same again otherwise made."""
    import csv

    from app.wiring import EXAMPLES, open_house, prepare_home

    prepare_home(home)
    rows = [row for path in sorted(EXAMPLES.glob("*/menu.csv"), reverse=True) for row in _rows(path)]
    columns = ("sku", "name", "price", "categories", "synonyms")
    with (home / "data" / "menu.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        for number in range(LARGE_MENU):
            again, row = number // len(rows), rows[number % len(rows)]
            other = {"sku": f"{row['sku']}-{again}", "name": f"{row['name']} {WAYS[again]}", "synonyms": ""}
            writer.writerow(row | (other if again else {}))
    return open_house(home, environ={**environ, "TENDERO_HOME": str(home)})


def _rows(path: Path) -> list[dict[str, str]]:
    import csv

    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _order_turns(house: Any) -> Call:
    """The four messages of an order, sixteen conversations beside each other."""
    from app.chat import service as chat
    from app.chat.messages import Inbound, Sender
    from app.core.ids import new_id

    async def call(number: int) -> None:
        round_, place = divmod(number, 16 * len(DIALOGUE))
        sender = Sender("console", "", f"order-{round_}-{place % 16}-{id(house)}")
        thread = await house.db.write(lambda conn: chat.current_conversation(conn, sender, now=house.clock.now()))
        await house.attend.answer_now(thread.id, Inbound(sender, new_id(), text=DIALOGUE[place // 16]))

    return call


def _posting(app: Any, path: str) -> Call:
    async def call(number: int) -> None:
        await _post(app, path, {"text": _message(number), "client_id": str(number)}, [])

    return call


async def _post(app: Any, path: str, body: dict[str, Any], headers: list[tuple[bytes, bytes]]) -> bytes:
    """One request to an ASGI application, without a socket; AssertionError unless it is answered 2xx."""
    sent, answer, status = json.dumps(body).encode(), b"", 0
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5000),
        "headers": [
            (b"host", b"127.0.0.1:8000"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(sent)).encode()),
            *headers,
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": sent, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal answer, status
        status = message.get("status", status)
        answer += message.get("body", b"")

    await app(scope, receive, send)
    assert 200 <= status < 300, (path, status, answer[:300])
    return answer


def _message(number: int) -> str:
    """The shops' own mix: of ten messages seven are sure, two are orders, one needs its meaning; half of those are new."""
    turn, place = divmod(number, 10)
    if place < 7:
        return SURE[(turn * 7 + place) % len(SURE)]
    if place < 9:
        return ORDERS[(turn * 2 + place) % len(ORDERS)]
    said = DOUBTFUL[turn % len(DOUBTFUL)]
    return said if turn % 4 < 2 else f"{said} {FRESH[turn % len(FRESH)]} {turn}"


def _show(spent: dict[str, list[tuple[float, float]]], count: int, ready: float, complete: float) -> None:
    import psutil

    base = statistics.median(cpu for _, cpu in next(iter(spent.values())))
    print(f"{'':34}{'a second':>10}{'CPU us':>10}{'x Starlette':>13}")
    for name, rounds in spent.items():
        wall = statistics.median(wall for wall, _ in rounds)
        cpu = statistics.median(cpu for _, cpu in rounds)
        print(f"{name:34}{count / wall:10,.0f}{cpu / count * 1e6:10.0f}{cpu / base:13.1f}")
    resident = psutil.Process(os.getpid()).memory_info().rss / 1e6
    print(f"\nopened the shop with {ready:.2f} s of CPU, its meanings {complete:.2f} s more;", end=" ")
    print(f"{resident:.0f} MB resident at the end, bench included")


def _show_large_index(home: Path) -> None:
    """An index of 10,000 entries: what it costs to build, to embed and to search."""
    from app.knowledge.service import Index
    from app.nlu.service import Meanings, embedder_of

    questions = _made_up(LARGE)
    began = time.process_time()
    index = Index.build(questions)
    words = time.process_time() - began
    embedder = embedder_of("builtin", home / "var" / "faiss_index")
    assert embedder is not None
    meanings = Meanings(embedder)
    index = index.with_vectors(meanings.written(index.texts_to_embed()), meanings.scale)
    built = time.process_time() - began
    asked = [f"{entry.title} {place}" for place, entry in enumerate(questions[:: LARGE // SEARCHES])]
    vectors = meanings.asked(asked)
    began = time.process_time()
    for text in asked:
        index.search(text, (), 4, vector=vectors.get)
    each = (time.process_time() - began) / len(asked)
    print(f"{LARGE:,} entries: {words:.1f} s of CPU to build by words, {built:.1f} s with their meanings;", end=" ")
    print(f"{each * 1e3:.2f} ms a search")


def _made_up(count: int) -> list[Any]:
    """Questions and answers of the samples' words in other orders, so that they are as long and as alike as real ones."""
    import csv
    import random

    from app.knowledge.service import Entry

    voice = random.Random(3)
    rows: list[dict[str, str]] = []
    for path in sorted((Path(__file__).resolve().parents[1] / "examples").glob("*/faqs.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows += csv.DictReader(file)
    words = sorted({word for row in rows for word in row["answer"].split()})
    made = []
    for number in range(count):
        row = rows[number % len(rows)]
        asked = [*voice.choice(row["question"].split("|")).split(), *voice.sample(words, 2)]
        answer = row["answer"].split()
        voice.shuffle(asked)
        voice.shuffle(answer)
        made.append(Entry("faq", str(number), " ".join(asked), (" ".join(asked),), " ".join(answer)))
    return made


if __name__ == "__main__":
    main()
