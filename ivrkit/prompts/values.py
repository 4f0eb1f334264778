"""Values taken apart for every language alike: sign, whole part, decimals, groups of digits, calendar parts.

Whatever cannot be said without guessing is refused here, with a SayError that never shows a secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ivrkit.errors import SayError
from ivrkit.expressions import Secret

LARGEST = 10**15
MOST_DECIMALS = 9

_MOBILE = re.compile(r"1[0-9]{10}")
_NUMBER_TEXT = re.compile(r"[0-9]+(?:[ -][0-9]+)*")
_DATE_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is spoken: -3.50 is negative, whole 3, decimals "50"."""

    negative: bool
    whole: int
    decimals: str


def shown(value: Any) -> str:
    """A value for an error line: short, on one line, and never the digits of a secret."""
    if isinstance(value, Secret):
        return "a secret"
    if value is None:
        return "a value that is not there"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of more than 30 digits"
    if isinstance(value, int | Decimal | float | date):
        return str(value)[:40]
    return f"the text {value[:40]!r}" if isinstance(value, str) else f"a {type(value).__name__}"


def number(value: Any) -> Number:
    """An int or a Decimal of up to 10^15 and 9 decimals, taken apart."""
    if isinstance(value, float):
        raise SayError(f"{shown(value)} is a float, which is never exact: use Decimal")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise SayError(f"{shown(value)} is not a number")
    if isinstance(value, Decimal) and not value.is_finite():
        raise SayError(f"{shown(value)} is not a number that can be said")
    if not -LARGEST <= value <= LARGEST:
        raise SayError(f"{shown(value)} is beyond 1,000,000,000,000,000")
    if isinstance(value, int):
        return Number(value < 0, abs(value), "")
    if -int(value.as_tuple().exponent) > MOST_DECIMALS:
        raise SayError(f"{shown(value)} has more than {MOST_DECIMALS} digits behind the point: round it")
    whole, _, decimals = f"{value.copy_abs():f}".partition(".")
    return Number(value < 0, int(whole), decimals)


def amount(value: Any) -> tuple[bool, int, int]:
    """Money: whether it is negative, its whole units, its hundredths."""
    given = number(value)
    cents, finer = given.decimals[:2].ljust(2, "0"), given.decimals[2:]
    if finer.strip("0"):
        raise SayError(f'{shown(value)} is finer than a hundredth: round it, or say a price with quantity("yuan")')
    return given.negative, given.whole, int(cents)


def digit_groups(value: Any) -> tuple[str, ...]:
    """The digits of an account or order number in groups of three or four, or as its own spaces and hyphens cut it."""
    parts = re.split("[ -]", _digit_text(value))
    return tuple(parts) if len(parts) > 1 else _groups(parts[0])


def phone_groups(value: Any) -> tuple[str, ...]:
    """The digits of a telephone number in groups: a Chinese mobile number 3-4-4, without its country code."""
    given = value.removeprefix("+") if isinstance(value, str) else value
    mobile = re.sub("[ -]", "", _digit_text(given)).removeprefix("86")
    if _MOBILE.fullmatch(mobile):
        return mobile[:3], mobile[3:7], mobile[7:]
    return digit_groups(given)


def day(value: Any) -> date:
    """A date, or its text 2026-10-05."""
    if isinstance(value, str) and _DATE_TEXT.fullmatch(value):
        value = _calendar(value, value)
    if not isinstance(value, date):
        raise SayError(f"{shown(value)} is not a date: use datetime.date or 2026-10-05")
    return _spoken_year(value)


def month(value: Any) -> date:
    """A month as its first day, from a date or from the text 2026-10."""
    if isinstance(value, str) and _MONTH_TEXT.fullmatch(value):
        value = _calendar(f"{value}-01", value)
    if not isinstance(value, date):
        raise SayError(f"{shown(value)} is not a month: use datetime.date or 2026-10")
    return _spoken_year(value)


def _calendar(text: str, given: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise SayError(f"{shown(given)} is not in the calendar") from None


def _spoken_year(value: date) -> date:
    if value.year < 1000:
        raise SayError(f"{shown(value)} is before the year 1000")
    return value


def _digit_text(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST else value
    if not isinstance(text, str) or not _NUMBER_TEXT.fullmatch(text):
        raise SayError(f"{shown(value)} is not made of digits")
    return text


def _groups(digits: str) -> tuple[str, ...]:
    size = 3 if len(digits) % 3 == 0 and len(digits) % 4 else 4
    groups = [digits[start : start + size] for start in range(0, len(digits), size)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = ["".join(groups[-2:])]
    return tuple(groups)
