"""The applications of the embedded switch: what `sendmsg … execute-app-name: X` and a dialplan can run.

One that takes time is a generator over the waits of the channel's media line; one that does not returns None at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from ivrkit.switch.media import ANY_KEY, Activity, Ask, Clip, Wait, Wake, ask, play, wait
from ivrkit.switch.simulated.bridging import bridge
from ivrkit.switch.simulated.causes import cause_of
from ivrkit.switch.simulated.sounds import silence_wav

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel

Application = Callable[["Channel", str], Activity | None]

RATE = 8000
GAP = 0.25
"Seconds between the sounds of one playback, where playback_sleep_val is not set (switch_ivr_play_file)."
DEFAULT_TERMINATORS = "*"
"What ends a playback where playback_terminators is not set (on_dtmf, mod_dptools.c)."


def clip_of(channel: Channel, path: str) -> Clip:
    gap = channel.variables.get("playback_sleep_val")
    delimiter = (channel.variables.get("playback_delimiter") or "")[:1]
    return channel.switch.sounds.clip(path, delimiter, int(gap) / 1000 if gap and gap.isdecimal() else GAP)


def terminators_of(channel: Channel) -> str:
    """The keys that end a playback or a recording."""
    keys = channel.variables.get("playback_terminators") or DEFAULT_TERMINATORS
    return {"any": ANY_KEY, "none": ""}.get(keys.lower(), keys)


def _answer(channel: Channel, argument: str) -> None:
    channel.answer()


def _playback(channel: Channel, argument: str) -> Generator[Wait, Wake, None]:
    channel.variables.set("playback_terminator_used", None)
    played = yield from play(channel.line, clip_of(channel, argument), terminators_of(channel))
    channel.variables.set("playback_terminator_used", played.key)
    channel.mark(lambda: channel.variables.set("current_application_response", RESPONSES[played.by]))


RESPONSES = {
    "end": "FILE PLAYED",
    "key": "FILE PLAYED",
    "break": "FILE PLAYED",
    "missing": "FILE NOT FOUND",
    "gone": "PLAYBACK ERROR",
}


def _play_and_get_digits(channel: Channel, argument: str) -> Activity | None:
    """`<min> <max> <tries> <timeout> <terminators> <file> <invalid file> <variable> <regexp> <digit timeout>`"""
    words = argument.split()
    words += [""] * (10 - len(words))
    minimum, maximum, tries, timeout, terminators, prompt, invalid, name, pattern, between = words[:10]
    question = Ask(
        prompt=_prompt(channel, prompt),
        minimum=_number(minimum),
        maximum=max(_number(maximum), _number(minimum)),
        timeout=max(_number(timeout), 1000) / 1000,
        digit_timeout=(_number(between) or max(_number(timeout), 1000)) / 1000,
        terminators="" if terminators == "none" else terminators or "#",
        tries=_number(tries),
        invalid=clip_of(channel, invalid) if invalid else None,
        pattern=pattern,
    )
    return _asking(channel, question, name) if words[0] else None


def _read(channel: Channel, argument: str) -> Activity | None:
    """`<min> <max> <file> <variable> <timeout> <terminators> <digit timeout>`"""
    words = argument.split()
    words += [""] * (7 - len(words))
    minimum, maximum, prompt, name, timeout, terminators, between = words[:7]
    lowest = max(_number(minimum), 1)
    question = Ask(
        prompt=_prompt(channel, prompt),
        minimum=lowest,
        maximum=max(_number(maximum), lowest),
        timeout=max(_number(timeout), 1000) / 1000,
        digit_timeout=(_number(between) or max(_number(timeout), 1000)) / 1000,
        terminators="" if terminators == "none" else terminators or "#",
    )
    return _asking(channel, question, name) if words[0] else None


def _asking(channel: Channel, question: Ask, name: str) -> Generator[Wait, Wake, None]:
    for variable in ("read_result", name, f"{name}_invalid"):
        channel.variables.set(variable, None)
    asked = yield from ask(channel.line, question)
    if asked.invalid:
        channel.variables.set(f"{name}_invalid", asked.invalid)
    if asked.terminator:
        channel.variables.set("read_terminator_used", asked.terminator)
    channel.variables.set("read_result", asked.result)
    if name:
        channel.variables.set(name, asked.digits)


def _prompt(channel: Channel, path: str) -> Clip | None:
    return None if path.lower() in ("", "silence") else clip_of(channel, path)


def _number(text: str) -> int:
    """atoi(), never negative."""
    digits = text.lstrip("+")
    return int(digits) if digits.isdecimal() and digits.isascii() else 0


def _sleep(channel: Channel, argument: str) -> Activity:
    return wait(_number(argument) / 1000)


def _park(channel: Channel, argument: str) -> Activity | None:
    # Inside a park or an outbound socket FreeSWITCH refuses to park again and completes at once (switch_ivr_park).
    if not channel.line.idle:
        return None
    return parked(channel)


def parked(channel: Channel) -> Generator[Wait, Wake, None]:
    """Stay until the caller hangs up or the call goes elsewhere; keys are taken and told."""
    channel.mark(lambda: channel.emit("CHANNEL_PARK"))
    while not channel.line.leaving:
        yield Wait(inf, takes_keys=True, pauses=False)
    channel.mark(lambda: channel.emit("CHANNEL_UNPARK"))


def _socket(channel: Channel, argument: str) -> Generator[Wait, Wake, None]:
    """Hand the call to a controller. Only `async` is simulated; without a controller the dialplan goes on."""
    addresses, *flags = argument.split()
    channel.holding = True
    link = channel.switch.dial_controller(channel, addresses.split("|"), "full" in flags)
    while link.waiting and not channel.line.leaving:
        yield Wait(inf, takes_keys=False, pauses=False)
    channel.holding = False
    if link.connected and not channel.line.leaving:
        yield from parked(channel)


def _record(channel: Channel, argument: str) -> Activity | None:
    """`<path> [<limit in seconds>]`; the caller of the embedded switch says nothing, so silence is recorded."""
    path, *rest = argument.split() or [""]
    limit = float(_number(rest[0])) if rest else 0.0
    return _recording(channel, Path(path), limit or inf) if path else None


def _recording(channel: Channel, path: Path, limit: float) -> Generator[Wait, Wake, None]:
    channel.variables.set("playback_terminator_used", None)
    if not write_recording(path, 0.0):
        channel.mark(lambda: channel.hang_up("DESTINATION_OUT_OF_ORDER"))
        return
    waited = yield from wait(limit, takes_keys=True, stop_keys=terminators_of(channel))
    write_recording(path, waited.seconds)
    channel.variables.set("silence_hits_exhausted", "false")
    channel.variables.set("playback_terminator_used", waited.key)
    keep_recorded(channel, waited.seconds)


def keep_recorded(channel: Channel, seconds: float) -> None:
    for name, value in {
        "record_file_size": 44 + int(seconds * RATE) * 2,
        "record_seconds": int(seconds),
        "record_ms": round(seconds * 1000),
        "record_samples": int(seconds * RATE),
    }.items():
        channel.variables.set(name, str(value))


def write_recording(path: Path, seconds: float) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(silence_wav(seconds))
    except OSError:
        return False
    return True


def _record_session(channel: Channel, argument: str) -> Activity | None:
    if not argument or not write_recording(Path(argument), 0.0):
        return None
    channel.recordings[argument] = channel.switch.clock.now()
    # The recorder is a thread of FreeSWITCH that the channel awaits for a tick.
    return wait(channel.switch.tick)


def _stop_record_session(channel: Channel, argument: str) -> None:
    stop_recording(channel, argument)


def stop_recording(channel: Channel, path: str) -> bool:
    started = channel.recordings.pop(path, None)
    if started is None:
        return False
    seconds = channel.switch.clock.now() - started
    write_recording(Path(path), seconds)
    keep_recorded(channel, seconds)
    channel.variables.set("record_completion_cause", "success-maxtime")
    return True


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
    channel.switch.timers.after(float(_number(when)), lambda: channel.hang_up(cause_of(cause), later=True))


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
    "play_and_get_digits": _play_and_get_digits,
    "playback": _playback,
    "read": _read,
    "record": _record,
    "record_session": _record_session,
    "say": _say,
    "sched_hangup": _sched_hangup,
    "set": _set,
    "sleep": _sleep,
    "socket": _socket,
    "stop_record_session": _stop_record_session,
    "transfer": _transfer,
    "unset": _unset,
}
