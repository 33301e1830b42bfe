"""One message answered: each thing it asks by the first responder that can, all in one friendly message."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.assistant.basket import Basket
from app.assistant.compose import compose
from app.assistant.heard import resolve, things_asked
from app.assistant.responders import RESPONDERS
from app.assistant.responders.checkout import resume
from app.assistant.responders.fallback import fallback
from app.assistant.responders.flow import not_heard
from app.assistant.responders.flow import resume as resume_flow
from app.assistant.responders.hears import asks_for, hears, words_of
from app.assistant.responders.introductions import INTRODUCTION, is_introduction
from app.assistant.responders.social import SOCIAL, finish
from app.assistant.responders.subjects import SUBJECTS
from app.assistant.turn import Answer, Asked, Part, Source, Turn
from app.chat.messages import Reply
from app.nlu.service import Intent

MOST_CHOICES = 20
MOST_SAID = 200  # letters of a question that the next one may go on from
RETRIEVED = ("faq", "product", "doc")
OWN_WORDS = ("faq", "doc")  # answers in the shop's own words
VOCATIVE = 3  # words after a greeting that only say to whom
SURELY_ASKED = 0.9
HALF_KNOWN = 0.5
SURELY_SAID = 0.75  # small talk beside a greeting
KNOWN = ("faq", "doc", "template", "product")
IDLE = {"smalltalk", "out_of_scope", "got_it"}


def answer(turn: Turn) -> Answer:
    """The answer to a turn; its only I/O is what `turn.tools` reads, and the order it places."""
    began = time.perf_counter()
    resolve(turn)
    asked = [] if turn.payload else _to_be_answered(things_asked(turn))
    turn.trace.analysis, turn.trace.asked = turn.analysis, tuple(asked)
    began = turn.trace.spend("search", began)
    parts, open_ = _parts(turn, asked)
    began = turn.trace.spend("answer", began)
    parts = _with_the_order(_greeted(parts), asked)
    digressed = bool(parts) and not any(part.source in ("order", "flow") for part in parts)
    if not any(part.intent not in SOCIAL for part in parts) and (open_ or not parts):
        again = not_heard(turn, open_)
        parts.append(again or fallback(turn, open_))
        open_ = open_ if again is None else [one for one in open_ if "?" in one.clause.text]
    elif any("?" in one.clause.text for one in open_):
        parts[-1] = replace(parts[-1], text=f"{parts[-1].text} {turn.voice.say('fallback.rest')}")
    parts = finish(turn, _to_the_point(parts))
    if (
        waiting := (resume_flow(turn) or resume(turn))
        if digressed and not any(part.handoff or part.offer for part in parts)
        else None
    ) is not None:
        parts.append(replace(waiting, at=(len(asked),)))
    reply = compose(parts, turn.voice)
    turn.trace.spend("words", began)
    return replace(_answer(turn, asked, parts, reply), unanswered=tuple(open_))


def _to_be_answered(asked: list[Asked]) -> list[Asked]:
    """Without what asks nothing: to whom a greeting is said, and what follows a command to forget the rules.

    Who tells the bot that tacos cost one peso from now on is declined, whatever prices follow; a question of his is answered.
    """
    if asked and asked[0].label == "greeting":
        asked = [asked[0], *(one for one in asked[1:] if _asks(one))]
    tricks = [one for one in asked if one.label == "out_of_scope" and hears("hostile", one.said)]
    return [one for one in asked if one in tricks or "?" in one.clause.text] if tricks else asked


def _parts(turn: Turn, asked: Sequence[Asked]) -> tuple[list[Part], list[Asked]]:
    """What the responders make of it, and what none of them answers."""
    parts: list[Part] = []
    open_ = list(asked)
    for responder in RESPONDERS:
        made = responder(turn, open_)
        turn.trace.made += [(responder.__name__, part.at) for part in made]
        parts += made
        done = {at for part in made for at in part.at}
        open_ = [one for one in open_ if one.at not in done]
        if any(part.handoff for part in made) or (made and turn.payload):
            return parts, []
    return parts, open_


def _greeted(parts: list[Part]) -> list[Part]:
    """Without small talk that only belongs to a greeting: "hola, soy yo otra vez"."""
    if {part.intent for part in parts} - {*SOCIAL, "smalltalk"} or not any(part.intent in SOCIAL for part in parts):
        return parts
    return [part for part in parts if part.intent in SOCIAL or part.score >= SURELY_SAID]


def _with_the_order(parts: list[Part], asked: Sequence[Asked]) -> list[Part]:
    """Where an order goes on or somebody complains: answers only to what is asked, and what the order asks comes last."""
    if not any(part.source == "order" or part.offer == "complaint" for part in parts):
        return parts
    questions = {one.at for one in asked if _is_question(one)}
    kept = [part for part in parts if part.source not in KNOWN or not questions.isdisjoint(part.at)]
    return [
        replace(part, place="closing") if part.source == "order" and part.text.endswith("?") else part for part in kept
    ]


def _is_question(one: Asked) -> bool:
    """It is put as one, or sure to be meant so."""
    return "?" in one.clause.text or bool(asks_for(one.said)) or (one.label in SUBJECTS and one.score >= SURELY_ASKED)


def _asks(one: Asked) -> bool:
    """It asks, names or says something of its own, or what the shop answers in these very words."""
    clause = one.clause
    if clause.folded.strip(" .,!") in words_of("vocatives"):
        return False  # "buenas tardes, niño": nobody's clothes
    told = one.label not in ("", "out_of_scope", "smalltalk")
    if told or "?" in clause.text or clause.mentions or clause.missing or len(clause.tokens) > VOCATIVE:
        return True
    if clause.known < HALF_KNOWN:  # no words of anybody's: it was not understood
        return True
    return is_introduction(clause) or any(hit.score >= SURELY_ASKED for hit in one.hits)


def _to_the_point(parts: list[Part]) -> list[Part]:
    """Without what the bot is, declines or acknowledges, where the message got a real answer; declined once is enough."""
    idle = [part for part in parts if {source.id for source in part.used} & IDLE]
    real = [part for part in parts if part not in idle and part.intent not in SOCIAL]
    declined = [part for part in idle if part.intent == "out_of_scope"]
    dropped = idle if real else [part for part in idle if part not in declined] if declined else []
    return [part for part in parts if part not in dropped]


def _answer(turn: Turn, asked: Sequence[Asked], parts: Sequence[Part], reply: Reply) -> Answer:
    main = main_part(parts)
    understood = all(part.understood for part in parts)
    handoff = any(part.handoff for part in parts)
    return Answer(
        replies=[reply],
        intent=main.intent,
        intents=_intents(turn, parts, main),
        intent_score=round(main.score, 4),
        source=main.source,
        sources=_sources(turn, asked, parts, main),
        language=turn.language,
        cart=[line.as_json(turn.tools.currency) for line in turn.tools.priced(turn.basket.lines)],
        total=_total(turn, parts),
        handoff=handoff,
        ask_person=any(part.offer for part in parts),
        state=_state(turn, asked, parts, reply),
        misses=0 if understood or handoff else turn.conversation.misses + 1,
        understood=understood,
        trace=turn.trace,
    )


def main_part(parts: Sequence[Part]) -> Part:
    """The first part that is more than a courtesy or somebody's name, else the first."""
    ordered = sorted(parts, key=lambda part: part.at)
    return next((part for part in ordered if part.intent not in SOCIAL and not _introduces(part)), ordered[0])


