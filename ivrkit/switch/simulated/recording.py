"""The applications that record. The embedded switch's callers say nothing, so silence is written."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from ivrkit.switch.media import Activity, Wait, Wake, wait
from ivrkit.switch.simulated.playing import number_of, terminators_of
from ivrkit.switch.simulated.sounds import RATE, silence_wav

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel


def record(channel: Channel, argument: str) -> Activity | None:
    """`<path> [<limit in seconds>]`; the caller of the embedded switch says nothing, so silence is recorded."""
    path, *rest = argument.split() or [""]
    limit = float(number_of(rest[0])) if rest else 0.0
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
    except (OSError, ValueError):  # ValueError: a zero byte in the path
        return False
    return True


def record_session(channel: Channel, argument: str) -> Activity | None:
    if not argument or not start_recording(channel, argument):
        return None
    # The recorder is a thread of FreeSWITCH that the channel awaits for a tick.
    return wait(channel.switch.tick)


def start_recording(channel: Channel, path: str) -> bool:
    if not write_recording(Path(path), 0.0):
        return False
    channel.recordings[path] = channel.switch.clock.now()
    return True


def stop_record_session(channel: Channel, argument: str) -> None:
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
