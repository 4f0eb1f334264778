"""From what an action returned to an Outcome whose values expressions know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ivrkit.errors import ActionError
from ivrkit.expressions import MOST_DIGITS, described, in_reach, quoted
from ivrkit.script import Outcome

OK = "ok"
MOST_NESTED = 8
"Values inside values; `bill.customer.name` is two."


def outcome_of(returned: Any, outcomes: tuple[str, ...]) -> Outcome:
    """The Outcome that `returned` stands for; ActionError when it stands for none that was declared.

    An Outcome is taken as it is, a text names one; a mapping, a dataclass or None is `ok` with those values.
    """
    outcome = _named(returned)
    if outcome.name not in outcomes:
        raise ActionError(f"answered {quoted(outcome.name)}, which is not declared: it has {', '.join(outcomes)}")
    return Outcome(outcome.name, _values(outcome.result, 0))


def _named(returned: Any) -> Outcome:
    if isinstance(returned, Outcome):
        return returned
    if isinstance(returned, str):
        return Outcome(returned)
    return Outcome(OK, {} if returned is None else returned)


def _values(result: Any, depth: int) -> dict[str, Any]:
    if is_dataclass(result) and not isinstance(result, type):
        result = {field.name: getattr(result, field.name) for field in fields(result)}
    if not isinstance(result, Mapping):
        raise ActionError(f"returned a {type(result).__name__}: return a mapping, a dataclass, an Outcome or its name")
    for name in result:
        if not isinstance(name, str):
            raise ActionError(f"returned a value under {described(name)}, which is no name")
    return {name: _value(value, name, depth + 1) for name, value in result.items()}


def _value(value: Any, name: str, depth: int) -> Any:
    if depth > MOST_NESTED:
        raise ActionError(f"returned {quoted(name)} nested more than {MOST_NESTED} deep")
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int | Decimal):
        return _number(value, name)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_value(item, name, depth + 1) for item in value]
    if isinstance(value, Mapping) or is_dataclass(value):
        return _values(value, depth)
    advice = "use Decimal" if isinstance(value, float) else "use text, numbers, dates, lists or mappings"
    raise ActionError(f"returned {quoted(name)} as a {type(value).__name__}: {advice}")


def _number(value: int | Decimal, name: str) -> int | Decimal:
    if not in_reach(value):
        raise ActionError(f"returned {quoted(name)} as {described(value)}: keep numbers within {MOST_DIGITS} digits")
    return value
