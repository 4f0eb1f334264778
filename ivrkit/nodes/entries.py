"""What a collect can check about an entry by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import phonenumbers

PHONE_REGION = "CN"
"Where a number without a country code is dialled."


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(value - 9 if value > 9 else value for value in doubled)) % 10 == 0


def calendar_date(digits: str) -> bool:
    """Whether eight digits are a day of the calendar: 20261123."""
    try:
        date.fromisoformat(digits)
    except ValueError:
        return False
    return len(digits) == 8


def phone(digits: str) -> bool:
    """Whether it is a telephone number that can exist."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, PHONE_REGION))
    except phonenumbers.NumberParseException:
        return False


ENTRY_CHECKS: dict[str, Callable[[str], bool]] = {"luhn": luhn, "date": calendar_date, "phone": phone}
