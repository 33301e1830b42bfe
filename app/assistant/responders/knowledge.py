"""What the shop knows: its sheet by template, its FAQs in their words, its menu with prices of this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.assistant.responders import goods, menu, social
from app.assistant.responders.answers import template_part, with_note
from app.assistant.responders.faq import best_faq, faq_about, faq_part, second_faq
from app.assistant.responders.hears import hears, is_language
from app.assistant.responders.subjects import SUBJECTS, answer_point, knows_better
from app.assistant.responders.templates import render_template
from app.assistant.turn import Asked, Part, Turn
from app.catalog.service import Product
from app.knowledge.service import Hit
from app.nlu.service import affirmation

FEW_WORDS = 4
MISSING_SCORE = 0.8  # a FAQ this sure may be about what the menu lacks, though they share no word
NOT_ABOUT_THE_SHOP = ("out_of_scope", "smalltalk")
UNSURE = ("", "out_of_scope", "faq")
MINIMUM_LABELS = ("", "out_of_scope", "faq", "price", "delivery", "payment")
WAITING_LABELS = ("", "order", "order_status", "delivery", "hours", "faq")


def knowledge(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
    """An answer to each thing asked that the shop's data hold one for."""
    tapped = _tapped(turn)
    if tapped is not None:
        return [tapped]
    return _specific([part for one in asked if (part := _answer(turn, one)) is not None])


def _tapped(turn: Turn) -> Part | None:
    """What a payload or a location stands for."""
    if turn.inbound.kind == "location" and turn.inbound.location:
        text = answer_point(turn, turn.inbound.location)
        return template_part(turn, 0, text, "delivery", topic={"subject": "delivery"})
    if turn.payload.startswith(menu.MENU):
        return menu.show_menu(turn, 0, menu.Look.of(turn.payload))
    if turn.payload.startswith(goods.PRODUCT):
        sku = turn.payload.removeprefix(goods.PRODUCT)
        product = turn.tools.products([sku]).get(sku)
        return None if product is None else _detail(turn, product)
    if turn.inbound.kind == "attachment" and not turn.text.strip():
        return template_part(turn, 0, turn.voice.say("fallback.attachment"), "out_of_scope", name="attachment")
    return None


def _specific(parts: list[Part]) -> list[Part]:
    """Without a subject's general answer where the message got a specific one: a zone's fee, then all zones."""
    told = {part.topic["subject"] for part in parts if part.topic and not part.topic.get("general")}
    general = [part for part in parts if part.topic.get("general") and part.topic["subject"] in told]
    if not general:
        return parts
    kept = [part for part in parts if part not in general]
    return [replace(kept[0], at=(*kept[0].at, *(at for part in general for at in part.at))), *kept[1:]]


def _answer(turn: Turn, one: Asked) -> Part | None:
    if one.label in COURTESIES:
        return COURTESIES[one.label](turn, one)
    if one.label in UNSURE and affirmation(one.clause.text, turn.analysis.language) is not None:
        return social.got_it(turn, one.at, one.clause.intent)
    faq, subject = _faq_for(turn, one), _subject(one)
    part = None
    if subject:
        part = _of_subject(turn, one, subject)
    elif one.clause.mentions and hears("made_of", one.said) and faq_about(turn, one, "goods") is None:
        part = _described(turn, one)
    elif one.label in GOODS:
        part = GOODS[one.label](turn, one, faq)
    if part is None and faq is not None:
        faq = faq_about(turn, one, "goods") or faq
        part = _in_its_words(turn, one, faq)
    if part is None and one.label == "smalltalk":
        return social.about_the_bot(turn, one)
    if part is None and one.label == "out_of_scope" and is_language(one.said):
        return social.decline(turn, one)
    return part or _likely(turn, one)


def _faq_for(turn: Turn, one: Asked) -> Hit | None:
    """The best FAQ; where something is asked for that the menu lacks, only one that speaks of it."""
    best = best_faq(turn, one)
    if best is None or not one.clause.missing or best.score >= MISSING_SCORE:
        return best
    return faq_about(turn, one, "goods")


