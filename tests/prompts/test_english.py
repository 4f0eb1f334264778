"""What an English caller hears, by the house rules: tables written by hand, and numbers parsed back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from ivrkit.prompts.languages.en import english
from tests.prompts.saying import said, whole_numbers

NUMBERS = {
    "0": "zero",
    "1": "one",
    "13": "thirteen",
    "20": "twenty",
    "42": "forty-two",
    "100": "one hundred",
    "101": "one hundred and one",
    "110": "one hundred and ten",
    "999": "nine hundred and ninety-nine",
    "1000": "one thousand",
    "1004": "one thousand and four",
    "1010": "one thousand and ten",
    "1100": "one thousand one hundred",
    "1104": "one thousand one hundred and four",
    "10050": "ten thousand and fifty",
    "100004": "one hundred thousand and four",
    "105000": "one hundred and five thousand",
    "1000000": "one million",
    "1001001": "one million one thousand and one",
    "1000100": "one million one hundred",
    "1000000000": "one billion",
    "1000000000000": "one trillion",
    "1000000000000000": "one quadrillion",
    "-3": "minus three",
    "3.05": "three point zero five",
    "0.50": "zero point five zero",
    "-0.5": "minus zero point five",
    "-0.0": "zero point zero",
    "1E+3": "one thousand",
}


@pytest.mark.parametrize(("value", "words"), NUMBERS.items())
def test_a_number_is_said_in_words_that_never_contain_oh(value: str, words: str) -> None:
    assert said("en", "number", Decimal(value)) == words


def test_a_language_may_leave_out_and() -> None:
    brief = english(says_and=False)
    assert brief.join(brief.ways["number"].say(1104)) == "one thousand one hundred four"
    assert brief.join(brief.ways["money"].say(Decimal("1004.05"))) == "one thousand four yuan and five fen"
    assert brief.join(brief.ways["quantity"].say(101, "day")) == "one hundred one days"
    assert brief.join(brief.ways["date"].say("2005-01-01")) == "January first, two thousand five"


AMOUNTS = {
    "42.50": "forty-two yuan and fifty fen",
    "23.05": "twenty-three yuan and five fen",
    "1": "one yuan",
    "10.00": "ten yuan",
    "0.30": "thirty fen",
    "0.01": "one fen",
    "0": "zero yuan",
    "101.10": "one hundred and one yuan and ten fen",
    "-42.50": "minus forty-two yuan and fifty fen",
}


@pytest.mark.parametrize(("value", "words"), AMOUNTS.items())
def test_money_is_said_without_cents_that_are_zero(value: str, words: str) -> None:
    assert said("en", "money", Decimal(value)) == words


def test_a_negative_amount_is_owing_where_the_prompt_asks() -> None:
    assert said("en", "money", Decimal("-42.50"), "owed") == "forty-two yuan and fifty fen owing"
    assert said("en", "money", Decimal("42.50"), "owed") == "forty-two yuan and fifty fen"


def test_digits_are_said_one_by_one_in_groups() -> None:
    assert said("en", "digits", "12345674") == "one two three four, five six seven four"
    assert said("en", "digits", 95105) == "nine five one zero five"
    assert said("en", "phone", "13800001111") == "one three eight, zero zero zero zero, one one one one"


DATES = {
    "2026-11-23": "November twenty-third, twenty twenty-six",
    "2026-10-05": "October fifth, twenty twenty-six",
    "2010-01-31": "January thirty-first, twenty ten",
    "2005-02-12": "February twelfth, two thousand and five",
    "2000-03-03": "March third, two thousand",
    "1999-12-20": "December twentieth, nineteen ninety-nine",
    "1905-04-01": "April first, nineteen zero five",
    "1900-05-02": "May second, nineteen hundred",
}


@pytest.mark.parametrize(("value", "words"), DATES.items())
def test_a_date_is_said_month_first_and_the_year_in_pairs(value: str, words: str) -> None:
    assert said("en", "date", value) == words


def test_a_month_is_said_with_its_year() -> None:
    assert said("en", "month", "2026-10") == "October twenty twenty-six"
    assert said("en", "month", date(2026, 2, 1)) == "February twenty twenty-six"


QUANTITIES = [
    (1, "m3", "one cubic meter"),
    (15, "m3", "fifteen cubic meters"),
    (Decimal("1.0"), "m3", "one point zero cubic meters"),
    (0, "m3", "zero cubic meters"),
    (-1, "t", "minus one ton"),
    (Decimal("2.5"), "t", "two point five tons"),
    (Decimal("3.45"), "yuan", "three point four five yuan"),
    (1, "household", "one household"),
    (2, "household", "two households"),
    (1, "time", "once"),
    (2, "time", "twice"),
    (3, "time", "three times"),
    (-1, "time", "minus one time"),
    (Decimal("1.5"), "time", "one point five times"),
    (1, "hour", "one hour"),
    (3, "month", "three months"),
    (2, "day", "two days"),
    (2, "item", "two items"),
]


@pytest.mark.parametrize(("value", "unit", "words"), QUANTITIES)
def test_a_quantity_is_singular_for_exactly_one(value: int | Decimal, unit: str, words: str) -> None:
    assert said("en", "quantity", value, unit) == words


@given(whole_numbers)
def test_every_integer_parses_back_from_its_words(n: int) -> None:
    assert parsed(said("en", "number", n)) == n
    assert said("en", "number", -n) == ("minus " if n else "") + said("en", "number", n)


@given(whole_numbers)
def test_every_amount_parses_back_from_its_words(cents: int) -> None:
    words = said("en", "money", Decimal(cents).scaleb(-2).quantize(Decimal("0.01")))
    yuan, _, rest = words.rpartition(" yuan")
    assert parsed(yuan or "zero") * 100 + parsed(rest.removeprefix(" and ").removesuffix(" fen") or "zero") == cents


ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SIZES = {
    word: 1000**power for power, word in enumerate(("thousand", "million", "billion", "trillion", "quadrillion"), 1)
}
VALUES = {word: n for n, word in enumerate(ONES.split())} | {word: 10 * n for n, word in enumerate(TENS.split(), 2)}


def parsed(text: str) -> int:
    total = group = 0
    for word in text.replace("-", " ").split():
        if word in SIZES:
            total, group = total + group * SIZES[word], 0
        elif word == "hundred":
            group *= 100
        elif word != "and":
            group += VALUES[word]
    return total + group
