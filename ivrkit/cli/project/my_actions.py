"""What flows may look up. A flow calls a function by its name; what it returns can be said and compared there."""

from decimal import Decimal

from ivrkit import Outcome, action

ORDERS = {"123456": Decimal("42.50"), "100001": Decimal("19.90")}


@action(outcomes=["ok", "not_found"])
def find_order(number: str) -> Outcome:
    """Ask your database here; `@action(…, blocking=True)` lets it wait."""
    if number in ORDERS:
        return Outcome("ok", {"price": ORDERS[number]})
    return Outcome("not_found")
