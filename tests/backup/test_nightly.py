"""Each night's backup: made once, tried, the last seven kept; what goes wrong is told and stops nothing (TRUST U-07)."""

from __future__ import annotations

import contextlib
import sqlite3
import zipfile
from pathlib import Path

import pytest

from app.backup import nightly
from app.backup.nightly import choose_hour, hour_of, last_night, unwell
from app.core import jobs
from app.night import BACKUP, put_night
from app.wiring import House


async def night(house: House, hour: int = 4) -> None:
    """The night's jobs are put down at that hour, and done."""
    now = house.clock.now()
    house.db.write_now(lambda conn: put_night(conn, now.replace(hour=hour), now))
    await house.worker.run_until_idle()


def kept(house: House) -> list[Path]:
    return sorted((house.home / nightly.FOLDER).glob(f"{nightly.PREFIX}-*.zip"))


async def test_one_is_made_a_night_however_often_it_is_asked_for(house: House) -> None:
    await night(house)
    await night(house)
    (only,) = kept(house)
    with zipfile.ZipFile(only) as zipped:
        assert {"manifest.json", "db.sqlite", "config.yaml"} <= set(zipped.namelist())
    told = house.db.read_now(last_night)
    assert told is not None and (told.name, told.size, told.wrong) == (only.name, only.stat().st_size, "")


async def test_nothing_is_made_before_the_hour_nor_where_the_owner_wants_none(house: House) -> None:
    await night(house, hour=2)
    assert kept(house) == []
    house.db.write_now(lambda conn: choose_hour(conn, None))
    assert house.db.read_now(hour_of) is None
    await night(house, hour=23)
    assert kept(house) == []
    house.db.write_now(lambda conn: choose_hour(conn, 0))
    await night(house, hour=0)
    assert len(kept(house)) == 1


async def test_the_last_seven_are_kept_and_what_was_made_by_hand_stays(house: House) -> None:
    by_hand = house.home / nightly.FOLDER / "tendero-2026-01-01-000000.zip"
    by_hand.parent.mkdir(parents=True, exist_ok=True)
    by_hand.write_bytes(b"mine")
    names = []
    for _ in range(9):
        await night(house)
        names.append(kept(house)[-1].name)
        house.clock.advance(days=1)  # type: ignore[attr-defined]
    assert [path.name for path in kept(house)] == names[-7:]
    assert by_hand.read_bytes() == b"mine"


async def test_a_full_disk_is_told_and_the_job_is_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(nightly, "make", full)
    await night(house)
    told = house.db.read_now(last_night)
    assert told is not None and "No space left" in told.wrong and kept(house) == []
    day = house.clock.now().date().isoformat()
    found = house.db.read_now(lambda conn: jobs.find(conn, BACKUP, day))
    assert found is not None and found[1] == "done"


async def test_one_that_nobody_could_go_back_to_is_told_kept_and_replaced_and_no_sound_one_goes_for_it(
    house: House,
) -> None:
    for _ in range(nightly.KEPT):
        await night(house)
        house.clock.advance(days=1)  # type: ignore[attr-defined]
    sound = kept(house)
    config = house.home / "config.yaml"
    good = config.read_text("utf-8")
    config.write_text("business: [", "utf-8")
    bad = []
    for _ in range(2):
        await night(house)
        bad.append(kept(house)[-1])
        told = house.db.read_now(lambda conn: unwell(conn, house.clock.now()))
        assert told is not None and told.name == bad[-1].name and "configuración" in told.wrong
        assert kept(house) == [*sound, bad[-1]]
        house.clock.advance(days=1)  # type: ignore[attr-defined]
    config.write_text(good, "utf-8")
    await night(house)
    assert set(bad).isdisjoint(kept(house)) and len(kept(house)) == nightly.KEPT
    assert house.db.read_now(lambda conn: unwell(conn, house.clock.now())) is None


async def test_a_damaged_database_is_found_out_in_its_own_night(house: House) -> None:
    with contextlib.closing(sqlite3.connect(house.home / "var" / "db.sqlite")) as conn:
        conn.execute(
            "INSERT INTO message (id, conversation_id, channel, user_id, speaker, author, text, intent, source, out,"
            " reply_to, external_id, feedback, created_at)"
            " VALUES ('lost', 'nobody', 'web', 'u', 'customer', '', 'hola', '', '', '{}', '', '', '', '2026-01-01')"
        )
        conn.commit()
    await night(house)
    told = house.db.read_now(last_night)
    assert told is not None and "dañada" in told.wrong


async def test_the_owner_is_told_when_none_was_made_for_more_than_eight_days(house: House) -> None:
    def told() -> nightly.Night | None:
        return house.db.read_now(lambda conn: unwell(conn, house.clock.now()))

    assert told() is None
    await night(house)
    house.clock.advance(days=8)  # type: ignore[attr-defined]
    assert told() is None
    house.clock.advance(minutes=1)  # type: ignore[attr-defined]
    assert told() is not None
    house.db.write_now(lambda conn: choose_hour(conn, None))
    assert told() is None
