"""Words that stand in a flow in place of a prompt's name: each gets a name and becomes a prompt.

The first words of a node are named after the node, the next ones `<node>.2`, `<node>.3` …
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

from ivrkit.flow.source import Source
from ivrkit.flow.tree import Path
from ivrkit.prompts.languages import LANGUAGES


class Words:
    """Names for the words of one flow. They are told apart by which object of the tree they are."""

    def __init__(self, source: Source, taken: Container[str]) -> None:
        self._taken = taken
        self._given: set[str] = set()
        self._candidates: dict[str, Iterator[str]] = {}
        self._paths = {id(found): path for path, found in _mappings(source.tree, ())}
        self._names: dict[Path, str] = {}
        self.used: dict[str, Path] = {}
        "Name and place of the words that stand where a prompt may stand."
        for path, found in _mappings(source.tree, ()):
            if not LANGUAGES.keys().isdisjoint(found):
                self._name(path)

    def name(self, words: Mapping[str, Any]) -> str:
        """The name of a prompt with these words, which are a part of the source's tree."""
        path = self._paths[id(words)]
        name = self._name(path)
        self.used[name] = path
        return name

    def _name(self, path: Path) -> str:
        if path not in self._names:
            owner = str(path[1]) if path[:1] == ("nodes",) and len(path) > 1 else str(path[0])
            candidates = self._candidates.setdefault(owner, _candidates(owner))
            free = (name for name in candidates if name not in self._taken and name not in self._given)
            self._names[path] = next(free)
            self._given.add(self._names[path])
        return self._names[path]


def _mappings(value: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if path:
            yield path, value
        for name, item in value.items():
            yield from _mappings(item, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _mappings(item, (*path, number))


def _candidates(owner: str) -> Iterator[str]:
    yield owner
    number = 2
    while True:
        yield f"{owner}.{number}"
        number += 1