def _introduces(part: Part) -> bool:
    """ "Soy Carla": after a greeting it belongs to it."""
    return any(source.id == INTRODUCTION for source in part.used)


def _intents(turn: Turn, parts: Sequence[Part], main: Part) -> tuple[Intent, ...]:
    """The main one first, then all others best first."""
    known = {intent.name: intent.score for intent in turn.analysis.intents}
    for part in parts:
        known[part.intent] = max(part.score, known.get(part.intent, 0.0))
    others = sorted((name for name in known if name != main.intent), key=lambda name: -known[name])
    return tuple(Intent(name, round(known[name], 4)) for name in (main.intent, *others))


def _sources(turn: Turn, asked: Sequence[Asked], parts: Sequence[Part], main: Part) -> list[Source]:
    """Retrieval's best candidates whatever answered, best first, at most `top_k`.

    Among them what else made the answer: a product in the place of the weakest, a template or the order where there is room.
    """
    found: dict[tuple[str, str], Source] = {}
    hits = [hit for one in asked for hit in one.hits]
    if len(asked) > 1:
        hits += turn.tools.search_knowledge(turn.analysis.text, _tokens(asked))
    for hit in hits:
        known = found.get((hit.type, hit.id))
        if known is None or hit.score > known.score:
            found[hit.type, hit.id] = Source(hit.type, hit.id, hit.title, round(hit.score, 4))
    top_k = turn.settings.retrieval.top_k
    best = sorted(found.values(), key=lambda source: -source.score)[:top_k]
    used = {(source.type, source.id): source for part in parts for source in part.used}
    kept = [replace(source, used=(source.type, source.id) in used) for source in best]
    listed = {(source.type, source.id) for source in kept}
    held = [source for source in main.used if source.type in RETRIEVED or len(kept) < top_k]
    made = next((source for source in held if (source.type, source.id) not in listed), None)
    ranked = sorted(kept, key=lambda source: (not source.used, -source.score))
    chosen = [*([made] if made is not None else []), *ranked][:top_k]
    return sorted(chosen, key=lambda source: -source.score)


