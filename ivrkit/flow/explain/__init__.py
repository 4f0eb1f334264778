"""A flow in words: what callers hear, what each key does, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.explain.node import explained
from ivrkit.flow.explain.paths import Paths
from ivrkit.flow.explain.whole import overview
from ivrkit.flow.places import Places


class Explainer:
    """Tells a flow, line by line: sentences, below them the words of prompts.

    The words are in `languages`, by default in all of the flow's. `diagnostics` are told with the node they are in.
    """

    def __init__(
        self, flow: CheckedFlow, diagnostics: Iterable[Diagnostic] = (), languages: tuple[str, ...] = ()
    ) -> None:
        self._flow, self._languages, self._paths = flow, languages or flow.languages, Paths(flow)
        places = Places(flow.source)
        self._placed = [(places.node_of(found), found) for found in diagnostics]

    def flow(self) -> Iterator[str]:
        """The flow as a whole, and each of its nodes in a line."""
        return overview(self._flow, self._languages[0])

    def node(self, name: str) -> Iterator[str]:
        """What happens in one of its nodes."""
        yield from explained(self._flow, name, self._languages, self._paths)
        yield from (f"{found.severity}: {found.message}" for place, found in self._placed if place == name)


__all__ = ["Explainer"]
