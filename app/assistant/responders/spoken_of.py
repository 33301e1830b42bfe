"""What the conversation was last about among the things sold, and whether a question goes on from it."""

from __future__ import annotations

from app.assistant.responders.hears import hears, words_of
from app.assistant.turn import Asked, Turn
from app.catalog.service import Product

SHORT = 5


def subject(turn: Turn) -> str:
    """`menu`, `price`, `availability` or another: the last thing answered."""
    subjects = turn.state.get("topic", {}).get("subjects", [])
    return str(subjects[-1]) if subjects else ""


def last_products(turn: Turn) -> list[Product]:
    """The products the last answer was about; none where it was a list of the menu."""
    topic = turn.state.get("topic", {})
    if subject(turn) not in ("price", "availability", "faq", "menu") or (subject(turn) == "menu" and topic.get("look")):
        return []
    return list(turn.tools.products(topic.get("products", [])).values())


def shown(turn: Turn) -> list[str]:
    """The skus of the list shown last, in its order."""
    topic = turn.state.get("topic", {})
    return list(topic.get("shown", [])) if subject(turn) == "menu" else list(topic.get("products", []))


def goes_on(one: Asked) -> bool:
    """A short question that leans on what was said before: "¿y sin carne?", "¿más barato?"."""
    words = one.said.split()
    begins = bool(words) and words[0] in words_of("goes_on")
    leans = hears("cheapest", one.said) and one.said.endswith(("que eso", "que esos", "que esas", "than that"))
    return leans or (len(words) <= 2 * SHORT and begins) or (len(words) <= SHORT and not hears("anything", one.said))
