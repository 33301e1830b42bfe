"""Accounts on both stores: passwords, tries, sessions and the set-up link."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, select

from app.accounts import service as accounts
from app.accounts.attempts import BY_ACCOUNT, BY_ADDRESS, attempt, forgive
from app.accounts.models import login_attempts, panel_sessions, users
from app.accounts.passwords import PasswordRefused, check_new_password
from app.accounts.sessions import Signed, close_all, find_session, open_session
from app.core.db import Database
from tests.clocks import FixedClock

BASE = "http://tienda.test"
PASSWORD = "tres palabras juntas"


@pytest.fixture
def owner(db: Database, clock: FixedClock) -> int:
    """Ana, the owner, with a password."""

    def make(conn: Connection) -> int:
        accounts.set_password(conn, PASSWORD, clock.now())
        return int(conn.execute(select(users.c.id)).scalar_one())

    return db.write_now(make)


def seen(db: Database, token: str, clock: FixedClock) -> Signed | None:
    return db.read_now(lambda conn: find_session(conn, token, clock.now()))


async def test_the_owner_signs_in_and_the_session_says_who_it_is(db: Database, clock: FixedClock, owner: int) -> None:
    token = await accounts.sign_in(db, clock, " Owner ", PASSWORD, "1.2.3.4")
    assert token
    signed = seen(db, token, clock)
    assert signed is not None
    assert (signed.user_id, signed.name, signed.is_owner) == (owner, "owner", True)
    assert await accounts.sign_in(db, clock, "owner", PASSWORD + " ", "1.2.3.4") is None
    assert await accounts.sign_in(db, clock, "nadie", PASSWORD, "1.2.3.4") is None


async def test_somebody_switched_off_does_not_enter_and_falls_out(db: Database, clock: FixedClock, owner: int) -> None:
    token = await accounts.sign_in(db, clock, "owner", PASSWORD, "1.2.3.4")
    assert token
    db.write_now(lambda conn: conn.execute(users.update().values(disabled=True)))
    assert seen(db, token, clock) is None
    assert await accounts.sign_in(db, clock, "owner", PASSWORD, "1.2.3.4") is None


@pytest.mark.parametrize("password", ["", "corta12", "a" * 257, "12345678", "PASSWORD1", "aaaaaaaaaa", "abababababab"])
def test_passwords_everybody_tries_first_are_refused_with_a_reason(password: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        check_new_password(password)
    assert str(refused.value)


def test_admin_password_only_has_to_be_long_enough(db: Database, clock: FixedClock) -> None:
    with pytest.raises(PasswordRefused):
        db.write_now(lambda conn: accounts.ensure_owner_password(conn, "corta12", clock.now()))
    assert db.write_now(lambda conn: accounts.ensure_owner_password(conn, "12345678", clock.now()))


@pytest.mark.usefixtures("owner")
def test_tries_end_at_the_limit_and_come_back_one_by_one(db: Database, clock: FixedClock) -> None:
    def one(address: str) -> int:
        return db.write_now(lambda conn: attempt(conn, "owner", address, clock.now()))

    for n in range(BY_ACCOUNT):
        assert one(f"10.0.0.{n}") == 0
        clock.advance(seconds=10)
    wait = one("10.0.1.1")
    assert 0 < wait <= 15 * 60
    clock.advance(seconds=wait)
    assert one("10.0.1.1") == 0
    assert one("10.0.1.1") > 0


def test_a_try_that_is_refused_is_not_counted(db: Database, clock: FixedClock) -> None:
    def all_tries(conn: Connection) -> list[int]:
        return [attempt(conn, f"nombre{n}", "10.0.0.1", clock.now()) for n in range(BY_ADDRESS + 20)]

    waits = db.write_now(all_tries)
    assert [bool(wait) for wait in waits] == [False] * BY_ADDRESS + [True] * 20
    assert len(db.read_now(lambda conn: conn.execute(select(login_attempts)).all())) == 2 * BY_ADDRESS


def test_a_right_password_forgives_the_account_and_only_its_own_try_of_the_address(
    db: Database, clock: FixedClock
) -> None:
    def work(conn: Connection) -> None:
        for name in ("owner", "beto", "owner"):
            attempt(conn, name, "10.0.0.1", clock.now())
        forgive(conn, "owner", "10.0.0.1")

    db.write_now(work)
    keys = db.read_now(lambda conn: list(conn.execute(select(login_attempts.c.key)).scalars()))
    assert sorted(key.partition(":")[0] for key in keys) == ["account", "address", "address"]


def test_links_are_single_use_and_end_with_the_first_password(db: Database, clock: FixedClock) -> None:
    from app.accounts.setup import use_link

    links = [db.write_now(lambda conn: accounts.setup_link(conn, BASE + "/", clock.now())) for _ in range(2)]
    tokens = [str(link).removeprefix(f"{BASE}/admin/setup?token=") for link in links]
    assert all(db.read_now(lambda conn, t=token: accounts.link_is_good(conn, t, clock.now())) for token in tokens)
    assert db.write_now(lambda conn: use_link(conn, tokens[0], "hash", clock.now()))
    for token in tokens:
        assert db.write_now(lambda conn, t=token: use_link(conn, t, "otro", clock.now())) is None
    assert db.write_now(lambda conn: accounts.setup_link(conn, BASE, clock.now())) is None


def test_a_link_lives_a_day(db: Database, clock: FixedClock) -> None:
    link = db.write_now(lambda conn: accounts.setup_link(conn, BASE, clock.now()))
    token = str(link).partition("token=")[2]
    clock.advance(hours=23, minutes=59)
    assert db.read_now(lambda conn: accounts.link_is_good(conn, token, clock.now()))
    clock.advance(minutes=1)
    assert not db.read_now(lambda conn: accounts.link_is_good(conn, token, clock.now()))


def test_a_new_password_ends_all_sessions_and_old_ones_are_swept(db: Database, clock: FixedClock, owner: int) -> None:
    tokens = [db.write_now(lambda conn: open_session(conn, owner, clock.now())) for _ in range(3)]
    assert all(seen(db, token, clock) for token in tokens)
    db.write_now(lambda conn: close_all(conn, owner))
    assert not any(seen(db, token, clock) for token in tokens)
    db.write_now(lambda conn: open_session(conn, owner, clock.now()))
    clock.advance(days=31)
    db.write_now(lambda conn: open_session(conn, owner, clock.now()))
    assert len(db.read_now(lambda conn: conn.execute(select(panel_sessions)).all())) == 1


def test_a_visit_within_minutes_of_the_last_writes_nothing(db: Database, clock: FixedClock, owner: int) -> None:
    token = db.write_now(lambda conn: open_session(conn, owner, clock.now()))
    clock.advance(minutes=4)
    first = seen(db, token, clock)
    clock.advance(minutes=2)
    second = seen(db, token, clock)
    assert first is not None
    assert second is not None
    assert (first.stale, second.stale) == (False, True)
    db.write_now(lambda conn: accounts.touch(conn, second.session, clock.now()))
    third = seen(db, token, clock)
    assert third is not None
    assert not third.stale
