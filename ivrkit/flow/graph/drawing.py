"""What is in the picture of a flow: boxes and arrows, whatever format they are written in.

The ways that every menu has, its keys and where callers go who give up, would be an arrow from each: they start from
one box instead. Ways from one node to another are one arrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

from ivrkit.commands import Visit
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.graph.text import condition, contents, shortened
from ivrkit.flow.graph.words import SIDEWAYS, word
from ivrkit.flow.models import BACK_AND_REPEAT
from ivrkit.flow.places import Places
from ivrkit.flow.ways import Way
from ivrkit.script import Node

START, ON_HANGUP, EVERYWHERE, WHOLE = "(start)", "(on_hangup)", "(everywhere)", "(whole)"
"Names that no node can have."
ON = "next"
"The way on, which needs no name."


class Role(Enum):
    """What a box stands for."""

    NODE = "a node"
    MISSING = "a node that is named and is not there"
    ENTRY = "where calls come in"
    ASIDE = "what is said of all nodes"


@dataclass(frozen=True, slots=True)
class Box:
    """One box."""

    name: str
    "Unique in the picture."
    role: Role
    kind: str = ""
    "The keyword of its node; empty when nobody could read it."
    lines: tuple[str, ...] = ()
    "What is heard or done there, cut to fit."
    problems: tuple[Diagnostic, ...] = ()
    ends: bool = False
    "Whether the call, or the flow, ends here."
    steps: tuple[int, ...] = ()
    "Which nodes of the call that is shown this was, from 1."

    @property
    def passed(self) -> str:
        """The steps in writing."""
        return ",".join(map(str, self.steps))


@dataclass(frozen=True, slots=True)
class Arrow:
    """One or more ways from box to box."""

    source: str
    target: str
    labels: tuple[str, ...] = ()
    sideways: bool = False
    "Whether no good call takes it."
    steps: tuple[int, ...] = ()
    "After which nodes the call that is shown took it."


@dataclass(frozen=True, slots=True)
class Graph:
    """The picture."""

    flow: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(
    flow: CheckedFlow, diagnostics: Iterable[Diagnostic] = (), language: str = "", path: Sequence[Visit] = ()
) -> Graph:
    """The picture of a flow, as far as it could be read, with its mistakes where they are.

    Words are in `language`, by default the flow's first. `path` is the way of a call, as its record has it.
    """
    path = tuple(_own(flow, path))
    arrows = tuple(_Arrows(flow, language or flow.languages[0], path).all())
    boxes = _Boxes(flow, language or flow.languages[0], path, diagnostics)
    return Graph(flow.header.flow, tuple(boxes.all(arrows)), arrows)


def _own(flow: CheckedFlow, path: Sequence[Visit]) -> Iterator[Visit]:
    """The visits to nodes of this flow; a node that ran another one, and went on when that was over, is one visit."""
    visits = [visit for visit in path if visit.node in flow.ways]
    for visit, following in zip_longest(visits, visits[1:]):
        returned = following and following.node == visit.node and visit.way_out not in flow.ways
        if not returned:
            yield visit


class _Boxes:
    """The boxes of one picture."""

    def __init__(self, flow: CheckedFlow, language: str, path: Sequence[Visit], found: Iterable[Diagnostic]) -> None:
        self._flow, self._language, self._path = flow, language, path
        self._problems: dict[str | None, tuple[Diagnostic, ...]] = {}
        places = Places(flow.source)
        for problem in found:
            place = places.node_of(problem)
            self._problems[place] = (*self._problems.get(place, ()), problem)

    def all(self, arrows: Sequence[Arrow]) -> Iterator[Box]:
        yield Box(START, Role.ENTRY, lines=(word("start", self._language),))
        if self._flow.header.on_hangup:
            yield Box(ON_HANGUP, Role.ENTRY, lines=(word("on_hangup", self._language),))
        yield from map(self._node, self._flow.ways)
        for name in dict.fromkeys(arrow.target for arrow in arrows if arrow.target not in self._flow.ways):
            yield Box(name, Role.MISSING, lines=(word("unknown", self._language),))
        yield from self._everywhere(arrows)
        if problems := self._problems.get(None):
            yield Box(WHOLE, Role.ASIDE, lines=(word("whole", self._language),), problems=problems)

    def _node(self, name: str) -> Box:
        node = self._flow.nodes.get(name)
        return Box(
            name,
            Role.NODE,
            node.kind if node else "",
            tuple(contents(self._flow, node, self._language)) if node else (),
            self._problems.get(name, ()),
            ends=node is not None and not self._flow.ways[name],
            steps=tuple(number for number, visit in enumerate(self._path, 1) if visit.node == name),
        )

    def _everywhere(self, arrows: Iterable[Arrow]) -> Iterator[Box]:
        keys = self._flow.header.keys.items()
        lines = [f"{key} {word(target, self._language)}" for key, target in keys if target in BACK_AND_REPEAT]
        if lines or any(arrow.source == EVERYWHERE for arrow in arrows):
            yield Box(EVERYWHERE, Role.ASIDE, lines=(word("everywhere", self._language), *lines))


class _Arrows:
    """The arrows of one picture."""

    def __init__(self, flow: CheckedFlow, language: str, path: Sequence[Visit]) -> None:
        self._flow, self._language = flow, language
        self._taken: dict[tuple[str, str, str], tuple[int, ...]] = {}
        for number, visit in enumerate(path, 1):
            if visit.node in flow.ways and visit.way_out in flow.ways:
                way = (visit.node, visit.way_out, visit.outcome)
                self._taken[way] = (*self._taken.get(way, ()), number)

    def all(self) -> Iterator[Arrow]:
        yield Arrow(START, self._flow.header.start)
        if self._flow.header.on_hangup:
            yield Arrow(ON_HANGUP, self._flow.header.on_hangup)
        together: dict[tuple[str, str, tuple[int, ...]], list[tuple[str, Way]]] = {}
        for name, ways in self._flow.ways.items():
            for way in ways:
                steps = self._taken.pop((name, way.target, way.label), ())
                source = EVERYWHERE if not steps and self._flow.is_everywhere(way) else name
                together.setdefault((source, way.target, steps), []).append((name, way))
        for (source, target, steps), found in together.items():
            sideways = all(way.label in SIDEWAYS for _, way in found)
            yield Arrow(source, target, self._labels(found), sideways, steps)
        # What stands in no field: back, and a fault.
        for (source, target, label), steps in self._taken.items():
            yield Arrow(source, target, (self._word(label, label in self._flow.header.keys),), steps=steps)

    def _labels(self, found: Sequence[tuple[str, Way]]) -> tuple[str, ...]:
        """Each once; the condition beside it names a way better than its number."""
        if all(way.label == ON for _, way in found):
            return ()
        labels = (self._label(self._flow.nodes.get(name), way) for name, way in found)
        return tuple(dict.fromkeys(map(shortened, labels)))

    def _label(self, node: Node | None, way: Way) -> str:
        is_key = way.path[0] in ("keys", "menu") and len(way.path) > 1
        return condition(node, way.path) or self._word(way.label, is_key)

    def _word(self, label: str, is_key: bool) -> str:
        return word("key", self._language).format(key=label) if is_key else word(label, self._language)
