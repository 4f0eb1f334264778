"""The caller of a simulated call: presses keys, hears sounds, hangs up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gevent.event import Event

from ivrkit.switch.media import Ended, KeyTaken, Played, PlayStarted, PlayStopped

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel
    from ivrkit.switch.simulated.state import ChannelState


@dataclass(frozen=True, slots=True)
class Heard:
    """One sound that went out to the caller."""

    at: float
    "When it began, in seconds since the call began."
    path: str
    seconds: float
    "How much of it was heard."
    ended: Ended


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that the switch took from the caller."""

    at: float
    key: str


@dataclass(frozen=True, slots=True)
class Speaking:
    """A playback begins: the sounds that the caller will hear one after another unless it is cut."""

    at: float
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    at: float


@dataclass(frozen=True, slots=True)
class Over:
    """The call has ended."""

    at: float
    cause: str


class SimulatedCall:
    """A caller's handset. Times are seconds of the switch since the call began.

    `on_event` is called with each Answered, Speaking, Heard, Pressed and Over as it happens; it must not block.
    """

    def __init__(self, channel: Channel, on_event: Callable[[Any], None] | None = None) -> None:
        self.heard: list[Heard] = []
        self.pressed: list[Pressed] = []
        self.answered_at: float | None = None
        self.on_event = on_event
        self._channel = channel
        self._clock, self._timers = channel.switch.clock, channel.switch.timers
        self._ended = Event()
        channel.observer = self._observe

    @property
    def uuid(self) -> str:
        return self._channel.uuid

    @property
    def ended(self) -> bool:
        return self._ended.is_set()

    @property
    def cause(self) -> str:
        """Why the call ended; empty while it lasts."""
        return self._channel.cause

    def variable(self, name: str) -> str | None:
        """A channel variable."""
        return self._channel.variable(name)

    def press(self, keys: str, gap: float = 0.2, after: float = 0.0) -> None:
        """Press `keys`, `gap` seconds apart, the first one `after` seconds from now. Returns at once."""
        for number, key in enumerate(keys):
            delay = after + gap * number
            if delay <= 0:
                self._channel.press(key)
            else:
                self._timers.after(delay, partial(self._channel.press, key))

    def speak(self, seconds: float, after: float = 0.0) -> None:
        """Speak for so long, from now or `after` seconds from now. Returns at once."""
        if after <= 0:
            self._channel.speak(seconds)
        else:
            self._timers.after(after, lambda: self._channel.speak(seconds))

    def hang_up(self, after: float = 0.0) -> None:
        """Put the handset down, now or `after` seconds from now."""
        if after <= 0:
            self._channel.hang_up("NORMAL_CLEARING")
        else:
            self._timers.after(after, lambda: self._channel.hang_up("NORMAL_CLEARING"))

    def wait_ended(self, timeout: float) -> bool:
        """Wait until the call is over; False after `timeout` seconds of the wall."""
        return bool(self._ended.wait(timeout))

    def _since(self, at: float) -> float:
        return at - self._channel.created

    def _observe(self, channel: ChannelState, notice: object) -> None:
        at = self._since(channel.line.now)
        match notice:
            case PlayStarted():
                self._tell(Speaking(at, tuple(part.path for part in notice.clip.parts)))
            case PlayStopped():
                for heard in _heard(notice.played, at):
                    self._tell(heard, self.heard)
            case KeyTaken():
                self._tell(Pressed(at, notice.key), self.pressed)
            case "answered":
                self.answered_at = at
                self._tell(Answered(at))
            case "ended":
                self._tell(Over(at, channel.cause))
                self._ended.set()

    def _tell(self, event: Any, kept: list[Any] | None = None) -> None:
        if kept is not None:
            kept.append(event)
        if self.on_event:
            self.on_event(event)


def _heard(played: Played, stopped: float) -> list[Heard]:
    """The parts of a playback that went out, the last one perhaps not whole."""
    heard, begun = [], stopped - played.seconds + played.clip.lead
    left = played.seconds - played.clip.lead
    for part in played.clip.parts:
        whole = left >= part.seconds
        heard.append(Heard(begun, part.path, min(left, part.seconds), "end" if whole else played.by))
        begun += part.seconds + played.clip.gap
        left -= part.seconds + played.clip.gap
        if left <= 0:
            break
    return heard
