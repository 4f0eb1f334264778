"""`${…}` in the arguments of applications, as FreeSWITCH expands it; pure, and never runs a command.

What is expanded is reported, so that a test can assert that nothing from outside ever was. Source:
switch_channel_expand_variables_check, switch_channel.c.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DEEPEST = 100
MOST = 10_000
"Expansions in one argument; a variable that names itself twice would never end."


@dataclass(frozen=True, slots=True)
class Expansion:
    """One `${…}` that a switch expanded: `inner` is what stood between the braces, `argument` where it stood."""

    inner: str
    value: str
    argument: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where expansion looks things up: variables, global variables, and functions such as `${expr(1+1)}`."""

    variable: Callable[[str], str | None]
    global_variable: Callable[[str], str | None]
    call: Callable[[str, str], str]


def expand(argument: str, scope: Scope, found: list[Expansion], depth: int = 0) -> str:
    """`argument` with every `${…}` and `$${…}` replaced; values are expanded again. Appends each to `found`."""
    if ("$" not in argument and "\\" not in argument) or depth > DEEPEST or len(found) > MOST:
        return argument
    out: list[str] = []
    at = 0
    while at < len(argument):
        if argument[at] == "\\" and argument[at + 1 : at + 2] in ("$", "\\", "'"):
            out.append("" if argument[at + 1] == "'" else argument[at + 1])
            at += 2
        elif argument.startswith(("${", "$${"), at):
            start = argument.index("{", at) + 1
            end = _closing(argument, start)
            inner = argument[start:end]
            value = _value(inner, argument.startswith("$${", at), scope, found, depth)
            found.append(Expansion(inner, value, argument))
            out.append(value)
            at = end + 1
        else:
            out.append(argument[at])
            at += 1
    return "".join(out)


def _closing(text: str, start: int) -> int:
    depth = 1
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return len(text)


def _value(inner: str, is_global: bool, scope: Scope, found: list[Expansion], depth: int) -> str:
    name, bracket, rest = inner.partition("(")
    if not bracket:
        name, bracket, rest = inner.partition(" ")
    if bracket:
        return scope.call(name.strip(), expand(rest.rpartition(")")[0] or rest, scope, found, depth + 1))
    name, _, cut = expand(inner, scope, found, depth + 1).partition(":")
    value = (scope.global_variable if is_global else scope.variable)(name) or ""
    value = expand(value, scope, found, depth + 1)
    return _cut(value, cut) if cut else value


def _cut(value: str, cut: str) -> str:
    """`${name:offset:length}`."""
    offset, _, length = cut.partition(":")
    start = int(offset[:9]) if offset.lstrip("-").isdecimal() else 0
    tail = value[start:]
    return tail[: int(length[:9])] if length.isdecimal() and length.strip("0") else tail
