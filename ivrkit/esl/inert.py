"""Makes text from outside harmless on FreeSWITCH: what a caller or a database said is never read as its language.

FreeSWITCH stores a variable as it is given, but expands `${…}` again each time it is read, and then splits the result
at spaces, commas, `;`, `|`, `!`, `::` or what `^^` names, with `\\` and `'` as quotes. Every reading takes one layer
of backslashes, so no number of them is right. Hence an encoding of our own, whose letters mean nothing to its parsers:

    42.50 元      letters, digits, `_`, `-`, `.` stay; anything else becomes ~XX for each UTF-8 byte: `42.50~20元`

`~` and not `%`, because FreeSWITCH sends a stored `%41` unchanged inside percent-encoded events, where it reads as `A`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivrkit.errors import UnsafeArgument

_OUTSIDE = re.compile(r"[^\w.-]")
_ENCODED = re.compile(rb"~([0-9A-F]{2})")
_LINE_BREAKERS = re.compile("[\r\n\0]")
_NAMES = {"\r": "a carriage return", "\n": "a line feed", "\0": "a NUL"}
_VARIABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SPLITS_OR_EXPANDS = re.compile(r"[$\\';\r\n\0]|\A | \Z|\A\^\^")


def inert(text: str) -> str:
    """`text` in letters that FreeSWITCH neither expands nor splits. Takes any string; `uninert` gives it back."""
    return _OUTSIDE.sub(_encoded, text)


def uninert(value: str) -> str:
    """The text that `inert` was given."""
    raw = _ENCODED.sub(lambda match: bytes.fromhex(match[1].decode()), value.encode("utf-8", "surrogatepass"))
    return raw.decode("utf-8", "surrogatepass")


def one_line(part: str, text: str) -> str:
    """`text`, once it is sure that it stays one line on the wire.

    `part` says in UnsafeArgument what was refused; `text` itself is not shown, it may be a secret.
    """
    if (found := _LINE_BREAKERS.search(text)) is not None:
        raise UnsafeArgument(f"{part} holds {_NAMES[found[0]]} at character {found.start()}; nothing was sent")
    return text


def assignments(values: Mapping[str, str]) -> str:
    """`a=1;b=2` for uuid_setvar_multi, which cannot quote: refuses what it would split, or what a reader would expand.

    Text from outside goes through `inert` first; the empty string unsets a variable.
    """
    return ";".join(f"{variable_name(name)}={_value(name, value)}" for name, value in values.items())


def variable_name(name: str) -> str:
    """A channel variable's name, once it is sure that it is one."""
    if not _VARIABLE_NAME.fullmatch(name):
        raise UnsafeArgument(f"{name[:40]!r} is no name for a channel variable: letters, digits, _ and - only")
    return name


def _value(name: str, value: str) -> str:
    if (found := _SPLITS_OR_EXPANDS.search(value)) is not None:
        raise UnsafeArgument(
            f"the value for {name} holds {found[0]!r}, which FreeSWITCH would obey; pass it through inert()"
        )
    return value


def _encoded(match: re.Match[str]) -> str:
    return "".join(f"~{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))
