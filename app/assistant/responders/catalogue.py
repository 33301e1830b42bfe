"""Questions about what is sold: prices, what there is, what a product holds. Every figure is the database's of now."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.assistant.responders import details, goods, menu
from app.assistant.responders.answers import template_part
from app.assistant.responders.faq import faq_about
from app.assistant.responders.hears import heard, hears, words_of
from app.assistant.responders.one_product import (
    asks_of_choice,
    detail,
    goods_part,
    names_choice,
    of_option,
    of_product,
    points_at_one,
)
from app.assistant.responders.spoken_of import goes_on, shown, subject
from app.assistant.responders.traits import ITSELF, traits_in
from app.assistant.turn import Asked, Part, Turn
from app.catalog.service import Product
from app.core.text import fold
from app.knowledge.service import Hit
from app.nlu.service import Clause

FEW_WORDS = 4
UNSURE = ("", "out_of_scope", "faq")
SHORT = 5
CUT = re.compile(r"\b(?:entre|between)\s+\D{0,3}\d[\d.,]*\s*(?:mil|lucas|pesos)?$")


def tapped(turn: Turn) -> Part | None:
    """What a tapped card or menu choice stands for."""
    if turn.payload.startswith(menu.MENU):
        return menu.show_menu(turn, 0, menu.Look.of(turn.payload))
    sku = turn.payload.removeprefix(goods.PRODUCT)
    product = turn.tools.products([sku]).get(sku)
    return None if product is None else detail(turn, product)


def label_of(turn: Turn, clause: Clause, label: str) -> str:
    """The label of a question about what is sold that sounds like something else; else the one it has.

    "¿Se puede sin cebolla?" sounds like an order; "¿y por menos de 50?", "la segunda" mean something only after a list.
    """
    said = " ".join(clause.tokens)
    if label in ("", "out_of_scope", "faq") and asks_of_choice(turn, clause, said):
        return "availability"
    if (
        label == "order"
        and clause.missing
        and hears("anything", clause.folded)
        and all(m.others for m in clause.mentions)
    ):
        return "menu" if all(_is_trait(turn, words) for words in clause.missing) else label
    counted = any(one.said_qty for one in clause.mentions)
    if label in ("order", "modify_order") and "?" in clause.text and not counted:
        if hears("adding", said) and hears("fee", said):
            return "price"
        if hears("may_be", said) or (clause.mentions and hears("held", said)):
            return "availability"
    if label not in ("", "out_of_scope", "smalltalk", "faq", "order") or counted:
        return label
    amount = bool(turn.analysis.entities.money) or any(character.isdigit() for character in said)
    if amount and hears("budget", said) and label != "order":
        return "menu"
    bounded = amount and (hears("under", said) or hears("over", said))
    short = len(clause.tokens) <= SHORT and subject(turn) == "menu"
    if bounded and (short or hears("anything", said)):
        return "menu"
    listed = short and label != "order" and (points_at_one(said) or said in words_of("other_one"))
    return "menu" if listed else label


def answers_itself(turn: Turn, one: Asked) -> bool:
    """The menu's own data answer it: the sizes and colours of a product, which of them are left, what one costs."""
    if hears("measured", one.said) or hears("rule", one.said):
        return False
    return (
        asks_of_choice(turn, one.clause, one.said) or names_choice(turn, one.clause) or of_option(turn, one) is not None
    )


def described(turn: Turn, one: Asked) -> Part | None:
    """What is in a product, in the menu's words."""
    asked = of_product(turn, one)
    if asked is not None:
        return asked
    phrase = set((heard("made_of", one.said) or "").split())
    clause = one.clause
    mentions = tuple(mention for mention in clause.mentions if not set(fold(mention.words).split()) <= phrase)
    one = replace(one, clause=replace(clause, mentions=mentions or clause.mentions))
    named = [product for product, _ in goods.products_named(turn, one) if details.say_contents(turn, product)]
    if not named:
        return None
    return goods_part(turn, one, details.say_contents(turn, named[0]), named[:1], one.label or "faq")


