"""Words for the tests of languages: what a caller hears, and the numbers worth trying."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from ivrkit.prompts.languages import LANGUAGES


def said(language: str, way: str, value: Any, *arguments: str) -> str:
    """The words for a value, each of them one that the way says it can need."""
    spoken = LANGUAGES[language]
    words = spoken.ways[way].say(value, *arguments)
    assert set(words) <= spoken.ways[way].words
    return spoken.join(words)


# Runs of zeros are where numbers go wrong, and digits drawn evenly hardly have any.
whole_numbers = st.integers(0, 10**15) | st.text("00000125", min_size=1, max_size=15).map(int)
