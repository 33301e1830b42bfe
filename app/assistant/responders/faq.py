"""The shop's own answers: a FAQ above `retrieval.min_score`, in its words."""

from __future__ import annotations

from app.assistant.responders.answers import with_note
from app.assistant.responders.hears import WORD, asks_for, specific_words
from app.assistant.turn import Asked, Part, Source, Turn
from app.core.text import fold
from app.knowledge.service import Hit

SAME_BEGINNING = 5
SAME = 0.3  # of the answer just given, asked about further
TRUSTED = 0.85  # an answer in the shop's words this sure goes before the other readings
NEARLY_EXACT = 0.97
NOT_ON_THE_MENU = frozenset({"who", "where", "when"})


def best_faq(turn: Turn, asked: Asked) -> Hit | None:
    """The best FAQ, if it reaches `min_score` and the question has a word that tells anything."""
    return next(iter(_likely(turn, asked)), None)


def second_faq(turn: Turn, asked: Asked, first: Hit) -> Hit | None:
    """The FAQ about what the first one leaves open: "¿tienen wifi y parqueo?"."""
    spoken = specific_words("faq", asked.said)
    left = {word for word in spoken if not _in(word, _words_of(first))}
    for hit in _likely(turn, asked):
        tellings = (specific_words("faq", fold(phrasing)) for phrasing in hit.entry.texts)
        if hit is not first and any(told and all(_in(word, left) for word in told) for told in tellings):
            return hit
    return None


def faq_part(turn: Turn, asked: Asked, hit: Hit, *, intent: str, score: float) -> Part:
    """The FAQ's answer as written, with a note if that is another language than the customer's."""
    turn.trace.note("faq", f"{hit.id} {hit.score:.2f}")
    text = with_note(turn, hit.entry.body, hit.entry.language or turn.settings.business.language)
    used = Source("faq", hit.id, hit.title, round(hit.score, 4), used=True)
    skus = [mention.product_id for mention in asked.clause.mentions if not mention.others]
    topic = {"subject": "faq", "products": skus} if skus else {}
    return Part((asked.at,), text, intent, "faq", score, used=(used,), topic=topic)


def faq_about(turn: Turn, asked: Asked, subject: str, *, instead_of_data: bool = False) -> Hit | None:
    """The best FAQ that is about what was asked, where something else could answer it too.

    One is if a phrasing of it is about the subject as a whole, or if the question holds half of its telling words
    ("pupusas", "navidad"); `instead_of_data`: all of them, for what the shop's data answer for certain. Words that
    name products tell nothing where the product itself can answer.
    """
    hits = _likely(turn, asked)
    named = names_said(turn, asked) if hits else set()
    for hit in hits:
        if _asks_for_something_else(hit, asked):
            continue
        exact = hit.score >= NEARLY_EXACT and subject != "goods"
        if hit.score >= NEARLY_EXACT and (subject == "goods" or not instead_of_data) and _asks_the_same(hit, asked):
            return hit
        if any(_tells_of(phrasing, asked, named, subject, instead_of_data, exact) for phrasing in hit.entry.texts):
            return hit
    return None


def _likely(turn: Turn, asked: Asked) -> list[Hit]:
    least = turn.settings.retrieval.min_score
    given = set(turn.state.get("topic", {}).get("entries", ()))
    if asked.certain:
        return []
    if not specific_words("faq", asked.said) and not specific_words("faq", asked.clause.folded):
        return []
    return [
        hit for hit in asked.hits if hit.type == "faq" and hit.score >= (min(least, SAME) if hit.id in given else least)
    ]


def _words_of(hit: Hit) -> set[str]:
    return {word for phrasing in hit.entry.texts for word in specific_words("faq", fold(phrasing))}


def _asks_the_same(hit: Hit, asked: Asked) -> bool:
    """Both ask who, where or when: no menu tells that."""
    wants = asks_for(asked.said) & NOT_ON_THE_MENU
    return any(wants & asks_for(fold(phrasing)) for phrasing in hit.entry.texts)


def _asks_for_something_else(hit: Hit, asked: Asked) -> bool:
    """One asks who, the other how much."""
    wants = asks_for(asked.said) | asks_for(asked.clause.folded)
    tells = frozenset[str]().union(*(asks_for(fold(phrasing)) for phrasing in hit.entry.texts))
    return bool(wants and tells) and not wants & tells and hit.score < NEARLY_EXACT


def names_said(turn: Turn, asked: Asked) -> set[str]:
    """The words of the products named, as they were said and as the menu writes them."""
    mentions = asked.clause.mentions
    known = turn.tools.products(mention.product_id for mention in mentions)
    names = [name for product in known.values() for name in (product.name, *product.synonyms)]
    return {word for text in (*names, *(mention.words for mention in mentions)) for word in WORD.findall(fold(text))}


def _tells_of(
    phrasing: str, asked: Asked, named: set[str], subject: str, instead_of_data: bool, exact: bool
) -> bool:  # fmt: skip
    spoken = {word for text in (asked.said, asked.clause.folded) for word in specific_words(subject, text)}
    whole = specific_words(subject, fold(phrasing))
    if len(whole) > (0 if exact else 1) and all(_in(word, spoken) for word in whole):
        return True
    if fold(phrasing).strip("¿?¡! .") == asked.clause.folded.strip("¿?¡! ."):
        return bool(whole) or not instead_of_data
    told = {word for word in whole if not _in(word, named)}
    dates, said_dates = {word for word in told if word.isdigit()}, {word for word in spoken if word.isdigit()}
    if dates and said_dates and not dates & said_dates:
        return False
    if not told:
        return not instead_of_data and not named
    shared = [word for word in told if _in(word, spoken)]
    return len(shared) == len(told) if instead_of_data else bool(shared) and 2 * len(shared) >= len(told)


def _in(word: str, others: set[str]) -> bool:
    return any(_alike(word, other) for other in others)


def _alike(one: str, other: str) -> bool:
    beginning = min(SAME_BEGINNING, max(len(one), len(other)) - 1)
    return one == other or (min(len(one), len(other)) > 3 and one[:beginning] == other[:beginning])
