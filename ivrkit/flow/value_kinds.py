"""What kind of value an expression gives, as far as a flow alone tells it: a text, a number, a yes or no.

Keys are texts, whatever they look like, and so is what `set` is given without braces. What an action finds is unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from jinja2 import nodes

from ivrkit.expressions import Expression, Piece, Template, parsed_expression, template_pieces
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.collect import Collect
from ivrkit.nodes.fields import Name
from ivrkit.nodes.set import Set

Kinds = Mapping[str, str]
"Variable, dotted, to its kind; UNKNOWN or not there when nobody knows."

UNKNOWN, TEXT, NUMBER, TRUTH, LIST = "", "text", "number", "yes or no", "list"

_ALWAYS: Kinds = {"language": TEXT, "caller.number": TEXT, "caller.name": TEXT, "call.id": TEXT, "call.called": TEXT}
_ARGUMENTS = {"text": TEXT, "number": NUMBER, "flag": TRUTH}
_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
_ROUNDS = 10
"Times that variables are looked at which are set from one another."


def kinds_of_variables(flow: CheckedFlow) -> Kinds:
    """The kind of each variable that has one kind wherever it is set."""
    fixed = {**_ALWAYS, **{str(name): _ARGUMENTS.get(kind, UNKNOWN) for name, kind in flow.header.arguments.items()}}
    givers = list(_givers(flow))
    kinds: dict[str, str] = {}
    for _ in range(_ROUNDS):
        found = dict(fixed)
        for name, given in givers:
            kind = given if isinstance(given, str) else kind_of(given, kinds)
            found[name] = kind if found.get(name, kind) == kind else UNKNOWN
        if found == kinds:
            return kinds
        kinds = found
    return fixed


def kind_of(value: Expression | Template, kinds: Kinds) -> str:
    """The kind of what an expression or a template gives."""
    if isinstance(value, Expression):
        return _kind(parsed_expression(value.source), kinds)
    pieces = template_pieces(value.source)
    return kind_of(pieces[0].expression, kinds) if len(pieces) == 1 and isinstance(pieces[0], Piece) else TEXT


def mismatches(value: Expression | Template, kinds: Kinds) -> Iterator[str]:
    """What can never be computed, each in a few words for the author."""
    if isinstance(value, Expression):
        yield from _mismatches(parsed_expression(value.source), kinds)
    else:
        for piece in template_pieces(value.source):
            if isinstance(piece, Piece):
                yield from mismatches(piece.expression, kinds)


def _givers(flow: CheckedFlow) -> Iterator[tuple[str, str | Template]]:
    """Each variable with the kind that some node gives it, or the template that it is set to."""
    for node in flow.nodes.values():
        if isinstance(node, Set):
            yield from ((str(name), template) for name, template in node.set.items())
        elif isinstance(node, Collect):
            yield str(node.save), UNKNOWN if node.secret else TEXT
        else:
            yield from ((str(name), UNKNOWN) for _, name in walk(node, Name))


def _kind(node: Any, kinds: Kinds) -> str:
    find = _KINDS.get(type(node))
    return find(node, kinds) if find else UNKNOWN


def _of_constant(node: Any, kinds: Kinds) -> str:
    value = node.value
    if isinstance(value, bool):
        return TRUTH
    return TEXT if isinstance(value, str) else NUMBER if isinstance(value, int | Decimal) else UNKNOWN


def _of_variable(node: Any, kinds: Kinds) -> str:
    return kinds.get(_dotted(node), UNKNOWN)


def _of_choice(node: Any, kinds: Kinds) -> str:
    found = {_kind(node.expr1, kinds), _kind(node.expr2, kinds)}
    return found.pop() if len(found) == 1 else UNKNOWN


def _always(kind: str) -> Callable[[Any, Kinds], str]:
    return lambda node, kinds: kind


_NUMBERS = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/", nodes.Neg: "-"}
_KINDS: Mapping[type, Callable[[Any, Kinds], str]] = {
    nodes.Const: _of_constant,
    nodes.Name: _of_variable,
    nodes.Getattr: _of_variable,
    nodes.CondExpr: _of_choice,
    nodes.List: _always(LIST),
    nodes.Tuple: _always(LIST),
    **dict.fromkeys(_NUMBERS, _always(NUMBER)),
    **dict.fromkeys((nodes.Not, nodes.And, nodes.Or, nodes.Compare), _always(TRUTH)),
}


def _mismatches(node: Any, kinds: Kinds) -> Iterator[str]:
    if isinstance(node, nodes.Compare):
        yield from _compared(node.expr, node.ops[0], kinds)
    elif sign := _NUMBERS.get(type(node)):
        for part in node.iter_child_nodes():
            if _kind(part, kinds) not in (UNKNOWN, NUMBER):
                yield f'"{sign}" needs numbers, not {_told(part, kinds)}'
    for part in node.iter_child_nodes():
        yield from _mismatches(part, kinds)


def _compared(left: Any, operand: Any, kinds: Kinds) -> Iterator[str]:
    right = operand.expr
    pair = _kind(left, kinds), _kind(right, kinds)
    if operand.op in _SIGNS and UNKNOWN not in pair and pair[0] != pair[1]:
        yield f'"{_SIGNS[operand.op]}" compares {_told(left, kinds)}, with {_told(right, kinds)}'
    elif operand.op in ("in", "notin") and isinstance(right, nodes.List | nodes.Tuple) and pair[0]:
        for item in right.items:
            if _kind(item, kinds) not in (UNKNOWN, pair[0]):
                yield f'"in" compares {_told(left, kinds)}, with {_told(item, kinds)}'
                break


def _told(node: Any, kinds: Kinds) -> str:
    """`"account", a text`, `5, a number`."""
    if isinstance(node, nodes.Const):
        shown = quoted(node.value) if isinstance(node.value, str) else str(node.value).lower()
    else:
        shown = quoted(_dotted(node)) if isinstance(node, nodes.Name | nodes.Getattr) else "what is computed"
    return f"{shown}, a {_kind(node, kinds)}"


def _dotted(node: Any) -> str:
    return str(node.name) if isinstance(node, nodes.Name) else f"{_dotted(node.node)}.{node.attr}"
