"""The applications that play to a caller and take digits: playback, play_and_get_digits, read."""

from __future__ import annotations

import re
from collections.abc import Generator
from typing import TYPE_CHECKING

from ivrkit.switch.media import ANY_KEY, Activity, Clip, Wait, Wake, play
from ivrkit.switch.simulated.digits import Ask, ask

if TYPE_CHECKING:
    from ivrkit.switch.simulated.channel import Channel

GAP = 0.25
"Seconds between the sounds of one playback, where playback_sleep_val is not set (switch_ivr_play_file)."
DEFAULT_TERMINATORS = "*"
"What ends a playback where playback_terminators is not set (on_dtmf, mod_dptools.c)."


def clip_of(channel: Channel, path: str) -> Clip:
    gap = channel.variables.get("playback_sleep_val")
    delimiter = (channel.variables.get("playback_delimiter") or "")[:1]
    return channel.switch.sounds.clip(path, delimiter, GAP if gap is None else number_of(gap) / 1000)


def terminators_of(channel: Channel) -> str:
    """The keys that end a playback or a recording."""
    keys = channel.variables.get("playback_terminators") or DEFAULT_TERMINATORS
    return {"any": ANY_KEY, "none": ""}.get(keys.lower(), keys)


def playback(channel: Channel, argument: str) -> Generator[Wait, Wake, None]:
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


def play_and_get_digits(channel: Channel, argument: str) -> Activity | None:
    """`<min> <max> <tries> <timeout> <terminators> <file> <invalid file> <variable> <regexp> <digit timeout>`"""
    words = argument.split()
    words += [""] * (10 - len(words))
    minimum, maximum, tries, timeout, terminators, prompt, invalid, name, pattern, between = words[:10]
    question = Ask(
        prompt=_prompt(channel, prompt),
        minimum=number_of(minimum),
        maximum=max(number_of(maximum), number_of(minimum)),
        timeout=max(number_of(timeout), 1000) / 1000,
        digit_timeout=(number_of(between) or max(number_of(timeout), 1000)) / 1000,
        terminators="" if terminators == "none" else terminators or "#",
        tries=number_of(tries),
        invalid=clip_of(channel, invalid) if invalid else None,
        pattern=pattern,
    )
    return _asking(channel, question, name) if words[0] else None


def read(channel: Channel, argument: str) -> Activity | None:
    """`<min> <max> <file> <variable> <timeout> <terminators> <digit timeout>`"""
    words = argument.split()
    words += [""] * (7 - len(words))
    minimum, maximum, prompt, name, timeout, terminators, between = words[:7]
    lowest = max(number_of(minimum), 1)
    question = Ask(
        prompt=_prompt(channel, prompt),
        minimum=lowest,
        maximum=max(number_of(maximum), lowest),
        timeout=max(number_of(timeout), 1000) / 1000,
        digit_timeout=(number_of(between) or max(number_of(timeout), 1000)) / 1000,
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


def number_of(text: str) -> int:
    """atoi(), never negative."""
    digits = re.match(r"\+?([0-9]{1,9})", text)
    return int(digits[1]) if digits else 0
