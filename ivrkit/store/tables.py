"""How each kind of record goes into the tables of `schema.py`: a call with what is known of it, others in its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from ivrkit.actions.records import Account, Bill, Customer, Record, Tariff
from ivrkit.store.merging import merged_rows
from ivrkit.store.rows import Row, account_row, bill_row, tariff_rows

_WRITE_CALL = """INSERT OR REPLACE INTO calls (
        call_id, flow, script, caller_number, called_number, language, started, seconds, answered_after,
        path, ended_by, hangup_cause, faults, recordings)
    VALUES (
        :call_id, :flow, :script, :caller_number, :called_number, :language, :started, :seconds, :answered_after,
        :path, :ended_by, :hangup_cause, :faults, :recordings)"""


def keep(connection: sqlite3.Connection, record: Record) -> None:
    """Write one record, within the transaction that the connection is in."""
    _KEEP[type(record)](connection, record)


def keep_call(connection: sqlite3.Connection, row: Row) -> None:
    """Write a row of `calls`, joined with the one that is there, within the transaction that the connection is in."""
    found = connection.execute("SELECT * FROM calls WHERE call_id = :call_id", row)
    values = found.fetchone()
    stored = dict(zip((column[0] for column in found.description), values, strict=True)) if values else None
    whole = merged_rows(stored, row) if stored else row
    if whole != stored:
        connection.execute(_WRITE_CALL, whole)


def _keep_customer(connection: sqlite3.Connection, customer: Customer) -> None:
    connection.execute(
        "INSERT INTO customers (number, name) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET name = excluded.name",
        (customer.number, customer.name),
    )
    connection.execute("DELETE FROM phones WHERE customer = ?", (customer.number,))
    connection.executemany(
        "INSERT INTO phones (phone, customer) VALUES (?, ?)", [(phone, customer.number) for phone in customer.phones]
    )


def _keep_account(connection: sqlite3.Connection, account: Account) -> None:
    connection.execute(
        """INSERT INTO accounts (number, customer, address, tariff) VALUES (:number, :customer, :address, :tariff)
        ON CONFLICT (number) DO UPDATE SET
            customer = excluded.customer, address = excluded.address, tariff = excluded.tariff""",
        account_row(account),
    )


def _keep_bill(connection: sqlite3.Connection, bill: Bill) -> None:
    connection.execute(
        """INSERT OR REPLACE INTO bills (account, month, usage, amount_cents, paid)
        VALUES (:account, :month, :usage, :amount_cents, :paid)""",
        bill_row(bill),
    )


def _keep_tariff(connection: sqlite3.Connection, tariff: Tariff) -> None:
    connection.execute("DELETE FROM tariffs WHERE kind = ?", (tariff.kind,))
    connection.executemany(
        "INSERT INTO tariffs (kind, step, price, up_to) VALUES (:kind, :step, :price, :up_to)", tariff_rows(tariff)
    )


_KEEP: dict[type[Record], Callable[[sqlite3.Connection, Any], None]] = {
    Customer: _keep_customer,
    Account: _keep_account,
    Bill: _keep_bill,
    Tariff: _keep_tariff,
}
