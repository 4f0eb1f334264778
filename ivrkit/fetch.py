"""Sends the requests of flows: httpx in threads, and whatever a service does, an Outcome within its deadline.

greenlet of a call ── one attempt after another ──> thread: connect, send, read at most 1 MB, parse
      └── the deadline, or a caller who hangs up: the socket is shut, and the thread is free again
"""

from __future__ import annotations

import json
import logging
import os
import ssl
from collections import deque
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from socket import SHUT_RDWR
from time import monotonic
from typing import Any, NoReturn

import gevent
import httpx
import orjson
from gevent.monkey import get_original
from gevent.threadpool import ThreadPool

from ivrkit._version import __version__
from ivrkit.actions.results import outcome_of
from ivrkit.commands import SendRequest
from ivrkit.errors import ActionError
from ivrkit.nodes.addresses import PORTS, Origin, origins
from ivrkit.script import Outcome

log = logging.getLogger("ivrkit.fetch")

THREADS = 32
"Requests that run at once; more wait, within their deadlines."
LARGEST = 1_000_000
"Bytes of an answer that are read."
MOST_VALUES = 10_000
"Values in an answer."
LONGEST_NUMBER = 64
"Characters of a number in an answer."
PAUSE = 0.2
"Seconds before the first repetition; before each further one as much more."
BUSY = ("502", "503", "504")
"Statuses of a service that may do better the next time."
TIMEOUT, ERROR = "timeout", "error"
_Socket: Any = get_original("socket", "socket")
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": f"ivrkit/{__version__}"}


@dataclass(frozen=True, slots=True)
class _Failed:
    """An attempt that brought no answer: a value, as gevent prints what is raised in its threads."""

    reason: str
    again: tuple[str, ...] = ()
    "Methods for which it may go better the next time, and doing it twice does no harm."


class Fetcher:
    """Sends requests to the hosts that it is given, as `hosts:` of ivrkit.yaml names them, and to no others."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._allowed = frozenset(origin for host in hosts for origin in origins(host))

    def fetch(self, request: SendRequest) -> Outcome:
        """The answer, with its values; blocks its greenlet for `request.timeout` at most, and never the process.

        `ok`, the status as text, `timeout`, or `error` when there is no answer that can be used.
        """
        try:
            url = httpx.URL(request.url)
        except httpx.InvalidURL:
            log.error("a request has an address that is none")
            return Outcome(ERROR)
        origin = _origin(url)
        if origin not in self._allowed:
            log.error("no request may go to %s: add it to hosts: in ivrkit.yaml", origin or "such an address")
            return Outcome(ERROR)
        deadline = gevent.Timeout(request.timeout)
        try:
            with deadline:
                return self._attempts(request, url, monotonic() + request.timeout)
        except gevent.Timeout as late:
            if late is not deadline:
                raise
        log.warning("%s did not answer within %g s", origin, request.timeout)
        return Outcome(TIMEOUT)

    def _attempts(self, request: SendRequest, url: httpx.URL, deadline: float) -> Outcome:
        for attempt in range(request.retries + 1):
            gevent.sleep(PAUSE * attempt)
            came = self._attempt(request, url, deadline)
            if not _worth_repeating(request, came):
                break
        if isinstance(came, _Failed):
            log.warning("%s: %s", _origin(url), came.reason)
            return Outcome(ERROR)
        if came.name != "ok":
            log.info("%s answered %s", _origin(url), came.name)
        return came

    def _attempt(self, request: SendRequest, url: httpx.URL, deadline: float) -> Outcome | _Failed:
        line = _Line()
        try:
            came: Outcome | _Failed = self._threads.apply(_exchange, (request, url, deadline, self._trusted, line))
            return came
        finally:
            line.cut()

    @cached_property
    def _threads(self) -> ThreadPool:
        return ThreadPool(THREADS)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        # Made once: reading the certificates of a system takes a long time.
        return ssl.create_default_context()


class _Line:
    """The connection of one attempt, so that who does not wait any more can end what a thread does with it."""

    def __init__(self) -> None:
        self._sockets: deque[Any] = deque()
        self.over = False

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """httpx tells here what it does."""
        if event == "connection.connect_tcp.complete":
            # A second handle: the first one changes when encryption begins, and belongs to the hub of its thread.
            own = os.dup(info["return_value"].get_extra_info("socket").fileno())
            self._sockets.append(_Socket(fileno=own))
            if self.over:
                self.cut()

    def cut(self) -> None:
        self.over = True
        while self._sockets:
            with self._sockets.popleft() as connection, suppress(OSError):
                connection.shutdown(SHUT_RDWR)


def _origin(url: httpx.URL) -> Origin | None:
    """Whom httpx would connect to; None when it is nobody that can be allowed."""
    if url.scheme not in PORTS or url.userinfo:
        return None
    return Origin(url.scheme, url.raw_host.decode("ascii"), url.port or PORTS[url.scheme])


def _worth_repeating(request: SendRequest, came: Outcome | _Failed) -> bool:
    """Whether it may go better next time, and doing it twice does no harm."""
    if isinstance(came, _Failed):
        return request.method in came.again
    return came.name in BUSY and request.method == "GET"


def _exchange(
    request: SendRequest, url: httpx.URL, deadline: float, trusted: ssl.SSLContext, line: _Line
) -> Outcome | _Failed:
    """One request and its answer, in a thread, on a connection of its own: whether a kept one still lives is unsure."""
    left = deadline - monotonic()
    if line.over or left <= 0:
        return _Failed("too late")
    content = None if request.body is None else encoded(request.body)
    headers = _HEADERS | ({} if content is None else {"Content-Type": "application/json"})
    extensions = {"trace": line.trace, "timeout": httpx.Timeout(left).as_dict()}
    message = httpx.Request(request.method, url, headers=headers, content=content, extensions=extensions)
    try:
        # Not httpx.Client, which logs whole addresses: what callers keyed in stands in them.
        with (
            httpx.HTTPTransport(verify=trusted, trust_env=False) as transport,
            closing(transport.handle_request(message)) as answer,
        ):
            return _outcome(answer)
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        return _Failed(f"no connection ({_reason(error)})", ("GET", "POST"))
    except httpx.HTTPError as error:
        return _Failed(f"no whole answer ({type(error).__name__})", ("GET",))


def _reason(error: Exception) -> str:
    """What happened, as the system calls it: httpx's own words may quote what a service sent."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__ or cause.__context__
    return (cause.strerror or type(cause).__name__) if isinstance(cause, OSError) else type(error).__name__


