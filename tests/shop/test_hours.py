"""Opening hours: every rule of the contract, by the clock on the shop's wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.shop.hours import WeekHours, resolve_day
from app.shop.mistakes import Amiss
from tests.sizes import size

START = datetime(2026, 1, 1, tzinfo=UTC)
MANAGUA = ZoneInfo("America/Managua")
SHOP = {
    "mon_fri": "8:00-12:00, 14:00-18:00",
    "sat": "9:00-14:00",
    "sun": "cerrado",
    "holidays": {"2026-12-24": "8:00-12:00", "2026-12-25": "cerrado", "2026-12-31": "20:00-03:00"},
}
NIGHT = {"thu_sat": "18:00-02:00", "sun": "12:00-22:30"}


def at(text: str, zone: ZoneInfo = MANAGUA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def wall(moment: datetime | None) -> str:
    return moment.strftime("%m-%d %H:%M") if moment else ""


# 2026-11-23 is a Monday.
@pytest.mark.parametrize(
    ("hours", "now", "open_now", "until", "said", "opens", "opens_said"),
    [
        (SHOP, "2026-11-23T07:59", False, "", "", "11-23 08:00", "8:00"),
        (SHOP, "2026-11-23T08:00", True, "11-23 12:00", "12:00", "", ""),
        (SHOP, "2026-11-23T11:59", True, "11-23 12:00", "12:00", "", ""),
        (SHOP, "2026-11-23T12:00", False, "", "", "11-23 14:00", "14:00"),
        (SHOP, "2026-11-23T17:59", True, "11-23 18:00", "18:00", "", ""),
        (SHOP, "2026-11-23T18:00", False, "", "", "11-24 08:00", "8:00"),
        (SHOP, "2026-11-27T19:00", False, "", "", "11-28 09:00", "9:00"),
        (SHOP, "2026-11-28T14:00", False, "", "", "11-30 08:00", "8:00"),  # all of Sunday is skipped
        (SHOP, "2026-12-24T13:00", False, "", "", "12-26 09:00", "9:00"),  # Christmas is skipped
        (SHOP, "2026-12-25T10:00", False, "", "", "12-26 09:00", "9:00"),
        (SHOP, "2026-12-31T21:00", True, "01-01 03:00", "03:00", "", ""),
        (SHOP, "2027-01-01T02:59", True, "01-01 03:00", "03:00", "", ""),  # a holiday's evening spills over
        (SHOP, "2027-01-01T03:00", False, "", "", "01-01 08:00", "8:00"),
        (NIGHT, "2026-11-26T17:00", False, "", "", "11-26 18:00", "18:00"),
        (NIGHT, "2026-11-27T01:59", True, "11-27 02:00", "02:00", "", ""),
        (NIGHT, "2026-11-27T02:00", False, "", "", "11-27 18:00", "18:00"),
        (NIGHT, "2026-11-29T01:00", True, "11-29 02:00", "02:00", "", ""),
        (NIGHT, "2026-11-29T22:30", False, "", "", "12-03 18:00", "18:00"),
        ({}, "2026-11-23T03:00", True, "", "", "", ""),
        ({"daily": "24h"}, "2026-11-23T03:00", True, "", "", "", ""),
        ({"daily": "8:00-8:00"}, "2026-11-23T03:00", True, "", "", "", ""),  # touching spans are one
        ({"mon": "24h"}, "2026-11-23T12:00", True, "11-24 00:00", "24:00", "", ""),
        ({"mon": "24h", "tue": "0:00-10:00"}, "2026-11-23T12:00", True, "11-24 10:00", "10:00", "", ""),
        ({"mon": "20:00-02:00", "tue": "1:00-5:00"}, "2026-11-23T23:00", True, "11-24 05:00", "5:00", "", ""),
        ({"mon": "8:00-24:00"}, "2026-11-23T23:59", True, "11-24 00:00", "24:00", "", ""),
        ({"daily": "cerrado"}, "2026-11-23T12:00", False, "", "", "", ""),
        ({"daily": "closed", "holidays": {"2026-12-06": "9:00-10:00"}}, "2026-11-23T12:00", False, "", "", "12-06 09:00", "9:00"),
        ({"daily": "closed", "holidays": {"2027-01-06": "9:00-10:00"}}, "2026-11-23T12:00", False, "", "", "", ""),
        ({"holidays": {"2026-12-25": "cerrado"}}, "2026-12-24T12:00", True, "12-25 00:00", "24:00", "", ""),
        ({"holidays": {"2026-12-25": "cerrado"}}, "2026-12-25T12:00", False, "", "", "12-26 00:00", "0:00"),
        ({"mon": "8am-6:30pm"}, "2026-11-23T18:29", True, "11-23 18:30", "6:30pm", "", ""),
        ({"mon": "12am-12pm"}, "2026-11-23T11:59", True, "11-23 12:00", "12pm", "", ""),
    ],
)  # fmt: skip
def test_open_now_until_when_and_when_next(
    hours: dict[str, object], now: str, open_now: bool, until: str, said: str, opens: str, opens_said: str
) -> None:
    state = WeekHours.parse(hours).state(at(now))
    assert (state.open, wall(state.until), state.until_said) == (open_now, until, said)
    assert (wall(state.opens_at), state.opens_said) == (opens, opens_said)


@pytest.mark.parametrize(
    ("hours", "week"),
    [
        ({"daily": "1:00-2:00", "mon_fri": "3:00-4:00", "mon_tue": "5:00-6:00", "mon": "7:00-8:00"}, "7 5 3 3 3 1 1"),
        ({"mon": "7:00-8:00", "mon_sun": "3:00-4:00", "daily": "1:00-2:00"}, "7 3 3 3 3 3 3"),
        ({"sat_mon": "1:00-2:00"}, "1 - - - - 1 1"),  # over the week's end
        ({"sun_mon": "1:00-2:00", "sat_tue": "3:00-4:00"}, "1 3 - - - 3 1"),
        ({"mon_wed": "1:00-2:00", "wed_fri": "1:00-2:00"}, "1 1 1 1 1 - -"),  # same hours, no quarrel
        ({"mon_wed": "1:00-2:00", "wed_fri": "3:00-4:00", "wed": "5:00-6:00"}, "1 1 5 3 3 - -"),
        ({"mon": "cerrado", "daily": "1:00-2:00"}, "- 1 1 1 1 1 1"),
    ],
)
def test_the_more_specific_key_wins(hours: dict[str, object], week: str) -> None:
    said = [spans[0].start_said[0] if spans else "-" for spans in WeekHours.parse(hours).week]
    assert " ".join(said) == week


def test_holidays_beat_everything_and_are_told_apart() -> None:
    hours = WeekHours.parse(SHOP)
    assert hours.spans_on(date(2026, 12, 25)) == ()
    assert hours.is_holiday(date(2026, 12, 25))
    assert hours.state(at("2026-12-25T10:00")).is_holiday
    assert not hours.is_holiday(date(2026, 12, 26))


def test_the_week_is_grouped_for_speech_in_the_words_it_was_written() -> None:
    groups = WeekHours.parse(SHOP).groups
    assert [(one.first, one.last, one.said) for one in groups] == [
        ("mon", "fri", "8:00-12:00, 14:00-18:00"), ("sat", "sat", "9:00-14:00"), ("sun", "sun", ""),
    ]  # fmt: skip
    assert [(one.first, one.last) for one in WeekHours.parse({"daily": "24h"}).groups] == [("mon", "sun")]
    assert WeekHours.parse({}).groups == ()


def test_a_date_knows_the_evening_before() -> None:
    friday = WeekHours.parse(NIGHT).stretches_on(date(2026, 11, 27), at("2026-11-27T10:00"))
    assert [(wall(one.opens), wall(one.closes), one.spilled) for one in friday] == [
        ("11-26 18:00", "11-27 02:00", True), ("11-27 18:00", "11-28 02:00", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "now", "hours", "left"),
    [
        # New York, 8 March 2026: 2:00 does not exist. From 23:30 to 4:00 there are three hours and a half.
        ("America/New_York", "2026-03-07T23:30", {"sat": "20:00-04:00"}, timedelta(hours=3, minutes=30)),
        # 1 November 2026: 1:00 to 2:00 comes twice. From 23:30 to 4:00 there are five hours and a half.
        ("America/New_York", "2026-10-31T23:30", {"sat": "20:00-04:00"}, timedelta(hours=5, minutes=30)),
        # Santiago, 6 September 2026: midnight does not exist.
        ("America/Santiago", "2026-09-05T23:00", {"sat": "20:00-02:00"}, timedelta(hours=2)),
    ],
)
def test_when_the_clocks_change_the_time_left_is_real(
    zone: str, now: str, hours: dict[str, object], left: timedelta
) -> None:
    moment = at(now, ZoneInfo(zone))
    state = WeekHours.parse(hours).state(moment)
    assert state.until is not None
    assert state.until.astimezone(UTC) - moment.astimezone(UTC) == left


def test_the_hour_that_comes_twice_is_open_both_times() -> None:
    zone, hours = ZoneInfo("America/New_York"), WeekHours.parse({"sun": "0:30-3:00"})
    for fold in (0, 1):
        assert hours.state(datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold)).open
    assert not hours.state(datetime(2026, 11, 1, 3, 0, tzinfo=zone)).open


@pytest.mark.parametrize(
    "written",
    ["", "8", "8:00", "8:00-", "-8:00", "8:60-9:00", "24:00-25:00", "13pm-14pm", "0am-1am", "8:00-9:00;10:00-11:00",
     "abierto", "8:00-12:00,", "18:00-02:00, 20:00-21:00", "14:00-18:00, 8:00-12:00", "٨:00-9:00"],
)  # fmt: skip
def test_what_is_no_opening_hour_is_refused(written: str) -> None:
    with pytest.raises(Amiss):
        WeekHours.parse({"mon": written})


SPAN = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 23), st.integers(0, 59)).map(
    lambda t: f"{t[0]}:{t[1]:02}-{t[2]}:{t[3]:02}"
)
WEEK = st.dictionaries(st.sampled_from(["mon", "tue", "wed_sat", "sun", "daily", "sat_mon"]), SPAN, min_size=1)


@settings(max_examples=size(60, 5_000), deadline=None)
@given(
    WEEK,
    st.integers(0, 2 * 365 * 24 * 3600),
    st.sampled_from(["America/Managua", "Europe/Madrid"]),
)
def test_what_is_said_about_now_holds_a_second_before_and_at_the_change(
    written: dict[str, object], seconds: int, zone: str
) -> None:
    hours, moment = WeekHours.parse(written), (START + timedelta(seconds=seconds)).astimezone(ZoneInfo(zone))
    state = hours.state(moment)
    change = state.until if state.open else state.opens_at
    if change is None:
        return
    at_change = change.astimezone(UTC)
    assert at_change > moment.astimezone(UTC)
    assert hours.state((at_change - timedelta(seconds=1)).astimezone(ZoneInfo(zone))).open is state.open
    assert hours.state(at_change.astimezone(ZoneInfo(zone))).open is not state.open


@pytest.mark.parametrize(
    ("kind", "asked", "found"),
    [
        ("today", {}, "2026-11-25"), ("now", {}, "2026-11-25"), ("tomorrow", {}, "2026-11-26"),
        ("yesterday", {}, "2026-11-24"), ("weekday", {"weekday": 2}, "2026-11-25"),
        ("weekday", {"weekday": 1}, "2026-12-01"), ("weekday", {"weekday": 6}, "2026-11-29"),
        ("date", {"day": 25, "month": 12}, "2026-12-25"), ("date", {"day": 24, "month": 11}, "2027-11-24"),
        ("date", {"day": 25, "month": 11}, "2026-11-25"), ("date", {"day": 3}, "2026-12-03"),
        ("date", {"day": 31}, "2026-12-31"), ("date", {"day": 29, "month": 2}, "2028-02-29"),
        ("date", {"day": 31, "month": 2}, ""),
    ],
)  # fmt: skip
def test_the_day_a_customer_means(kind: str, asked: dict[str, int], found: str) -> None:
    day = resolve_day(date(2026, 11, 25), kind, **asked)  # a Wednesday
    assert (day.isoformat() if day else "") == found
