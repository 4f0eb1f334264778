"""The other ends of the embedded switch: who is called by `bridge` and `originate`, and two channels that talk.

A far end is a script, not a telephone: it rings, answers or fails, talks, and hangs up.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from ivrkit.switch.media import Wait, Wake
from ivrkit.switch.simulated.causes import DIALSTATUS, SIP, cause_of

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel
    from ivrkit.switch.simulated.switch import SimulatedSwitch

RING = 60.0
"Seconds that a far end may ring where originate_timeout is not set."


@dataclass(frozen=True, slots=True)
class FarEnd:
    """Whoever a call is connected with: answers after `rings` seconds and talks, unless it `fails`."""

    rings: float = 0.02
    talks: float = inf
    "Seconds after which it hangs up."
    fails: str = ""
    "The hangup cause instead of an answer, such as USER_BUSY."
    exists: bool = True
    "False where no leg is ever made: error/user_busy, a user who is not registered."


def far_end(endpoint: str, scripts: Mapping[str, FarEnd]) -> FarEnd:
    """Who answers at `endpoint`: the script for all of it, or for its user part (`1001` in sofia/x/1001@y)."""
    kind, _, rest = endpoint.partition("/")
    if endpoint in scripts:
        return scripts[endpoint]
    user = rest.rpartition("/")[2] if kind != "loopback" else rest.partition("/")[0]
    if user.partition("@")[0] in scripts:
        return scripts[user.partition("@")[0]]
    if kind == "error":
        return FarEnd(0.0, fails=cause_of(rest), exists=False)
    if kind == "user":
        return FarEnd(0.0, fails="SUBSCRIBER_ABSENT", exists=False)
    return FarEnd() if kind == "loopback" else FarEnd(fails="NO_ROUTE_DESTINATION")


def split_dial_string(text: str) -> tuple[dict[str, str], str]:
    """`{a=1,b=2}sofia/x/1001@y` -> its variables and the endpoint."""
    if not text.startswith("{") or "}" not in text:
        return {}, text
    inner, _, endpoint = text[1:].partition("}")
    return dict(pair.partition("=")[::2] for pair in inner.split(",") if pair), endpoint


def new_leg(switch: SimulatedSwitch, variables: Mapping[str, str], endpoint: str, caller: Channel | None) -> Channel:
    """A channel towards a far end, rung on behalf of `caller` or of nobody."""
    kind, _, rest = endpoint.partition("/")
    number = rest.rpartition("/")[2].partition("@")[0]
    leg = switch.new_channel(
        name=f"{endpoint}-a" if kind == "loopback" else endpoint,
        caller_number=variables.get("origination_caller_id_number", caller.party.caller_number if caller else ""),
        caller_name=variables.get("origination_caller_id_name", caller.party.caller_name if caller else ""),
        called_number=number,
        direction="outbound",
        uuid=variables.get("origination_uuid", ""),
    )
    leg.variables.set("endpoint_disposition", None)
    if caller:
        leg.change(other=("originator", caller))
        leg.variables.set("originator_codec", "PCMU@8000h@20i")
        leg.variables.set("originator", caller.uuid)
        leg.variables.set("originating_leg_uuid", caller.uuid)
    for name, value in variables.items():
        leg.variables.set(name, value)
    leg.variables.set("originate_early_media", "true")
    leg.variables.set("originate_endpoint", kind)
    leg.emit("CHANNEL_OUTGOING", variables=False)
    leg.emit_state("CS_INIT")
    leg.emit("CHANNEL_CREATE")
    leg.emit("CHANNEL_ORIGINATE")
    leg.emit_state("CS_ROUTING")
    leg.emit_state("CS_CONSUME_MEDIA")
    return leg


def originate(
    switch: SimulatedSwitch, dial_string: str, caller: Channel | None, done: Callable[[Channel | None, str], None]
) -> Channel | None:
    """Ring a far end; `done` gets the leg that answered, or None and the cause, once that is known.

    Returns the leg that rings, if there is one.
    """
    variables, endpoint = split_dial_string(dial_string)
    far = switch.far_end(endpoint)
    if not far.exists:
        done(None, far.fails)
        return None
    leg = new_leg(switch, variables, endpoint, caller)
    limit = float(variables.get("originate_timeout", RING))
    cause = far.fails if far.rings < limit else "NO_ANSWER"

    def settle() -> None:
        if leg.cause:
            done(None, leg.cause)
        elif cause:
            leg.hang_up(cause)
            done(None, cause)
        else:
            leg.answer()
            if far.talks != inf:
                switch.timers.after(far.talks, lambda: leg.hang_up("NORMAL_CLEARING"))
            done(leg, "")

    switch.timers.after(min(far.rings, limit), settle)
    return leg


def bridge(channel: Channel, argument: str) -> Generator[Wait, Wake, None]:
    """`bridge`: ring, then talk until one of the two hangs up (audio_bridge_function, mod_dptools.c)."""
    outcome: list[tuple[Channel | None, str]] = []

    def settled(leg: Channel | None, cause: str) -> None:
        outcome.append((leg, cause))
        if ringing:
            channel.nudge()

    ringing: Channel | None = None
    ringing = originate(channel.switch, argument, channel, settled)
    if ringing:
        label = f"{ringing.uuid};Outbound Call;{ringing.party.called_number}"
        channel.variables.push("originated_legs", label)
    while not outcome and not channel.line.leaving:
        yield Wait(inf, takes_keys=False, pauses=False)
    if not outcome:
        if ringing:
            ringing.hang_up("ORIGINATOR_CANCEL")
        return
    leg, cause = outcome[0]
    _keep_outcome(channel, ringing, cause)
    if leg is None:
        _fail(channel, cause)
    else:
        yield from _talk(channel, leg)


def _keep_outcome(channel: Channel, leg: Channel | None, cause: str) -> None:
    variables = channel.variables
    if leg:
        variables.push("originate_causes", f"{leg.uuid};{cause or 'NONE'}")
        variables.set("originate_signal_bond" if cause else "signal_bond", leg.uuid)
    if leg and cause:
        variables.set("last_bridge_hangup_cause", cause)
        if cause in SIP and leg.name.startswith("sofia/"):
            variables.set("last_bridge_proto_specific_hangup_cause", f"sip:{SIP[cause]}")
    variables.set("originate_disposition", cause or "SUCCESS")
    variables.set("DIALSTATUS", DIALSTATUS.get(cause, cause or "SUCCESS"))
    variables.set("originate_failed_cause", cause or None)


def _fail(channel: Channel, cause: str) -> None:
    """Without continue_on_fail, or where it lists other causes, the caller is hung up."""
    wanted = (channel.variables.get("continue_on_fail") or "").upper()
    if wanted not in ("TRUE", "YES", "1") and cause not in wanted.split(","):
        channel.mark(lambda: channel.hang_up(cause))


def _talk(channel: Channel, leg: Channel) -> Generator[Wait, Wake, None]:
    connect(channel, leg)
    channel.mark(lambda: tell_bridge(channel, leg))
    while not leg.cause and not channel.line.leaving:
        yield Wait(inf, takes_keys=True, pauses=False)
    channel.mark(lambda: disconnect(channel, leg))
    if (channel.variables.get("hangup_after_bridge") or "").lower() == "true":
        channel.mark(lambda: channel.hang_up("NORMAL_CLEARING"))


def connect(channel: Channel, leg: Channel) -> None:
    """The two become each other's peers."""
    now = channel.switch.clock.now()
    channel.change(peer=leg, other=("originatee", leg), bridged_at=now)
    leg.change(peer=channel, other=("originator", channel), bridged_at=now)


