"""Addresses of web services: the host stands in the flow, and what a call knows can only fill in a piece of the rest.

https://billing.example.com:8443/bills/{{ account }}?month={{ month }}
└──────────── origin ──────────┘      └─ a piece: percent-encoded ───┘
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import takewhile
from typing import Annotated, Any
from urllib.parse import quote

from pydantic import BeforeValidator, PlainSerializer

from ivrkit.errors import ExpressionError
from ivrkit.expressions import Piece, Scope, Template, as_text, quoted, template_pieces

LONGEST = 4_000
"Characters of an address."
PORTS = {"https": 443, "http": 80}

_HOST = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]"
_ORIGIN = re.compile(rf"(?:(https?)://)?({_HOST})(?::([0-9]{{1,5}}))?", re.IGNORECASE)
_REST = re.compile(r"""[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*""")
"What may stand behind the host as it is (RFC 3986, section 3.3), without # and its fragment."


@dataclass(frozen=True, slots=True)
class Origin:
    """Who is asked: a scheme, a host and a port."""

    scheme: str
    host: str
    "In small letters; an address of IPv6 without its brackets."
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == PORTS[self.scheme] else f":{self.port}")


def origins(host: str) -> tuple[Origin, ...]:
    """Whom an entry of `hosts:` allows to ask; nobody when it is none.

    `billing.example:8443` is asked by https only, `127.0.0.1:8090` by http too, because it is this machine;
    `http://intern.example` says that it is asked unencrypted.
    """
    found = _ORIGIN.fullmatch(host)
    if not found:
        return ()
    schemes = (found[1].lower(),) if found[1] else ("https", "http") if _is_loopback(found[2]) else ("https",)
    made = tuple(_origin(scheme, found[2], found[3]) for scheme in schemes)
    return tuple(origin for origin in made if origin)


def _origin(scheme: str, host: str, port: str | None) -> Origin | None:
    number = int(port) if port else PORTS[scheme]
    host = host.lower()
    if host.startswith("["):
        try:
            host = str(ip_address(host.strip("[]")))
        except ValueError:
            return None
    return Origin(scheme, host, number) if 0 < number < 65536 and ".." not in host else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True, slots=True)
class Url(Template):
    """An address with blanks. No value in a blank can lead anywhere but where the flow says."""

    def __post_init__(self) -> None:
        Template.__post_init__(self)
        self._origin_and_rest()
        for piece in self._rest():
            if isinstance(piece, str) and not _REST.fullmatch(piece):
                raise ExpressionError(f"{quoted(piece)} cannot stand in an address: write other signs as %20, %23 …")

    @property
    def origin(self) -> Origin:
        return self._origin_and_rest()[0]

    def evaluate(self, scope: Scope) -> str:
        """The address; ExpressionError when a value cannot be a piece of one."""
        filled = str(self.origin)
        for piece in self._rest():
            filled += piece if isinstance(piece, str) else _piece(piece, scope, in_path="?" not in filled)
        if len(filled) > LONGEST:
            raise ExpressionError(f"the address is longer than {LONGEST} characters")
        path = filled.partition("?")[0]
        # Servers take these for the folder above.
        if not {".", ".."}.isdisjoint(path.split("/")):
            raise ExpressionError('a value that is "." or ".." cannot stand in an address')
        return filled

    def _origin_and_rest(self) -> tuple[Origin, str]:
        first = template_pieces(self.source)[0]
        literal = first if isinstance(first, str) else ""
        begin = "".join(takewhile(lambda char: char not in "/?", literal.partition("://")[2]))
        scheme = literal.partition("://")[0]
        found = _ORIGIN.fullmatch(f"{scheme}://{begin}") if "://" in literal else None
        rest = literal[len(f"{scheme}://{begin}") :]
        origin = _origin(found[1].lower(), found[2], found[3]) if found else None
        if origin is None or not (rest or self.source == literal):
            raise ExpressionError(_explained(literal, begin))
        return origin, rest

    def _rest(self) -> tuple[str | Piece, ...]:
        return (self._origin_and_rest()[1], *template_pieces(self.source)[1:])


def _explained(literal: str, begin: str) -> str:
    if not literal.lower().startswith(("https://", "http://")):
        return "an address begins with https:// and a host that stands here in full: https://billing.example.com/…"
    if "@" in begin:
        return "no user and no password can stand in an address, as who reads the flow would know them"
    if not begin.isascii():
        return f"write the host {quoted(begin)} in ASCII, as its owner registered it: xn--…"
    if "/" not in literal[len("https://") :]:
        return 'no value can be part of a host: write the host in full, then "/", and values behind it'
    return f"{quoted(begin)} is no host: write a name such as billing.example.com, or with a port :8443 behind it"


def _piece(piece: Piece, scope: Scope, in_path: bool) -> str:
    text = as_text(piece.expression.evaluate(scope))
    if in_path and not text:
        raise ExpressionError(f"{quoted(piece.expression.source)} is empty, and something has to stand there")
    return quote(text, safe="", errors="replace")


def _url(value: Any) -> Url:
    if isinstance(value, Url):
        return value
    if not isinstance(value, str):
        raise ValueError("write an address here: https://billing.example.com/bills/{{ account }}")
    try:
        return Url(value)
    except ExpressionError as error:
        raise ValueError(str(error)) from None


Address = Annotated[Url, BeforeValidator(_url), PlainSerializer(lambda value: value.source, return_type=str)]
"Of a web service, with values in {{ }} behind its host."
