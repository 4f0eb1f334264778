"""Telephone numbers in the one form in which they are compared."""

from __future__ import annotations

import phonenumbers

REGION = "CN"
"Where a number without a country code is dialled."


def comparable(phone: str) -> str:
    """E.164 where the number can exist, else its digits: an extension stays 1001, `anonymous` becomes empty."""
    try:
        number = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return _digits(phone)
    if not phonenumbers.is_valid_number(number):
        return _digits(phone)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _digits(phone: str) -> str:
    return "".join(char for char in phone if char in "0123456789")
