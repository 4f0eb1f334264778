"""Which events one connection of the embedded switch has asked for: `event`, `myevents`, `filter`."""

from __future__ import annotations

from collections.abc import Sequence

from ivrkit.switch.simulated.events import EVENT_NAMES, MY_EVENTS, SwitchEvent

EVERYTHING = "*"
"In a scope: events of any channel."


class Subscription:
    """A connection's wishes (event_handler and parse_command in mod_event_socket.c)."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.listening = False
        self.mine = ""
        "The channel whose events `myevents` asked for."
        self._subclasses: set[str] = set()
        self._filters: list[tuple[str, str]] = []

    def scope(self) -> frozenset[str]:
        """The channels and event names that it can want events of: what the switch looks it up by."""
        if not self.listening:
            return frozenset()
        if self.mine:
            return frozenset({self.mine})
        if self._filters and all(name in ("Unique-ID", "Event-Name") for name, _ in self._filters):
            return frozenset(value for _, value in self._filters)
        return frozenset({EVERYTHING})

    def wants(self, event: SwitchEvent) -> bool:
        """Whether an event whose name is among `names` passes."""
        if event.name == "CUSTOM" and "ALL" not in self.names and event.get("Event-Subclass") not in self._subclasses:
            return False
        if self.mine and event.uuid != self.mine:
            return False
        return not self._filters or self._passes(event)

    def _passes(self, event: SwitchEvent) -> bool:
        known = {"Unique-ID": event.uuid, "Event-Name": event.name}
        return any((known.get(name) or event.get(name)) == value for name, value in self._filters)

    def add_channel(self, uuid: str) -> None:
        self.mine = uuid
        self.names |= MY_EVENTS
        self.listening = True

    def add(self, words: Sequence[str]) -> bool:
        """Take the event names among `words`, and the subclasses behind CUSTOM; False where none is a name."""
        known = _known(words)
        if not known:
            return False
        if "CUSTOM" in known:
            self._subclasses.update(words[[word.upper() for word in words].index("CUSTOM") + 1 :])
        self.names |= EVENT_NAMES if "ALL" in known else known
        self.listening = True
        return True

    def remove(self, words: Sequence[str]) -> bool:
        known = _known(words)
        self.names -= EVENT_NAMES if "ALL" in known else known | {"ALL"}
        return bool(known)

    def clear(self) -> None:
        self.names.clear()
        self._subclasses.clear()
        self.listening = False

    def add_filter(self, name: str, value: str) -> None:
        self._filters.append((name, value))

    def delete_filter(self, name: str, value: str) -> None:
        """`all`, one header's filters, or the one with this value."""
        self._filters = [
            kept for kept in self._filters if name.lower() != "all" and (kept[0] != name or value not in ("", kept[1]))
        ]


def _known(words: Sequence[str]) -> set[str]:
    """The event names among `words`, as far as CUSTOM: what follows it are subclasses."""
    known: set[str] = set()
    for word in words:
        if word.upper() in EVENT_NAMES:
            known.add(word.upper())
        if word.upper() == "CUSTOM":
            break
    return known
