"""Who wants which event of the embedded switch, and its rendering for them: once, and only where somebody listens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import uuid4

from ivrkit.esl.encoding import encode_headers
from ivrkit.switch.simulated.clock import Clock
from ivrkit.switch.simulated.events import SwitchEvent
from ivrkit.switch.simulated.headers import DateHeaders, encoded, rendered
from ivrkit.switch.simulated.subscription import EVERYTHING
from ivrkit.switch.simulated.templates import CORE_HEADERS

if TYPE_CHECKING:
    from ivrkit.switch.simulated.listener import Listener
    from ivrkit.switch.simulated.state import ChannelState

Pairs = Sequence[tuple[str, str]]

_HEAD = b"Event-Name: %b\n%b%bEvent-Calling-File: switch_channel.c\nEvent-Calling-Function: ivrkit_simulated\n\
Event-Calling-Line-Number: 1\nEvent-Sequence: %d\n%b%b%b%b"


class Publisher:
    """Sends events to listeners, found by the channels and event names in their scope."""

    def __init__(self, clock: Clock, hostname: str) -> None:
        self.asked_for: set[str] = set()
        "Names that any listener ever asked for; an event of another name is not worth a look."
        self._clock = clock
        self._sequence = 0
        self._core = rendered(CORE_HEADERS, encoded({"core": str(uuid4()), "host": hostname}))
        self._dates = DateHeaders()
        self._watchers: dict[str, list[Listener]] = {}
        self._scopes: dict[Listener, frozenset[str]] = {}

    def subscribe(self, listener: Listener) -> None:
        """Look up anew which channels and events `listener` can want."""
        self.unsubscribe(listener)
        scope = self._scopes[listener] = listener.subscription.scope()
        self.asked_for |= listener.subscription.names
        for key in scope:
            self._watchers.setdefault(key, []).append(listener)

    def unsubscribe(self, listener: Listener) -> None:
        for key in self._scopes.pop(listener, frozenset()):
            self._watchers[key].remove(listener)
            if not self._watchers[key]:
                del self._watchers[key]

    def publish(self, name: str, channel: ChannelState, extra: Pairs, before: Pairs, variables: bool) -> None:
        """Send an event of a channel; `before` are headers that stand before the channel's, `extra` behind all."""
        if listeners := self._interested(name, channel.uuid):
            event = SwitchEvent(name, channel.uuid, self._lines(name, channel, before, variables, extra))
            for listener in listeners:
                listener.deliver(event)

    def publish_free(self, name: str, headers: Pairs, body: str = "") -> None:
        """Send an event that is about no channel."""
        if listeners := self._interested(name, ""):
            event = SwitchEvent(name, "", self._lines(name, None, (), False, headers), body)
            for listener in listeners:
                listener.deliver(event)

    def snapshot(self, channel: ChannelState) -> bytes:
        """The header lines of everything there is to know about a channel: the reply to `connect`."""
        return self._lines("CHANNEL_DATA", channel, (), True, ())

    def _interested(self, name: str, uuid: str) -> list[Listener]:
        watchers = self._watchers
        found = [
            listener
            for key in (uuid, name, EVERYTHING)
            if key in watchers
            for listener in watchers[key]
            if name in listener.subscription.names
        ]
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def _lines(self, name: str, channel: ChannelState | None, before: Pairs, variables: bool, extra: Pairs) -> bytes:
        self._sequence += 1
        return _HEAD % (
            name.encode(),
            self._core,
            self._dates.at(self._clock.micros(self._clock.now())),
            self._sequence,
            encode_headers(before) if before else b"",
            channel.block() if channel else b"",
            channel.variables.lines() if channel and variables else b"",
            encode_headers(extra) if extra else b"",
        )
