"""Two channels of the embedded switch that talk: `bridge`, `uuid_bridge`, `uuid_hold`."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import TYPE_CHECKING

from ivrkit.switch.media import Wait, Wake
from ivrkit.switch.simulated.causes import DIALSTATUS, SIP
from ivrkit.switch.simulated.far_ends import originate

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel


def bridge(channel: Channel, argument: str) -> Generator[Wait, Wake, None]:
    """`bridge`: ring, then talk until one of the two hangs up (audio_bridge_function, mod_dptools.c)."""
    outcome: list[tuple[Channel | None, str]] = []

    def settled(leg: Channel | None, cause: str) -> None:
        outcome.append((leg, cause))
        if ringing:
            channel.look_again()

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
        channel.mark(lambda: channel.hang_up(leg.cause or "NORMAL_CLEARING"))


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
            first.begin(talk_after_uuid_bridge(first, second), "uuid_bridge")

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
    if (channel.variables.get("park_after_bridge") or "").lower() != "true":
        channel.mark(lambda: channel.hang_up("NORMAL_CLEARING"))
        return
    channel.mark(lambda: channel.emit_state("CS_PARK"))
    yield from parked(channel)


def parked(channel: Channel) -> Generator[Wait, Wake, None]:
    """Stay until the caller hangs up or the call goes elsewhere; keys are taken and told."""
    channel.mark(lambda: channel.emit("CHANNEL_PARK"))
    while not channel.line.leaving:
        yield Wait(inf, takes_keys=True, pauses=False)
    channel.mark(lambda: channel.emit("CHANNEL_UNPARK"))


def tell_uuid_bridge(channel: Channel, leg: Channel) -> None:
    channel.emit("CHANNEL_EXECUTE", (("Application", "uuid_bridge"), ("Application-Data", leg.uuid)))
    leg.emit("CHANNEL_EXECUTE", (("Application", "uuid_bridge"), ("Application-Data", channel.uuid)))
    leg.emit_state("CS_EXCHANGE_MEDIA")
    tell_bridge(channel, leg)
    leg.emit_state("CS_EXCHANGE_MEDIA")


def hold(channel: Channel, on: bool) -> None:
    """`uuid_hold`: told, without effect on what is heard."""
    channel.change(call_state="HELD" if on else "UNHELD")
    channel.emit("CHANNEL_CALLSTATE", variables=False)
    channel.emit("CHANNEL_HOLD" if on else "CHANNEL_UNHOLD")

    def talks_again() -> None:
        if not channel.cause:
            channel.change(call_state="ACTIVE")
            channel.emit("CHANNEL_CALLSTATE", variables=False)

    if not on:
        channel.switch.timers.after(channel.switch.tick, talks_again)
