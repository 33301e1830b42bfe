"""The menu as a customer reads it, and what it asks for: a reckoning of its own, so that two have to agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Good:
    """A product of the menu, as `menu.json` tells it; `stock` None where nobody counts."""

    id: str
    name: str
    price: Decimal
    unit: str | None = None
    names: tuple[str, ...] = ()
    available: bool = True
    stock: Decimal | None = None
    axes: tuple[Mapping[str, Any], ...] = ()
    extras: tuple[Mapping[str, Any], ...] = ()
    variants: tuple[Mapping[str, Any], ...] = ()

    @property
    def left(self) -> Decimal | None:
        """What is counted of it, all variants together; None where nobody counts."""
        counted = [Decimal(str(one["stock"])) for one in self.variants if one["stock"] is not None]
        return sum(counted, Decimal(0)) if counted else self.stock

    @property
    def can_be_had(self) -> bool:
        return self.available and (self.left is None or self.left > 0)

    def variant(self, chosen: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The variant of these choices (axis id -> value id)."""
        return next(
            (one for one in self.variants if all(chosen.get(axis) == value for axis, value in one["options"].items())),
            None,
        )

    def value_name(self, axis_id: str, value_id: str) -> str:
        values = next((axis["values"] for axis in self.axes if axis["id"] == axis_id), ())
        return next((str(value["name"]) for value in values if value["id"] == value_id), value_id)

    def extra_name(self, extra_id: str) -> str:
        return next((str(extra["name"]) for extra in self.extras if extra["id"] == extra_id), extra_id)


@dataclass(frozen=True)
class Menu:
    """Everything the shop sells, in the order it is listed."""

    goods: tuple[Good, ...]
    digits: int  # decimals of its prices
    by_id: Mapping[str, Good] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {good.id: good for good in self.goods})

    @staticmethod
    def of(products: Sequence[Mapping[str, Any]]) -> Menu:
        """From the products as in `menu.json`, whose prices have the currency's own decimals."""
        decimals = max((len(product["price"].partition(".")[2]) for product in products), default=0)
        return Menu(tuple(_good(product) for product in products), decimals)

    def line_price(self, line: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
        """What one unit and the whole of a Line (CONTRACT 3) cost by this menu. KeyError: it is not on it."""
        good = self.by_id[line["product_id"]]
        unit = _as_chosen(good, line["options"])
        for said in line["extras"]:
            extra = next(extra for extra in good.extras if extra["id"] == said["id"])
            free = said["kind"] not in ("add", "extra") or (said["kind"] == "add" and extra["included"])
            unit += 0 if free else Decimal(extra["price_delta"]) * said["qty"]
        unit = max(unit, Decimal(0))
        return unit, self.rounded(unit * Decimal(str(line["qty"])))

    def rounded(self, amount: Decimal) -> Decimal:
        """To the currency's smallest coin, a half up."""
        return amount.quantize(Decimal(1).scaleb(-self.digits), ROUND_HALF_UP)

    def wrong_sums(self, order: Mapping[str, Any], percent_added: Decimal | None = None) -> Iterator[str]:
        """What of an Order's money this menu does not bear out. `percent_added`: the tax on top, where it is known."""
        subtotal = Decimal(0)
        for line in order["lines"]:
            try:
                unit, total = self.line_price(line)
            except (KeyError, StopIteration):
                yield f"{line['product_id']} is not on the menu as it was ordered"
                continue
            subtotal += total
            if (unit, total) != (Decimal(line["unit_price"]), Decimal(line["total"])):
                yield f"{line['qty']} {line['name']} are {total}, charged {line['total']}"
        off, fee, tax = (Decimal(order.get(part) or 0) for part in ("discount", "delivery_fee", "tax"))
        if subtotal != Decimal(order["subtotal"]):
            yield f"the lines come to {subtotal}, the subtotal is {order['subtotal']}"
        if percent_added is not None and tax != self.rounded((subtotal - off + fee) * percent_added / HUNDRED):
            yield f"the tax is {tax}, not {percent_added} %"
        if subtotal - off + fee + tax != Decimal(order["total"]):
            yield f"{subtotal} - {off} + {fee} + {tax} is not {order['total']}"

    def counted(self, line: Mapping[str, Any]) -> Decimal:
        """How much of a counted shelf a Line takes; nothing where nobody counts."""
        good = self.by_id[line["product_id"]]
        variant = good.variant(line["options"])
        is_counted = good.left is not None if variant is None or variant["stock"] is None else True
        return Decimal(str(line["qty"])) if is_counted else Decimal(0)


def _good(product: Mapping[str, Any]) -> Good:
    stock = product.get("stock")
    return Good(
        id=product["sku"], name=product["name"], price=Decimal(product["price"]), unit=product.get("unit"),
        names=(product["name"], *product.get("synonyms", ())), available=bool(product.get("available", True)),
        stock=None if stock is None else Decimal(str(stock)), axes=tuple(product.get("options", ())),
        extras=tuple(product.get("extras", ())), variants=tuple(product.get("variants", ())),
    )  # fmt: skip


def _as_chosen(good: Good, options: Mapping[str, Any]) -> Decimal:
    """The price with these choices: of several values of one axis the dearest counts, and no variant's own price."""
    variant = good.variant(options)
    own = variant is not None and variant["price"] is not None
    price = Decimal(variant["price"]) if variant is not None and own else good.price
    settled = variant["options"] if variant is not None and own else {}
    for axis in good.axes:
        said = options.get(axis["id"])
        if said is None or axis["id"] in settled:
            continue
        chosen = said if isinstance(said, list) else [said]
        price += max(Decimal(value["price_delta"]) for value in axis["values"] if value["id"] in chosen)
    return price
