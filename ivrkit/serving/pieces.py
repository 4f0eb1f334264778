"""A flow in pieces small enough to be taken between two events of a call, and whole again.

A large flow takes 100 ms to be read from a pipe; a piece takes 2.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ivrkit.script import Script
from ivrkit.serving.project import Fresh

PIECE = 10
"Nodes, prompts or sounds in one."


@dataclass(frozen=True, slots=True)
class Begun:
    """A flow, or one that the flow before it runs, without what comes in pieces."""

    of: Fresh | Script


@dataclass(frozen=True, slots=True)
class Piece:
    """More of what begun last."""

    field: str
    values: Mapping[str, Any]


def cut(flows: Iterable[Fresh], served: Mapping[Path, str]) -> Iterator[bytes]:
    """Frames of flows; of one whose version is `served` without the script's nodes and prompts."""
    for fresh in flows:
        script = fresh.script
        yield _frame(Begun(replace(fresh, script=_bare(script), sounds={})))
        yield from _cut_field("sounds", fresh.sounds)
        if script and script.version != served.get(fresh.flow):
            for part in (script, *script.flows.values()):
                yield _frame(Begun(_bare(part)))
                yield from _cut_field("nodes", part.nodes)
                yield from _cut_field("prompts", part.prompts)


def _bare(script: Script | None) -> Any:
    return script and replace(script, nodes={}, prompts={}, flows={})


def _cut_field(name: str, values: Mapping[str, Any]) -> Iterator[bytes]:
    waiting = iter(values.items())
    while some := dict(islice(waiting, PIECE)):
        yield _frame(Piece(name, some))


def _frame(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


@dataclass(slots=True)
class _Part:
    """What is being put together."""

    of: Fresh | Script
    fields: dict[str, Any] = field(default_factory=dict)


class Joiner:
    """Puts flows together from their pieces."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []

    def add(self, frame: bytes) -> None:
        found = pickle.loads(frame)  # noqa: S301 - from our own process, which made it
        if isinstance(found, Begun):
            self._parts.append(_Part(found.of))
        else:
            self._parts[-1].fields.setdefault(found.field, {}).update(found.values)

    def flows(self) -> list[Fresh]:
        """What came, whole."""
        flows: list[tuple[Fresh, list[Script]]] = []
        for part in self._parts:
            if isinstance(part.of, Fresh):
                flows.append((replace(part.of, **part.fields), []))
            else:
                flows[-1][1].append(replace(part.of, **part.fields))
        return [_whole(fresh, scripts) for fresh, scripts in flows]


def _whole(fresh: Fresh, scripts: list[Script]) -> Fresh:
    if not scripts:
        return fresh
    first, *run = scripts
    return replace(fresh, script=replace(first, flows={part.flow: part for part in run}))
