"""What carries out a step: it starts, then receives the events of the call until it has a result."""

from __future__ import annotations

from typing import Any, Final, Protocol

from ivrkit.events import Event

PENDING: Final = object()
"What a handler answers that has no result yet."


class Handler(Protocol):
    """One small conversation with the switch."""

    def start(self) -> Any: ...
    def receive(self, event: Event) -> Any: ...

    def stop(self) -> None:
        """Take back what is still waited for: the caller has gone."""
