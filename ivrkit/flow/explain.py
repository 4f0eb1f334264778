"""A flow, or one node of it, in words: what callers hear, what each key does, and where they come from.

What is particular to a kind stands in its `tells`; what is said here comes from its fields and its ways out.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from ivrkit.expressions import Expression, Template
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, columns, listed, quoted
from ivrkit.flow.graph.text import condition, contents
from ivrkit.flow.models import walk
from ivrkit.flow.places import Places
from ivrkit.flow.reads import ALWAYS_THERE, reads
from ivrkit.flow.said import offered
from ivrkit.flow.sentences import field_names
from ivrkit.flow.ways import Way
from ivrkit.nodes.fields import ActionName, CalendarName, FlowName, Name, NodeName, PromptName, TargetName
from ivrkit.prompts.segments import Prompt, written
from ivrkit.script import Node, Told

FAILURES = ("noinput", "nomatch", "give_up")
"Fields of questions whose ways out are told with the failures that they follow."
_MEANINGS: Mapping[str, str] = {"back": "goes back to the menu before", "repeat": "says it again"}


def explain_node(
    flow: CheckedFlow, name: str, diagnostics: Iterable[Diagnostic] = (), languages: tuple[str, ...] = ()
) -> list[str]:
    """What happens in a node: sentences, each a line, with the words of prompts below them, in `languages` or all."""
    node, places = flow.nodes.get(name), Places(flow.source)
    told = _Node(flow, name, node, languages or flow.languages).tell() if node else _broken(flow, name)
    wrong = [f"{found.severity}: {found.message}" for found in diagnostics if places.node_of(found) == name]
    return [*told, *wrong]


def explain_flow(flow: CheckedFlow, diagnostics: Iterable[Diagnostic] = (), language: str = "") -> list[str]:
    """The flow as a whole, and each of its nodes in a line."""
    return []