def _in_its_words(turn: Turn, one: Asked, faq: Hit) -> Part:
    """A FAQ's answer, with that of a second one where the question asks for two things."""
    intent = "faq" if one.label in ("", *NOT_ABOUT_THE_SHOP) else one.label
    part = faq_part(turn, one, faq, intent=intent, score=faq.score if intent == "faq" else one.score)
    other = second_faq(turn, one, faq)
    if other is None:
        return part
    more = faq_part(turn, one, other, intent=intent, score=part.score)
    return replace(part, text=f"{part.text} {more.text}", used=(*part.used, *more.used))


def _subject(one: Asked) -> str:
    if one.label in MINIMUM_LABELS and hears("minimum", one.said):
        return "delivery"
    if one.label in WAITING_LABELS and hears("waiting", one.said):
        return "waiting"
    return one.label if one.label in SUBJECTS else ""


def _of_subject(turn: Turn, one: Asked, subject: str) -> Part | None:
    """The template, unless a FAQ about it reaches `min_score`: then its words, except where only the data know."""
    faq = faq_about(turn, one, subject, instead_of_data=knows_better(turn, subject, one))
    if faq is not None:
        return faq_part(turn, one, faq, intent=one.label or "faq", score=one.score or faq.score)
    text = SUBJECTS[subject](turn, one)
    if not text:
        return None
    intent, general = one.label or one.clause.intent, text == render_template(turn, subject)
    topic = {"subject": subject, "general": general}
    return template_part(turn, one.at, text, intent, name=subject, score=one.score, topic=topic)


def _price(turn: Turn, one: Asked, faq: Hit | None) -> Part | None:
    named = goods.products_named(turn, one)
    look = _look(turn, one)
    if look is not None and (look.is_filter or _is_kind(one)):
        return menu.show_menu(turn, one.at, look, intent="price", score=one.score)
    if named and faq_about(turn, one, "goods") is None:
        said = [
            goods.say_quantity_price(turn, product, qty) if qty != 1 else goods.say_price(turn, product, one.said)
            for product, qty in named
        ]
        return _goods_part(turn, one, " ".join(said), [product for product, _ in named], "price")
    earlier = _earlier_products(turn, one)
    if earlier and (faq is None or len(one.clause.tokens) <= FEW_WORDS):
        said = [goods.say_price(turn, product, one.said) for product in earlier]
        return _goods_part(turn, one, " ".join(said), earlier, "price")
    if look is not None:
        return menu.show_menu(turn, one.at, look, intent="price", score=one.score)
    if faq is not None:
        return None
    if one.clause.missing:
        return _goods_part(turn, one, goods.say_missing(turn, one.clause.missing, one), [], "price")
    return menu.show_found(turn, one, intent="price", score=one.score) or _which(turn, one, "product.which")


def _availability(turn: Turn, one: Asked, faq: Hit | None) -> Part | None:
    named = [product for product, _ in goods.products_named(turn, one)]
    look = _look(turn, one)
    if look is not None and one.clause.missing:
        return _not_this_but(turn, one, look)
    if look is not None and (look.is_filter or _is_kind(one)):
        return menu.show_menu(turn, one.at, look, intent="menu" if look.is_filter else "availability", score=one.score)
    if named and faq_about(turn, one, "goods") is None:
        text = goods.say_available(turn, named, one.clause.missing, one)
        return _goods_part(turn, one, text, named, "availability")
    if look is not None:
        return menu.show_menu(turn, one.at, look, intent="availability", score=one.score)
    if faq is not None:
        return None
    if one.clause.missing:
        return _goods_part(turn, one, goods.say_missing(turn, one.clause.missing, one), [], "availability")
    return menu.show_found(turn, one, intent="availability", score=one.score) or _which(turn, one, "product.which_have")


