"""What of a passage answers a question: one or two whole sentences, as the document has them. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.text import fold
from app.knowledge.coverage import NEARLY_SAME, SAME_CONCEPT
from app.knowledge.terms import LIGHT_WEIGHT, SaidWord, said_words

LONGEST = 300  # letters
LEAST_TELLING = 0.3  # of a word that every sentence has
SAID_ABOVE = 0.1  # of one that the heading has: it is what all of them are about
SAME_BEGINNING = 5  # letters: "encargar" is "encargo"
IN_FULL = 0.1  # what the share of the sentence that the question has too adds
FIGURE = 0.2  # where one is asked for
IN_RANGE = 0.5  # for a sentence about 12 to 24 where 20 was asked for; against it where 30 was
FIRST = 0.1  # texts begin with what matters
TWO = 0.12  # what a second sentence must add at least
PARALLEL = 0.85  # of the best: two sentences that begin alike are two cases of one rule,
CONDITIONS = {"si": 0.6, "if": 0.6}  # the more so where they begin so

SENTENCE = re.compile(r"(?<=[.!?…])[\"'»”)]*\s+(?=[\"'«“(¿¡]*[A-ZÁÉÍÓÚÜÑ0-9])")
ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:[A-ZÁÉÍÓÚÑ]|[Ss]ra?|[Ss]rta|[Dd]ra?|[Dd]ña|[Dd]n|[Aa]v|[Aa]vda|[Nn]o|[Nn]úm|[Tt]els?|[Pp]ágs?|[Aa]prox|[Ee]j|vs|Mr|Mrs|St)\.$"
)
WORD = re.compile(r"[^\W_]+")
SINGLE_LETTER_WORDS = frozenset("aeouyi")
HOW_MUCH = frozenset(
    fold("cuánto cuánta cuántos cuántas cuándo precio cuesta hora horas plazo días much many when").split()
)
AMOUNT = re.compile(r"\d|\b(?:mitad|gratis|sin costo|sin cargo|no se cobran?|sin cobrar|incluid[oa]s?|free|half)\b")
SIZE_WORDS = frozenset("talle talles talla tallas size tamano".split())
DEPENDS = re.compile(
    r"(?:despues|luego|entonces|en ese caso|en esos casos|pasad[oa] es[ea]|es[eoa]s?|tambien|ademas|tampoco|pero"
    r"|then|after that|it|in that case)\b"
)
NUMBERS = {word: str(number) for number, word in enumerate(
    "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince".split(), 2
)} | {"veinte": "20", "treinta": "30", "cuarenta": "40", "cincuenta": "50", "cien": "100"}  # fmt: skip
FIGURES = r"(\d+(?:[.,]\d+)?)"
BETWEEN = re.compile(FIGURES + r"\s*(?:a|y|al|-|–|to)\s*" + FIGURES)
UP_TO = re.compile(r"\b(?:hasta|maximo|up to)\s+" + FIGURES)
UNDER = re.compile(r"\b(?:menos de|under|less than)\s+" + FIGURES)
FROM = re.compile(
    r"\b(?:desde|a partir de|minimo|from)\s+" + FIGURES + r"|" + FIGURES + r"\s+(?:\w+\s+)?(?:en adelante|o mas)\b"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence, bullet or row. `lead`: what introduces its list; `line`: which line of the passage it stands on."""

    text: str
    line: int
    lead: str
    words: tuple[SaidWord, ...]

    @property
    def folded(self) -> str:
        return _in_figures(fold(self.text))


