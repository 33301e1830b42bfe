"""From cues and examples to calibrated intents; out of scope is a decision of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.nlu.analysis import Intent
from app.nlu.cues import Fired
from app.nlu.similarity import Near

LABELS = (
    "greeting", "goodbye", "thanks", "hours", "location", "menu", "price", "availability", "delivery", "payment", "order",
    "modify_order", "cancel_order", "order_status", "complaint", "human", "contact", "faq", "smalltalk", "out_of_scope",
)  # fmt: skip
SOCIAL = frozenset({"greeting", "goodbye", "thanks"})
UNASKED = SOCIAL | {"out_of_scope", "smalltalk"}
STRENGTH = {1.0: 0.25, 2.0: 0.55, 3.0: 0.8}
AGAIN = 0.25  # what a second cue for the same intent adds, as a share of its strength
LIKENESS = 0.9  # what a perfect likeness to the examples is worth
FAR, STRAY, INSIDE, NAMED, BIAS = 4.0, 0.9, 5.0, 0.7, 0.3  # what weighs for and against "no shop would answer this"
KEEP = 6
LEAST = 0.05
LOST = 0.1
ASKED, BESIDE = 0.3, 0.4  # from what score a clause asks for something; what then is left of the greeting beside it
QUESTION = 0.4  # what a question about the shop is worth as `faq` where no other label fits
OWN = 0.98  # what the owner's very sentence is worth
MEANT, MEANT_NEUTRAL, MEANT_STEEP = (
    0.4,
    0.55,
    12.0,
)  # what a sentence of the same meaning is worth, and from what cosine
OUTWARD, OUTWARD_BIAS = 16.0, 0.6  # what being nearer in meaning to far topics than to the shop's says against it
BUYING = frozenset({"order", "modify_order", "out_of_scope"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that speaks for the intents of a clause: cues that fired, the examples' scores, and how familiar its words are."""

    fired: tuple[Fired, ...]
    likeness: dict[str, float]
    known: float
    mentions: int
    question: bool = False
    content: int = 0  # words that carry matter
    stray: int = 0  # those of them no shop uses: in no cue, example, product or FAQ
    own: tuple[str, float] | None = None  # the label of the owner's example that says almost the same, and how alike
    meant: Meant | None = None  # how near in meaning it is to the examples, where an embedder was asked

    def cues(self) -> dict[str, float]:
        """Each label's strength by rules, 0 to 1."""
        by_label: dict[str, list[float]] = {}
        for fired in self.fired:
            by_label.setdefault(fired.cue.intent, []).append(STRENGTH[fired.cue.weight])
        strengths = {}
        doubt = 1 - LOST * max(0, min(self.stray, 5) - 1)  # a cue among words no shop uses says less
        for label, values in by_label.items():
            values.sort(reverse=True)
            left = 1 - values[0]
            for value in values[1:4]:
                left *= 1 - AGAIN * value
            strengths[label] = (1 - left) * (1.0 if label in BUYING else doubt)
        return strengths


@dataclass(frozen=True, slots=True)
class Meant:
    """Cosines in meaning to the examples: each label's nearest, and the mean of the three nearest of either side."""

    nearest: dict[str, float]
    inside: float
    outside: float


@dataclass(frozen=True, slots=True)
class Trace:
    """Why a clause was read as it was."""

    text: str
    cues: tuple[tuple[str, str, float], ...]  # intent, cue as written, weight
    nearest: tuple[Near, ...]
    intents: tuple[Intent, ...]
    known: float


def decide(evidence: Evidence) -> tuple[Intent, ...]:
    """The intents of a clause, best first."""
    cues = evidence.cues()
    scores: dict[str, float] = {}
    for label in {*cues, *evidence.likeness}:
        like = min(max(evidence.likeness.get(label, 0.0), 0.0), 1.0)
        meant = evidence.meant.nearest.get(label, 0.0) if evidence.meant is not None else 0.0
        near = MEANT / (1 + math.exp(MEANT_STEEP * (MEANT_NEUTRAL - meant))) if meant else 0.0
        scores[label] = 1 - (1 - cues.get(label, 0.0)) * (1 - LIKENESS * like) * (1 - near)
    scores["out_of_scope"] = _outside(scores, cues, evidence)
    if (
        evidence.question
        and evidence.content > 1
        and 3 * evidence.stray < evidence.content
        and max(scores.values()) < QUESTION
    ):
        scores["faq"] = QUESTION
    if any(score >= 0.5 for label, score in scores.items() if label not in SOCIAL and label != "out_of_scope"):
        scores |= {label: score * 0.6 for label, score in scores.items() if label in SOCIAL}
    if evidence.own is not None:
        label, alike = evidence.own
        scores = {other: score * BESIDE for other, score in scores.items()} | {label: OWN * alike}
    return ranked(scores.items())


def ranked(scores: Iterable[tuple[str, float]]) -> tuple[Intent, ...]:
    """The best KEEP labels with at least LEAST."""
    best = sorted(scores, key=lambda pair: -pair[1])[:KEEP]
    return tuple(Intent(label, round(score, 3)) for label, score in best if score >= LEAST) or (
        Intent("out_of_scope", 0.5),
    )


def _outside(scores: dict[str, float], cues: dict[str, float], evidence: Evidence) -> float:
    """How sure it is that no shop would answer this: like far topics, unlike all else, in words no shop uses."""
    inside = max((value for label, value in scores.items() if label != "out_of_scope"), default=0.0)
    far = scores.get("out_of_scope", 0.0)
    strange = (
        STRAY * min(evidence.stray, 4) * (1 - cues.get("order", 0.0))
    )  # what is ordered may be a dish no list knows
    weighed = FAR * far + strange - INSIDE * inside - NAMED * bool(evidence.mentions) + BIAS
    if evidence.meant is not None:
        weighed += OUTWARD * (evidence.meant.outside - evidence.meant.inside) + OUTWARD_BIAS
    return 1 / (1 + math.exp(-weighed))


def blend(clauses: Sequence[tuple[Intent, ...]]) -> tuple[Intent, ...]:
    """A whole message's intents: what is asked first leads; greetings and thanks step back where something is asked."""
    if len(clauses) == 1:
        return clauses[0]
    leading = next((c[0] for c in clauses if c[0].name not in UNASKED and c[0].score >= ASKED), None)
    best: dict[str, float] = {}
    for intents in clauses:
        for intent in intents:
            score = intent.score
            if leading is not None and intent.name in UNASKED:
                score *= BESIDE
            elif intent.name == "out_of_scope" and intents[0].name != "out_of_scope":
                score *= 0.5
            best[intent.name] = max(best.get(intent.name, 0.0), score)
    if leading is not None:
        ceiling = max(best.values())
        best = {label: min(score, ceiling - 0.001) for label, score in best.items()} | {leading.name: ceiling}
    return ranked(best.items())
