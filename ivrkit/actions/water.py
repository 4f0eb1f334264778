"""The actions of the ready-made water hotline. They read the records, so each runs in a thread."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ivrkit.actions.context import Context
from ivrkit.actions.functions import action
from ivrkit.actions.records import TariffStep
from ivrkit.script import Outcome

STEP_NAMES = ("first", "second", "third", "fourth", "fifth")
"Under these a flow reads the steps of a tariff: `tariff.first.price`."


@action(outcomes=["ok", "several", "not_found"], blocking=True)
def find_account(context: Context) -> Outcome:
    """The account of whoever calls from this number.

    `ok`: account, name, address. `several`: count; the caller has to key one in.
    """
    accounts = context.store.accounts_of(context.caller_number)
    if not accounts:
        return Outcome("not_found")
    if len(accounts) > 1:
        return Outcome("several", {"count": len(accounts)})
    customer = context.store.customer(accounts[0].customer)
    name = customer.name if customer else ""
    return Outcome("ok", {"account": accounts[0].number, "name": name, "address": accounts[0].address})


@action(outcomes=["ok", "nothing_due", "not_found"], blocking=True)
def find_bill(context: Context, account: str) -> Outcome:
    """What an account owes.

    `ok`: account, amount (Decimal yuan, everything unpaid together), months (how many are unpaid), and of the newest
    of them month (2026-10) and usage (Decimal m³). `nothing_due`: account.
    """
    if context.store.account(account) is None:
        return Outcome("not_found")
    bills = context.store.bills_due(account)
    if not bills:
        return Outcome("nothing_due", {"account": account})
    owed = sum((bill.amount for bill in bills), Decimal(0))
    newest = bills[-1]
    found = {"account": account, "amount": owed, "months": len(bills), "month": newest.month, "usage": newest.usage}
    return Outcome("ok", found)


@action(outcomes=["ok", "not_found"], blocking=True)
def find_tariff(context: Context, kind: str = "residential") -> Outcome:
    """The prices of a kind of supply, step by step.

    `ok`: kind, steps (how many), and each step by its name: `first.price` (Decimal yuan a m³) and `first.up_to`
    (Decimal m³ a month), which the last one has not.
    """
    tariff = context.store.tariff(kind)
    if tariff is None:
        return Outcome("not_found")
    steps = {name: _step(step) for name, step in zip(STEP_NAMES, tariff.steps, strict=False)}
    return Outcome("ok", {"kind": kind, "steps": len(steps), **steps})


def _step(step: TariffStep) -> dict[str, Any]:
    return {"price": step.price} if step.up_to is None else {"price": step.price, "up_to": step.up_to}
