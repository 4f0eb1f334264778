"""A store that lives and dies with its process: for tests, scenarios and trying out. It grows with every call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from ivrkit.actions.records import Account, Bill, Customer, Record, Tariff
from ivrkit.commands import CallRecord
from ivrkit.errors import StoreError
from ivrkit.store.contract import Store
from ivrkit.store.merging import merged_rows
from ivrkit.store.phones import comparable
from ivrkit.store.rows import Row, call_from, call_row, moment, normal, short
from ivrkit.store.schema import UNKNOWN_OWNER


class MemoryStore(Store):
    """Keeps everything in dictionaries; calls as the rows that a database would hold."""

    def __init__(self) -> None:
        self._calls: dict[str, Row] = {}
        self._customers: dict[str, Customer] = {}
        self._accounts: dict[str, Account] = {}
        self._bills: dict[tuple[str, str], Bill] = {}
        self._tariffs: dict[str, Tariff] = {}
        self._closed = False

    @classmethod
    def from_url(cls, rest: str, folder: Path) -> Self:
        if rest:
            raise StoreError(f'write "memory:" alone, not "memory:{rest}"')
        return cls()

    def write_call(self, record: CallRecord) -> None:
        self._check_open()
        row = call_row(record)
        stored = self._calls.get(row["call_id"])
        self._calls[row["call_id"]] = merged_rows(stored, row) if stored else row

    @property
    def waiting(self) -> int:
        return 0

    @property
    def lost(self) -> int:
        return 0

    def flush(self, timeout: float) -> bool:
        return True

    def calls(self, limit: int = 100, since: datetime | None = None) -> tuple[CallRecord, ...]:
        earliest = moment(since) if since else ""
        rows = [row for row in self._calls.values() if row["started"] >= earliest]
        rows.sort(key=lambda row: (row["started"], row["call_id"]), reverse=True)
        return tuple(call_from(row) for row in rows[:limit])

    def call(self, call_id: str) -> CallRecord | None:
        row = self._calls.get(short(call_id))
        return call_from(row) if row else None

    def keep(self, records: Iterable[Record]) -> None:
        self._check_open()
        kept = [normal(record) for record in records]
        self._check_owners(kept)
        for record in kept:
            match record:
                case Customer():
                    self._customers[record.number] = record
                case Account():
                    self._accounts[record.number] = record
                case Bill():
                    self._bills[record.account, record.month] = record
                case Tariff():
                    self._tariffs[record.kind] = record

    def accounts_of(self, phone: str) -> tuple[Account, ...]:
        owners = {c.number for c in self._customers.values() if comparable(phone) in c.phones}
        found = (account for account in self._accounts.values() if account.customer in owners)
        return tuple(sorted(found, key=lambda account: account.number))

    def account(self, number: str) -> Account | None:
        return self._accounts.get(number)

    def customer(self, number: str) -> Customer | None:
        return self._customers.get(number)

    def bills_due(self, account: str) -> tuple[Bill, ...]:
        due = (bill for bill in self._bills.values() if bill.account == account and not bill.paid)
        return tuple(sorted(due, key=lambda bill: bill.month))

    def tariff(self, kind: str) -> Tariff | None:
        return self._tariffs.get(kind)

    def close(self) -> None:
        self._closed = True

    def _check_owners(self, records: Sequence[Record]) -> None:
        customers, accounts = set(self._customers), set(self._accounts)
        for record in records:
            match record:
                case Customer():
                    customers.add(record.number)
                case Account(customer=customer) if customer in customers:
                    accounts.add(record.number)
                case Bill(account=account) if account in accounts:
                    pass
                case Account() | Bill():
                    raise StoreError(f"nothing was written: {UNKNOWN_OWNER}")

    def _check_open(self) -> None:
        if self._closed:
            raise StoreError("the store is closed: nothing more can be written")