def quote(question_tokens: Sequence[str], passage_text: str, heading: str = "") -> str:
    """The sentence of the passage that answers best, with the one beside it where that adds something.

    At most LONGEST letters, whole sentences (one that is longer by itself ends in "…" after a whole word). `heading`:
    the passage's; what it says already tells little of its sentences.
    """
    sentences = _sentences(passage_text)
    if not sentences:
        return ""
    scores = _scores(question_tokens, sentences, heading)
    best = max(range(len(sentences)), key=lambda at: scores[at].score)
    pairs = [(at, at + 1) for at in (best - 1, best) if at >= 0 and at + 1 < len(sentences)]
    fitting = [pair for pair in pairs if len(_text(sentences, pair)) <= LONGEST]
    wanted = [pair for pair in fitting if _adds(sentences, scores, best, pair)]
    chosen = max(wanted, key=lambda pair: _together(scores, pair), default=(best,))
    return _shortened(_text(sentences, chosen))


def sentences_of(passage_text: str) -> tuple[str, ...]:
    """Its sentences, bullets and rows, each with what introduces its list; none of a passage that is one sentence."""
    said = [f"{one.lead} {one.text}".strip() for one in _sentences(passage_text)]
    return tuple(said) if len(said) > 1 else ()


@dataclass(frozen=True, slots=True)
class _Score:
    score: float
    had: tuple[float, ...]  # of each word asked for, by how much it tells
    fits: bool  # False: it is about 12 to 24 where 30 was asked for
    tells: bool  # False: how much was asked for, and it has no figure


def _sentences(passage: str) -> list[_Said]:
    found: list[_Said] = []
    lead = ""
    for number, line in enumerate(passage.split("\n")):
        is_item = line.startswith("- ")
        text = line.removeprefix("- ").strip()
        if not is_item and text.endswith(":"):
            lead = text
            continue
        lead = lead if is_item else ""
        for sentence in _split(text):
            words = said_words(_plain(f"{lead} {sentence}"))
            found.append(_Said(sentence, number, lead, _weighed(words)))
    if not found and lead:
        found = [_Said(lead, 0, "", ())]
    return found


def _split(text: str) -> list[str]:
    parts: list[str] = []
    for part in SENTENCE.split(text):
        if parts and ABBREVIATED.search(parts[-1]):
            parts[-1] += " " + part
        elif part.strip():
            parts.append(part.strip())
    return parts


def _weighed(words: Sequence[SaidWord]) -> tuple[SaidWord, ...]:
    """Figures and sizes ("M") tell as much as any word here."""
    return tuple(
        word._replace(weight=1.0)
        if any(map(str.isdigit, word.word))
        or word.word in NUMBERS
        or (len(word.word) == 1 and word.word not in SINGLE_LETTER_WORDS)
        else word
        for word in words
    )


def _plain(text: str) -> tuple[str, ...]:
    """The words of a document, which needs no chat spelling put right."""
    return tuple(WORD.findall(fold(text)))


def _with_sizes(tokens: Sequence[str]) -> tuple[str, ...]:
    """ "Talle M" as meant: in chats «m» is «me»."""
    if SIZE_WORDS.isdisjoint(tokens):
        return tuple(tokens)
    return tuple("m" if word == "me" else word for word in tokens)


def _scores(tokens: Sequence[str], sentences: Sequence[_Said], heading: str) -> list[_Score]:
    asked = _weighed(said_words(_with_sizes(tokens)))
    known = {word.stem for word in said_words(_plain(heading))}
    held = Counter(word.stem for sentence in sentences for word in sentence.words)

    def telling(word: SaidWord) -> float:
        if word.stem in known or _asks_how_much(word):
            return SAID_ABOVE
        return max(LEAST_TELLING, 1 - (held[word.stem] - 1) / len(sentences)) if held[word.stem] else 1.0

    weights = [word.weight * telling(word) if word.weight >= LIGHT_WEIGHT else 0.0 for word in asked]
    figures = [_number(word) for word in _in_figures(fold(" ".join(tokens))).split() if word[:1].isdigit()]
    how_much = any(map(_asks_how_much, asked))
    found = []
    for at, sentence in enumerate(sentences):
        had = tuple(
            weight * _share(word, sentence) / (sum(weights) or 1.0) for word, weight in zip(asked, weights, strict=True)
        )
        score = sum(had) + IN_FULL * sum(share > 0 for share in had) / (len(sentence.words) or 1)
        tells = not how_much or bool(AMOUNT.search(sentence.folded))
        score += FIGURE * (how_much and tells) + FIRST * (at == 0)
        ranged = _in_range(figures, sentence.folded)
        found.append(_Score(score + ranged, had, ranged >= 0, tells))
    return found


