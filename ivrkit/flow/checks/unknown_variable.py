"""A variable is read that no node of the flow ever sets."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.flow.reads import ALWAYS_THERE, Read, at, given, reads
from ivrkit.flow.ways import names_in_broken
from ivrkit.nodes.fields import Name
from ivrkit.prompts.problems import did_you_mean

CHECK = "unknown-variable"


def unknown_variable(flow: CheckedFlow) -> Iterator[Diagnostic]:
    known = set_somewhere(flow) | given(flow)
    for read in reads(flow):
        if read.root not in known:
            near = did_you_mean(read.root, known) or "; save it in a node before, or put it in quotes if it is a text"
            yield at(flow, read, f"{read.told}, which nothing in this flow sets{near}", CHECK)
        elif message := _wrong_part(read):
            yield at(flow, read, message, CHECK)


def set_somewhere(flow: CheckedFlow) -> set[str]:
    """Every variable that some node sets."""
    names = {str(name) for node in flow.nodes.values() for _, name in walk(node, Name)}
    for name in flow.broken:
        names.update(names_in_broken(flow.header.nodes[name]))
    return names


def _wrong_part(read: Read) -> str:
    parts = ALWAYS_THERE.get(read.root)
    part = read.variable.partition(".")[2]
    if parts is None or not part or part in parts:
        return ""
    near = did_you_mean(part, parts)
    return f"{read.told}, but {quoted(read.root)} has no {quoted(part)}{near}"
