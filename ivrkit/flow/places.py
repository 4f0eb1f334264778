"""Which node of a flow a place in its file belongs to."""

from __future__ import annotations

from bisect import bisect_right

from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.source import Source


class Places:
    """Where the nodes of a file begin."""

    def __init__(self, source: Source) -> None:
        self._path = source.path
        marks = [(span.line, span.column, path) for path, span in source.keys.items() if len(path) <= 2]
        marks = [mark for mark in marks if len(mark[2]) == 1 or mark[2][0] == "nodes"]
        self._marks = sorted((line + 1, column + 1, str(path[1]) if path[1:] else "") for line, column, path in marks)

    def node_of(self, found: Diagnostic) -> str | None:
        """The node in which a mistake is; None when it is elsewhere."""
        before = bisect_right(self._marks, (found.line, found.column, "\U0010ffff"))
        return self._marks[before - 1][2] or None if found.path == self._path and before else None
