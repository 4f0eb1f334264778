"""The applications that record. A tone is written where the caller speaks, and silence where not."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from ivrkit.switch import media
from ivrkit.switch.media import Activity, RecordingDone, Wait, Wake, wait
from ivrkit.switch.simulated.playing import number_of, terminators_of
from ivrkit.switch.simulated.sounds import RATE, recorded_wav

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel


SILENCE = 3.0
"Seconds of silence that end a recording where a threshold is given and no time (switch_ivr_play_say.c)."


def record(channel: Channel, argument: str) -> Activity | None:
    """`<path> [<limit> [<threshold> [<silence>]]]`, in whole seconds; without a threshold silence ends nothing."""
    path, limit, threshold, silence = (*argument.split(), "", "", "", "")[:4]
    seconds = (number_of(silence) or SILENCE) if number_of(threshold) else inf
    return _recording(channel, Path(path), number_of(limit) or inf, seconds) if path else None


def _recording(channel: Channel, path: Path, limit: float, silence: float) -> Generator[Wait, Wake, None]:
    channel.variables.set("playback_terminator_used", None)
    if not _write(path, 0.0):
        channel.mark(lambda: channel.hang_up("DESTINATION_OUT_OF_ORDER"))
        return
    done = yield from media.record(channel.line, limit, silence, terminators_of(channel))
    seconds = done.seconds
    _write(path, seconds, _spoken(channel, seconds))
    silent = isinstance(done, RecordingDone) and done.by == "silence"
    channel.variables.set("silence_hits_exhausted", "true" if silent else "false")
    channel.variables.set("playback_terminator_used", done.key)
    keep_recorded(channel, seconds)


def _spoken(channel: Channel, seconds: float) -> list[tuple[float, float]]:
    """When the caller spoke in the last `seconds`, counted from their beginning."""
    began = channel.line.now - seconds
    return [(start - began, end - began) for start, end in channel.line.spoken]


def keep_recorded(channel: Channel, seconds: float) -> None:
    for name, value in {
        "record_file_size": 44 + int(seconds * RATE) * 2,
        "record_seconds": int(seconds),
        "record_ms": round(seconds * 1000),
        "record_samples": int(seconds * RATE),
    }.items():
        channel.variables.set(name, str(value))


def _write(path: Path, seconds: float, spoken: Sequence[tuple[float, float]] = ()) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(recorded_wav(seconds, spoken))
    except (OSError, ValueError):  # ValueError: a zero byte in the path
        return False
    return True


def record_session(channel: Channel, argument: str) -> Activity | None:
    if not argument or not start_recording(channel, argument):
        return None
    # The recorder is a thread of FreeSWITCH that the channel awaits for a tick.
    return wait(channel.switch.tick)


def start_recording(channel: Channel, path: str) -> bool:
    if not _write(Path(path), 0.0):
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
    _write(Path(path), seconds, _spoken(channel, seconds))
    keep_recorded(channel, seconds)
    channel.variables.set("record_completion_cause", "success-maxtime")
    return True
