"""Questions about a product in particular, named or spoken of just before: its choices, contents, place beside others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.assistant.responders import details, goods, menu, variants
from app.assistant.responders.answers import with_note
from app.assistant.responders.faq import faq_about, names_said
from app.assistant.responders.hears import WORD, hears, specific_words, words_of
from app.assistant.responders.spoken_of import goes_on, last_products, shown, subject
from app.assistant.responders.traits import ITSELF, Traits, is_soft, sizes_and_colours, traits_in, whole_names
from app.assistant.turn import Asked, Part, Turn
from app.catalog.service import Product, bare
from app.core.text import fold
from app.nlu.service import Clause

MOST_COMPARED = 4
MOST_WORDS = 7
LONG_WORD = 6


def of_product(turn: Turn, one: Asked) -> Part | None:
    """The answer where the question is one about a product and the shop has none in its own words."""
    pointed = _pointed_at(turn, one)
    if pointed is not None:
        return pointed
    option = of_option(turn, one)
    if option is not None:
        return option
    names = [fold(mention.words) for mention in one.clause.mentions]
    traits = traits_in(whole_names(variants.named_part(one), names), turn.tools.on_menu)
    named = _named(turn, one, traits)
    if one.clause.mentions and not named and any(traits.is_about(fold(m.words)) for m in one.clause.mentions):
        return None  # kinds of products: the menu's filters
    chosen = _choice(turn, one, named[0], True) if len(named) == 1 else None
    if chosen is not None:
        data = variants.asks_choice(one.said) or faq_about(turn, one, "goods", instead_of_data=True) is None
        return chosen if data else None
    products, traits = _to_add(one, named, traits)
    part = _told(turn, one, products or _before(turn, one, traits), traits, bool(named))
    return None if part is None or (named and faq_about(turn, one, "goods") is not None) else part


def of_option(turn: Turn, one: Asked) -> Part | None:
    """ "¿Y en vaso grande?" after a product that comes so: what that option of it costs."""
    last = last_products(turn)
    if len(last) != 1 or not goes_on(one) or len(one.said.split()) > MOST_WORDS or not goods.priced_axis(last[0]):
        return None
    product, chosen = last[0], variants.chosen_in(last[0], variants.named_part(one))
    values = [axis.value(chosen[axis.id]) for axis in product.options if axis.id in chosen]
    called = {word for value in values if value is not None for word in WORD.findall(fold(value.name))}
    own = any(not set(fold(mention.words).split()) <= called for mention in one.clause.mentions)
    if product.variants or own or not chosen or subject(turn) not in ("price", "thanks"):
        return None
    return goods_part(turn, one, variants.say_price_chosen(turn, product, chosen), [product], "price")


def asks_of_choice(turn: Turn, clause: Clause, said: str) -> bool:
    """It asks what sizes or colours there are of a product that comes in several."""
    if not variants.asks_choice(said) or any(character.isdigit() for character in said):
        return False
    named = list(turn.tools.products(mention.product_id for mention in clause.mentions).values())
    products = named or (last_products(turn) if len(said.split()) <= MOST_WORDS else [])
    return len(products) == 1 and bool(variants.asked_axes(products[0], said)) and not hears("measured", said)


def names_choice(turn: Turn, clause: Clause) -> bool:
    """It names one product and a size or colour by which that is counted."""
    sure = [mention for mention in clause.mentions if not mention.others]
    known = list(turn.tools.products(mention.product_id for mention in sure).values())
    return any(product.variants and variants.chosen_in(product, clause.folded) for product in known)


def points_at_one(said: str) -> bool:
    """ "La segunda", "the last one"."""
    return any(set(names.split()) & set(said.split()) for names in words_of("ordinals"))


def detail(turn: Turn, product: Product, at: int = 0) -> Part:
    """A product with its price and words."""
    said = goods.say_price(turn, product, "")
    text = f"{said} {with_note(turn, product.description, turn.settings.business.language)}".strip()
    one_topic = {"subject": "price", "products": [product.sku]}
    return Part((at,), text, "price", "product", 1.0, used=(goods.source_of(turn, product),), topic=one_topic)


def goods_part(
    turn: Turn, one: Asked, text: str, products: Sequence[Product], intent: str, *, chosen: str = ""
) -> Part:  # fmt: skip
    """An answer about these products, which a follow-up may lean on."""
    skus = [product.sku for product in products]
    turn.trace.note("product", " ".join(skus) or "-")
    cards = tuple(goods.card_of(turn, product) for product in products) if len(products) > goods.FEW else ()
    before = [sku for sku in turn.state.get("topic", {}).get("products", []) if sku not in skus]
    return Part(
        (one.at,), text, intent, "product", one.score or 0.5, cards=cards,
        used=tuple(goods.source_of(turn, product) for product in products),
        topic={"subject": intent, "products": skus, "before": before, "chosen": chosen},
    )  # fmt: skip


def _pointed_at(turn: Turn, one: Asked) -> Part | None:
    """ "La segunda" of the list just shown, "¿y el otro?"."""
    said = " ".join(WORD.findall(one.said))
    if said in words_of("other_one"):
        known = turn.tools.products(turn.state.get("topic", {}).get("before", [])[:1])
        return next((detail(turn, product, one.at) for product in known.values()), None)
    listed, words = shown(turn), said.split()
    if not listed or one.clause.mentions or len(words) > MOST_WORDS:
        return None
    if not points_at_one(said):
        return None
    ordinals = words_of("ordinals")
    first = next(place for place, names in enumerate(ordinals) if set(names.split()) & set(words))
    place = len(listed) - 1 if first == len(ordinals) - 1 else first
    known = turn.tools.products(listed[place : place + 1])
    return next((detail(turn, product, one.at) for product in known.values()), None)


def _named(turn: Turn, one: Asked, traits: Traits) -> list[Product]:
    """The products named for themselves, not as what another is with or without; none where a name fits several."""
    heads = [m for m in one.clause.mentions if traits.is_about(fold(m.words))]
    things = [m for m in heads if not sizes_and_colours(fold(m.words)) or " " in m.words]
    heads = things or heads
    if any(mention.others for mention in heads):
        return []
    return list(turn.tools.products(mention.product_id for mention in heads).values())


def _to_add(one: Asked, named: list[Product], traits: Traits) -> tuple[list[Product], Traits]:
    """ "¿Se le puede poner aguacate al de suadero?": of two things named, one is an extra of the other."""
    if len(named) != 2 or not (hears("may_be", one.said) or hears("adding", one.said)):
        return named, traits
    for product in named:
        near = {bare(extra.name): extra for extra in product.extras}
        word = next((m.words for m in one.clause.mentions if m.product_id != product.sku and bare(m.words) in near), "")
        if word:
            return [product], replace(traits, having=(*traits.having, ITSELF + fold(word)))
    return named, traits


def _before(turn: Turn, one: Asked, traits: Traits) -> list[Product]:
    """What was spoken of last, where the question leans on it."""
    if one.clause.missing and not (traits.having or traits.lacking):
        return []
    asks = any(hears(topic, one.said) for topic in ("holds", "may_be", "adding", "which_choice")) or goes_on(one)
    sized = bool(sizes_and_colours(one.clause.folded)) and not hears("anything", one.said)
    if hears("cheapest", one.said):
        return (
            last_products(turn) if goes_on(one) or ("barato" in one.said and not hears("whole_menu", one.said)) else []
        )
    if not (sized or asks) or (
        hears("anything", one.said) and not goes_on(one) and not hears("which_choice", one.said)
    ):
        return []
    return last_products(turn)


def _told(turn: Turn, one: Asked, products: list[Product], traits: Traits, named: bool) -> Part | None:
    intent = _intent(one)
    if 2 <= len(products) <= MOST_COMPARED and (hears("compare", one.said) or hears("cheapest", one.said)):
        return goods_part(turn, one, details.say_comparison(turn, products, one.said), products, intent)
    if not products:
        return None
    if hears("cheapest", one.said) and (not named or hears("than", one.said)):
        return _cheaper(turn, one, products)
    if len(products) > 1:
        return None
    choice = None if named else _choice(turn, one, products[0], named)
    return (
        choice
        or _held(turn, one, products[0], traits, intent)
        or (_in_its_words(turn, one, products[0]) if named else None)
    )


def _in_its_words(turn: Turn, one: Asked, product: Product) -> Part | None:
    """ "¿La calza transparenta?": the menu's words speak of what is asked."""
    if one.label in ("price", "order"):
        return None
    asked = specific_words("goods", one.said) - names_said(turn, one)
    told = {bare(word) for word in WORD.findall(fold(product.description))}
    if not any(len(word) >= LONG_WORD and bare(word) in told for word in asked):
        return None
    return goods_part(turn, one, details.say_contents(turn, product), [product], _intent(one))