def _total(turn: Turn, parts: Sequence[Part]) -> int:
    """What the order shown comes to, else the lines in the cart: minor units."""
    shown = next((part.order for part in parts if part.order is not None), None)
    return turn.tools.minor(Decimal(shown["total"])) if shown is not None else turn.tools.subtotal(turn.basket.lines)


def _tokens(asked: Sequence[Asked]) -> tuple[str, ...]:
    return tuple(token for one in asked for token in one.clause.tokens)


def _state(turn: Turn, asked: Sequence[Asked], parts: Sequence[Part], reply: Reply) -> dict[str, Any]:
    """What the next message may refer to: the topic, an offer, the choices in their order."""
    state: dict[str, Any] = {"greeted": True, "topic": _topic(turn, asked, parts)}
    offer = next((part.offer for part in parts if part.offer), "")
    if offer:
        state["offer"] = offer
    if turn.basket != Basket():
        state["basket"] = turn.basket.as_state()
    if turn.run is not None and not turn.basket.asked:  # what was asked last is what waits
        state["flow"] = turn.run.as_json()
    if turn.told_consent:
        state["told_consent"] = True
    choices = [[choice.title, choice.payload] for choice in reply.quick_replies]
    choices += [[card.title, card.payload] for card in reply.cards]
    if choices:
        state["choices"] = choices[:MOST_CHOICES]
        state["numbered"] = len(reply.quick_replies)
    return state


def _topic(turn: Turn, asked: Sequence[Asked], parts: Sequence[Part]) -> dict[str, Any]:
    """What was talked about: the subjects of this answer and how they were asked for, the products and menu page named last.

    `said` is the question's words, `entries` the shop's own answers that were given; a courtesy changes nothing.
    """
    told = [part for part in parts if part.topic or part.source in OWN_WORDS]
    topic: dict[str, Any] = dict(turn.state.get("topic", {}))
    if not told:
        return topic
    for one in told:
        topic |= {key: value for key, value in one.topic.items() if value}
    answered = {at for part in told for at in part.at}
    said = " ".join(one.said for one in asked if one.at in answered)[:MOST_SAID]
    subjects = [subject for part in told for subject in _subjects(part)]
    entries = [source.id for part in told if part.source in OWN_WORDS for source in part.used]
    return {**topic, "subjects": subjects, "said": said, "entries": entries}


def _subjects(part: Part) -> list[str]:
    """What a part was about; an answer in the shop's own words may be about a subject of its sheet too."""
    if part.topic:
        return [part.topic["subject"]]
    return [part.intent, "faq"] if part.intent in SUBJECTS else ["faq"]
