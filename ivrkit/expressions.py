"""The expressions of flows and prompts: jinja's grammar, a white-listed part of it, computed by us.

Jinja only parses. Its tree is turned into nested closures once, when a script is loaded; nothing of jinja runs while a
caller waits, and what is not in the table below cannot be written: no calls, no loops, no powers, no string repetition.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import Lexer, Token, TokenStream, ignored_tokens

from ivrkit.errors import ExpressionError

Scope = Mapping[str, Any]
Compute = Callable[[Scope], Any]


class Secret:
    """Digits that no log, template or record may hold. Only the function that needs them calls `reveal()`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return "Secret(•••)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a Secret is never pickled")


@dataclass(frozen=True, slots=True)
class Filter:
    """`| name(arguments)` behind a value."""

    name: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expression:
    """One bare expression. Equal when its source is equal."""

    source: str

    def __post_init__(self) -> None:
        compiled_expression(self.source)

    def evaluate(self, scope: Scope) -> Any:
        """The value in `scope`; ExpressionError when it cannot be computed."""
        return compiled_expression(self.source).compute(scope)

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads, dotted: `bill.amount`."""
        return compiled_expression(self.source).names


@dataclass(frozen=True, slots=True)
class Piece:
    """A blank of a template: its expression and how it is to be said."""

    expression: Expression
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """Text with `{{ … }}`. One blank alone gives the value itself, anything else gives text."""

    source: str

    def __post_init__(self) -> None:
        pieces = template_pieces(self.source)
        for piece in pieces:
            if isinstance(piece, Piece) and piece.filters:
                raise ExpressionError(
                    f'"| {piece.filters[0].name}" says how a value is spoken and belongs in a prompt, not here'
                )

    def evaluate(self, scope: Scope) -> Any:
        """The value or the text; ExpressionError when it cannot be computed."""
        pieces = template_pieces(self.source)
        if len(pieces) == 1 and isinstance(pieces[0], Piece):
            return pieces[0].expression.evaluate(scope)
        return "".join(p if isinstance(p, str) else as_text(p.expression.evaluate(scope)) for p in pieces)

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads, dotted."""
        pieces = template_pieces(self.source)
        return frozenset().union(*(p.expression.names for p in pieces if isinstance(p, Piece)))


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression ready to compute, with the variables that it reads."""

    compute: Compute
    names: frozenset[str]


def as_text(value: Any) -> str:
    """A value inside a text. A Secret or nothing at all is refused."""
    if isinstance(value, Secret):
        raise ExpressionError("a secret cannot become part of a text")
    if value is None:
        raise ExpressionError("a value that is not there cannot become part of a text")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal):
        return str(value)
    raise ExpressionError(f"a {type(value).__name__} cannot become part of a text")


# --- reading ---------------------------------------------------------------------------------------------------------


class _Lexer(Lexer):
    """Jinja's lexer, but `42.50` stays the Decimal that was written."""

    def wrap(self, stream: Any, name: str | None = None, filename: str | None = None) -> Iterator[Token]:
        kept = list(stream)
        for token, (lineno, kind, text) in zip(super().wrap(kept, name, filename), _meaningful(kept), strict=True):
            if kind == "float":
                yield Token(lineno, "float", Decimal(text.replace("_", "")))  # type: ignore[arg-type]  # as jinja does
            else:
                yield token


