"""The applications of the embedded switch: what `sendmsg … execute-app-name: X` and a dialplan can run.

One that takes time is a generator over the waits of the channel's media line; one that does not returns None at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import inf
from typing import TYPE_CHECKING

from ivrkit.switch.media import Activity, Wait, Wake, wait
from ivrkit.switch.simulated.bridging import bridge, parked
from ivrkit.switch.simulated.causes import cause_of
from ivrkit.switch.simulated.playing import number_of, play_and_get_digits, playback, read
from ivrkit.switch.simulated.recording import record, record_session, stop_record_session

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel

Application = Callable[["Channel", str], Activity | None]


def _answer(channel: Channel, argument: str) -> None:
    channel.answer()


def _sleep(channel: Channel, argument: str) -> Activity:
    return wait(number_of(argument) / 1000)


def _park(channel: Channel, argument: str) -> Activity | None:
    # Inside a park or an outbound socket FreeSWITCH refuses to park again and completes at once (switch_ivr_park).
    if not channel.line.idle:
        return None
    return parked(channel)


def _socket(channel: Channel, argument: str) -> Generator[Wait, Wake, None]:
    """Hand the call to a controller. Only `async` is simulated; without a controller the dialplan goes on."""
    addresses, *flags = argument.split() or [""]
    channel.holding = True
    link = channel.switch.dial_controller(channel, addresses.split("|"), "full" in flags)
    while link.waiting and not channel.line.leaving:
        yield Wait(inf, takes_keys=False, pauses=False)
    channel.holding = False
    if link.connected and not channel.line.leaving:
        yield from parked(channel)


def _set(channel: Channel, argument: str) -> None:
    name, equals, value = argument.partition("=")
    channel.variables.set(name.strip(), value if equals and value != "_undef_" else None)


def _multiset(channel: Channel, argument: str) -> None:
    separator = " "
    if argument.startswith("^^"):
        separator, argument = argument[2:3], argument[3:]
    for pair in argument.split(separator) if separator else []:
        _set(channel, pair)


def _unset(channel: Channel, argument: str) -> None:
    channel.variables.set(argument.strip(), None)


def _export(channel: Channel, argument: str) -> None:
    name, _, value = argument.partition("=")
    name = name.removeprefix("nolocal:")
    exported = channel.variables.get("export_vars")
    channel.variables.set("export_vars", f"{exported},{name}" if exported else name)
    channel.variables.set(name, value)


def _hangup(channel: Channel, argument: str) -> None:
    channel.hang_up(cause_of(argument))


def _flush_dtmf(channel: Channel, argument: str) -> None:
    channel.line.flush()


def _transfer(channel: Channel, argument: str) -> None:
    """`<extension> [<dialplan> [<context>]]`"""
    extension, dialplan, context = (*argument.split(), "XML", "default")[:3] if argument.split() else ("", "", "")
    stamp = channel.switch.clock.micros(channel.switch.clock.now()) // 1_000_000
    history = f"{stamp}:{channel.switch.new_uuid()}:bl_xfer:{extension}/{context}/{dialplan}"
    channel.variables.set("transfer_source", history)
    channel.variables.push("transfer_history", history)
    steps = channel.switch.extension(extension)

    def go() -> None:
        channel.emit_state("CS_ROUTING")
        channel.emit_state("CS_EXECUTE")
        channel.run(steps)

    channel.divert(go)


def _sched_hangup(channel: Channel, argument: str) -> None:
    """`[+]<seconds> [<cause>]`"""
    when, _, cause = argument.partition(" ")
    channel.switch.timers.after(float(number_of(when)), lambda: channel.hang_up(cause_of(cause), later=True))


def _say(channel: Channel, argument: str) -> None:
    """The embedded switch has no say module's sounds: silent, as FreeSWITCH without them."""


APPLICATIONS: dict[str, Application] = {
    "answer": _answer,
    "bridge": bridge,
    "export": _export,
    "flush_dtmf": _flush_dtmf,
    "hangup": _hangup,
    "multiset": _multiset,
    "park": _park,
    "play_and_get_digits": play_and_get_digits,
    "playback": playback,
    "read": read,
    "record": record,
    "record_session": record_session,
    "say": _say,
    "sched_hangup": _sched_hangup,
    "set": _set,
    "sleep": _sleep,
    "socket": _socket,
    "stop_record_session": stop_record_session,
    "transfer": _transfer,
    "unset": _unset,
}
