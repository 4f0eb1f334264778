"""request: calls a web service, JSON in and out, and goes where its answer says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, PlainSerializer

from ivrkit.errors import ExpressionError
from ivrkit.expressions import Scope, Template, described, in_reach
from ivrkit.nodes.addresses import Address
from ivrkit.nodes.fields import NODE_CONFIG, Name, NodeName, PromptName, Seconds, tells_waiting
from ivrkit.script import CallView, Fetch, Goto, Line, Node, Outcome, Outcomes, Run, Told, World

OK, TIMEOUT, ERROR = "ok", "timeout", "error"
MOST_RETRIES = 5
DEEPEST = 16
"Mappings and lists inside each other that are sent."


def _body(value: Any) -> Any:
    """The templates of what is sent, in the shape in which it is sent."""
    if isinstance(value, Mapping):
        return {str(name): _body(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return tuple(map(_body, value))
    if isinstance(value, Template):
        return value
    if not isinstance(value, str):
        raise ValueError("write a text, or a value such as {{ account }} in quotes here")
    try:
        return Template(value)
    except ExpressionError as error:
        raise ValueError(str(error)) from None


def _source(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _source(inner) for name, inner in value.items()}
    return [*map(_source, value)] if isinstance(value, tuple) else value.source


def _retries(value: Any) -> Any:
    if value not in (*range(MOST_RETRIES + 1), *map(str, range(MOST_RETRIES + 1))):
        raise ValueError(f'"{value}" is not a whole number from 0 to {MOST_RETRIES}')
    return int(value)


Body = Annotated[Any, BeforeValidator(_body), PlainSerializer(_source)]
"What is sent as JSON: names and values, lists of them, in any depth."
Retries = Annotated[int, BeforeValidator(_retries)]
"A whole number from 0 to 5."


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`{get: address}`, or `{post: address, json: {…}}`."""

    __pydantic_config__ = NODE_CONFIG
    example: ClassVar[str] = '{get: "https://billing.example.com/bills/{{ account }}"}'

    get: Address | None = None
    "An address that is asked, which changes nothing there."
    post: Address | None = None
    "An address that something is sent to."
    json: Body | None = None
    "What is sent there: names and values, or a list of them."

    def __post_init__(self) -> None:
        if (self.get is None) == (self.post is None):
            raise ValueError("write either get: or post: with the address of the service")
        if self.get and self.json is not None:
            raise ValueError("only post: sends json:; values for get: stand in its address: ?month={{ month }}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Node):
    """Calls a web service under a deadline; callers hear `hold` when it takes longer than half a second."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "request"
    silent: ClassVar[bool] = True
    example: ClassVar[str] = (
        '{request: {get: "https://billing.example.com/bills/{{ account }}"}, '
        "on: {ok: bill, timeout: agent, error: agent}}"
    )

    request: Message
    "`{get: address}`, or `{post: address, json: {…}}`."
    timeout: Seconds = 5.0
    "How long all of it may take, repetitions included."
    retries: Retries = 2
    "How often it is tried again, where that is safe: 0 to 5 times."
    hold: PromptName | None = None
    "A prompt that is said when it takes longer than half a second."
    save: Name | None = None
    "The name under which the answer is kept: `bill`, then `bill.amount`."
    on: Mapping[str, NodeName]
    'A way out for `ok`, `timeout` and `error`, and for statuses by number: `"404"`.'

    @property
    def address(self) -> Address:
        address = self.request.get or self.request.post
        assert address is not None
        return address

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        asks = "It asks" if self.request.get else "It sends JSON to"
        yield Told(f"{asks} the service {self.address.source}.", fields=("request",))
        yield from tells_waiting(self.timeout, self.hold)

    def run(self, call: CallView) -> Run:
        address = self.address.evaluate(call.scope)
        body = None if self.request.json is None else _sent(self.request.json, call.scope)
        hold = Line(self.hold) if self.hold else None
        method: Literal["GET", "POST"] = "GET" if self.request.get else "POST"
        answer: Outcome = yield Fetch(method, address, body, self.timeout, self.retries, hold)
        way = answer.name if answer.name in self.on else ERROR
        if self.save and way not in (TIMEOUT, ERROR):
            call.save(self.save, answer.result)
        return Goto(self.on[way], way)

    def outcomes(self, world: World | None) -> Outcomes:
        statuses = tuple(name for name in self.on if _is_status(name))
        return Outcomes(self.on, (OK, TIMEOUT, ERROR), (OK, TIMEOUT, ERROR, *statuses))


def _is_status(name: str) -> bool:
    """Whether it is the number of a status that is not `ok`, which the numbers from 200 to 299 are."""
    return name.isascii() and name.isdigit() and 300 <= int(name) <= 599


def _sent(body: Any, scope: Scope) -> Any:
    if isinstance(body, Mapping):
        return {name: _sent(inner, scope) for name, inner in body.items()}
    if isinstance(body, tuple):
        return [_sent(inner, scope) for inner in body]
    return _plain(body.evaluate(scope), DEEPEST)


def _plain(value: Any, depth: int) -> Any:
    """A value as it is sent; ExpressionError for a secret and for what JSON does not know."""
    if isinstance(value, Mapping) and depth:
        return {str(name): _plain(inner, depth - 1) for name, inner in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [_plain(inner, depth - 1) for inner in value]
    if value is None or isinstance(value, str | bool) or (isinstance(value, int | Decimal) and in_reach(value)):
        return value
    raise ExpressionError(f"{described(value)} cannot be sent to a service")
