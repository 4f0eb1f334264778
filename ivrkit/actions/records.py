"""What a utility knows about its customers, as actions read it: the stores keep it, `water.py` answers from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Customer:
    """A person or company. Calls from one of the phones are taken for theirs."""

    number: str
    name: str
    phones: tuple[str, ...] = ()
    "In any form; compared and given back as E.164 where that is possible."


@dataclass(frozen=True, slots=True)
class Account:
    """One supply of a customer: what a bill is for, and what callers key in."""

    number: str
    customer: str
    address: str
    tariff: str
    "The kind of its tariff."


@dataclass(frozen=True, slots=True)
class Bill:
    """What an account owes, or has paid, for one month."""

    account: str
    month: str
    "As 2026-10."
    usage: Decimal
    "Cubic metres."
    amount: Decimal
    "Yuan, in whole cents."
    paid: bool = False


@dataclass(frozen=True, slots=True)
class TariffStep:
    """The price of the cubic metres of a month above the step before."""

    price: Decimal
    "Yuan a cubic metre."
    up_to: Decimal | None = None
    "Cubic metres a month; None in the last step, which has no end."


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices of one kind of supply, by rising usage."""

    kind: str
    steps: tuple[TariffStep, ...]


Record = Customer | Account | Bill | Tariff


class Records(Protocol):
    """Reads the records. Every method may wait for a disk and raises StoreError when it cannot be read."""

    def accounts_of(self, phone: str) -> tuple[Account, ...]:
        """The accounts of whoever has this phone, by number; `13800001111` finds `+8613800001111`."""

    def account(self, number: str) -> Account | None: ...

    def customer(self, number: str) -> Customer | None: ...

    def bills_due(self, account: str) -> tuple[Bill, ...]:
        """The bills that are not paid, the oldest first."""

    def tariff(self, kind: str) -> Tariff | None: ...
