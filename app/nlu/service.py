"""Understanding: one pass over what somebody wrote yields language, words, intents, products and days."""

from __future__ import annotations

from app.nlu.analysis import Analysis, Clause, DayRef, Intent, Mention
from app.nlu.assent import affirmation
from app.nlu.intents import Trace
from app.nlu.lexicon import Lexicon
from app.nlu.normalise import Normalised, normalise
from app.nlu.stem import stem
from app.nlu.understand import Understander
from app.nlu.words import Language, words_of

__all__ = [
    "Analysis",
    "Clause",
    "DayRef",
    "Intent",
    "Language",
    "Lexicon",
    "Mention",
    "Normalised",
    "Trace",
    "Understander",
    "affirmation",
    "normalise",
    "stem",
    "words_of",
]
