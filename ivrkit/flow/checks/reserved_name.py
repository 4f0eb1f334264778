"""A name is given that already means something else."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import BACK_AND_REPEAT, walk
from ivrkit.flow.reads import ALWAYS_THERE
from ivrkit.nodes.fields import Name

CHECK = "reserved-name"

_WORDS = frozenset(["and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"])
"Words of expressions: a variable of that name could not be read."


def reserved_name(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name in flow.header.nodes:
        if name in BACK_AND_REPEAT:
            message = f"{quoted(name)} cannot name a node: under keys: it has a meaning of its own"
            yield flow.source.error(("nodes", name), message, CHECK, key=True)
    for name in flow.header.arguments:
        if name in ALWAYS_THERE or name in _WORDS:
            message = f"{quoted(name)} cannot be an argument: the word has a meaning already; choose another name"
            yield flow.source.error(("arguments", name), message, CHECK, key=True)
    for node_name, node in flow.nodes.items():
        for path, name in walk(node, Name):
            if name in ALWAYS_THERE:
                message = f"{quoted(name)} cannot be set: every call has it from its beginning; choose another name"
                yield flow.error(node_name, path, message, CHECK, key=path[-1] == name)
            elif name in _WORDS:
                message = f"{quoted(name)} is a word of the language of conditions; choose another name"
                yield flow.error(node_name, path, message, CHECK, key=path[-1] == name)
