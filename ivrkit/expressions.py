"""The expressions of flows and prompts: jinja's grammar, a white-listed part of it, computed by us.

Jinja only parses. Its tree is turned into nested closures once, when a script is loaded; nothing of jinja runs while a
caller waits, and what is not in the table below cannot be written: no calls, no loops, no powers, no string repetition.
"""

from __future__ import annotations

import operator
import re
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

MOST_DIGITS = 30
"Digits that a number may have before its point: beyond them it is a mistake, and Python takes seconds to write it."
LONGEST_TEXT = 100_000
"Characters of a text with values in it: one that a loop doubles at each turn would fill the memory."

_BEYOND: int = 10**MOST_DIGITS
_MOST_SHOWN = 40
_STRING = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)


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
        try:
            return compiled_expression(self.source).compute(scope)
        except (TypeError, ValueError, ArithmeticError, RecursionError):
            raise ExpressionError(f"{quoted(self.source)} cannot be computed with these values") from None

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
                name = piece.filters[0].name[:_MOST_SHOWN]
                raise ExpressionError(f'"| {name}" says how a value is spoken and belongs in a prompt, not here')

    def evaluate(self, scope: Scope) -> Any:
        """The value or the text; ExpressionError when it cannot be computed."""
        pieces = template_pieces(self.source)
        if len(pieces) == 1 and isinstance(pieces[0], Piece):
            return pieces[0].expression.evaluate(scope)
        text = "".join(p if isinstance(p, str) else as_text(p.expression.evaluate(scope)) for p in pieces)
        if len(text) > LONGEST_TEXT:
            raise ExpressionError(f"a text is longer than {LONGEST_TEXT:,} characters")
        return text

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
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) or (isinstance(value, int | Decimal) and in_reach(value)):
        return str(value)
    raise ExpressionError(f"{described(value)} cannot become part of a text")


def in_reach(number: int | Decimal) -> bool:
    """Whether a number is finite and has at most MOST_DIGITS digits before its point; quick for any number."""
    if not isinstance(number, Decimal):
        return abs(number) < _BEYOND
    return number.is_finite() and number.adjusted() < MOST_DIGITS


def described(value: Any) -> str:
    """A value for an error line: short, on one line, never a secret and never what a record holds."""
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | Decimal):
        return f"the number {str(value)[:_MOST_SHOWN]}" if _writable(value) else f"a number beyond {MOST_DIGITS} digits"
    if isinstance(value, str):
        return f"the text {quoted(value)}"
    return next((words for kind, words in _KIND_WORDS.items() if isinstance(value, kind)), f"a {type(value).__name__}")


def _writable(number: int | Decimal) -> bool:
    return in_reach(number) or (isinstance(number, Decimal) and not number.is_finite())


_KIND_WORDS: dict[type, str] = {
    Secret: "a secret",
    Mapping: "a record",
    list: "a list",
    tuple: "a list",
    type(None): "a value that is not there",
}


def quoted(text: str) -> str:
    """What somebody wrote, for an error line: in quotes, at most 40 characters, none of them a control character."""
    plain = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[: _MOST_SHOWN + 1])
    return f'"{plain}"' if len(plain) <= _MOST_SHOWN else f'"{plain[: _MOST_SHOWN - 1]}…"'


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


_HINTS = (
    ("[！“”‘’＂＇（）＊＋，－．／＜＝＞｜]", "the sign {} is full-width; type the plain one"),
    ("(?<![=!<>])=(?!=)", 'values are compared with "=="'),
    ("&&", 'write "and"'),
    (r"\|\|", 'write "or"'),
    ("", "look for a value, a sign or a quote that is missing"),
)


def _hint(source: str) -> str:
    """What is probably wrong with a source that cannot be read."""
    plain = _without_strings(source)
    found = ((re.search(pattern, plain), hint) for pattern, hint in _HINTS)
    return next(hint.format(sign[0]) for sign, hint in found if sign)


def _parse(source: str) -> list[nodes.Node]:
    try:
        return _ENVIRONMENT.parse(source).body
    except (TemplateSyntaxError, ArithmeticError):
        shown = quoted(source.removeprefix("{{ ").removesuffix(" }}"))
        raise ExpressionError(f"{shown} cannot be read; {_hint(source)}") from None
    except RecursionError:
        raise ExpressionError("this expression is nested too deeply") from None


@lru_cache(maxsize=65536)
def compiled_expression(source: str) -> Compiled:
    """`source` parsed and compiled, once for each text; ExpressionError says what is not allowed in it."""
    return _compile(parsed_expression(source), source)


