"""What other rooms may ask of the figures: how it went, what was lost, and what customers thought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.analytics.lost import KINDS, Lost, LostOf, keep_lost, lost_between
from app.analytics.opinions import Satisfaction, ask_opinion, keep_opinion, satisfaction
from app.core.later import later

if TYPE_CHECKING:
    from app.analytics.export import TABLES, export_figures
    from app.analytics.report import Asked, Look, Period, Sums, asked_most, period
    from app.analytics.rollup import bounds, days_between, first_day, roll_up, to_roll_up

__getattr__ = later(__name__, "export", "report", "rollup")

__all__ = [
    "KINDS",
    "TABLES",
    "Asked",
    "Look",
    "Lost",
    "LostOf",
    "Period",
    "Satisfaction",
    "Sums",
    "ask_opinion",
    "asked_most",
    "bounds",
    "days_between",
    "export_figures",
    "first_day",
    "keep_lost",
    "keep_opinion",
    "lost_between",
    "period",
    "roll_up",
    "satisfaction",
    "to_roll_up",
]
