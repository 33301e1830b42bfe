"""An order somebody of the shop writes down: what they were told becomes lines, which they look over before it is placed.

What is not settled yet travels as one value, `Noted`, between the pages that ask for it. Nobody is asked what the menu
leaves no choice in, and every price is the catalogue's of that moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from app.assistant.basket import line_as_json, skus_of
from app.assistant.mind import MindStore
from app.assistant.responders.cart import with_only_choices
from app.catalog import service as catalog
from app.catalog.service import OptionAxis, Product
from app.core.clock import Clock
from app.core.money import parse_money
from app.nlu.service import Language, Line, Unclear, in_unit, merged
from app.orders import service as orders
from app.orders.service import Draft, Order, Priced, line_of
from app.payments import service as payments
from app.settings import SettingsStore
from app.shop.currency import country_of, currency_of

LINES_MOST = 24  # of one order written down; a form holds no more
EXTRAS_MOST = 99
LEAVE_OUT = "-"
DIGITS_LEAST = 6  # of a phone worth keeping a customer by


@dataclass(frozen=True, slots=True)
class Noted:
    """What was written down so far. `unclear`: words several products fit; `unknown`: words the menu does not have."""

    lines: tuple[Line, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.unclear or self.unknown)

    def as_text(self) -> str:
        """For a form's field; `Noted.of` reads it back."""
        unclear = [
            {"words": one.words, "qty": str(one.qty), "said": one.said_qty, "unit": one.unit, "of": list(one.products)}
            for one in self.unclear
        ]
        lines = [line_as_json(line) for line in self.lines]
        return json.dumps({"lines": lines, "unclear": unclear, "unknown": list(self.unknown)}, ensure_ascii=False)

    @staticmethod
    def of(text: str) -> Noted:
        """What a form brought back; nothing where it is none of ours."""
        try:
            kept = json.loads(text or "{}")
            return Noted(
                tuple(filter(_can_be, map(line_of, kept.get("lines", ()))))[:LINES_MOST],
                tuple(one for one in map(_unclear_of, kept.get("unclear", ())) if one.qty.is_finite() and one.qty > 0),
                tuple(map(str, kept.get("unknown", ()))),
            )
        except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
            return Noted()


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a line may be chosen in; `chosen` is empty while it has to be said."""

    axis: OptionAxis
    chosen: str
    required: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What was noted as it is at this moment. `choices`: of each line; `which`: the products of each unclear word."""

    noted: Noted
    lines: tuple[Priced, ...]
    choices: tuple[tuple[Lacking, ...], ...]
    which: tuple[tuple[Product, ...], ...]
    currency: str

    @property
    def is_settled(self) -> bool:
        """Whether nothing has to be asked about it any more."""
        asked = [one for line in self.choices for one in line if one.required and not one.chosen]
        return not self.noted.unclear and not asked