def _menu(turn: Turn, one: Asked, faq: Hit | None) -> Part | None:
    if menu.asks_more(one.said) and "menu" in turn.state.get("topic", {}).get("subjects", []):
        return menu.show_menu(turn, one.at, menu.Look.of(turn.state["topic"].get("look", "")).next(), score=one.score)
    whole, look = hears("whole_menu", one.said), _look(turn, one)
    if look is not None:
        return menu.show_menu(turn, one.at, look, score=one.score)
    if faq is not None and faq_about(turn, one, "goods", instead_of_data=True) is not None:
        return None
    named = [product for product, _ in goods.products_named(turn, one)]
    if named and not whole:
        text = goods.say_available(turn, named, one.clause.missing, one)
        return _goods_part(turn, one, text, named, "menu")
    found = None if whole else menu.show_found(turn, one, intent="menu", score=one.score)
    return found or menu.show_menu(turn, one.at, menu.Look(), score=one.score)


def _look(turn: Turn, one: Asked) -> menu.Look | None:
    """The filters a question names, unless a FAQ is about all that it tells ("¿qué hay sin carne?")."""
    look = menu.look_asked(turn, one)
    return None if look is None or faq_about(turn, one, "goods", instead_of_data=True) is not None else look


def _likely(turn: Turn, one: Asked) -> Part | None:
    """No label fits: products named or found by their description, and the next page where the menu is looked at."""
    if menu.asks_more(one.said) and "menu" in turn.state.get("topic", {}).get("subjects", []):
        return _menu(turn, one, None)
    look = menu.look_asked(turn, one)
    if look is not None and one.label in UNSURE:
        return _not_this_but(turn, one, look) if one.clause.missing else menu.show_menu(turn, one.at, look, score=0.5)
    named = [product for product, _ in goods.products_named(turn, one)]
    if named and one.label in UNSURE:
        text = goods.say_available(turn, named, one.clause.missing, one)
        return _goods_part(turn, one, text, named, "availability")
    return menu.show_found(turn, one, intent="availability", score=0.5) if one.label in UNSURE else None


def _is_kind(one: Asked) -> bool:
    """What it names are kinds of products: "fritanga", "frescos"."""
    return bool(one.clause.mentions) and all(mention.others for mention in one.clause.mentions)


def _not_this_but(turn: Turn, one: Asked, look: menu.Look) -> Part:
    """`Fresco de mora no tenemos.` and what of its kind there is."""
    said = goods.say_missing(turn, one.clause.missing, one, near=False)
    part = menu.show_menu(turn, one.at, look, intent="availability", score=one.score or 0.5)
    return replace(part, text=f"{said}\n{part.text}")


def _detail(turn: Turn, product: Product) -> Part:
    said = goods.say_price(turn, product, "")
    text = f"{said} {with_note(turn, product.description, turn.settings.business.language)}".strip()
    one_topic = {"subject": "price", "products": [product.sku]}
    return Part((0,), text, "price", "product", 1.0, used=(goods.source_of(turn, product),), topic=one_topic)


def _described(turn: Turn, one: Asked) -> Part | None:
    """What is in a product, in the menu's words."""
    named = [product for product, _ in goods.products_named(turn, one) if product.description]
    if not named:
        return None
    text = f"{named[0].name}: {with_note(turn, named[0].description, turn.settings.business.language)}"
    return _goods_part(turn, one, text, named[:1], one.label or "faq")


def _goods_part(turn: Turn, one: Asked, text: str, products: Sequence[Product], intent: str) -> Part:
    skus = [product.sku for product in products]
    turn.trace.note("product", " ".join(skus) or "-")
    cards = tuple(goods.card_of(turn, product) for product in products) if len(products) > goods.FEW else ()
    return Part(
        (one.at,), text, intent, "product", one.score or 0.5, cards=cards,
        used=tuple(goods.source_of(turn, product) for product in products),
        topic={"subject": intent, "products": skus},
    )  # fmt: skip


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


COURTESIES: dict[str, Callable[[Turn, Asked], Part]] = {
    "greeting": social.greet,
    "thanks": social.thank,
    "goodbye": social.part_with,
}
GOODS: dict[str, Callable[[Turn, Asked, Hit | None], Part | None]] = {
    "price": _price,
    "availability": _availability,
    "menu": _menu,
}