def likely(turn: Turn, one: Asked) -> Part | None:
    """No label fits: products named or found by their description, and the next page where the menu is looked at."""
    if _asks_more(turn, one):
        return _menu(turn, one, None)
    if one.label not in UNSURE:
        return None
    asked = of_product(turn, one)
    if asked is not None:
        return asked
    look = _refined(turn, one, menu.look_asked(turn, one))
    if look is not None and not _is_one(one, look):
        return _not_this_but(turn, one, look) if one.clause.missing else menu.show_menu(turn, one.at, look, score=0.5)
    named = [product for product, _ in goods.products_named(turn, one)]
    if named:
        text = goods.say_available(turn, named, one.clause.missing, one)
        return goods_part(turn, one, text, named, "availability")
    return menu.show_found(turn, one, intent="availability", score=0.5)


def _price(turn: Turn, one: Asked, faq: Hit | None) -> Part | None:
    return of_product(turn, one) or _asked_for(turn, one, faq, _look(turn, one), "price")


def _availability(turn: Turn, one: Asked, faq: Hit | None) -> Part | None:
    asked, look = of_product(turn, one), _look(turn, one)
    if asked is not None:
        return asked
    if look is not None and one.clause.missing and not look.traits:
        return _not_this_but(turn, one, look)
    return _asked_for(turn, one, faq, look, "availability")


def _asked_for(turn: Turn, one: Asked, faq: Hit | None, look: menu.Look | None, intent: str) -> Part | None:
    """A filter's products; what is named; what was named before; a category; what is lacking; what comes near."""
    if look is not None and (look.is_filter or _is_kind(one)):
        shown = "menu" if look.is_filter and intent == "availability" else intent
        return menu.show_menu(turn, one.at, look, intent=shown, score=one.score)
    named = goods.products_named(turn, one)
    if named and faq_about(turn, one, "goods") is None:
        text, products = SAYS[intent](turn, one, named), [product for product, _ in named]
        return goods_part(turn, one, text, products, intent)
    earlier = _earlier_products(turn, one) if intent == "price" else []
    if earlier and (faq is None or len(one.clause.tokens) <= FEW_WORDS):
        said = [goods.say_price(turn, product, one.said) for product in earlier]
        return goods_part(turn, one, " ".join(said), earlier, intent)
    if look is not None:
        return menu.show_menu(turn, one.at, look, intent=intent, score=one.score)
    if faq is not None:
        return None
    if one.clause.missing:
        return _held_somewhere(turn, one, intent) or goods_part(
            turn, one, goods.say_missing(turn, one.clause.missing, one), [], intent
        )
    return menu.show_found(turn, one, intent=intent, score=one.score) or _which(turn, one, WHICH[intent])


def _held_somewhere(turn: Turn, one: Asked, intent: str) -> Part | None:
    """No product is called so, but the menu's words have it: "¿tienen champiñones?"."""
    word = fold(one.clause.missing[0])
    if len(one.clause.missing) > 1 or " " in word or not turn.tools.on_menu(word):
        return None
    look = menu.Look(having=(ITSELF + word,))
    return menu.show_menu(turn, one.at, look, intent=intent, score=one.score) if menu.holds_any(turn, look) else None


def _menu(turn: Turn, one: Asked, faq: Hit | None) -> Part | None:
    if _asks_more(turn, one):
        return menu.show_menu(turn, one.at, menu.Look.of(turn.state["topic"].get("look", "")).next(), score=one.score)
    asked = of_product(turn, one)
    if asked is not None:
        return asked
    whole, look = hears("whole_menu", one.said), _look(turn, one)
    if look is not None and not _is_one(one, look):
        return menu.show_menu(turn, one.at, look, score=one.score)
    if faq is not None and faq_about(turn, one, "goods", instead_of_data=True) is not None:
        return None
    named = [product for product, _ in goods.products_named(turn, one)]
    if named and not whole:
        text = goods.say_available(turn, named, one.clause.missing, one)
        return goods_part(turn, one, text, named, "menu")
    found = None if whole else menu.show_found(turn, one, intent="menu", score=one.score)
    return found or menu.show_menu(turn, one.at, menu.Look(), score=one.score)


def _look(turn: Turn, one: Asked) -> menu.Look | None:
    """The filters a question names, unless a FAQ is about all that it tells ("¿qué hay sin carne?")."""
    look = menu.look_asked(turn, one)
    if look is None or faq_about(turn, one, "goods", instead_of_data=True) is not None:
        return None
    return _refined(turn, one, look)


