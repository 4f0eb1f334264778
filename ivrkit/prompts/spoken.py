"""How long words take to say: from the sounds that are built, else estimated from the words."""

from __future__ import annotations

from collections.abc import Callable

from ivrkit.prompts.needed import sound_of
from ivrkit.prompts.segments import Blank, Segments
from ivrkit.prompts.sounds import Sound

Duration = Callable[[Sound], float | None]
"Seconds of a sound as it is built; None when it is not built, or of other words."

SECONDS_PER_CHARACTER = {"zh": 0.23, "en": 0.075}
"How long speech takes, about: measured on the default voices."
SECONDS_PER_BLANK = 1.5
"How long a value takes, about: an amount, a date, four digits."


def estimated_seconds(text: str, language: str) -> float:
    """Seconds that a text takes to say, from its words."""
    return len(text) * SECONDS_PER_CHARACTER.get(language, 0.075)


def spoken_seconds(segments: Segments, language: str, duration: Duration | None = None) -> float:
    """Seconds that a prompt takes to say, with values of a usual length in its blanks."""
    seconds = 0.0
    for segment in segments:
        if isinstance(segment, Blank):
            seconds += SECONDS_PER_BLANK
        elif segment.sound:
            built = duration(sound_of(segment)) if duration else None
            seconds += estimated_seconds(segment.text, language) if built is None else built
    return seconds
