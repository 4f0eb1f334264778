"""Values that nobody should say: each is refused in one clear line, in every language, whatever the way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.errors import SayError
from ivrkit.expressions import Secret
from ivrkit.prompts.languages import LANGUAGES

NUMBERS = {
    "a float": (42.5, "42.5 is a float, which is never exact: use Decimal"),
    "not a number": (float("nan"), "nan is a float, which is never exact: use Decimal"),
    "yes or no": (True, "yes or no is not a number"),
    "nothing": (None, "a value that is not there is not a number"),
    "a text": ("42", "the text '42' is not a number"),
    "two lines": ("4\n2", r"the text '4\n2' is not a number"),
    "a list": ([1], "a list is not a number"),
    "Decimal NaN": (Decimal("NaN"), "NaN is not a number that can be said"),
    "Decimal sNaN": (Decimal("sNaN"), "sNaN is not a number that can be said"),
    "Decimal infinity": (Decimal("-Infinity"), "-Infinity is not a number that can be said"),
    "10^16": (10**16, "10000000000000000 is beyond 1,000,000,000,000,000"),
    "just beyond": (-(10**15) - 1, "-1000000000000001 is beyond 1,000,000,000,000,000"),
    "beyond the digits of str": (10**5000, "a number of more than 30 digits is beyond 1,000,000,000,000,000"),
    "a huge exponent": (Decimal("1E+999999"), "1E+999999 is beyond 1,000,000,000,000,000"),
    "a tiny one": (Decimal("1E-999999"), "1E-999999 has more than 9 digits behind the point: round it"),
    "a third": (Decimal(1) / 3, "0.3333333333333333333333333333 has more than 9 digits behind the point: round it"),
    "a secret": (Secret("4111"), "a secret is not a number"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("way", ["number", "money", "quantity"])
@pytest.mark.parametrize(("value", "line"), NUMBERS.values(), ids=NUMBERS)
def test_what_is_not_an_exact_number_is_not_said_as_one(language: str, way: str, value: Any, line: str) -> None:
    arguments = ("m3",) if way == "quantity" else ()
    with pytest.raises(SayError) as refused:
        LANGUAGES[language].ways[way].say(value, *arguments)
    assert str(refused.value) == line


OTHERS: list[tuple[str, Any, str]] = [
    ("money", Decimal("0.005"), '0.005 is finer than a hundredth: round it, or say a price with quantity("yuan")'),
    ("digits", "12a4", "the text '12a4' is not made of digits"),
    ("digits", "", "the text '' is not made of digits"),
    ("digits", "１２", "the text '１２' is not made of digits"),
    ("digits", "1  2", "the text '1  2' is not made of digits"),
    ("digits", "12\n", r"the text '12\n' is not made of digits"),
    ("digits", "\ud800", r"the text '\ud800' is not made of digits"),
    ("digits", -1, "-1 is not made of digits"),
    ("digits", True, "yes or no is not made of digits"),
    ("digits", 10**5000, "a number of more than 30 digits is not made of digits"),
    ("digits", Decimal(1), "1 is not made of digits"),
    ("digits", Secret("4111"), "a secret is not made of digits"),
    ("phone", "anonymous", "the text 'anonymous' is not made of digits"),
    ("phone", "++86", "the text '+86' is not made of digits"),
    ("phone", None, "a value that is not there is not made of digits"),
    ("date", "2026-02-30", "the text '2026-02-30' is not in the calendar"),
    ("date", "2026-13-01", "the text '2026-13-01' is not in the calendar"),
    ("date", "20261005", "the text '20261005' is not a date: use datetime.date or 2026-10-05"),
    ("date", 20261005, "20261005 is not a date: use datetime.date or 2026-10-05"),
    ("date", None, "a value that is not there is not a date: use datetime.date or 2026-10-05"),
    ("date", date(999, 1, 1), "0999-01-01 is before the year 1000"),
    ("month", "2026-13", "the text '2026-13' is not in the calendar"),
    ("month", "2026-10-05", "the text '2026-10-05' is not a month: use datetime.date or 2026-10"),
    ("month", 10, "10 is not a month: use datetime.date or 2026-10"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("way", "value", "line"), OTHERS, ids=[ascii(line) for _, _, line in OTHERS])
def test_what_cannot_be_said_in_a_way_is_refused_in_one_line(language: str, way: str, value: Any, line: str) -> None:
    with pytest.raises(SayError) as refused:
        LANGUAGES[language].ways[way].say(value)
    assert str(refused.value) == line


HOSTILE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(), st.binary(), st.dates(),
    st.datetimes(), st.lists(st.integers()), st.from_regex(r"[0-9+ -]{1,20}", fullmatch=True),
)  # fmt: skip


@given(HOSTILE, st.sampled_from(sorted(LANGUAGES)), st.sampled_from(sorted(LANGUAGES["zh"].ways)))
def test_any_value_is_either_said_in_known_words_or_refused(value: Any, language: str, way: str) -> None:
    kind = LANGUAGES[language].ways[way]
    try:
        words = kind.say(value, *kind.arguments[:1])
    except SayError as refused:
        assert "\n" not in str(refused)
    else:
        assert words
        assert set(words) <= kind.words