@dataclass
class Notebook:
    """Where the shop's people write down orders they are told."""

    clock: Clock
    settings: SettingsStore
    mind: MindStore

    def read(self, conn: Connection, before: Noted, text: str) -> Noted:
        """What was noted, and what is told now besides."""
        if not text.strip():
            return before
        mind, language = self.mind.current, self._language
        reading = mind.read_order(text, language)
        unknown = [one.words for one in reading.unknown]
        if reading.is_empty:
            unknown = [text.strip()]
        known = catalog.by_sku(conn, skus_of(reading.cart))
        lines = with_only_choices(reading.cart, known)
        return Noted(
            merged([*before.lines, *lines])[:LINES_MOST],
            (*before.unclear, *reading.unclear),
            (*before.unknown, *unknown),
        )

    def of(self, text: str) -> Noted:
        """What a form brought back."""
        return Noted.of(text)

    def answered(
        self, conn: Connection, noted: Noted, answers: Mapping[str, str]
    ) -> tuple[Noted, dict[str, str]]:  # fmt: skip
        """With the answers of a form: `qty-0`, `opt-0-size`, `which-0` (a sku, or `-` to leave it out).

        Also what of them cannot be: field -> what is wrong with it.
        """
        known = catalog.by_sku(conn, [*skus_of(noted.lines), *(sku for one in noted.unclear for sku in one.products)])
        wrong: dict[str, str] = {}
        lines = [_answered(at, line, known, answers, wrong) for at, line in enumerate(noted.lines)]
        unclear = []
        for at, one in enumerate(noted.unclear):
            said = answers.get(f"which-{at}", "")
            product = known.get(said) if said in one.products else None
            if product is not None:
                lines.append(Line(product.sku, in_unit(one.qty, one.unit, product.unit)))
            elif said != LEAVE_OUT:
                unclear.append(one)
        kept = [line for line in lines if line is not None]
        unknown = noted.unknown if not answers.get("heard") else ()
        return Noted(with_only_choices(merged(kept), known), tuple(unclear), unknown), wrong

    def look(self, conn: Connection, noted: Noted) -> Looked:
        """What it is now: priced, with what is still to be chosen. What left the menu meanwhile is told as unknown."""
        wanted = [*skus_of(noted.lines), *(sku for one in noted.unclear for sku in one.products)]
        known = catalog.by_sku(conn, wanted)
        lines = tuple(
            line for line in noted.lines if line.product_id in known and _is_sold(known[line.product_id], line)
        )
        gone = tuple(line.product_id for line in noted.lines if line.product_id not in known)
        return Looked(
            replace(noted, lines=lines, unknown=(*noted.unknown, *gone)),
            tuple(orders.priced(known[line.product_id], line) for line in lines),
            tuple(_choices(known[line.product_id], line) for line in lines),
            tuple(tuple(known[sku] for sku in one.products if sku in known) for one in noted.unclear),
            self._currency(conn),
        )  # fmt: skip

    def draft(self, conn: Connection, looked: Looked, told: Mapping[str, str]) -> Draft:
        """The order as it would be placed now. `told`: the form's fields; its `draft` makes two presses one order."""
        settings, id_, channel = self.settings.current, told["draft"], told["channel"]
        delivered = told["fulfilment"] == "delivery"
        zones = settings.profile(told["branch"]).zones if delivered else ()
        zone = next((zone for zone in zones if zone.name == told["zone"]), None)
        fee = parse_money(zone.fee, looked.currency) if zone is not None and zone.fee else 0
        phone = self._phone(told["phone"])
        digits = "".join(filter(str.isdigit, phone))
        return Draft(
            id=id_, conversation_id="", customer=f"{channel}::{digits if len(digits) >= DIGITS_LEAST else id_}",
            channel=channel, branch=told["branch"], language=settings.business.language, lines=looked.lines,
            bill=orders.bill(looked.lines, fee=fee, tax=settings.orders.tax), currency=looked.currency,
            fulfilment="delivery" if delivered else "pickup", address=told["address"] if delivered else "",
            zone=zone.name if zone is not None else "", name=told["name"], phone=phone, method=told["method"],
            note=told["note"],
        )  # fmt: skip

    def place(self, conn: Connection, draft: Draft, by: str) -> Order:
        """Places it, once for each draft. Raises SoldOut, and then nothing has changed."""
        now: datetime = self.clock.now()
        return orders.place(conn, draft, self.settings.current, now=now, cause=f"noted:{draft.id}", by=by)

    def ways(self) -> list[str]:
        """What it can be paid with."""
        return payments.offered(self.settings.current)

    @property
    def _language(self) -> Language:
        return self.settings.current.business.language

    def _currency(self, conn: Connection) -> str:
        return currency_of(self.settings.current, catalog.menu_currency(conn))

    def _phone(self, written: str) -> str:
        """With its country's code where it can be read as one of theirs, else as it was written."""
        business = self.settings.current.business
        analysis = self.mind.current.understander.analyse(
            written, default_language=self._language, country=country_of(business.timezone)
        )
        found = analysis.entities.phones
        return str(found[0].value) if found else written


def _unclear_of(said: Mapping[str, Any]) -> Unclear:
    of = tuple(map(str, said["of"]))
    return Unclear(str(said["words"]), Decimal(said["qty"]), bool(said["said"]), str(said["unit"]), of)


def _can_be(line: Line) -> bool:
    """Whether a line that came back from a form is one of ours."""
    return line.qty.is_finite() and line.qty > 0 and all(0 < extra.qty <= EXTRAS_MOST for extra in line.extras)


def _is_sold(product: Product, line: Line) -> bool:
    """Whether the product can be sold in this quantity."""
    try:
        orders.priced(product, line)
    except ValueError:
        return False
    return True


def _answered(
    at: int, line: Line, known: Mapping[str, Product], answers: Mapping[str, str], wrong: dict[str, str]
) -> Line | None:
    """The line with what was answered of it; None where it is taken away."""
    product = known.get(line.product_id)
    if product is None:
        return None
    options = dict(line.options)
    for axis in product.options:
        chosen = answers.get(f"opt-{at}-{axis.id}", "")
        if axis.value(chosen) is not None:
            options[axis.id] = (chosen,)
    line = replace(line, options=tuple(sorted(options.items())))
    name = f"qty-{at}"
    if name not in answers:
        return line
    try:
        qty = orders.quantity_of(answers[name])
        if qty:
            orders.priced(product, line.of(qty))
    except ValueError:
        wrong[name] = "quantity"
        return line
    return line.of(qty) if qty else None


def _choices(product: Product, line: Line) -> tuple[Lacking, ...]:
    """What can be chosen of it, one value each; several values of one axis stay as they were told."""
    return tuple(
        Lacking(axis, next(iter(line.value_of(axis.id)), ""), axis.required)
        for axis in product.options
        if axis.values and len(line.value_of(axis.id)) < 2
    )
