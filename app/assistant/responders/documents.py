"""What the shop's documents say: the sentence that answers, as it is written there, and where it stands."""

from __future__ import annotations

from app.assistant.responders.answers import with_note
from app.assistant.responders.faq import best_faq, faq_about, names_said
from app.assistant.responders.hears import WORD, specific_words, words_of
from app.assistant.responders.traits import sizes_and_colours
from app.assistant.turn import Asked, Part, Source, Turn
from app.core.text import fold
from app.knowledge.service import Hit, quote

BEGINNING = 4  # letters that tell a word from others: "lavo", "lava"


def best_document(turn: Turn, asked: Asked, subject: str) -> Hit | None:
    """The passage that reaches `min_score` before any FAQ, if it speaks of what is asked beyond its subject and products.

    "¿cómo se lava el sweater?" asks for more than a sweater: what the shop's sheet and menu know by themselves is not
    looked up in a document.
    """
    least = turn.settings.retrieval.min_score
    hit = next((hit for hit in asked.hits if hit.type in ("doc", "faq")), None)
    if asked.certain or hit is None or hit.type != "doc" or hit.score < least:
        return None
    beyond = specific_words(subject, asked.said) - names_said(turn, asked) - _of_the_menu(turn, asked)
    written = {word[:BEGINNING] for word in WORD.findall(fold(f"{hit.entry.place} {hit.entry.body}"))}
    return hit if any(word[:BEGINNING] in written for word in beyond) else None


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
    if best_document(turn, asked, "orders") is not None or (faq is not None and faq.score > asked.score):
        return True
    return faq_about(turn, asked, "orders", instead_of_data=True) is not None


def document_part(turn: Turn, asked: Asked, hit: Hit, *, intent: str, score: float) -> Part:
    """The fact, then its source in one short clause; with a note if that is another language than the customer's."""
    entry = hit.entry
    fact = quote(asked.said.split(), entry.body, entry.place)
    key = "document.cited_at" if entry.place else "document.cited"
    text = turn.voice.say(key, fact=_ended(fact), title=entry.title, place=entry.place)
    text = with_note(turn, text, entry.language or turn.settings.business.language)
    turn.trace.note("doc", f"{hit.id} {hit.score:.2f}")
    used = Source("doc", hit.id, hit.title, round(hit.score, 4), used=True)
    return Part((asked.at,), text, intent, "doc", score, used=(used,))


def _ended(fact: str) -> str:
    """With the full stop that bullets and rows of tables lack."""
    return fact.rstrip(" ,;:") + "." if fact and fact[-1] not in ".!?…\"'»”)" else fact
