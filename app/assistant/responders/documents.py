"""What the shop's documents say: the sentence that answers, as it is written there, and where it stands."""

from __future__ import annotations

from typing import Any

from app.assistant.responders.answers import with_note
from app.assistant.responders.faq import TRUSTED, best_faq, faq_about, names_said
from app.assistant.responders.hears import SURE_OF_ORDER, WORD, hears, specific_words, words_of
from app.assistant.responders.traits import sizes_and_colours
from app.assistant.turn import Asked, Part, Source, Turn
from app.core.text import fold
from app.knowledge.service import HOW_MUCH, Hit, quote
from app.nlu.service import stem

NEARLY = 0.1
RULE = 0.27  # "si me atraso, ¿cuánto me lo guardan?" is a question about rules, which are what documents hold
LINKS = ("y", "and")
ASKING = tuple((word,) for word in "hay tienen tiene tenes venden aceptan hacen dan do does is are".split())


def best_document(turn: Turn, asked: Asked, subject: str) -> Hit | None:
    """The passage that reaches `min_score` before any FAQ, if it speaks of what is asked beyond its subject and products.

    "¿cómo se lava el sweater?" asks for more than a sweater: what the shop's sheet and menu know by themselves is not
    looked up in a document.
    """
    hit = next((hit for hit in asked.hits if hit.type == "doc"), None)
    if asked.certain or hit is None or hit.score < _least(turn, asked):
        return None
    beyond = specific_words(subject, asked.said) - names_said(turn, asked) - _of_the_menu(turn, asked)
    if _goes_on(turn, asked) or (beyond and hit.score >= TRUSTED):
        return hit
    written = {stem(word) for word in WORD.findall(fold(f"{hit.entry.place} {hit.entry.body}"))}
    return hit if any(stem(word) in written for word in beyond) else None


def _least(turn: Turn, asked: Asked) -> float:
    """The score a passage needs: `min_score` and more than any FAQ has; less for a question about rules."""
    best = max((hit.score for hit in asked.hits if hit.type == "faq"), default=0.0)
    least = turn.settings.retrieval.min_score
    return max(RULE, best - NEARLY) if hears("rule", asked.said) and best < least else max(least, best)


def _goes_on(turn: Turn, asked: Asked) -> bool:
    """ "¿Y los jeans?" after an answer in the shop's own words: about the same of something else."""
    begins = asked.clause.tokens[:1]
    return bool(begins) and begins[0] in LINKS and "faq" in _topic(turn).get("subjects", ())


def _topic(turn: Turn) -> dict[str, Any]:
    topic: dict[str, Any] = turn.state.get("topic", {})
    return topic


def _of_the_menu(turn: Turn, asked: Asked) -> set[str]:
    """The words of categories, sizes, colours and prices in it: what the menu itself answers."""
    kinds = {word for name in turn.tools.categories() for word in WORD.findall(fold(name))}
    chosen = {name for names in sizes_and_colours(asked.clause.folded) for name in names}
    sums = (
        {word for word in WORD.findall(asked.clause.folded) if word.isdigit()} if asked.clause.entities.money else set()
    )
    return kinds | chosen | sums | set(words_of("axes"))


def is_written(turn: Turn, asked: Asked) -> bool:
    """The shop has written about it what a customer asks of orders: nothing is to be done, only told."""
    faq = best_faq(turn, asked)
    asks = asked.label != "order" or is_asking(asked)
    vague = asked.label == "order" and asked.score < SURE_OF_ORDER
    likelier = faq is not None and (vague or (asks and faq.score > asked.score))
    if best_document(turn, asked, "orders") is not None or likelier:
        return True
    return faq_about(turn, asked, "orders", instead_of_data=True) is not None


def is_asking(asked: Asked) -> bool:
    """Put as a question, with its mark or, as people type, without: "hay mesas afuera"."""
    return "?" in asked.clause.text or asked.clause.tokens[:1] in ASKING


def document_part(turn: Turn, asked: Asked, hit: Hit, *, intent: str, score: float) -> Part:
    """The fact, then its source in one short clause; with a note if that is another language than the customer's."""
    entry = hit.entry
    before = (
        [word for word in _topic(turn).get("said", "").split() if word in HOW_MUCH] if _goes_on(turn, asked) else []
    )
    fact = quote([*before, *asked.said.split()], entry.body, entry.place)
    key = "document.cited_at" if entry.place else "document.cited"
    text = turn.voice.say(key, fact=_ended(fact), title=entry.title, place=entry.place)
    text = with_note(turn, text, entry.language or turn.settings.business.language)
    turn.trace.note("doc", f"{hit.id} {hit.score:.2f}")
    used = Source("doc", hit.id, hit.title, round(hit.score, 4), used=True)
    return Part((asked.at,), text, intent, "doc", score, used=(used,))


def _ended(fact: str) -> str:
    """With the full stop that bullets and rows of tables lack."""
    return fact.rstrip(" ,;:") + "." if fact and fact[-1] not in ".!?…\"'»”)" else fact
