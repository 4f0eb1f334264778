"""Who is called by `bridge` and `originate` of the embedded switch.

A far end is a script, not a telephone: it rings, answers or fails, talks, and hangs up.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from math import inf
from typing import TYPE_CHECKING

from ivrkit.switch.media import Wait, Wake
from ivrkit.switch.simulated.call import SimulatedCall
from ivrkit.switch.simulated.causes import cause_of
from ivrkit.switch.simulated.playing import number_of, playback
from ivrkit.switch.world import FarEnd

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel
    from ivrkit.switch.simulated.switch import SimulatedSwitch

RING = 60.0
"Seconds that a far end may ring where originate_timeout is not set."


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
    """`{a=1,b=2}{c=3}sofia/x/1001@y` -> its variables and the endpoint."""
    variables: dict[str, str] = {}
    while text.startswith("{") and "}" in text:
        inner, _, text = text[1:].partition("}")
        variables |= dict(pair.partition("=")[::2] for pair in inner.split(",") if pair)
    return variables, text


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
    switch.rung.append(SimulatedCall(leg))
    limit = _ring_limit(variables, caller)
    cause = far.fails if far.rings < limit else "NO_ANSWER"

    def settle() -> None:
        if leg.cause:
            done(None, leg.cause)
        elif cause:
            leg.hang_up(cause)
            done(None, cause)
        else:
            leg.answer()
            if whisper := _whisper(caller):
                leg.begin(_whispered(leg, whisper, talk), "group_confirm")
            else:
                talk()

    def talk() -> None:
        if leg.cause:
            return done(None, leg.cause)
        if far.talks != inf:
            switch.timers.after(far.talks, lambda: leg.hang_up("NORMAL_CLEARING"))
        return done(leg, "")

    switch.timers.after(min(far.rings, limit), settle)
    return leg


def _ring_limit(variables: Mapping[str, str], caller: Channel | None) -> float:
    """Seconds that a far end may ring, by the first of these that says so."""
    of_caller = caller.variables.get("call_timeout") if caller else None
    limits = (variables.get("leg_timeout"), variables.get("originate_timeout"), of_caller)
    return next((float(number_of(limit)) for limit in limits if limit and number_of(limit)), RING)


def _whisper(caller: Channel | None) -> str:
    """What the far end of this caller hears alone when it answers: group_confirm_file, where its key is `exec`."""
    if caller is None or caller.variables.get("group_confirm_key") != "exec":
        return ""
    application, _, sound = (caller.variables.get("group_confirm_file") or "").partition(" ")
    return sound if application == "playback" else ""


def _whispered(leg: Channel, sound: str, then: Callable[[], None]) -> Generator[Wait, Wake, None]:
    yield from playback(leg, sound)
    leg.mark(then)
