"""What a channel of the embedded switch is, and how it tells: its fields, its variables, the headers of its events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivrkit.switch.media import Line, Mark
from ivrkit.switch.simulated.causes import Q850
from ivrkit.switch.simulated.headers import Variables, encoded, filled, rendered
from ivrkit.switch.simulated.templates import CHANNEL_HEADERS, FIXED_VARIABLES

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel
    from ivrkit.switch.simulated.switch import SimulatedSwitch

Pairs = Sequence[tuple[str, str]]

STATE_NUMBERS = {
    "CS_INIT": 1,
    "CS_ROUTING": 2,
    "CS_EXECUTE": 4,
    "CS_EXCHANGE_MEDIA": 5,
    "CS_PARK": 6,
    "CS_CONSUME_MEDIA": 7,
    "CS_HIBERNATE": 8,
    "CS_HANGUP": 10,
    "CS_REPORTING": 11,
}
_PARTY_FIELDS = {
    "caller_id_number": "caller_number",
    "caller_id_name": "caller_name",
    "destination_number": "called_number",
}


@dataclass(frozen=True, slots=True)
class Party:
    """Who calls whom on a channel."""

    caller_number: str
    caller_name: str
    called_number: str


class ChannelState:
    """The passive half of a Channel."""

    def __init__(self, switch: SimulatedSwitch, uuid: str, name: str, party: Party, direction: str) -> None:
        self.switch, self.uuid, self.name, self.party, self.direction = switch, uuid, name, party, direction
        self.created = switch.clock.now()
        self.line = Line()
        self.line.now = self.created
        self.answered: float | None = None
        self.bridged_at: float | None = None
        self.ended: float | None = None
        self.cause = ""
        self.digits_dialed = ""
        self.state, self.call_state = "CS_INIT", "DOWN"
        self.peer: Channel | None = None
        "The channel that it talks with now."
        self.other: tuple[str, Channel] | None = None
        "`originator` or `originatee`, and the channel it was last connected with: its headers stay in the events."
        self.observer: Callable[[ChannelState, Any], None] | None = None
        self.recordings: dict[str, float] = {}
        "When each record_session began, by its path."
        values = self._lasting_values()
        self._segments = rendered(CHANNEL_HEADERS, values).split(b"\0")
        self._block: bytes | None = None
        self.variables = Variables(rendered(FIXED_VARIABLES, values))
        self.variables.set("endpoint_disposition", "RECEIVED")

    def _lasting_values(self) -> dict[str, str | int]:
        return encoded(
            {
                "name": self.name,
                "uuid": self.uuid,
                "direction": self.direction,
                "caller_number": self.party.caller_number,
                "caller_name": self.party.caller_name,
                "called_number": self.party.called_number,
                "created": self.switch.clock.micros(self.created),
                "number": self.switch.sessions,
            }
        )

    def block(self) -> bytes:
        """The channel's own header lines, without variables."""
        if self._block is None:
            self._block = self._headers()
            if self.cause:
                line = b"Answer-State: hangup\n"
                self._block = self._block.replace(line, line + b"Hangup-Cause: %b\n" % self.cause.encode(), 1)
            if self.other:
                self._block += self.other[1].as_other_leg(self.other[0])
        return self._block

    def as_other_leg(self, kind: str) -> bytes:
        """This channel's headers in the events of the one it is connected with."""
        lines = self._headers().split(b"\n")
        legs = [line.replace(b"Caller-", b"Other-Leg-", 1) for line in lines if line.startswith(b"Caller-")]
        return b"Other-Type: %b\n%b\n" % (kind.encode(), b"\n".join(legs))

    def _headers(self) -> bytes:
        micros = self.switch.clock.micros
        times = (0 if at is None else micros(at) for at in (self.answered, self.ended, self.bridged_at))
        states = (self.state, self.call_state, STATE_NUMBERS[self.state], self.answer_state, *times)
        return filled(self._segments, (str(value).encode() for value in states))

    @property
    def answer_state(self) -> str:
        return "hangup" if self.cause else "ringing" if self.answered is None else "answered"

    def change(self, **fields: Any) -> None:
        """Set fields that its headers show."""
        for name, value in fields.items():
            setattr(self, name, value)
        self._block = None

    def emit(self, name: str, extra: Pairs = (), before: Pairs = (), variables: bool = True) -> None:
        """Tell everybody who listens that `name` happened here."""
        if name in self.switch.news.asked_for:
            self.switch.news.publish(name, self, extra, before, variables)

    def emit_state(self, state: str) -> None:
        self.change(state=state)
        self.emit("CHANNEL_STATE", variables=False)

    def mark(self, what: Callable[[], None]) -> None:
        """For activities: do this in its place among the notices."""
        self.line.note(Mark(self.line.now, what))

    def observe(self, notice: Any) -> None:
        if self.observer:
            self.observer(self, notice)

    def variable(self, name: str) -> str | None:
        """A variable, or what FreeSWITCH answers for one of the caller's fields."""
        value = self.variables.get(name)
        if value is None and name in _PARTY_FIELDS:
            return str(getattr(self.party, _PARTY_FIELDS[name]))
        return value

    def keep_hangup_variables(self) -> None:
        """The variables that CHANNEL_HANGUP_COMPLETE adds."""
        now, micros = self.switch.clock.now(), self.switch.clock.micros
        bridged = 0 if self.bridged_at is None else micros(self.bridged_at)
        for name, value in {
            "hangup_cause": self.cause,
            "hangup_cause_q850": Q850[self.cause],
            "digits_dialed": self.digits_dialed or "none",
            "start_uepoch": micros(self.created),
            "answer_uepoch": 0 if self.answered is None else micros(self.answered),
            "end_uepoch": micros(now),
            "bridge_epoch": bridged // 1_000_000,
            "bridge_uepoch": bridged,
            "duration": round(now - self.created),
            "billsec": 0 if self.answered is None else round(now - self.answered),
        }.items():
            self.variables.set(name, str(value))
