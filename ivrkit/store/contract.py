"""What every store does; one suite of tests runs over all of them. A Store serves as the Records of actions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from ivrkit.actions.records import Account, Bill, Customer, Record, Tariff
from ivrkit.commands import CallRecord


class Store(ABC):
    """Where calls and records are kept. Every method may be called from any thread and from any greenlet.

    Reading and `keep` raise StoreError when the store does not answer; a call's record never does, it waits.
    """

    @classmethod
    @abstractmethod
    def from_url(cls, rest: str, folder: Path) -> Self:
        """The store that a URL names; `rest` is what follows its scheme, relative paths start at `folder`."""

    @abstractmethod
    def write_call(self, record: CallRecord) -> None:
        """Keep the record of a call and return at once. It is written once, however often it is given.

        Records of one call from several controllers become one (`merging`). Overlong ones are cut (`rows`).
        """

    @property
    @abstractmethod
    def waiting(self) -> int:
        """Records that are not written yet."""

    @property
    @abstractmethod
    def lost(self) -> int:
        """Records that were dropped because too many waited already."""

    @abstractmethod
    def flush(self, timeout: float) -> bool:
        """Wait until all records given so far are written; False when `timeout` seconds were not enough."""

    @abstractmethod
    def calls(self, limit: int = 100, since: datetime | None = None) -> tuple[CallRecord, ...]:
        """Calls that are written, the latest first; only those that began at `since` or later."""

    @abstractmethod
    def call(self, call_id: str) -> CallRecord | None: ...

    @abstractmethod
    def keep(self, records: Iterable[Record]) -> None:
        """Write records, all or none; one that is there already is replaced. Customers go before their accounts."""

    @abstractmethod
    def accounts_of(self, phone: str) -> tuple[Account, ...]:
        """The accounts of whoever has this phone, by number."""

    @abstractmethod
    def account(self, number: str) -> Account | None: ...

    @abstractmethod
    def customer(self, number: str) -> Customer | None: ...

    @abstractmethod
    def bills_due(self, account: str) -> tuple[Bill, ...]:
        """The bills that are not paid, the oldest first."""

    @abstractmethod
    def tariff(self, kind: str) -> Tariff | None: ...

    @abstractmethod
    def close(self) -> None:
        """Write what waits, or save it beside the store; nothing more is taken."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
