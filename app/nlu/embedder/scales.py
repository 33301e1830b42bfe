"""How the cosines of other models read (base.Scale): by the family a name belongs to.

Estimates from how each family was trained (e5 and ada-002 at a low temperature, so that nothing is below 0.7; OpenAI's third
generation the other way round). To measure one: the mean cosine of twenty pairs of the shop's questions that ask two
things of one subject is `neutral`, that of twenty questions said in two ways is `same`.
"""

from __future__ import annotations

from app.nlu.embedder.base import Scale

FAMILIES = (  # the first whose mark stands in the name
    ("e5", Scale(0.80, 0.92)),
    ("ada-002", Scale(0.79, 0.92)),
    ("text-embedding-3", Scale(0.35, 0.70)),
    ("paraphrase", Scale(0.55, 0.85)),
    ("minilm", Scale(0.45, 0.80)),
    ("bge", Scale(0.60, 0.85)),
    ("nomic", Scale(0.62, 0.85)),
)
OTHERS = Scale(0.55, 0.85)


def scale_of(model: str) -> Scale:
    """The scale of the family this model's name belongs to."""
    return next((scale for mark, scale in FAMILIES if mark in model.lower()), OTHERS)
