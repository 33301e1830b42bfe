"""How a page tells times and money: in the shop's zone, language and currency, as people say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from app.core import money
from app.web.words import say


@dataclass(frozen=True)
class Telling:
    """`now` is the shop's; a moment given is of any zone."""

    language: str
    timezone: str
    now: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def clock(self, moment: datetime) -> str:
        """`14:05`."""
        return f"{moment.astimezone(self.zone):%H:%M}"

    def day(self, moment: datetime | date) -> str:
        """`hoy`, `ayer`, else `dom 22 nov`, with the year where it is another one."""
        today = self.now.astimezone(self.zone).date()
        its = moment.astimezone(self.zone).date() if isinstance(moment, datetime) else moment
        away = (today - its).days
        if away in (0, 1):
            return say("time.today" if away == 0 else "time.yesterday", self.language)
        from babel.dates import format_date

        written = format_date(its, "EEE d MMM" if its.year == today.year else "d MMM y", locale=self.language)
        return written.replace(".", "")

    def moment(self, moment: datetime) -> str:
        """`14:05` of today, else with its day: `ayer 14:05`."""
        if moment.astimezone(self.zone).date() == self.now.astimezone(self.zone).date():
            return self.clock(moment)
        return f"{self.day(moment)} {self.clock(moment)}"

    def minutes(self, moment: datetime) -> int:
        """Whole minutes since then; 0 for what is to come."""
        return max(0, int((self.now - moment).total_seconds() // 60))

    def ago(self, moment: datetime) -> str:
        """`recién`, `hace 5 min`, `hace 3 h`, else the day."""
        minutes = self.minutes(moment)
        if minutes < 1:
            return say("time.just_now", self.language)
        if minutes < 60:
            return say("time.minutes_ago", self.language, count=minutes)
        if minutes < 24 * 60:
            return say("time.hours_ago", self.language, count=minutes // 60)
        return self.day(moment)

    def money(self, minor: int, currency: str) -> str:
        """`C$ 1,240`."""
        return money.show(minor, currency, self.language)
