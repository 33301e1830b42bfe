"""`ask`: one question, or a stream of them as JSON lines (CONTRACT 5)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands import WrongUsage
from app.commands.speak import say
from app.core.text import clean

if TYPE_CHECKING:
    from app.commands.talk import Heard, Talk

MODES = ("rag_only", "api_llm", "local_llm")
LONGEST = 4000
THOUSANDTH = Decimal("0.001")


class BadLine(Exception):
    """An input line that cannot be answered; its text says why."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", nargs="*", help=say("ask.text"))
    parser.add_argument("--jsonl", action="store_true", help=say("ask.jsonl"))
    parser.add_argument("--now", metavar="ISO", help=say("ask.now"))
    scratch_arguments(parser)


def scratch_arguments(parser: argparse.ArgumentParser) -> None:
    """What `ask` and `chat` share: whose shop it is."""
    parser.add_argument("--data", metavar="DIR", type=Path, help=say("ask.data"))
    parser.add_argument("--config", metavar="FILE", type=Path, help=say("ask.config"))
    parser.add_argument("--mode", metavar="MODE", choices=MODES, help=say("ask.mode"))


def run(args: argparse.Namespace, home: Path) -> int:
    text = " ".join(args.text).strip()
    if args.jsonl and text:
        raise WrongUsage(say("usage.unknown", what=text))
    if not args.jsonl and not text:
        text = "" if sys.stdin.isatty() else sys.stdin.read().strip()
        if not text:
            raise WrongUsage(say("ask.nothing"))
    now = None if args.now is None else instant(args.now)
    from app.commands.talk import Talk

    with Talk(home, data=args.data, config=args.config, mode=args.mode) as talk:
        if args.jsonl:
            _answer_lines(talk, sys.stdin.buffer, now)
        else:
            talk.clock.put(now)
            print(talk.hear(talk.new_customer(), clean(text)).reply)
    return 0


def instant(text: str) -> datetime:
    """An ISO 8601 instant with offset; WrongUsage otherwise."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise WrongUsage(say("ask.bad_now", value=text[:60]))
    return moment


def _answer_lines(talk: Talk, lines: Iterable[bytes], now: datetime | None) -> None:
    """Answers line by line, each written out before the next is read."""
    sessions: dict[str, str] = {}
    for line in lines:
        if not line.strip():
            continue
        id_: Any = None
        try:
            question = _parsed(line)
            id_ = question.get("id")
            answer = _answered(talk, question, sessions, now)
        except (BadLine, WrongUsage) as error:
            answer = {"id": id_, "error": str(error)}
        except Exception as error:  # one question nobody foresaw must not end the stream
            answer = {"id": id_, "error": say("ask.broken", what=f"{type(error).__name__}: {error}")}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        question = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadLine(say("ask.bad_json")) from error
    if not isinstance(question, dict):
        raise BadLine(say("ask.bad_json"))
    return question


def _answered(
    talk: Talk, question: Mapping[str, Any], sessions: dict[str, str], now: datetime | None
) -> dict[str, Any]:
    text = question.get("text")
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
        raise BadLine(say("ask.bad_field", field="text", why=say("ask.want_text")))
    moment, session = question.get("now"), question.get("session")
    if moment is not None and not isinstance(moment, str):
        raise BadLine(say("ask.bad_field", field="now", why=say("ask.want_string")))
    if session is not None and not isinstance(session, str | int):
        raise BadLine(say("ask.bad_field", field="session", why=say("ask.want_string")))
    talk.clock.put(now if moment is None else instant(moment))
    cart = None if question.get("cart") is None else _cart(question["cart"])
    conversation_id = sessions.get(str(session)) if session is not None else None
    if conversation_id is None:
        conversation_id = talk.new_customer()
        if session is not None:
            sessions[str(session)] = conversation_id
    missing = talk.put_cart(conversation_id, cart) if cart else None
    if missing is not None:
        raise BadLine(say("ask.bad_field", field="cart", why=say("ask.want_product", what=missing)))
    heard = talk.hear(conversation_id, clean(text))
    return _as_line(talk, question.get("id"), clean(text), heard)


def _cart(lines: Any) -> list[dict[str, Any]]:
    """A cart as it came, each line with a product and a quantity that can be one."""
    if not isinstance(lines, list) or not all(isinstance(line, dict) and "product_id" in line for line in lines):
        raise BadLine(say("ask.bad_field", field="cart", why=say("ask.want_cart")))
    for line in lines:
        if not _is_quantity(line.get("qty")):
            raise BadLine(say("ask.bad_field", field="cart", why=say("ask.want_qty", what=line["product_id"])))
    return lines


def _is_quantity(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        exact = Decimal(str(value))
        return exact > 0 and exact == exact.quantize(THOUSANDTH)
    except InvalidOperation:
        return False


def _as_line(talk: Talk, id_: Any, text: str, heard: Heard) -> dict[str, Any]:
    answer = heard.answer
    name, score = (answer.intent, answer.intent_score) if answer else talk.best_intent(text)
    intents = [(intent.name, intent.score) for intent in answer.intents] if answer else [(name, score)]
    return {
        "id": id_,
        "reply": heard.reply,
        "kind": heard.kind,
        "intent": name,
        "intents": [{"name": label, "score": round(value, 4)} for label, value in intents],
        "intent_score": round(score, 4),
        "source": answer.source if answer else "handoff",
        "sources": [source.as_json() for source in answer.sources] if answer else [],
        "cart": answer.cart if answer else [],
        "total": talk.total(answer),
        "currency": talk.currency,
        "order": heard.order,
        "handoff": heard.handoff,
        "language": answer.language if answer else talk.house.settings.current.business.language,
        "ms": heard.ms,
    }
