"""Every parameter that any page or list of the panel reads from its address, filled with what breaks queries (TRUST S-09, S-10).

The names are not listed here: what a handler reads is noted while each row of the table is asked for once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import cycle, islice
from urllib.parse import quote

import pytest
from starlette.datastructures import QueryParams

from app.web.table import Who
from app.wiring import House
from tests.sizes import size

from .conftest import Customer, Panel
from .test_every_form import count_all
from .test_hostile_texts import ATTACKS
from .test_routes import FINITE, filled

ASKED = [row for row in FINITE if row.method == "GET" and row.who in {Who.STAFF, Who.OWNER} and "{rest" not in row.path]
TELLS_FAILURES = ("/admin/analytics/logs",)  # what went wrong is what it is for
NONSENSE = "zzqqxx"
ODD = [
    "",
    "0",
    "-1",
    "9" * 40,
    "1e309",
    "NaN",
    "\x00",
    "%",
    "_",
    "\\",
    "\ud7ff\ufffe",
    "2026-02-30",
    "9999-12-31",
    "[]",
    "x" * 6000,
]
INJECTIONS = [
    line
    for name in ("sqli_generic", "sqli_polyglots", "sqli_auth_bypass")
    for line in (ATTACKS / "payloads" / f"{name}.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    if re.search(r"[^\w\s]", line)
]
LINKS = re.compile(r'href="(/admin/[a-z/]+/[A-Za-z0-9_-]{8,})[?#"]')


def shown(answer: str) -> set[str]:
    """Which chats, orders and other things of the shop a page leads to."""
    return set(LINKS.findall(answer))


async def read_names(ana: Panel, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Of each path of the panel, the parameters its handler looks at."""
    found: dict[str, set[str]] = defaultdict(set)
    at = ""

    def note(kind: str) -> None:
        real = getattr(QueryParams, kind)

        def look(self: QueryParams, name: object, *rest: object) -> object:
            found[at].add(str(name))
            return real(self, name, *rest)

        monkeypatch.setattr(QueryParams, kind, look)

    for kind in ("get", "getlist", "__getitem__", "__contains__"):
        note(kind)
    for row in ASKED:
        at = filled(row.path)
        await ana.http.get(f"{at}?nothing=1")
        await ana.http.get(f"{at}?nothing=1", headers={"HX-Request": "true"})
    monkeypatch.undo()
    return found


def dealt(values: list[str], count: int) -> Iterator[list[str]]:
    """`count` of them each time, going round, so that all are used over the parameters."""
    around = cycle(values)
    while True:
        yield list(islice(around, count))


async def test_no_parameter_reaches_a_query_as_anything_but_a_value(
    ana: Panel, carla: Customer, dario: Customer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing fails, nothing changes, and an injection finds what a word that nobody said finds."""
    await carla.say("hola, soy Carla")
    await dario.say("hola, soy Darío")
    names = await read_names(ana, monkeypatch)
    assert len(names) > 20 and sum(map(len, names.values())) > 40
    before, failed, told = count_all(house), [], []
    injections, odd = dealt(INJECTIONS, size(2, len(INJECTIONS))), dealt(ODD, size(2, len(ODD)))
    for path, each in names.items():
        for name in sorted(each):
            plain = await ana.http.get(f"{path}?{name}={NONSENSE}")
            for value in (*next(injections), *next(odd)):
                answer = await ana.http.get(f"{path}?{name}={quote(value, errors='replace')}")
                inside = path not in TELLS_FAILURES and ("Traceback" in answer.text or "sqlalchemy" in answer.text)
                if answer.status_code >= 500 or inside:
                    failed.append((path, name, value[:40], answer.status_code))
                if value in INJECTIONS and shown(answer.text) != shown(plain.text):
                    told.append((path, name, value[:40]))
    assert (failed, told) == ([], [])
    assert count_all(house) == before


async def test_a_list_of_the_programs_door_sorts_and_filters_by_nothing_but_what_it_says(ana: Panel) -> None:
    """No parameter of ours names a column: one that does is as if it were not there."""
    lists = [row.path for row in ASKED if row.area == "admin-api" and "{" not in row.path]
    assert lists
    for path in lists:
        plain = await ana.http.get(path)
        odd = await ana.http.get(f"{path}?order_by=password_hash&sort=password_hash&fields=password_hash&include=users")
        assert (odd.status_code, odd.content) == (plain.status_code, plain.content), path
