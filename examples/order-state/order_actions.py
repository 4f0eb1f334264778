"""What callers may ask about their orders. A real shop asks its database here; `blocking=True` lets it wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ivrkit import Context, Outcome, action


@dataclass(frozen=True)
class Order:
    number: str
    phone: str
    parcels: int
    price: Decimal
    arrives: date


ORDERS = (
    Order("100001", "13800001111", 1, Decimal("59.00"), date(2026, 11, 20)),
    Order("100002", "13800001111", 2, Decimal("129.90"), date(2026, 11, 25)),
    Order("123456", "13700007777", 1, Decimal("19.50"), date(2026, 11, 24)),
)


@action(outcomes=["ok", "not_found"], blocking=True)
def my_order(context: Context) -> Outcome:
    """The newest order of whoever is calling. `ok`: the fields of Order."""
    mine = [order for order in ORDERS if order.phone == context.caller_number]
    return Outcome("ok", _values(mine[-1])) if mine else Outcome("not_found")


@action(outcomes=["ok", "not_found"], blocking=True)
def find_order(number: str) -> Outcome:
    """The order with this number. `ok`: the fields of Order."""
    found = [order for order in ORDERS if order.number == number]
    return Outcome("ok", _values(found[0])) if found else Outcome("not_found")


def _values(order: Order) -> dict[str, object]:
    return {"number": order.number, "parcels": order.parcels, "price": order.price, "arrives": order.arrives}
