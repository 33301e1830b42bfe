"""A shop that is at fault is caught by its books, whatever it is at fault in."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.simulation.run import Report, simulate
from tests.simulation.shop import FakeShop, plain


async def played(folder: Path, fault: str = "", **more: object) -> Report:
    return await simulate(FakeShop(fault), plain(folder, **more), conversations=6, concurrency=3, seed=7)


async def test_a_shop_that_does_everything_right_is_found_right(tmp_path: Path) -> None:
    report = await played(tmp_path)
    assert report.as_json()["books"] == {"orders": True, "totals": True, "stock": True, "notices": True}
    assert (report.orders, report.errors, report.ok) == (6, 0, True)
    assert report.as_json()["messages_per_order"] == 2


@pytest.mark.parametrize(
    ("fault", "page"),
    [
        ("total", "totals"),
        ("changed", "orders"),
        ("lost", "orders"),
        ("ghost", "orders"),
        ("number", "orders"),
        ("stock", "stock"),
        ("notices", "notices"),
    ],
)
async def test_each_wrong_page_is_named(tmp_path: Path, fault: str, page: str) -> None:
    report = await played(tmp_path, fault)
    assert report.as_json()["books"][page] is False
    assert not report.ok
    assert any(problem.startswith(f"{page}: ") for problem in report.books.problems)


@pytest.mark.parametrize("fault", ["doubled", "silent", "down", "broken"])
async def test_a_message_answered_twice_or_badly_or_not_at_all_is_an_error(tmp_path: Path, fault: str) -> None:
    report = await played(tmp_path, fault)
    assert report.errors > 0
    assert not report.ok


async def test_a_message_sent_again_must_bring_the_same_answer(tmp_path: Path) -> None:
    right, wrong = await played(tmp_path, repeats_itself=1), await played(tmp_path, "repeated", repeats_itself=1)
    assert right.ok
    assert not wrong.ok


async def test_what_cannot_be_seen_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    class Closed(FakeShop):
        async def notices(self) -> None:  # type: ignore[override]
            return None

    report = await simulate(Closed(), plain(tmp_path), conversations=2, concurrency=1, seed=7)
    assert report.as_json()["books"]["notices"] is None
    assert report.ok
