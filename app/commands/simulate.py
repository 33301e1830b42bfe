"""`simulate`: many customers at once, and at the end the books."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from app.commands import WrongUsage
from app.commands.speak import say

if TYPE_CHECKING:
    from app.simulation.conversation import Told
    from app.simulation.run import Report

CONVERSATIONS, CONCURRENCY, SEED = 100, 10, 1


def arguments(parser: argparse.ArgumentParser) -> None:
    for name, metavar, default in (("conversations", "N", CONVERSATIONS), ("concurrency", "C", CONCURRENCY)):
        parser.add_argument(f"--{name}", metavar=metavar, type=int, default=default, help=say(f"simulate.{name}"))
    parser.add_argument("--url", metavar="URL", help=say("simulate.url"))
    parser.add_argument("--seed", metavar="S", type=int, default=SEED, help=say("simulate.seed"))
    parser.add_argument("--json", action="store_true", help=say("simulate.json"))
    parser.add_argument("--data", metavar="DIR", type=Path, help=say("simulate.data"))
    parser.add_argument("--personas", metavar="FILE", type=Path, help=say("simulate.personas"))
    parser.add_argument("--transcript", metavar="FILE", type=Path, help=say("simulate.transcript"))


def run(args: argparse.Namespace, home: Path) -> int:
    if args.conversations < 1 or args.concurrency < 1:
        raise WrongUsage(say("simulate.too_few"))
    with ExitStack() as stack:
        file = None if args.transcript is None else stack.enter_context(args.transcript.open("w", encoding="utf-8"))
        report = asyncio.run(_simulate(args, home, lambda told: _write(file, told)))
    print(json.dumps(report.as_json()) if args.json else _summary(report))
    if args.json and not report.ok:
        print("\n".join(_wrong(report)), file=sys.stderr)
    return 0 if report.ok else 1


async def _simulate(args: argparse.Namespace, home: Path, seen: Callable[[Told], object]) -> Report:
    from app.simulation.persona import read_personas
    from app.simulation.run import simulate

    personas = read_personas(args.personas)
    if args.url:
        from app.simulation.shops.by_http import ByHttp

        async with ByHttp(args.url, home, data=args.data) as server:
            return await simulate(server, personas, args.conversations, args.concurrency, args.seed, seen)
    from app.simulation.shops.in_process import InProcess

    clock = os.environ.get("TENDERO_CLOCK", "")
    async with InProcess(home, data=args.data, conversations=args.conversations, clock=clock) as shop:
        return await simulate(shop, personas, args.conversations, args.concurrency, args.seed, seen)


def _write(file: TextIO | None, told: Told) -> None:
    """One line a conversation: who it was, how it ended, and every word."""
    if file is not None:
        kept = {"conversation": told.index, "persona": told.persona, "end": told.end, "errors": told.errors}
        talk = [{"from": who, "text": text} for who, text in told.script]
        file.write(json.dumps({**kept, "notes": told.notes, "talk": talk}, ensure_ascii=False) + "\n")


def _summary(report: Report) -> str:
    told = report.as_json()
    rows = [
        say("simulate.done", conversations=report.conversations, messages=report.messages, orders=report.orders, errors=report.errors),
        say("simulate.speed", per_second=told["throughput_per_s"], **told["latency_ms"]),
        say("simulate.per_order", messages=told["messages_per_order"] if report.took else "-"),
        *(f"  {say(f'simulate.end.{end}')}: {times}" for end, times in report.ends.most_common()),
        say("simulate.books", **{page: say(f"simulate.page.{right}") for page, right in told["books"].items()}),
        *_wrong(report),
        say("simulate.ok" if report.ok else "simulate.not_ok"),
    ]  # fmt: skip
    return "\n".join(rows)


def _wrong(report: Report) -> list[str]:
    return [f"  {problem}" for problem in (*report.said_wrong, *report.books.problems)]