def tell_bridge(channel: Channel, leg: Channel) -> None:
    """CHANNEL_BRIDGE, and a tick later the CALL_UPDATE of both."""
    channel.emit("CHANNEL_BRIDGE", before=_bridge_headers(channel, leg))
    for one, other in ((channel, leg), (leg, channel)):
        for name, value in (("bridge_to", other.uuid), ("last_bridge_to", other.uuid)):
            one.variables.set(name, value)
        one.variables.set("bridge_channel", other.name)
        one.variables.set("bridge_uuid", other.uuid)

    def update() -> None:
        for one in (leg, channel):
            if not one.cause:
                one.emit("CALL_UPDATE")

    channel.switch.timers.after(channel.switch.tick, update)


def disconnect(channel: Channel, leg: Channel) -> None:
    """CHANNEL_UNBRIDGE; where the caller left first, the far end is hung up."""
    cause = leg.cause or channel.cause or "NORMAL_CLEARING"
    channel.peer = leg.peer = None
    for one in (channel, leg):
        one.variables.set("bridge_to", None)
    channel.variables.set("last_bridge_hangup_cause", cause)
    channel.variables.set("bridge_hangup_cause", cause)
    channel.emit("CHANNEL_UNBRIDGE", before=_bridge_headers(channel, leg))
    leg.hang_up(channel.cause or "NORMAL_CLEARING")


def _bridge_headers(channel: Channel, leg: Channel) -> tuple[tuple[str, str], ...]:
    return ("Bridge-A-Unique-ID", channel.uuid), ("Bridge-B-Unique-ID", leg.uuid)


def uuid_bridge(first: Channel, second: Channel) -> None:
    """`uuid_bridge`: both leave what they do; a tick later they talk (switch_ivr_uuid_bridge)."""
    switch = first.switch
    first.change(other=("originatee", second))
    second.change(other=("originator", first))
    for one, other in ((second, first), (first, second)):
        stamp = switch.clock.micros(switch.clock.now()) // 1_000_000
        history = f"{stamp}:{switch.new_uuid()}:uuid_br:{other.uuid}"
        one.variables.set("bridge_channel", other.name)
        one.variables.set("bridge_uuid", other.uuid)
        one.variables.push("transfer_history", history)
        one.variables.set("transfer_source", history)

    def leave() -> None:
        second.divert(lambda: _hibernate(second, 2))
        first.divert(lambda: _hibernate(first, 3))
        switch.timers.after(switch.tick, talk)

    def talk() -> None:
        if not first.cause and not second.cause:
            second.emit_state("CS_HIBERNATE")
            first.converse(second)

    switch.timers.after(switch.tick, leave)


def _hibernate(channel: Channel, states: int) -> None:
    for _ in range(states):
        channel.emit_state("CS_HIBERNATE")


def talk_after_uuid_bridge(channel: Channel, leg: Channel) -> Generator[Wait, Wake, None]:
    """What runs on the first of two channels that uuid_bridge connected, until one of them leaves."""
    connect(channel, leg)
    channel.mark(lambda: tell_uuid_bridge(channel, leg))
    while not leg.cause and not channel.line.leaving:
        yield Wait(inf, takes_keys=True, pauses=False)
    channel.mark(lambda: disconnect(channel, leg))


def tell_uuid_bridge(channel: Channel, leg: Channel) -> None:
    channel.emit("CHANNEL_EXECUTE", (("Application", "uuid_bridge"), ("Application-Data", leg.uuid)))
    leg.emit("CHANNEL_EXECUTE", (("Application", "uuid_bridge"), ("Application-Data", channel.uuid)))
    leg.emit_state("CS_EXCHANGE_MEDIA")
    tell_bridge(channel, leg)
    leg.emit_state("CS_EXCHANGE_MEDIA")