def _meaningful(stream: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    return [item for item in stream if item[1] not in ignored_tokens and not item[1].startswith("raw_")]


class _Environment(Environment):
    @property
    def lexer(self) -> Lexer:
        return _LEXER

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        return self.lexer.tokenize(source, name, filename, state)


_ENVIRONMENT = _Environment(autoescape=False, keep_trailing_newline=True)
_LEXER = _Lexer(_ENVIRONMENT)


def _parse(source: str) -> list[nodes.Node]:
    try:
        return _ENVIRONMENT.parse(source).body
    except (TemplateSyntaxError, ArithmeticError):
        shown = source.removeprefix("{{ ").removesuffix(" }}")
        raise ExpressionError(
            f'"{shown}" cannot be read; look for a value, a sign or a quote that is missing'
        ) from None
    except RecursionError:
        raise ExpressionError("this expression is nested too deeply") from None


@lru_cache(maxsize=65536)
def compiled_expression(source: str) -> Compiled:
    """`source` parsed and compiled, once for each text; ExpressionError says what is not allowed in it."""
    if len(source) > 2000:
        raise ExpressionError("this expression is longer than 2,000 characters")
    if "{{" in source or "{%" in source or "}}" in source or "%}" in source:
        raise ExpressionError(f'write the expression bare, without braces: "{source}"')
    body = _parse("{{ " + source + " }}")
    if len(body) != 1 or not isinstance(body[0], nodes.Output) or len(body[0].nodes) != 1:
        raise ExpressionError(f'"{source}" is not one expression')
    return _compile(body[0].nodes[0], source)


def _compile(node: nodes.Node, source: str) -> Compiled:
    names: set[str] = set()
    try:
        return Compiled(_closure(node, names), frozenset(names))
    except RecursionError:
        raise ExpressionError(f'"{source[:40]}…" is nested too deeply') from None


@lru_cache(maxsize=65536)
def template_pieces(source: str) -> tuple[str | Piece, ...]:
    """A template cut into its fixed text and its blanks, in order."""
    if "{%" in source or "{#" in source:
        raise ExpressionError("only {{ … }} may stand in a text: no {% … %} and no {# … #}")
    pieces: list[str | Piece] = []
    for part in _blanks(source):
        pieces.append(_piece(part[2:-2]) if part.startswith("{{") else part)
    return tuple(pieces) or ("",)


def _blanks(source: str) -> Iterator[str]:
    rest = source
    while rest:
        start = rest.find("{{")
        if start < 0:
            if "}}" in rest:
                raise ExpressionError('"}}" without "{{" before it')
            yield rest
            return
        end = rest.find("}}", start)
        if end < 0:
            raise ExpressionError('"{{" without "}}" behind it')
        if start:
            yield rest[:start]
        yield rest[start : end + 2]
        rest = rest[end + 2 :]


def _piece(inner: str) -> Piece:
    words = inner.split("|") if "'" not in inner and '"' not in inner else _split_filters(inner)
    expression = Expression(words[0].strip())
    return Piece(expression, tuple(_filter(word.strip()) for word in words[1:]))


def _split_filters(inner: str) -> list[str]:
    words, word, quote = [], "", ""
    for char in inner:
        if quote or char in "'\"":
            quote = "" if char == quote else quote or char
        if char == "|" and not quote:
            words.append(word)
            word = ""
        else:
            word += char
    return [*words, word]


def _filter(source: str) -> Filter:
    body = _parse("{{ x | " + source + " }}")
    node = body[0].nodes[0] if isinstance(body[0], nodes.Output) else None
    if not isinstance(node, nodes.Filter) or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise ExpressionError(f'"| {source}" is not a way of saying')
    if not all(isinstance(argument, nodes.Const) for argument in node.args):
        raise ExpressionError(f'"| {source}": only fixed words may stand in the brackets')
    return Filter(node.name, tuple(str(argument.value) for argument in node.args if isinstance(argument, nodes.Const)))


# --- computing -------------------------------------------------------------------------------------------------------


def _number(value: Any, other: Any, sign: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        shown = "a float" if isinstance(value, float) else f"{type(value).__name__} {value!r}"
        raise ExpressionError(f'"{sign}" needs numbers, not {shown}')
    return value


def _arithmetic(function: Callable[[Any, Any], Any], sign: str) -> Callable[[Any, Any], Any]:
    def compute(left: Any, right: Any) -> Any:
        try:
            result = function(_number(left, right, sign), _number(right, left, sign))
        except ArithmeticError:
            raise ExpressionError(f'"{sign}" cannot be computed for {left} and {right}') from None
        if isinstance(result, int) and abs(result) >= 10**30:
            raise ExpressionError(f'"{sign}" gives a number beyond 30 digits')
        return result

    return compute


def _divide(left: Any, right: Any) -> Decimal:
    return Decimal(left) / Decimal(right)


def _comparable(left: Any, right: Any, sign: str) -> None:
    for kinds in (int | Decimal, str, bool, type(None)):
        if isinstance(left, kinds) and isinstance(right, kinds):
            return
    if type(left) is type(right) and not isinstance(left, float):
        return
    if sign in ("==", "!=") and (left is None or right is None):
        return
    raise ExpressionError(f'"{sign}" compares {_described(left)} with {_described(right)}')


def _described(value: Any) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | Decimal):
        return f"the number {value}"
    if isinstance(value, str):
        return f'the text "{value[:30]}"'
    return f"a {type(value).__name__}"


_COMPARE: dict[str, tuple[str, Callable[[Any, Any], bool]]] = {
    "eq": ("==", operator.eq),
    "ne": ("!=", operator.ne),
    "lt": ("<", operator.lt),
    "lteq": ("<=", operator.le),
    "gt": (">", operator.gt),
    "gteq": (">=", operator.ge),
}
_MEMBER = {"in": lambda left, right: left in right, "notin": lambda left, right: left not in right}
_BINARY: dict[type[nodes.Node], Callable[[Any, Any], Any]] = {
    nodes.Add: _arithmetic(operator.add, "+"),
    nodes.Sub: _arithmetic(operator.sub, "-"),
    nodes.Mul: _arithmetic(operator.mul, "*"),
    nodes.Div: _arithmetic(_divide, "/"),
}


def _closure(node: nodes.Node, names: set[str]) -> Compute:
    build = _BUILDERS.get(type(node))
    if build is None:
        named = _FORBIDDEN.get(type(node), type(node).__name__.lower())
        raise ExpressionError(f"{named} cannot stand in an expression")
    return build(node, names)


def _const(node: Any, names: set[str]) -> Compute:
    value = node.value
    return lambda scope: value


def _name(node: Any, names: set[str]) -> Compute:
    name = node.name
    names.add(name)

    def compute(scope: Scope) -> Any:
        try:
            return scope[name]
        except KeyError:
            raise ExpressionError(f'the variable "{name}" has no value yet') from None

    return compute


def _attribute(node: Any, names: set[str]) -> Compute:
    path = _dotted(node)
    names.add(path)
    inner, attribute = _closure(node.node, set()), node.attr

    def compute(scope: Scope) -> Any:
        holder = inner(scope)
        if isinstance(holder, Mapping) and attribute in holder:
            return holder[attribute]
        raise ExpressionError(f'"{path}" has no value: there is no "{attribute}" in it')

    return compute


def _dotted(node: Any) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    raise ExpressionError("a point may only follow a name: bill.amount")


def _binary(node: Any, names: set[str]) -> Compute:
    left, right, function = _closure(node.left, names), _closure(node.right, names), _BINARY[type(node)]
    return lambda scope: function(left(scope), right(scope))


def _negative(node: Any, names: set[str]) -> Compute:
    inner = _closure(node.node, names)
    return lambda scope: -_number(inner(scope), 0, "-")


def _truth(value: Any) -> bool:
    if isinstance(value, float):
        raise ExpressionError("a float has no place here: use Decimal")
    return bool(value)


def _not(node: Any, names: set[str]) -> Compute:
    inner = _closure(node.node, names)
    return lambda scope: not _truth(inner(scope))


def _and(node: Any, names: set[str]) -> Compute:
    left, right = _closure(node.left, names), _closure(node.right, names)
    return lambda scope: _truth(left(scope)) and _truth(right(scope))


def _or(node: Any, names: set[str]) -> Compute:
    left, right = _closure(node.left, names), _closure(node.right, names)
    return lambda scope: _truth(left(scope)) or _truth(right(scope))


def _choice(node: Any, names: set[str]) -> Compute:
    if node.expr2 is None:
        raise ExpressionError('"x if c" needs its "else y"')
    test, then, other = (_closure(part, names) for part in (node.test, node.expr1, node.expr2))
    return lambda scope: then(scope) if _truth(test(scope)) else other(scope)


def _list(node: Any, names: set[str]) -> Compute:
    items = [_closure(item, names) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _compare(node: Any, names: set[str]) -> Compute:
    if len(node.ops) != 1:
        raise ExpressionError("write one comparison at a time: a < b and b < c")
    left, right, op = _closure(node.expr, names), _closure(node.ops[0].expr, names), node.ops[0].op
    if op in _MEMBER:
        member = _MEMBER[op]
        return lambda scope: _is_member(member, left(scope), right(scope))
    sign, function = _COMPARE[op]

    def compute(scope: Scope) -> bool:
        one, other = left(scope), right(scope)
        _comparable(one, other, sign)
        return function(one, other)

    return compute


def _is_member(member: Callable[[Any, Any], bool], value: Any, container: Any) -> bool:
    if isinstance(container, str) and not isinstance(value, str):
        raise ExpressionError(f'"in" looks for {_described(value)} in a text')
    if not isinstance(container, str | list | tuple | Mapping | frozenset | set):
        raise ExpressionError(f'"in" needs a list or a text behind it, not {_described(container)}')
    return member(value, container)


_BUILDERS: dict[type[nodes.Node], Callable[[Any, set[str]], Compute]] = {
    nodes.Const: _const,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Add: _binary,
    nodes.Sub: _binary,
    nodes.Mul: _binary,
    nodes.Div: _binary,
    nodes.Neg: _negative,
    nodes.Not: _not,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.CondExpr: _choice,
    nodes.Compare: _compare,
    nodes.List: _list,
    nodes.Tuple: _list,
}
_FORBIDDEN: dict[type[nodes.Node], str] = {
    nodes.Call: "a call such as f(x)",
    nodes.Pow: 'a power ("**")',
    nodes.Getitem: "square brackets behind a name",
    nodes.Filter: 'a way of saying ("| money")',
    nodes.Concat: 'joining with "~"',
    nodes.Mod: 'a remainder ("%")',
    nodes.FloorDiv: 'a whole division ("//")',
    nodes.Test: 'a test ("is …")',
    nodes.Dict: "a dictionary",
}