def _outcome(answer: httpx.Response) -> Outcome | _Failed:
    status = answer.status_code
    if not answer.is_success:
        return Outcome(str(status), _values_if_any(answer))
    try:
        return decoded(_body(answer))
    except ValueError as error:
        return _Failed(f"the answer cannot be used: {error}")


def _values_if_any(answer: httpx.Response) -> dict[str, Any]:
    """A status says enough by itself: what comes with it may be a page for people."""
    try:
        return dict(decoded(_body(answer)).result)
    except ValueError:
        return {}


def _body(answer: httpx.Response) -> bytes:
    body = b""
    for chunk in answer.iter_raw():
        body += chunk
        if len(body) > LARGEST:
            raise ValueError(f"it is longer than {LARGEST:,} bytes")
    return body


# --- JSON ------------------------------------------------------------------------------------------------------------


def encoded(body: Any) -> bytes:
    """JSON with every number exactly as it is."""
    return orjson.dumps(_exact(body))


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {_text(name): _exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    if isinstance(value, str):
        return _text(value)
    return value if value is None or isinstance(value, bool) else orjson.Fragment(str(value))


def _text(text: str) -> str:
    """Without halves of characters, which have no place in UTF-8."""
    return text.encode(errors="replace").decode()


def decoded(body: bytes) -> Outcome:
    """`ok` with the values in an answer: of an object by their names, anything else under `value`.

    An empty answer has none. ValueError, in words that quote nothing of it, when it is no JSON or beyond what a call
    can hold.
    """
    if not body.strip():
        return Outcome("ok")
    try:
        parsed = json.loads(body, parse_float=_decimal, parse_int=_whole, parse_constant=_refused)
        _count(parsed, MOST_VALUES)
        return outcome_of(Outcome("ok", parsed if isinstance(parsed, dict) else {"value": parsed}), ("ok",))
    except (json.JSONDecodeError, UnicodeError):
        raise ValueError("it is not JSON") from None
    except (ActionError, RecursionError):
        raise ValueError("its values are nested too deeply, or its numbers too large") from None


def _decimal(digits: str) -> Decimal:
    if len(digits) > LONGEST_NUMBER:
        _refused(digits)
    try:
        return Decimal(digits)
    except ArithmeticError:
        raise ValueError("a number in it is beyond all numbers") from None


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        _refused(digits)
    return int(digits)


def _refused(digits: str) -> NoReturn:
    raise ValueError("a number in it has no end, or too many digits")


def _count(value: Any, left: int) -> int:
    """How many more values there may be behind this one; texts have to be such as can be written."""
    if left <= 0:
        raise ValueError(f"there are more than {MOST_VALUES:,} values in it")
    if isinstance(value, str):
        value.encode()
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        left = _count(one, left)
    return left - 1
