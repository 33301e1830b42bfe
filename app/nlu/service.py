"""Understanding: one pass over what somebody wrote yields language, words, intents, products and days."""

from __future__ import annotations

from app.nlu.analysis import Analysis, Clause, Clock, DayRef, Entities, Entity, Intent, Mention, Money
from app.nlu.assent import affirmation
from app.nlu.days import days_in
from app.nlu.embedder.base import Access, Embedder, Scale
from app.nlu.embedder.choose import embedder_of
from app.nlu.embedder.meanings import Meanings
from app.nlu.intents import Trace
from app.nlu.lexicon import Lexicon
from app.nlu.names import called, name_alone
from app.nlu.normalise import Normalised, normalise
from app.nlu.numbers import quantities
from app.nlu.orders.changes import (
    Add,
    Alter,
    Change,
    Empty,
    Reading,
    Remove,
    Replace,
    SetQuantity,
    Unclear,
    Unknown,
    Waiting,
    applied,
)
from app.nlu.orders.lines import ExtraKind, Line, SaidExtra, merged
from app.nlu.orders.measures import in_unit
from app.nlu.orders.parser import OrderParser
from app.nlu.orders.sold import Addition, Axis, Sold, Value
from app.nlu.stem import stem
from app.nlu.understand import Understander
from app.nlu.words import Language, words_of

__all__ = [
    "Access",
    "Add",
    "Addition",
    "Alter",
    "Analysis",
    "Axis",
    "Change",
    "Clause",
    "Clock",
    "DayRef",
    "Embedder",
    "Empty",
    "Entities",
    "Entity",
    "ExtraKind",
    "Intent",
    "Language",
    "Lexicon",
    "Line",
    "Meanings",
    "Mention",
    "Money",
    "Normalised",
    "OrderParser",
    "Reading",
    "Remove",
    "Replace",
    "SaidExtra",
    "Scale",
    "SetQuantity",
    "Sold",
    "Trace",
    "Unclear",
    "Understander",
    "Unknown",
    "Value",
    "Waiting",
    "affirmation",
    "applied",
    "called",
    "days_in",
    "embedder_of",
    "in_unit",
    "merged",
    "name_alone",
    "normalise",
    "quantities",
    "stem",
    "words_of",
]
