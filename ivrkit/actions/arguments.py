"""From the values of a flow to the types that an action declares, without guessing: a table, one function a type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ivrkit.errors import ActionError
from ivrkit.expressions import Secret, described, in_reach

_WHOLE = re.compile("-?[0-9]{1,30}")
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


class _Unfit(Exception):
    """The value cannot be taken for the type."""


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type that a parameter may have."""

    words: str
    "Its name in an error line."
    convert: Callable[[Any], Any]


def _text(value: Any) -> str:
    if isinstance(value, str) or _is_number(value):
        return str(value)
    raise _Unfit


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and in_reach(value)


def _whole(value: Any) -> int:
    if _is_number(value) and value == int(value):
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise _Unfit


def _decimal(value: Any) -> Decimal:
    if _is_number(value):
        return Decimal(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    raise _Unfit


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    # YAML scalars arrive as they were written.
    if isinstance(value, str) and value.lower() in _TRUTH:
        return _TRUTH[value.lower()]
    raise _Unfit


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise _Unfit
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _Unfit from None


def _secret(value: Any) -> Secret:
    if isinstance(value, Secret):
        return value
    return Secret(_text(value))


VALUE_TYPES: dict[type, ValueType] = {
    str: ValueType("text", _text),
    int: ValueType("a whole number", _whole),
    bool: ValueType("yes or no", _truth),
    Decimal: ValueType("a number", _decimal),
    date: ValueType("a date such as 2026-11-23", _day),
    Secret: ValueType("a secret", _secret),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument that an action takes."""

    name: str
    type: type
    "A key of VALUE_TYPES."
    required: bool
    nullable: bool = False
    "Whether it may be nothing: `str | None`."

    def convert(self, value: Any) -> Any:
        """`value` as the declared type; ActionError, which never shows a secret, when it is something else."""
        if value is None and self.nullable:
            return None
        if isinstance(value, Secret) and self.type is not Secret:
            raise ActionError(f'argument "{self.name}" is a secret and may only go where Secret is declared')
        try:
            return VALUE_TYPES[self.type].convert(value)
        except _Unfit:
            given = "a value that cannot be shown" if self.type is Secret else described(value)
            raise ActionError(f'argument "{self.name}" needs {VALUE_TYPES[self.type].words}, not {given}') from None
