"""The ways that a call can take from node to node, as far as they stand in a flow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ivrkit.flow.models import BACK_AND_REPEAT, Header, walk
from ivrkit.flow.tree import Path
from ivrkit.nodes.fields import Name, NodeName
from ivrkit.nodes.menu import Menu
from ivrkit.script import Node


@dataclass(frozen=True, slots=True)
class Way:
    """One way out of a node."""

    target: str
    path: Path
    'The field that says so, from the node on; `("keys", key)` for a key of every menu.'
    saves: frozenset[str]
    "What the node has surely saved when the call leaves it this way."

    @property
    def label(self) -> str:
        """What the record of a call says that went this way: `ok`, a key, `next`, the number of a branch's row."""
        return way_label(self.path)


_HOLD_WAYS = ("on", "menu", "branch", "keys")
"Fields whose parts lead different ways; in any other, all parts lead the same."

Ways = Mapping[str, tuple[Way, ...]]
"The ways out of each node, by its name."


def ways_out(node: Node, keys: Mapping[str, str], give_up: str | None) -> tuple[Way, ...]:
    """The ways out of a node; `keys` and `give_up` are the flow's."""
    names = frozenset(name for _, name in walk(node, Name))
    found = [
        Way(target, path, names if node.saves(way_label(path)) else frozenset())
        for path, target in walk(node, NodeName)
        if target and node.leads(str(path[0]))
    ]
    found += [Way(target, ("keys", key), frozenset()) for key, target in _keys_of(node, keys)]
    if node.visits is not None and give_up:
        found.append(Way(give_up, ("visits",), frozenset()))
    return tuple(found)


def ways_out_of_broken(raw: object, header: Header) -> tuple[Way, ...]:
    """The ways that a node seems to have whose fields could not be read: every node that it names."""
    saves = frozenset(names_in_broken(raw))
    return tuple(Way(word, path or ("next",), saves) for path, word in _words(raw, ()) if word in header.nodes)


def names_in_broken(raw: object) -> Iterator[str]:
    """What such a node seems to save."""
    for path, word in _words(raw, ()):
        if path[-1:] == ("save",):
            yield word
        elif path[:1] == ("set",) and len(path) == 2:
            yield str(path[1])


def reached(ways: Ways, starts: Iterable[str], follow: Callable[[str, Way], bool]) -> dict[str, str | None]:
    """The nodes reached from `starts` along the ways that `follow` allows, each with the node before it."""
    before: dict[str, str | None] = dict.fromkeys(starts)
    waiting = deque(before)
    while waiting:
        name = waiting.popleft()
        for way in ways.get(name, ()):
            if way.target not in before and way.target in ways and follow(name, way):
                before[way.target] = name
                waiting.append(way.target)
    return before


def trail(before: Mapping[str, str | None], name: str) -> list[str]:
    """The nodes from a start to this one."""
    names = [name]
    while previous := before[names[-1]]:
        names.append(previous)
    return names[::-1]


def menus_passed(ways: Ways, nodes: Mapping[str, Node], start: str) -> dict[str, int]:
    """How many menus a call passes at least from the start up to each node, itself counted."""
    passed: dict[str, int] = {}
    waiting = deque([(start, 0)])
    while waiting:
        name, before = waiting.popleft()
        menus = before + isinstance(nodes.get(name), Menu)
        if name not in ways or passed.get(name, menus + 1) <= menus:
            continue
        passed[name] = menus
        # A menu adds one: what costs nothing is looked at first.
        append = waiting.append if isinstance(nodes.get(name), Menu) else waiting.appendleft
        for way in ways[name]:
            append((way.target, menus))
    return passed


def way_label(path: Path) -> str:
    """The label of a way by the field that says so: `on: {ok: …}` is `ok`, the first row of a branch `1`."""
    words = [str(part + 1) if isinstance(part, int) else part for part in path]
    if words[0] not in _HOLD_WAYS or len(words) == 1:
        return words[0]
    return words[-1] if words[-1] != "next" or words[0] == "on" else words[-2]


def _keys_of(node: Node, keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The keys of every menu that work in this node."""
    own = node.own_keys()
    if own is not None:
        yield from ((key, target) for key, target in keys.items() if key not in own and target not in BACK_AND_REPEAT)


def _words(raw: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(raw, str):
        yield path, raw
    elif isinstance(raw, Mapping):
        for name, value in raw.items():
            yield from _words(value, (*path, name))
    elif isinstance(raw, list):
        for number, value in enumerate(raw):
            yield from _words(value, (*path, number))
