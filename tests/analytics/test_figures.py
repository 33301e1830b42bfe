"""Days rolled up: the same whether kept or counted now, as the messages and orders themselves say, and kept once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, func, insert, select, update

from app.analytics import service as analytics
from app.analytics.models import day_figures
from app.analytics.service import Look, Lost
from app.catalog.models import products
from app.chat import service as chat
from app.chat.messages import Reply, Said, Sender
from app.chat.models import messages
from app.core.db import Database
from app.orders import service as order_service
from app.orders.models import orders
from tools.seed_history import Past

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
ZONE = ZoneInfo("America/Managua")
WEEK = Look(date(2026, 11, 17), date(2026, 11, 23), ZONE)


@pytest.fixture
def db(db: Database) -> Database:
    """A database with one product."""
    db.write_now(lambda conn: conn.execute(insert(products).values(
        sku="nacatamal", name="Nacatamal", folded_name="nacatamal", price=12000, currency="NIO", categories=[],
        synonyms=[], options=[], extras=[], edited_fields=[], description="", available=True, enabled=True, unit="",
        tags="", best_seller=False, seasonal=False, image="", position=0, created_at=NOW, updated_at=NOW)))  # fmt: skip
    return db


@pytest.fixture
def past(db: Database) -> Database:
    """A month of 300 threads with 1,500 messages and 90 orders."""
    db.write_now(Past(NOW, "NIO", 300, 1_500, 90, 30).write)
    return db


def roll(db: Database, look: Look, now: datetime = NOW) -> int:
    days = analytics.days_between(look.since, look.until)
    return db.write_now(lambda conn: analytics.roll_up(conn, days, ZONE, now))


def test_a_period_is_the_same_counted_now_and_kept(past: Database) -> None:
    counted = past.read_now(lambda conn: analytics.period(conn, WEEK))
    roll(past, WEEK)
    kept = past.read_now(lambda conn: analytics.period(conn, WEEK))
    assert kept.sums == counted.sums
    assert [kept.by_day(name) for name in ("talks", "sold", "slow_ms")] == [
        counted.by_day(name) for name in ("talks", "sold", "slow_ms")
    ]
    assert kept.sums["talks"] > 50


def test_the_figures_are_those_of_the_messages_and_orders_themselves(past: Database) -> None:
    since, until = analytics.bounds(WEEK.since, ZONE)[0], analytics.bounds(WEEK.until, ZONE)[1]

    def counted(conn: Connection) -> tuple[int, int, int]:
        said = select(func.count()).where(messages.c.created_at >= since, messages.c.created_at < until)
        sold = select(func.sum(orders.c.total)).where(orders.c.day.between(*WEEK.days), orders.c.status != "cancelled")
        missed = said.where(messages.c.source == "fallback")
        return conn.execute(said).scalar_one(), conn.execute(sold).scalar_one(), conn.execute(missed).scalar_one()

    sums = past.read_now(lambda conn: analytics.period(conn, WEEK)).sums
    assert (sums["messages"], sums["sold"], sums["missed"]) == past.read_now(counted)
    by_product = past.read_now(lambda conn: order_service.sold_by_product(conn, *WEEK.days))
    assert sum(one.total for one in by_product) == sums["sold"]


def test_channels_add_up_to_all_of_them(past: Database) -> None:
    whole = past.read_now(lambda conn: analytics.period(conn, WEEK))
    parts = [
        past.read_now(lambda conn, name=name: analytics.period(conn, Look(WEEK.since, WEEK.until, ZONE, name)))
        for name in ("web", "whatsapp", "telegram")
    ]
    for name in ("talks", "orders", "sold", "lost", "handed"):
        assert sum(part.sums[name] for part in parts) == whole.sums[name] > 0, name


def test_only_settled_days_are_kept_and_each_once(past: Database) -> None:
    assert roll(past, WEEK) == 0
    assert roll(past, WEEK) == 0
    kept = past.read_now(lambda conn: conn.execute(select(day_figures.c.day).distinct()).scalars().all())
    assert sorted(kept) == [f"2026-11-{day}" for day in (17, 18, 19, 20)]  # the 21st ended less than two days ago


def test_an_order_called_off_the_day_after_is_seen(past: Database) -> None:
    yesterday = Look(date(2026, 11, 22), date(2026, 11, 22), ZONE)
    roll(past, WEEK)
    before = past.read_now(lambda conn: analytics.period(conn, yesterday)).sums
    past.write_now(
        lambda conn: conn.execute(update(orders).where(orders.c.day == "2026-11-22").values(status="cancelled"))
    )
    after = past.read_now(lambda conn: analytics.period(conn, yesterday)).sums
    assert before["orders"] > 0
    assert (after["orders"], after["sold"]) == (0, 0)
    assert after["cancelled"] == before["orders"] + before["cancelled"]


def test_a_shop_without_a_past_has_no_figures(db: Database) -> None:
    assert db.read_now(lambda conn: analytics.period(conn, WEEK)).sums["talks"] == 0
    assert db.read_now(lambda conn: analytics.first_day(conn, ZONE, WEEK.until)) == WEEK.until


def thread_of(conn: Connection, who: str = "carla") -> chat.Conversation:
    return chat.current_conversation(conn, Sender("web", "", who), now=NOW)


def lose(db: Database, *lost: Lost, who: str = "carla", now: datetime = NOW) -> None:
    def work(conn: Connection) -> None:
        day = now.astimezone(ZONE).date().isoformat()
        id_ = thread_of(conn, who).id
        analytics.keep_lost(conn, lost, conversation_id=id_, channel="web", branch="", day=day, now=now)

    db.write_now(work)


def test_the_same_wish_counts_once_a_day_in_a_conversation_and_once_for_each_customer(db: Database) -> None:
    lose(db, Lost("missing", "sushi"), Lost("missing", "sushi"))
    lose(db, Lost("missing", "sushi"))
    lose(db, Lost("missing", "Sushi"), who="dario")
    lose(db, Lost("sold_out", "Baho"))
    found = db.read_now(lambda conn: analytics.lost_between(conn, *WEEK.days))
    assert [(one.kind, one.talks) for one in found] == [("missing", 2), ("sold_out", 1)]


def test_what_was_noted_goes_with_its_conversation(db: Database) -> None:
    lose(db, Lost("missing", "sushi al 8888 1234 567"))
    [one] = db.read_now(lambda conn: analytics.lost_between(conn, *WEEK.days))
    assert "8888" not in one.what
    db.write_now(lambda conn: chat.forget(conn, one.thread))
    assert db.read_now(lambda conn: analytics.lost_between(conn, *WEEK.days)) == []


def test_an_opinion_is_asked_once_for_ever_and_kept_as_said(db: Database) -> None:
    def ask(conn: Connection) -> bool:
        return analytics.ask_opinion(
            conn, thread_of(conn).id, channel="web", branch="", day="2026-11-23", now=NOW + timedelta(days=1)
        )

    assert db.write_now(ask)
    assert not db.write_now(ask)
    assert db.write_now(lambda conn: analytics.keep_opinion(conn, thread_of(conn).id, 3))
    assert not db.write_now(lambda conn: analytics.keep_opinion(conn, "nobody", 3))
    said = db.read_now(lambda conn: analytics.satisfaction(conn, *WEEK.days))
    assert (said.asked, said.answered, said.well) == (1, 1, 1)


def test_questions_that_differ_in_signs_are_one_and_what_was_not_understood_is_told(db: Database) -> None:
    def talk(conn: Connection) -> None:
        for text, intent in (("¿Tienen WiFi?", "faq"), ("tienen wifi", "faq"), ("¿arreglan bicis?", "out_of_scope")):
            chat.record(conn, thread_of(conn), [Said("customer", Reply(text), intent)], now=NOW)

    db.write_now(talk)
    asked = db.read_now(lambda conn: analytics.asked_most(conn, WEEK))
    assert [(one.count, one.missed) for one in asked] == [(2, 0), (1, 1)]
