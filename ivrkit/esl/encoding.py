"""How FreeSWITCH writes header values: percent-encoded in events, each line `Name: value`. The ground of the codec.

FreeSWITCH encodes values but not names, and it leaves a `%` alone that two hexadecimal digits follow
(switch_url_encode, switch_utils.c): a caller named `%0A` therefore arrives as a line feed. Decoded values are hostile
text; nothing may be split after decoding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from ivrkit.errors import ProtocolError

UNDEFINED = "_undef_"
"What FreeSWITCH writes for an empty value."

_UNSAFE = re.compile(rb"[^ -~]|[ \"#&+:;<=>?@\[\\\]^`{|}]|%(?![0-9A-F]{2})")


@lru_cache(maxsize=4096)
def encode_value(value: str) -> bytes:
    """`value` as it stands in a plain event. Not reversible, as in FreeSWITCH: `%41` stays `%41`."""
    raw = value.encode("utf-8", "surrogateescape")
    return _UNSAFE.sub(_percent, raw) if raw else UNDEFINED.encode()


def decode_value(raw: bytes) -> str:
    """`percent_decoded` for a value as it came."""
    return percent_decoded(strict_text(raw))


def percent_decoded(value: str) -> str:
    """The text behind an encoded value. May hold anything, line feeds and `${…}` too.

    Encoded bytes that are no UTF-8 become U+FFFD: a telephone that sends its owner's name in GBK is still served.
    """
    return unquote(value, errors="replace") if "%" in value else value


def strict_text(raw: bytes) -> str:
    """Bytes that FreeSWITCH sends as they are. Raises ProtocolError where they are no UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise ProtocolError(
            f"the other side sent bytes that are no UTF-8 ({error.reason} at byte {error.start})"
        ) from None


def split_line(line: str) -> tuple[str, str]:
    """Name and value, not decoded. Names may hold a colon (`variable_a:b`), so `: ` counts before a bare colon."""
    name, colon, value = line.partition(": ")
    if not colon:
        name, colon, value = line.partition(":")
    if not colon:
        raise ProtocolError(f"the other side sent a header line without a colon: {line[:80]!r}")
    return name, value


def encode_headers(headers: Iterable[tuple[str, str]]) -> bytes:
    """Header lines with encoded values, each ended by a line feed, without the empty line."""
    return b"".join(
        b"%b: %b\n" % (name.encode("utf-8", "surrogateescape"), encode_value(value)) for name, value in headers
    )


def _percent(match: re.Match[bytes]) -> bytes:
    return b"%%%02X" % match[0][0]
