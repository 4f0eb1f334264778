"""A flow returns what it does not declare, or not what it declares."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.tree import Path
from ivrkit.nodes.return_ import Return
from ivrkit.nodes.run import ERROR
from ivrkit.prompts.problems import did_you_mean

CHECK = "return-values"


def return_values(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        if isinstance(node, Return):
            for path, message in _wrong(flow, node):
                yield flow.error(name, path, message, CHECK, key=path[0] == "values")


def _wrong(flow: CheckedFlow, node: Return) -> Iterator[tuple[Path, str]]:
    declared = flow.header.returns
    result = node.return_
    if result not in declared and result != ERROR:
        near = did_you_mean(result, declared) or f"; add it at the top: returns: {{{result}: []}}"
        yield ("return",), f"{quoted(result)} is no result of this flow{near}"
        return
    values = declared.get(result, ())
    for value in node.values:
        if value not in values:
            near = did_you_mean(value, values) or "; add it there, in the list behind the result"
            yield ("values", value), f"under returns: the result {quoted(result)} has no value {quoted(value)}{near}"
    if missing := [quoted(value) for value in values if value not in node.values]:
        yield ("return",), f"the result {quoted(result)} comes with {listed(missing)}; add it under values:"
