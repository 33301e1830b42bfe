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
from app.nlu.normalise import Normalised, normalise
from app.nlu.stem import stem
from app.nlu.understand import Understander
from app.nlu.words import Language, words_of

__all__ = [
    "Access",
    "Analysis",
    "Clause",
    "Clock",
    "DayRef",
    "Embedder",
    "Entities",
    "Entity",
    "Intent",
    "Language",
    "Lexicon",
    "Meanings",
    "Mention",
    "Money",
    "Normalised",
    "Scale",
    "Trace",
    "Understander",
    "affirmation",
    "days_in",
    "embedder_of",
    "normalise",
    "stem",
    "words_of",
]
