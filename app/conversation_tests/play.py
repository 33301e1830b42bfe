"""Plays a conversation test on a scratch copy of its shop, by the same way a web message takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from app.catalog import service as catalog
from app.commands.talk import Heard, Talk
from app.conversation_tests.match import Seen, differences
from app.conversation_tests.script import Malformed, Script, Step
from app.core.errors import UserError
from app.core.text import fold


@dataclass(frozen=True)
class Outcome:
    """What became of a test: nothing in `problems` means it passed."""

    name: str
    problems: tuple[str, ...]


class Stage:
    """Plays tests one after the other; a shop that a test leaves as it was is kept open for the next. Close it after."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._open: dict[tuple[Path | None, Path | None], Talk] = {}

    def play(self, script: Script, beside: Path) -> Outcome:
        """Plays one test; its paths are relative to the folder `beside`, else to the current directory.

        Raises Malformed where the test names a folder, a file or a product that is not there.
        """
        shop = _path(script.data, beside, "data"), _path(script.config, beside, "config")
        if script.stock or shop not in self._open:
            self._leave(shop)
            self._open[shop] = Talk(self._home, data=shop[0], config=shop[1])
        try:
            return Outcome(script.name, tuple(_problems(self._open[shop], script)))
        finally:
            if script.stock:
                self._leave(shop)

    def close(self) -> None:
        for shop in list(self._open):
            self._leave(shop)

    def _leave(self, shop: tuple[Path | None, Path | None]) -> None:
        if shop in self._open:
            self._open.pop(shop).close()


def _problems(talk: Talk, script: Script) -> Iterator[str]:
    player = _Player(talk, script)
    for number, step in enumerate(script.steps, 1):
        yield from (f"turno {number} ({step.action}): {problem}" for problem in player.step(step))


class _Player:
    """One customer going through the steps."""

    def __init__(self, talk: Talk, script: Script) -> None:
        self._talk = talk
        self._now = self._start(script.now)
        talk.clock.put(self._now)
        self._stock(script)
        self._customer = talk.new_customer(
            locale=script.locale, name=script.known.get("name", ""), phone=script.known.get("phone", "")
        )
        self._last: list[dict[str, Any]] = []

    def step(self, step: Step) -> list[str]:
        """Does what the customer does; what differs from what the test expects."""
        if step.action == "tap" and self._choice(step.value) is None:
            return [f"no hay nada que diga «{step.value}»; se ve: {', '.join(self._titles()) or 'nada'}"]
        text, heard = self._do(step)
        self._last = heard.outs or self._last
        return differences(step.expected, self._seen(text, heard))

    def _do(self, step: Step) -> tuple[str, Heard]:
        if step.action == "wait":
            return "", self._wait(step.value)
        if step.action == "location":
            return "", self._talk.hear(self._customer, kind="location", location=step.value)
        if step.action == "tap":
            choice = self._choice(step.value) or {}
            heard = self._talk.hear(self._customer, choice["title"], kind="button", payload=choice["payload"])
            return choice["title"], heard
        return step.value, self._talk.hear(self._customer, step.value)

    def _wait(self, span: timedelta) -> Heard:
        self._now += span
        self._talk.clock.put(self._now)
        return self._talk.let_pass(self._customer)

    def _choice(self, title: str) -> dict[str, Any] | None:
        return next((choice for choice in self._choices() if fold(choice["title"]) == fold(title)), None)

    def _choices(self) -> list[dict[str, Any]]:
        return [choice for out in self._last for choice in (*out["quick_replies"], *out["cards"])]

    def _titles(self) -> list[str]:
        return [choice["title"] for choice in self._choices()]

    def _seen(self, text: str, heard: Heard) -> Seen:
        answer = heard.answer
        return Seen(
            reply=heard.reply,
            intent=answer.intent if answer else self._talk.best_intent(text)[0],
            kind=heard.kind,
            source=answer.source if answer else "handoff",
            language=answer.language if answer else self._talk.house.settings.current.business.language,
            handoff=heard.handoff,
            total=self._talk.total(answer),
            order=heard.order,
            quick_replies=[choice["title"] for out in heard.outs for choice in out["quick_replies"]],
            cart=answer.cart if answer else [],
        )

    def _start(self, now: datetime | None) -> datetime:
        if now is None:
            return self._talk.clock.now()
        return (
            now if now.tzinfo is not None else now.replace(tzinfo=self._talk.house.settings.current.profile().timezone)
        )

    def _stock(self, script: Script) -> None:
        def fill_shelves(conn: Connection) -> None:
            for sku, count in script.stock.items():
                catalog.edit_product(conn, sku, stock=count)

        try:
            self._talk.write(fill_shelves)
        except UserError as error:
            raise Malformed(f"«{script.name}»: setup.stock: {error}") from error


def _path(written: str, beside: Path, what: str) -> Path | None:
    if not written:
        return None
    for path in (beside / written, Path(written)):
        if path.exists():
            return path.resolve()
    raise Malformed(f"{what}: no encuentro {written}, ni junto a la prueba ni en la carpeta actual")
