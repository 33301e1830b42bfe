"""What an order is to the rest of the house: as it is drafted in talk, and as it was placed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.core.errors import Problem
from app.core.money import decimal_string
from app.orders.pricing import Bill, Priced
from app.payments.service import Payment

Fulfilment = Literal["pickup", "delivery"]


class NoSuchOrder(Problem):
    """There is no order of this id."""

    def __init__(self) -> None:
        super().__init__(404, "Not found", "")


@dataclass(frozen=True, slots=True)
class Draft:
    """An order before its customer says yes. `id`: made when the first summary is shown; placing it twice is one order.

    `customer` is the sender's lane; `method` a provider's kind, or words of `payments.methods`; `coupon` the code of
    the discount that `bill` holds; `due`: when a pre-order is wanted.
    """

    id: str
    conversation_id: str
    customer: str
    channel: str
    branch: str
    language: str
    lines: tuple[Priced, ...]
    bill: Bill
    currency: str
    fulfilment: Fulfilment
    address: str
    zone: str
    name: str
    phone: str
    method: str
    coupon: str = ""
    due: datetime | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """CONTRACT's Order in `draft`."""
        bill = self.bill
        return _as_json(
            self.id, None, "draft", "", [line.as_json(self.currency) for line in self.lines],
            (bill.subtotal, bill.delivery_fee, bill.discount, bill.tax, bill.total), bill.tax_added, self.currency,
            (self.name, self.phone), self.fulfilment, self.address, (self.method, "unpaid", ""), self.due,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands. `lines` are CONTRACT's Lines, `names` what each line's choices are called.

    Money is in minor units of `currency`; `day` is the shop's own day on which `number` is unique in the branch.
    """

    id: str
    number: str
    status: str
    cancel_reason: str
    day: str
    branch: str
    customer: str
    name: str
    phone: str
    channel: str
    conversation_id: str
    language: str
    lines: tuple[Mapping[str, Any], ...]
    names: tuple[Mapping[str, str], ...]
    subtotal: int
    delivery_fee: int
    discount: int
    tax: int
    tax_added: bool
    total: int
    currency: str
    fulfilment: str
    address: str
    zone: str
    coupon: str
    note: str
    due: datetime | None
    created_at: datetime
    payment: Payment

    @property
    def method(self) -> str:
        """How it is paid: a provider's kind, or the shop's words."""
        return self.payment.method


def as_json(order: Order) -> dict[str, Any]:
    """CONTRACT's Order. `tax` is there where it is added on top, `due` where the order is for later."""
    paid = order.payment
    return _as_json(
        order.id, order.number, order.status, order.cancel_reason, [dict(line) for line in order.lines],
        (order.subtotal, order.delivery_fee, order.discount, order.tax, order.total), order.tax_added, order.currency,
        (order.name, order.phone), order.fulfilment, order.address, (paid.method, paid.status, paid.url), order.due,
    )  # fmt: skip


def _as_json(
    id_: str, number: str | None, status: str, reason: str, lines: list[dict[str, Any]], sums: tuple[int, ...],
    tax_added: bool, currency: str, customer: tuple[str, str], fulfilment: str, address: str,
    payment: tuple[str, str, str], due: datetime | None,
) -> dict[str, Any]:  # fmt: skip
    subtotal, fee, discount, tax, total = (decimal_string(amount, currency) for amount in sums)
    return {
        "id": id_,
        "number": number,
        "status": status,
        "cancel_reason": reason,
        "lines": lines,
        "subtotal": subtotal,
        "delivery_fee": fee,
        "discount": discount,
        **({"tax": tax} if tax_added else {}),
        "total": total,
        "currency": currency,
        "customer": {"name": customer[0], "phone": customer[1]},
        "fulfilment": fulfilment,
        "address": address,
        "payment": {"method": payment[0], "status": payment[1], "url": payment[2] or None},
        **({"due": due.isoformat(timespec="minutes")} if due is not None else {}),
    }
