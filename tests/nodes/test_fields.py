"""What a field refuses before any call, so that no call is held up by it."""

from __future__ import annotations

import re

import pytest
from pydantic import TypeAdapter, ValidationError

from ivrkit.nodes.fields import Pattern

PATTERN: TypeAdapter[str] = TypeAdapter(Pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "[1-5]",
        r"\d{8}",
        r"[1-5]\d{3}",
        r"(\d{3})?\d{8}",
        "(1|2)+",
        "10|20|30",
        r"\d+\*\d+\*\d+",
        "(?:0|86)?1[3-9][0-9]{9}",
        r"(?!0)\d{1,6}",
    ],
)
def test_a_pattern_that_is_quick_on_every_entry_is_taken(pattern: str) -> None:
    assert PATTERN.validate_python(pattern) == pattern
    assert re.fullmatch(pattern, "1" * 128 + "x") is None


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(\d+)+x", "repeats a repetition"),
        (r"(\d*)*x", "repeats a repetition"),
        (r"(?:(?:1\d{1,2}))+?x", "repeats a repetition"),
        (r"(\d?1){20}x", "repeats a repetition"),
        (r"((?=\d+)1)+x", "repeats a repetition"),
        (r"(1|11)+x", "repeats alternatives"),
        (r"(12|34)*x", "repeats alternatives"),
        (r"\d*" * 10 + "x", "repeats too many parts"),
        (r"(1|12|123)" * 15 + "x", "repeats too many parts"),
        (r"1?" * 60, "repeats too many parts"),
        (r"(\d)\1", "refers back"),
        (r"(1)?(?(1)2|3)", "refers back"),
        ("1" * 201, "longer than 200 characters"),
        ("[1-", "cannot be read"),
        ("(" * 200, "cannot be read"),
        ("1{99999999999999999999}", "cannot be read"),
        (["1"], "cannot be read"),
    ],
)
def test_a_pattern_that_could_hold_up_a_call_is_refused(pattern: object, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PATTERN.validate_python(pattern)
    (error,) = refused.value.errors()
    assert said in error["msg"]
    assert len(error["msg"]) < 160