def _intent(one: Asked) -> str:
    return one.label if one.label in ("price", "availability", "menu") else "availability"


def _choice(turn: Turn, one: Asked, product: Product, named: bool) -> Part | None:
    """What it comes in, or whether there is the size or colour that is named."""
    intent = _intent(one)
    folded = variants.named_part(one)
    kept = variants.read_back(product, turn.state.get("topic", {}).get("chosen", "")) if not named else {}
    chosen = variants.chosen_in(product, folded)
    if variants.asks_choice(one.said):
        text = variants.say_kinds(turn, product, one.said, {**kept, **chosen})
        return goods_part(turn, one, text, [product], intent) if text else None
    several = next((m for m in one.clause.mentions if m.product_id == product.sku and m.said_qty and m.qty > 1), None)
    if several is not None and hears("cost", one.said) and not variants.not_had(product, folded):
        return None  # what they cost together
    if not named and chosen and not product.variants and goods.priced_axis(product):
        return goods_part(turn, one, variants.say_price_chosen(turn, product, {**kept, **chosen}), [product], "price")
    lacking = variants.not_had(product, folded)
    if lacking:
        return goods_part(turn, one, variants.say_not_had(turn, product, lacking), [product], intent)
    if not chosen or (intent == "price" and not product.variants):
        return None
    whole = {**kept, **chosen}
    text = variants.say_choice(turn, product, whole, counting=hears("counting", one.said))
    return goods_part(turn, one, text, [product], intent, chosen=variants.written(product, whole))


