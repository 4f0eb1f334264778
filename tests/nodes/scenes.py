"""Nodes as YAML would give them, for scenes."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from ivrkit.nodes import NODE_KINDS
from ivrkit.script import Node, Script
from ivrkit.testing import Playbook, script_of


def node(kind: str, /, **fields: Any) -> Node:
    """A node from its fields as an author writes them, all scalars as text."""
    made: Node = TypeAdapter(NODE_KINDS[kind]).validate_python(fields)
    return made


def script(**nodes: Node) -> Script:
    """A script of these nodes, with a person, a back key and an end."""
    return script_of(
        nodes | {"agent": node("play", play="agent", next="end"), "end": node("hangup", hangup="normal")},
        keys={"0": "agent", "*": "back", "#": "repeat"},
    )


def scene(**nodes: Node) -> Playbook:
    return Playbook(script(**nodes))