def _asks_how_much(word: SaidWord) -> bool:
    return word.word in HOW_MUCH or "price" in word.concepts


def _share(word: SaidWord, sentence: _Said) -> float:
    """How far the sentence has the word: 1 the very word, less where it has another for the same."""
    return max((_alike(word, other) for other in sentence.words), default=0.0)


def _alike(one: SaidWord, other: SaidWord) -> float:
    if one.stem == other.stem:
        return 1.0
    begins = one.word[:SAME_BEGINNING]
    if len(begins) == SAME_BEGINNING and other.word.startswith(begins):
        return NEARLY_SAME
    return SAME_CONCEPT if one.weight > LIGHT_WEIGHT and one.concepts & other.concepts else 0.0


def _in_range(figures: Sequence[float], sentence: str) -> float:
    """For or against a sentence about 12 to 24, whether 20 or 30 was asked for."""
    ranges = [(_number(low), _number(high)) for low, high in BETWEEN.findall(sentence)]
    bare = BETWEEN.sub(" ", sentence)
    ranges += [(0.0, _number(high)) for high in UP_TO.findall(bare)]
    ranges += [(0.0, _number(high) - 0.01) for high in UNDER.findall(bare)]
    ranges += [(_number(one or other), float("inf")) for one, other in FROM.findall(bare)]
    if not figures or not ranges:
        return 0.0
    return IN_RANGE if any(low <= figure <= high for figure in figures for low, high in ranges) else -IN_RANGE


def _in_figures(folded: str) -> str:
    return WORD.sub(lambda match: NUMBERS.get(match[0], match[0]), folded)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return -1.0


def _adds(sentences: Sequence[_Said], scores: Sequence[_Score], best: int, pair: tuple[int, int]) -> bool:
    other = pair[0] if pair[1] == best else pair[1]
    one, two = sentences[pair[0]], sentences[pair[1]]
    if pair[1] == best and one.line == two.line and DEPENDS.match(sentences[best].folded):
        return True
    if not scores[other].fits:
        return False
    if one.line == two.line and scores[other].tells and not scores[best].tells:
        return True
    begins = one.folded.split(" ", 1)[0]
    nearly = CONDITIONS.get(begins, PARALLEL) * scores[best].score
    if two.folded.startswith(begins + " ") and scores[other].score >= nearly and sum(scores[other].had) > 0:
        return True
    return _together(scores, pair) - sum(scores[best].had) >= TWO


def _together(scores: Sequence[_Score], pair: tuple[int, int]) -> float:
    return sum(map(max, scores[pair[0]].had, scores[pair[1]].had))


def _text(sentences: Sequence[_Said], chosen: Sequence[int]) -> str:
    """The sentences as one text, the introduction of their list once."""
    parts: list[str] = []
    lead = ""
    for at in chosen:
        sentence = sentences[at]
        if sentence.lead and sentence.lead != lead:
            parts.append(sentence.lead)
        lead = sentence.lead
        if parts and sentences[chosen[0]].line != sentence.line and parts[-1][-1].isalnum():
            parts[-1] += ";" if sentence.lead else "."
        parts.append(sentence.text)
    return " ".join(parts)


def _shortened(text: str) -> str:
    """Only for a sentence that is longer than an answer may be: up to a whole word that is no figure."""
    if len(text) <= LONGEST:
        return text
    words = text[: LONGEST - 1].split(" ")[:-1]
    while words and any(map(str.isdigit, words[-1])):
        words.pop()
    return " ".join(words).rstrip(" ,;:") + "…" if words else text[: LONGEST - 1] + "…"
