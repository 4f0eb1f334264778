"""Calls and records as rows of a table, and back: the one place that knows how a value is stored.

Money is whole cents, prices and quantities are the text of their Decimal, times are UTC text that sorts by time.
What one call may hold is bounded here, before it waits anywhere: callers choose much of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from ivrkit.actions.records import Account, Bill, Customer, Record, Tariff, TariffStep
from ivrkit.commands import CallRecord, Recording, Visit
from ivrkit.errors import StoreError
from ivrkit.store.phones import comparable

Row = dict[str, Any]
LONGEST_TEXT, LONGEST_FAULT = 256, 500
"Characters that are kept of one text of a call."
MOST_VISITS, MOST_FAULTS, MOST_RECORDINGS = 2_000, 20, 100
"Those that come first are kept."

_CENT = Decimal("0.01")


def clean(text: str) -> str:
    """Text that a database takes: half a surrogate pair, which UTF-8 cannot hold, becomes `?`."""
    return text.encode("utf-8", "replace").decode()


def short(text: str) -> str:
    """Text of a call as it is stored, also the call id by which it is found again."""
    return clean(text[:LONGEST_TEXT])


def moment(at: datetime) -> str:
    """A moment in UTC; texts of equal width, so that they sort by time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def call_row(record: CallRecord) -> Row:
    """A call as a row of `calls`, cut to the bounds above."""
    visits = [_visit(visit) for visit in record.path[:MOST_VISITS]]
    recordings = [_recording(recording) for recording in record.recordings[:MOST_RECORDINGS]]
    faults = [clean(fault[:LONGEST_FAULT]) for fault in record.faults[:MOST_FAULTS]]
    return {
        "call_id": short(record.call_id),
        "flow": short(record.flow),
        "script": short(record.script),
        "caller_number": short(record.caller_number),
        "called_number": short(record.called_number),
        "language": short(record.language),
        "started": moment(record.started),
        "seconds": float(record.seconds),
        "answered_after": None if record.answered_after is None else float(record.answered_after),
        "path": orjson.dumps(visits).decode(),
        "ended_by": short(record.ended_by),
        "hangup_cause": short(record.hangup_cause),
        "faults": orjson.dumps(faults).decode(),
        "recordings": orjson.dumps(recordings).decode(),
    }


def call_from(row: Mapping[str, Any]) -> CallRecord:
    """A call from its row; KeyError, TypeError or ValueError when it is none."""
    changed = {
        "started": datetime.fromisoformat(row["started"]),
        "path": tuple(Visit(**visit) for visit in orjson.loads(row["path"])),
        "faults": tuple(orjson.loads(row["faults"])),
        "recordings": tuple(Recording(**recording) for recording in orjson.loads(row["recordings"])),
    }
    return CallRecord(**{**row, **changed})


def _visit(visit: Visit) -> Row:
    texts = {"node": visit.node, "keys": visit.keys, "way_out": visit.way_out, "outcome": visit.outcome}
    return {"seconds": visit.seconds} | {name: short(text) for name, text in texts.items()}


def _recording(recording: Recording) -> Row:
    return {"name": short(recording.name), "node": short(recording.node), "seconds": recording.seconds}


def normal(record: Record) -> Record:
    """The record as every store gives it back: phones comparable, money in whole cents. StoreError when it cannot."""
    match record:
        case Customer():
            phones = dict.fromkeys(comparable(phone) for phone in record.phones)
            return replace(record, phones=tuple(sorted(phone for phone in phones if phone)))
        case Bill():
            return replace(record, amount=_cents(record) * _CENT)
        case _:
            return record


def bill_row(bill: Bill) -> Row:
    return {
        "account": bill.account,
        "month": bill.month,
        "usage": str(bill.usage),
        "amount_cents": _cents(bill),
        "paid": int(bill.paid),
    }


def bill_from(row: Mapping[str, Any]) -> Bill:
    amount = row["amount_cents"] * _CENT
    return Bill(row["account"], row["month"], Decimal(row["usage"]), amount, bool(row["paid"]))


def account_row(account: Account) -> Row:
    return {
        "number": account.number,
        "customer": account.customer,
        "address": account.address,
        "tariff": account.tariff,
    }


def tariff_rows(tariff: Tariff) -> list[Row]:
    return [
        {
            "kind": tariff.kind,
            "step": number,
            "price": str(step.price),
            "up_to": None if step.up_to is None else str(step.up_to),
        }
        for number, step in enumerate(tariff.steps, start=1)
    ]


def tariff_from(rows: Sequence[Mapping[str, Any]]) -> Tariff | None:
    if not rows:
        return None
    steps = (TariffStep(Decimal(r["price"]), None if r["up_to"] is None else Decimal(r["up_to"])) for r in rows)
    return Tariff(rows[0]["kind"], tuple(steps))


def _cents(bill: Bill) -> int:
    cents = bill.amount * 100
    if not cents.is_finite() or cents != cents.to_integral_value():
        raise StoreError(f"bill {bill.month} of {bill.account}: {bill.amount} yuan is not in whole cents: round it")
    return int(cents)
