"""The team on both stores: one use of a link, an owner always left, and who is seen where."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from app.accounts import service as accounts
from app.accounts.service import LastOwner, Member
from app.core.db import Database
from tests.clocks import FixedClock

GOOD = "tres palabras juntas"


def team(db: Database) -> dict[str, Member]:
    return {member.name: member for member in db.read_now(accounts.members)}


def owner_of(db: Database, clock: FixedClock) -> int:
    db.write_now(lambda conn: accounts.set_password(conn, GOOD, clock.now()))
    return team(db)["owner"].id


async def test_of_two_who_use_one_link_at_once_only_one_comes_in(db: Database, clock: FixedClock) -> None:
    owner_of(db, clock)
    token = db.write_now(lambda conn: accounts.invite(conn, "staff", clock.now()))
    came = await asyncio.gather(
        *(accounts.enter_by(db, clock, token, name, GOOD) for name in ("rosa", "luis")), return_exceptions=True
    )
    assert sum(isinstance(one, str) for one in came) == 1
    assert len(team(db)) == 2


async def test_who_came_in_is_seen_and_who_is_shut_out_is_not(db: Database, clock: FixedClock) -> None:
    owner_of(db, clock)
    token = db.write_now(lambda conn: accounts.invite(conn, "owner", clock.now()))
    assert await accounts.enter_by(db, clock, token, "Rosa", GOOD)
    rosa = team(db)["rosa"]
    assert (rosa.role, rosa.disabled, rosa.seen_at) == ("owner", False, clock.now())
    assert db.write_now(lambda conn: accounts.switch_off(conn, rosa.id))
    assert team(db)["rosa"].seen_at is None
    assert db.write_now(lambda conn: accounts.reset_link(conn, rosa.id, clock.now())) is None


async def test_of_two_owners_one_is_always_left(db: Database, clock: FixedClock) -> None:
    first = owner_of(db, clock)
    token = db.write_now(lambda conn: accounts.invite(conn, "owner", clock.now()))
    await accounts.enter_by(db, clock, token, "rosa", GOOD)
    second = team(db)["rosa"].id

    def end(id_: int) -> object:
        def work(conn: Connection) -> bool:
            return accounts.switch_off(conn, id_)

        return db.write(work)

    ended = await asyncio.gather(end(first), end(second), return_exceptions=True)  # type: ignore[call-overload]
    assert sum(isinstance(one, LastOwner) for one in ended) == 1
    assert [member.disabled for member in team(db).values()].count(False) == 1


def test_a_link_ends_with_its_day(db: Database, clock: FixedClock) -> None:
    owner = owner_of(db, clock)
    token = db.write_now(lambda conn: accounts.reset_link(conn, owner, clock.now()))
    assert token
    later = clock.now() + timedelta(hours=24)
    assert db.read_now(lambda conn: accounts.door_of(conn, token, later)) is None
    door = db.read_now(lambda conn: accounts.door_of(conn, token, later - timedelta(seconds=1)))
    assert door is not None
    assert door.name == "owner"


@pytest.mark.parametrize("token", ["", "null", "\x00", "ñ"])
def test_what_is_no_link_opens_nothing(db: Database, clock: FixedClock, token: str) -> None:
    assert db.read_now(lambda conn: accounts.door_of(conn, token, clock.now())) is None
