"""A pattern of Python as one of Lua, where Lua can say it: signs and sets of signs, each with how often it stands."""

from __future__ import annotations

from re import _constants, _parser  # type: ignore[attr-defined]  # the only reader of patterns in the library
from typing import Any

_ENDLESS = _constants.MAXREPEAT
_LONGEST = 400
_MOST_OPTIONAL = 16
"Signs that may be missing: Lua tries each of them with and without, 65,000 ways, where Python only counts."


def lua_pattern(pattern: str) -> str | None:
    """The same for a whole entry; None when Lua has no words for it: alternatives, repeated groups."""
    try:
        made = "".join(_part(kind, inner) for kind, inner in _parser.parse(pattern))
    except _CannotSay:
        return None
    return f"^{made}$" if len(made) <= _LONGEST and made.count("?") <= _MOST_OPTIONAL else None


class _CannotSay(Exception):
    """Lua's patterns do not have this."""


def _part(kind: Any, inner: Any) -> str:
    if kind is _constants.MAX_REPEAT:
        return _repeated(*inner)
    if kind is _constants.SUBPATTERN:
        return "".join(_part(*one) for one in inner[-1])
    return _one(kind, inner)


def _repeated(least: Any, most: Any, body: Any) -> str:
    if len(body) != 1 or least > _LONGEST or least + _LONGEST < most < _ENDLESS:
        raise _CannotSay
    one = _one(*body[0])
    if most is _ENDLESS:
        return one * int(least) + one + "*"
    return one * int(least) + f"{one}?" * (int(most) - int(least))


def _one(kind: Any, inner: Any) -> str:
    """What stands for one sign."""
    if kind is _constants.LITERAL:
        return _sign(inner)
    if kind is _constants.ANY:
        return "."
    if kind is _constants.IN:
        return "[" + "".join(_member(*member) for member in inner) + "]"
    raise _CannotSay


def _member(kind: Any, inner: Any) -> str:
    if kind is _constants.NEGATE:
        return "^"
    if kind is _constants.LITERAL:
        return _sign(inner)
    if kind is _constants.RANGE:
        return f"{_plain(inner[0])}-{_plain(inner[1])}"
    if kind is _constants.CATEGORY and inner is _constants.CATEGORY_DIGIT:
        return "%d"
    raise _CannotSay


def _sign(code: int) -> str:
    return chr(code) if chr(code).isascii() and chr(code).isalnum() else f"%{_plain_sign(code)}"


def _plain(code: int) -> str:
    if not (chr(code).isascii() and chr(code).isalnum()):
        raise _CannotSay
    return chr(code)


def _plain_sign(code: int) -> str:
    if not 32 < code < 127:
        raise _CannotSay
    return chr(code)