def _refined(turn: Turn, one: Asked, look: menu.Look | None) -> menu.Look | None:
    """What was looked at last with this besides, where it goes on from it ("¿y sin carne?") and leaves anything."""
    if look is None or subject(turn) != "menu" or not goes_on(one):
        return look
    both = menu.Look.of(turn.state["topic"].get("look", "")).and_(look)
    if look == menu.Look(by_price="up"):
        both = replace(both, under=_below_the_dearest(turn))
    return both if menu.holds_any(turn, both) else look


def _below_the_dearest(turn: Turn) -> int:
    """ "¿Y más barato?" of a list: without the dearest of it, unless all cost the same."""
    prices = [product.price for product in turn.tools.products(shown(turn)).values()]
    return max(prices) - 1 if len(set(prices)) > 1 else 0


def is_cut(before: Clause) -> bool:
    """ "¿Qué tenés entre 35 | y 60?": what follows belongs to it."""
    return CUT.search(before.folded) is not None


def _asks_more(turn: Turn, one: Asked) -> bool:
    return menu.asks_more(one.said) and "menu" in turn.state.get("topic", {}).get("subjects", [])


def _is_kind(one: Asked) -> bool:
    """What it names are kinds of products: "fritanga", "frescos"."""
    return bool(one.clause.mentions) and all(mention.others for mention in one.clause.mentions)


def _is_one(one: Asked, look: menu.Look) -> bool:
    """A product by its whole name, which only sounds like its category too: "la campera de cuero?"."""
    return bool(one.clause.mentions) and not look.is_filter and not any(m.others for m in one.clause.mentions)


def _not_this_but(turn: Turn, one: Asked, look: menu.Look) -> Part:
    """`Fresco de mora no tenemos.` and what of its kind there is."""
    missing = [words for words in one.clause.missing if not _is_trait(turn, words)]
    if not missing:
        return menu.show_menu(turn, one.at, look, intent="availability", score=one.score or 0.5)
    said = goods.say_missing(turn, missing, one, near=False)
    part = menu.show_menu(turn, one.at, look, intent="availability", score=one.score or 0.5)
    return replace(part, text=f"{said}\n{part.text}")


def _is_trait(turn: Turn, words: str) -> bool:
    """What is asked for is a quality, nothing sold: "algo fresquito"."""
    traits = traits_in(fold(words), turn.tools.on_menu)
    return bool(traits.having or traits.lacking)


def _earlier_products(turn: Turn, one: Asked) -> list[Product]:
    """What the last answer was about, for "¿y cuánto cuesta?"."""
    if one.clause.missing or one.clause.mentions:
        return []
    skus = turn.state.get("topic", {}).get("products", [])
    return list(turn.tools.products(skus).values())


def _which(turn: Turn, one: Asked, key: str) -> Part | None:
    """Asks back which product is meant, where there is a menu to choose from."""
    categories = turn.tools.categories()
    text = f"{turn.voice.say(key)} {goods.say_categories(turn, categories)}" if categories else turn.voice.say(key)
    choices = menu.category_choices(turn, menu.Look())
    return template_part(turn, one.at, text, one.label, name="which", score=one.score, quick_replies=choices)


def _say_prices(turn: Turn, one: Asked, named: Sequence[goods.Named]) -> str:
    said = [
        goods.say_quantity_price(turn, product, qty) if qty != 1 else goods.say_price(turn, product, one.said)
        for product, qty in named
    ]
    return " ".join(said)


def _say_there(turn: Turn, one: Asked, named: Sequence[goods.Named]) -> str:
    return goods.say_available(turn, [product for product, _ in named], one.clause.missing, one)


WHICH = {"price": "product.which", "availability": "product.which_have"}
SAYS: dict[str, Callable[[Turn, Asked, Sequence[goods.Named]], str]] = {
    "price": _say_prices,
    "availability": _say_there,
}
GOODS: dict[str, Callable[[Turn, Asked, Hit | None], Part | None]] = {
    "price": _price,
    "availability": _availability,
    "menu": _menu,
}
