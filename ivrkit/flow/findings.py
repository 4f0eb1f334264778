"""The mistakes found so far while one flow is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivrkit.flow.diagnostic import MOST, Diagnostic
from ivrkit.flow.sentences import Mistake
from ivrkit.flow.source import Source
from ivrkit.flow.tree import Path


@dataclass(slots=True)
class Findings:
    """Mistakes in a flow and in its prompt file. `source` is the flow."""

    source: Source
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def error(self, path: Path, message: str, check: str, *, key: bool = False) -> None:
        self.diagnostics.append(self.source.error(path, message, check, key=key))

    def tell(self, mistake: Mistake, place: Path, kind: str = "") -> None:
        """A mistake in the part of the file at `place`; `kind` is the keyword of a node, which stands for all of it."""
        path = self.source.deepest((*place, *mistake.path))
        if path == place and kind and not mistake.key:
            path = (*place, kind)
        self.error(path, mistake.message, mistake.check, key=mistake.key or path[-1:] == (kind,))

    def once(self) -> list[Diagnostic]:
        """The first of them, each once: one under `defaults` is found in every node that takes it from there."""
        return list(dict.fromkeys(self.diagnostics))[:MOST]
