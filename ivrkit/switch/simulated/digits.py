"""How FreeSWITCH collects digits: play_and_get_digits and read, as activities of a media line. Pure.

Sources: switch_play_and_get_digits and switch_ivr_read in switch_ivr_play_say.c, switch_ivr_collect_digits_count in
switch_ivr.c, and the transcripts.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Literal

from ivrkit.switch.media import ANY_KEY, Clip, Line, Played, PlayStarted, PlayStopped, Wait, Wake, play

LONGEST_INPUT = 128
"Whoever asks for more digits fails at once (digit_buffer in mod_dptools.c)."


@dataclass(frozen=True, slots=True)
class Ask:
    """The arguments of play_and_get_digits, and of read where `tries` is 1 and there is no pattern."""

    prompt: Clip | None
    minimum: int
    maximum: int
    timeout: float
    digit_timeout: float
    terminators: str
    tries: int = 1
    invalid: Clip | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a collection brought; the fields are FreeSWITCH's read_result, read_terminator_used and <name>_invalid."""

    digits: str
    result: Literal["success", "timeout", "failure", ""]
    terminator: str = ""
    invalid: str = ""
    played: Played | None = None
    "The last prompt that went out."


def ask(line: Line, question: Ask) -> Generator[Wait, Wake, Asked]:
    """play_and_get_digits: ask until the pattern likes the digits or the tries are used up.

    Keys pressed during the `invalid` sound are taken by the next try (switch_play_and_get_digits).
    """
    asked, invalid = Asked("", ""), ""
    for _ in range(question.tries):
        asked = yield from read(line, question)
        if _accepted(asked, question):
            return Asked(asked.digits, asked.result, asked.terminator, invalid, asked.played)
        if asked.digits and asked.result in ("success", "timeout"):
            invalid = asked.digits
        if line.leaving:
            break
        if question.invalid:
            played = yield from play_deaf(line, question.invalid)
            asked = replace(asked, played=played if played.by != "missing" else asked.played)
        if line.leaving:
            break
    return Asked("", asked.result, asked.terminator, invalid, asked.played)


def _accepted(asked: Asked, question: Ask) -> bool:
    if question.minimum == 0 and not asked.digits and asked.terminator:
        return True
    if not asked.digits or asked.result not in ("success", "timeout"):
        return False
    return not question.pattern or _matches(question.pattern, asked.digits)


def _matches(pattern: str, digits: str) -> bool:
    """Anywhere in the digits; a pattern that is none refuses everything (switch_regex_match)."""
    try:
        return re.search(pattern, digits) is not None
    except re.error:
        return False


def read(line: Line, question: Ask) -> Generator[Wait, Wake, Asked]:
    """One try: prompt, then digits; the first key stops the prompt and is the first digit (switch_ivr_read)."""
    if question.maximum > LONGEST_INPUT:
        return Asked("", "")
    digits, played = "", None
    if question.prompt:
        played = yield from play(line, question.prompt, ANY_KEY)
        digits = played.key
        if played.by in ("missing", "gone"):
            return Asked("", "", played=played)
    terminator, result = "", "success"
    if len(digits) < question.maximum:
        digits, terminator, result = yield from _collect(digits, question)
    if len(digits) < question.minimum:
        result = "failure"
    if question.maximum == 1 and digits and digits in question.terminators:
        digits = ""
    return Asked(digits, result, terminator, played=played)  # type: ignore[arg-type]


def _collect(digits: str, question: Ask) -> Generator[Wait, Wake, tuple[str, str, str]]:
    """Digits, terminator and result; a caller who hangs up here leaves what was pressed as a success."""
    if digits and digits in question.terminators:
        return "", digits, "success"
    while len(digits) < question.maximum:
        left = question.digit_timeout if digits else question.timeout
        while (wake := (yield Wait(left, takes_keys=True, pauses=False))).by == "break":
            left -= wake.elapsed
        if wake.by != "key":
            return digits, "", "timeout" if wake.by == "end" else "success"
        if wake.key in question.terminators:
            return digits, wake.key, "success"
        digits += wake.key
    return digits, "", "success"


def play_deaf(line: Line, clip: Clip) -> Generator[Wait, Wake, Played]:
    """Play `clip` and leave the keys where they are: the sound after a refused input."""
    if not clip.parts:
        return Played(clip, "missing", "", 0.0)
    line.note(PlayStarted(line.now, clip))
    wake = yield Wait(clip.seconds, takes_keys=False, pauses=True)
    played = Played(clip, wake.by, "", wake.elapsed)
    line.note(PlayStopped(line.now, played))
    return played
