"""«Por qué respondió eso»: how an answer of the trial console was made, as values for its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.assistant.service import Tried
from app.catalog import service as catalog
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

PHONE_END = 3
MOST_CUES = 6
MOST_INTENTS = 4


@dataclass(frozen=True)
class Said:
    """One thing of the message: the intent it was taken for, and who answered it (empty: nobody)."""

    text: str
    label: str
    by: str


@dataclass(frozen=True)
class Wanted:
    """One line the order parser read: what it does (`add`, `remove`, `unknown`…), the words, the product, how many."""

    act: str
    words: str
    product: str
    qty: str


@dataclass(frozen=True)
class How:
    """All that the page tells of one answer. `cues`: (intent, the rule's words)."""

    tried: Tried
    intents: list[tuple[str, float]]
    said: list[Said]
    cues: list[tuple[str, str]]
    entities: list[tuple[str, str]]
    wanted: list[Wanted]
    steps: list[tuple[str, str]]
    faq: str
    verdict: str = ""

    @property
    def knew(self) -> bool:
        """It was answered, and not by admitting that it was not understood."""
        return self.tried.answer is not None and self.tried.answer.understood

    @property
    def best(self) -> float:
        """The score of what fits best, used or not."""
        return max((source.score for source in self.tried.answer.sources), default=0.0) if self.tried.answer else 0.0

    def ms(self, stage: str) -> float:
        return float(self.tried.trace.spent.get(stage, 0.0))


async def explain(call: Call, tried: Tried, verdict: str = "") -> How:
    """Two short reads at most: the names of what the order parser read."""
    trace = tried.trace
    changes = [] if trace.reading is None else [*trace.reading.changes, *trace.reading.unclear, *trace.reading.unknown]
    skus = {sku for change in changes if (sku := _sku(change))}
    names = await call.house.db.read(lambda conn: _names(conn, skus)) if skus else {}
    answer = tried.answer
    return How(
        tried=tried,
        intents=[(intent.name, intent.score) for intent in answer.intents][:MOST_INTENTS] if answer else [],
        said=_said(tried),
        cues=_cues(call, tried),
        entities=list(_entities(tried)),
        wanted=[_wanted(change, names) for change in changes],
        steps=trace.steps,
        faq=_faq(tried),
        verdict=verdict,
    )


def _said(tried: Tried) -> list[Said]:
    by = {at: responder for responder, places in tried.trace.made for at in places}
    return [Said(one.clause.text, one.label, by.get(one.at, "")) for one in tried.trace.asked]


def _cues(call: Call, tried: Tried) -> list[tuple[str, str]]:
    """The rules that fired, each once."""
    trace = call.house.mind.current.understander.trace
    found = trace(tried.text, default_language=call.settings.business.language) if tried.trace.analysis else ()
    return list(dict.fromkeys((intent, cue) for clause in found for intent, cue, _ in clause.cues))[:MOST_CUES]


def _entities(tried: Tried) -> Iterator[tuple[str, str]]:
    """What of a known kind was said; of a phone number only its end."""
    if tried.trace.analysis is None:
        return
    found = tried.trace.analysis.entities
    for mention in tried.trace.analysis.mentions:
        yield "product", mention.words
    yield from (("money", f"{one.value.amount:f} {one.value.currency}".strip()) for one in found.money)
    yield from (("time", f"{one.value.hour}:{one.value.minute:02}") for one in found.times)
    text = tried.trace.analysis.text
    yield from (("day", text[one.start : one.end]) for one in found.days)
    yield from (("phone", f"…{one.value[-PHONE_END:]}") for one in found.phones)
    yield from (("email", one.value) for one in found.emails)
    yield from (("name", one.value) for one in found.names)


def _names(conn: Connection, skus: set[str]) -> dict[str, str]:
    return {sku: product.name for sku, product in catalog.by_sku(conn, list(skus)).items()}


def _sku(change: Any) -> str:
    line = getattr(change, "line", None)
    return str(line.product_id) if line is not None else ""


def _wanted(change: Any, names: dict[str, str]) -> Wanted:
    line = getattr(change, "line", None)
    qty = line.qty if line is not None else getattr(change, "qty", None)
    sku = _sku(change)
    return Wanted(
        act=type(change).__name__.lower(),
        words=change.words,
        product=names.get(sku, sku),
        qty="" if qty is None else f"{qty.normalize():f}",
    )


def _faq(tried: Tried) -> str:
    """The question of the shop's own answer that was given; empty where none was."""
    sources = tried.answer.sources if tried.answer else []
    return next((source.title for source in sources if source.used and source.type == "faq"), "")
