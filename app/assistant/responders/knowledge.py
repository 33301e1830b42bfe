"""What the shop knows: its sheet by template, its FAQs in their words, its menu with prices of this moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from app.assistant.responders import catalogue, goods, menu, social
from app.assistant.responders.answers import template_part
from app.assistant.responders.documents import best_document, document_part
from app.assistant.responders.faq import TRUSTED, best_faq, faq_about, faq_part, second_faq
from app.assistant.responders.hears import hears, is_language
from app.assistant.responders.subjects import SUBJECTS, answer_point, knows_better, only_data_know
from app.assistant.responders.templates import render_template
from app.assistant.turn import Asked, Part, Turn
from app.knowledge.service import Hit
from app.nlu.service import affirmation

FAR = 0.75  # hardly anything of the shop's
SURE_OF_CONTENTS = 0.75  # a FAQ about what is in a product, though it names another word for it
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
    if turn.payload.startswith((menu.MENU, goods.PRODUCT)):
        return catalogue.tapped(turn)
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
    document = None if _menu_knows(turn, one) else best_document(turn, one, subject or "goods")
    part = None
    if document is not None and not (subject and knows_better(turn, subject, one)):
        intent = "faq" if one.label in ("", *NOT_ABOUT_THE_SHOP) else one.label
        return document_part(turn, one, document, intent=intent, score=one.score or document.score)
    if subject:
        part = _of_subject(turn, one, subject)
    elif one.clause.mentions and _asks_what_it_is(one) and not _in_own_words(turn, one, faq):
        part = catalogue.described(turn, one)
    elif one.label in catalogue.GOODS and not _is_likelier(turn, one, faq):
        part = catalogue.GOODS[one.label](turn, one, faq)
    if part is None and faq is not None:
        faq = faq_about(turn, one, "goods") or faq
        part = _in_its_words(turn, one, faq)
    if part is None and one.label == "smalltalk":
        return social.about_the_bot(turn, one)
    if part is None and one.label == "out_of_scope" and (is_language(one.said) or hears("hostile", one.said)):
        return social.decline(turn, one)
    return part or catalogue.likely(turn, one)


def _asks_what_it_is(one: Asked) -> bool:
    return hears("made_of", one.said) or hears("what_is", one.said)


def _menu_knows(turn: Turn, one: Asked) -> bool:
    """It asks for products by their price or how they sell: no document has that as the menu has it now."""
    if catalogue.answers_itself(turn, one):
        return True
    look = menu.look_asked(turn, one) if one.label in (*UNSURE, *catalogue.GOODS) else None
    return look is not None and bool(look.under or look.over or look.by_price or look.best or look.seasonal)


def _in_own_words(turn: Turn, one: Asked, faq: Hit | None) -> bool:
    return (faq is not None and faq.score >= SURE_OF_CONTENTS) or faq_about(turn, one, "goods") is not None


def _is_likelier(turn: Turn, one: Asked, faq: Hit | None) -> bool:
    """A FAQ is surer than the label and nothing sold is named ("si te pago cash, ¿me hacés descuento?"), or about an hour.

    No menu knows when there is what: "¿al mediodía ya hay pupusas?".
    """
    if faq is not None and one.clause.entities.clock is not None and one.label != "price":
        return True
    if faq is None or faq.score < TRUSTED or faq.score <= one.score:
        return False
    return not one.clause.mentions and menu.look_asked(turn, one) is None


def _faq_for(turn: Turn, one: Asked) -> Hit | None:
    """The best FAQ; where something is asked for that the menu lacks, only one that speaks of it."""
    best = best_faq(turn, one)
    if best is not None and best.score < TRUSTED and one.label in NOT_ABOUT_THE_SHOP and one.score >= FAR:
        return None
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
    if faq is not None and not only_data_know(subject, one):
        return faq_part(turn, one, faq, intent=one.label or "faq", score=one.score or faq.score)
    text = SUBJECTS[subject](turn, one)
    if not text:
        return None
    intent, general = one.label or one.clause.intent, text == render_template(turn, subject)
    topic = {"subject": subject, "general": general}
    return template_part(turn, one.at, text, intent, name=subject, score=one.score, topic=topic)


COURTESIES: dict[str, Callable[[Turn, Asked], Part]] = {
    "greeting": social.greet,
    "thanks": social.thank,
    "goodbye": social.part_with,
}
