"""The values that a flow gets when another runs it, each as the type that it declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ivrkit.errors import ScriptError
from ivrkit.expressions import Secret, described, in_reach


def converted(given: Mapping[str, Any], declared: Mapping[str, str]) -> dict[str, Any]:
    """`given` as the types in `declared`; ScriptError, which never shows a secret, when one does not fit."""
    return {name: _converted(name, given.get(name), kind) for name, kind in declared.items()}


def _converted(name: str, value: Any, kind: str) -> Any:
    fitting = None if isinstance(value, Secret) and kind not in ("secret", "any") else ARGUMENT_TYPES[kind](value)
    if fitting is None:
        raise ScriptError(f'the argument "{name}" has to be a {kind}, not {described(value)}')
    return fitting


def _text(value: Any) -> Any:
    plain = isinstance(value, str | int | Decimal) and not isinstance(value, bool)
    return str(value) if plain else None


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and in_reach(number) else None


def _flag(value: Any) -> Any:
    return {True: True, False: False, "yes": True, "no": False}.get(value) if isinstance(value, str | bool) else None


def _secret(value: Any) -> Any:
    return value if isinstance(value, Secret) else None


def _any(value: Any) -> Any:
    return value


ARGUMENT_TYPES: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "flag": _flag,
    "secret": _secret,
    "any": _any,
}
"""What a value becomes as an argument of each type; None when it does not fit."""