def _held(turn: Turn, one: Asked, product: Product, traits: Traits, intent: str) -> Part | None:
    """What the menu says of what it is to be with or without; "lleva", "tiene" ask like "con"."""
    asked = traits
    if variants.chosen_in(product, variants.named_part(one)):
        return None
    if not (traits.having or traits.lacking) and hears("holds", one.said):
        words = variants.named_part(one)
        for mention in one.clause.mentions:
            words = words.replace(fold(mention.words), " , ") if mention.product_id == product.sku else words
        cue, rest = variants.after_holding(words)
        asked = traits_in(f"con {rest}", turn.tools.on_menu) if cue else traits
    asked = replace(asked, having=tuple(trait for trait in asked.having if not is_soft(trait)))
    if not (asked.having or asked.lacking):
        return None
    return goods_part(turn, one, details.say_traits(turn, product, asked), [product], intent)


def _cheaper(turn: Turn, one: Asked, products: Sequence[Product]) -> Part:
    """What of the same category costs less, the nearest first."""
    product = min(products, key=lambda one: one.price)
    look = menu.Look(category=next(iter(product.categories), ""), under=max(product.price - 1, 1))
    if not menu.holds_any(turn, look):
        text = turn.voice.say("menu.no_cheaper")
        return goods_part(turn, one, text, list(products), "price")
    sorted_look = menu.Look(look.category, under=look.under, by_price="up")
    part = menu.show_menu(turn, one.at, sorted_look, intent="price", score=one.score)
    title = turn.voice.say("menu.cheaper_than", name=product.name)
    return replace(part, text="\n".join([title, *part.text.split("\n")[1:]]))


__all__ = ["detail", "goods_part", "of_product", "subject"]