def parsed_expression(source: str) -> nodes.Node:
    """Jinja's tree of one bare expression, of which not everything may be allowed."""
    if len(source) > 2000:
        raise ExpressionError("this expression is longer than 2,000 characters")
    if any(braces in _without_strings(source) for braces in ("{{", "{%", "}}", "%}")):
        raise ExpressionError(f"write the expression bare, without braces: {quoted(source)}")
    body = _parse("{{ " + source + " }}")
    if len(body) != 1 or not isinstance(body[0], nodes.Output) or len(body[0].nodes) != 1:
        raise ExpressionError(f"{quoted(source)} is not one expression")
    return body[0].nodes[0]


def _compile(node: nodes.Node, source: str) -> Compiled:
    names: set[str] = set()
    try:
        return Compiled(_closure(node, names), frozenset(names))
    except RecursionError:
        raise ExpressionError(f"{quoted(source)} is nested too deeply") from None


@lru_cache(maxsize=65536)
def template_pieces(source: str) -> tuple[str | Piece, ...]:
    """A template cut into its fixed text and its blanks, in order."""
    pieces: list[str | Piece] = []
    for part in _blanks(source):
        pieces.append(_piece(part[2:-2]) if part.startswith("{{") else part)
    return tuple(pieces) or ("",)


def _blanks(source: str) -> Iterator[str]:
    rest = source
    while rest:
        fixed, begin, rest = rest.partition("{{")
        if fixed:
            yield _fixed(fixed)
        if begin:
            end = _without_strings(rest).find("}}")
            if end < 0:
                missing = (
                    f"a quote is left open in {quoted(begin + rest)}" if "}}" in rest else '"{{" without "}}" behind it'
                )
                raise ExpressionError(missing)
            yield begin + rest[: end + 2]
            rest = rest[end + 2 :]


def _fixed(text: str) -> str:
    if "{%" in text or "{#" in text:
        raise ExpressionError("only {{ … }} may stand in a text: no {% … %} and no {# … #}")
    if "}}" in text:
        raise ExpressionError('"}}" without "{{" before it')
    return text


def _without_strings(source: str) -> str:
    """`source`, as long as it was, with nothing to be read in its quoted texts."""
    return _STRING.sub(lambda found: "_" * len(found[0]), source)


def _piece(inner: str) -> Piece:
    expression, *filters = _split_filters(inner)
    return Piece(Expression(expression.strip()), tuple(_filter(word.strip()) for word in filters))


def _split_filters(inner: str) -> list[str]:
    bars = [place for place, char in enumerate(_without_strings(inner)) if char == "|"]
    return [inner[start + 1 : end] for start, end in zip([-1, *bars], [*bars, len(inner)], strict=True)]


def _filter(source: str) -> Filter:
    body = _parse("{{ x | " + source + " }}")
    node = body[0].nodes[0] if isinstance(body[0], nodes.Output) else None
    if not isinstance(node, nodes.Filter) or node.kwargs or node.dyn_args or node.dyn_kwargs:
        raise ExpressionError(f"{quoted('| ' + source)} is not a way of saying")
    if not all(isinstance(argument, nodes.Const) for argument in node.args):
        raise ExpressionError(f"{quoted('| ' + source)}: only fixed words may stand in the brackets")
    return Filter(node.name, tuple(str(argument.value) for argument in node.args if isinstance(argument, nodes.Const)))


# --- computing -------------------------------------------------------------------------------------------------------


def _number(value: Any, sign: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not in_reach(value):
        raise ExpressionError(f'"{sign}" needs numbers, not {described(value)}')
    return value


def _arithmetic(function: Callable[[Any, Any], Any], sign: str) -> Callable[[Any, Any], Any]:
    def compute(left: Any, right: Any) -> Any:
        try:
            result = function(_number(left, sign), _number(right, sign))
        except ArithmeticError:
            raise ExpressionError(
                f'"{sign}" cannot be computed for {str(left)[:_MOST_SHOWN]} and {str(right)[:_MOST_SHOWN]}'
            ) from None
        if not in_reach(result):
            raise ExpressionError(f'"{sign}" gives a number beyond {MOST_DIGITS} digits')
        return result

    return compute


def _divide(left: Any, right: Any) -> Decimal:
    return Decimal(left) / Decimal(right)


def _kind(value: Any) -> str:
    """What a value can be compared with: another of its kind. Empty for what compares with nothing."""
    if isinstance(value, Decimal) and not value.is_finite():
        return ""
    return next((kind for types, kind in _KINDS if isinstance(value, types)), "")


# A bool is an int to Python, so it comes first.
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "truth"),
    ((int, Decimal), "number"),
    (str, "text"),
    ((list, tuple), "list"),
    (Mapping, "record"),
    (type(None), "nothing"),
)
_ORDERED = ("number", "text")


def _equal(left: Any, right: Any, sign: str) -> bool:
    kinds = {_kind(left), _kind(right)}
    if "" in kinds or (len(kinds) > 1 and "nothing" not in kinds):
        raise _incomparable(left, right, sign)
    if kinds == {"list"}:
        return len(left) == len(right) and all(_equal(*pair, sign) for pair in zip(left, right, strict=True))
    if kinds == {"record"}:
        return left.keys() == right.keys() and all(_equal(left[key], right[key], sign) for key in left)
    return bool(left == right)


def _order(function: Callable[[Any, Any], bool]) -> Callable[[Any, Any, str], bool]:
    def compute(left: Any, right: Any, sign: str) -> bool:
        if _kind(left) != _kind(right) or _kind(left) not in _ORDERED:
            raise _incomparable(left, right, sign)
        return function(left, right)

    return compute


def _incomparable(left: Any, right: Any, sign: str) -> ExpressionError:
    return ExpressionError(f'"{sign}" compares {described(left)} with {described(right)}')


def _member(value: Any, container: Any, sign: str) -> bool:
    if isinstance(container, str | Mapping):
        if not isinstance(value, str):
            raise ExpressionError(f'"{sign}" looks for {described(value)} in {_holder(container)}')
        return value in container
    if not isinstance(container, list | tuple | frozenset | set):
        raise ExpressionError(f'"{sign}" needs a list or a text behind it, not {described(container)}')
    return any(_equal(value, item, sign) for item in container)


def _holder(container: str | Mapping[str, Any]) -> str:
    return "a text" if isinstance(container, str) else "a record"


_COMPARE: dict[str, tuple[str, Callable[[Any, Any, str], bool]]] = {
    "eq": ("==", _equal),
    "ne": ("!=", lambda left, right, sign: not _equal(left, right, sign)),
    "lt": ("<", _order(operator.lt)),
    "lteq": ("<=", _order(operator.le)),
    "gt": (">", _order(operator.gt)),
    "gteq": (">=", _order(operator.ge)),
    "in": ("in", _member),
    "notin": ("not in", lambda left, right, sign: not _member(left, right, sign)),
}
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
            return _exact(scope[name])
        except KeyError:
            raise ExpressionError(f"the variable {quoted(name)} has no value yet") from None

    return compute


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise ExpressionError(f"{value} is a float, which is never exact: use Decimal")
    return value


def _attribute(node: Any, names: set[str]) -> Compute:
    path = _dotted(node)
    names.add(path)
    inner, attribute = _closure(node.node, set()), node.attr

    def compute(scope: Scope) -> Any:
        holder = inner(scope)
        if isinstance(holder, Mapping) and attribute in holder:
            return _exact(holder[attribute])
        raise ExpressionError(f"{quoted(path)} has no value: there is no {quoted(attribute)} in it")

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
    return lambda scope: -_number(inner(scope), "-")


def _not(node: Any, names: set[str]) -> Compute:
    inner = _closure(node.node, names)
    return lambda scope: not inner(scope)


def _and(node: Any, names: set[str]) -> Compute:
    left, right = _closure(node.left, names), _closure(node.right, names)
    return lambda scope: bool(left(scope)) and bool(right(scope))


def _or(node: Any, names: set[str]) -> Compute:
    left, right = _closure(node.left, names), _closure(node.right, names)
    return lambda scope: bool(left(scope)) or bool(right(scope))


def _choice(node: Any, names: set[str]) -> Compute:
    if node.expr2 is None:
        raise ExpressionError('"x if c" needs its "else y"')
    test, then, other = (_closure(part, names) for part in (node.test, node.expr1, node.expr2))
    return lambda scope: then(scope) if test(scope) else other(scope)


def _list(node: Any, names: set[str]) -> Compute:
    items = [_closure(item, names) for item in node.items]
    return lambda scope: [item(scope) for item in items]


def _compare(node: Any, names: set[str]) -> Compute:
    if len(node.ops) != 1:
        raise ExpressionError("write one comparison at a time: a < b and b < c")
    left, right = _closure(node.expr, names), _closure(node.ops[0].expr, names)
    sign, function = _COMPARE[node.ops[0].op]
    return lambda scope: function(left(scope), right(scope), sign)


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
