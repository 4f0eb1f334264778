"""What a Chinese caller hears, by the house rules: tables written by hand, and numbers against another way to count."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from tests.prompts.saying import said, whole_numbers

INTEGERS = {
    0: "零",
    1: "一",
    2: "二",
    10: "十",
    11: "十一",
    12: "十二",
    15: "十五",
    20: "二十",
    22: "二十二",
    99: "九十九",
    100: "一百",
    101: "一百零一",
    102: "一百零二",
    110: "一百一十",
    112: "一百一十二",
    122: "一百二十二",
    200: "二百",
    202: "二百零二",
    222: "二百二十二",
    1000: "一千",
    1001: "一千零一",
    1010: "一千零一十",
    1011: "一千零一十一",
    1100: "一千一百",
    1101: "一千一百零一",
    2000: "两千",
    2002: "两千零二",
    2020: "两千零二十",
    2222: "两千二百二十二",
    10000: "一万",
    10001: "一万零一",
    10010: "一万零一十",
    10050: "一万零五十",
    10500: "一万零五百",
    12000: "一万两千",
    20000: "两万",
    20002: "两万零二",
    22000: "两万两千",
    22222: "两万两千二百二十二",
    100000: "十万",
    100500: "十万零五百",
    105000: "十万五千",
    110000: "十一万",
    120000: "十二万",
    1000000: "一百万",
    1001001: "一百万一千零一",
    1010010: "一百零一万零一十",
    1020000: "一百零二万",
    1100000: "一百一十万",
    10000000: "一千万",
    10100000: "一千零一十万",
    20000000: "两千万",
    100000000: "一亿",
    100000001: "一亿零一",
    100005000: "一亿零五千",
    100020000: "一亿零两万",
    150000000: "一亿五千万",
    200000000: "两亿",
    222222222: "两亿两千二百二十二万两千二百二十二",
    1000100000: "十亿零一十万",
    1000000000: "十亿",
    120000000000: "一千二百亿",
    1000000000000: "一万亿",
    1000050000000: "一万亿零五千万",
    1000500000000: "一万零五亿",
    2000000000002: "两万亿零二",
    1000000000000000: "一千万亿",
    -3: "负三",
    -10050: "负一万零五十",
}


@pytest.mark.parametrize(("value", "words"), INTEGERS.items())
def test_an_integer_is_said_with_its_zeros_tens_and_twos_right(value: int, words: str) -> None:
    assert said("zh", "number", value) == words


DECIMALS = {
    "3.05": "三点零五",
    "0.50": "零点五零",
    "2.0": "二点零",
    "2.22": "二点二二",
    "10.1": "十点一",
    "1000.10": "一千点一零",
    "-0.5": "负零点五",
    "-0.00": "零点零零",
    "1E+3": "一千",
    "0.000000001": "零点零零零零零零零零一",
}


@pytest.mark.parametrize(("value", "words"), DECIMALS.items())
def test_a_decimal_is_said_digit_by_digit_with_the_zeros_that_were_given(value: str, words: str) -> None:
    assert said("zh", "number", Decimal(value)) == words


AMOUNTS = {
    "42.50": "四十二元五角",
    "42.5": "四十二元五角",
    "42.500": "四十二元五角",
    "42.55": "四十二元五角五分",
    "10.05": "十元零五分",
    "10.50": "十元五角",
    "0.30": "三角",
    "0.35": "三角五分",
    "0.05": "五分",
    "0.20": "两角",
    "0.02": "两分",
    "0": "零元",
    "0.00": "零元",
    "-0.00": "零元",
    "2": "两元",
    "12": "十二元",
    "22": "二十二元",
    "102": "一百零二元",
    "200": "二百元",
    "2000": "两千元",
    "100": "一百元",
    "110": "一百一十元",
    "1234567.89": "一百二十三万四千五百六十七元八角九分",
    "1000000000000000": "一千万亿元",
}


@pytest.mark.parametrize(("value", "words"), AMOUNTS.items())
def test_money_is_said_in_yuan_jiao_and_fen(value: str, words: str) -> None:
    assert said("zh", "money", Decimal(value)) == words


def test_a_negative_amount_is_minus_or_owed_as_the_prompt_asks() -> None:
    assert said("zh", "money", Decimal("-42.50")) == "负四十二元五角"
    assert said("zh", "money", Decimal("-42.50"), "owed") == "欠四十二元五角"
    assert said("zh", "money", Decimal("42.50"), "owed") == "四十二元五角"


DIGIT_STRINGS = {
    "0": "零",
    "95105": "九五一零五",
    "123456": "一二三，四五六",
    "1234567": "一二三四，五六七",
    "12345674": "一二三四，五六七四",
    "123456789": "一二三，四五六，七八九",
    "1111111111111": "一一一一，一一一一，一一一一一",
    "22 010": "二二，零一零",
    "0-22": "零，二二",
}


@pytest.mark.parametrize(("value", "words"), DIGIT_STRINGS.items())
def test_account_digits_are_said_one_by_one_in_groups(value: str, words: str) -> None:
    assert said("zh", "digits", value) == words


PHONES = {
    "13800001111": "幺三八，零零零零，幺幺幺幺",
    "138 0000 1111": "幺三八，零零零零，幺幺幺幺",
    "+8613800001111": "幺三八，零零零零，幺幺幺幺",
    "010-62121112": "零幺零，六二幺二幺幺幺二",
    "62121112": "六二幺二，幺幺幺二",
    "110": "幺幺零",
    "+442079460958": "四四二零，七九四六，零九五八",
}


@pytest.mark.parametrize(("value", "words"), PHONES.items())
def test_a_telephone_number_is_said_with_yao_and_mobiles_in_three_four_four(value: str, words: str) -> None:
    assert said("zh", "phone", value) == words


def test_a_date_is_said_with_the_year_digit_by_digit() -> None:
    assert said("zh", "date", date(2026, 11, 23)) == "二零二六年十一月二十三日"
    assert said("zh", "date", "2026-10-05") == "二零二六年十月五日"
    assert said("zh", "date", "2000-02-29") == "二零零零年二月二十九日"
    assert said("zh", "month", "2026-10") == "二零二六年十月"
    assert said("zh", "month", date(2026, 2, 1)) == "二零二六年二月"


QUANTITIES = [
    (2, "m3", "两立方米"),
    (15, "m3", "十五立方米"),
    (Decimal("2.0"), "m3", "二点零立方米"),
    (2, "t", "两吨"),
    (12, "t", "十二吨"),
    (Decimal("2.5"), "t", "二点五吨"),
    (2, "item", "两个"),
    (2, "household", "两户"),
    (2, "time", "两次"),
    (2, "day", "两天"),
    (2, "hour", "两小时"),
    (2, "month", "两个月"),
    (Decimal("3.45"), "yuan", "三点四五元"),
    (-2, "t", "负两吨"),
    (0, "t", "零吨"),
]


@pytest.mark.parametrize(("value", "unit", "words"), QUANTITIES)
def test_two_stands_as_liang_before_a_measure_word(value: int | Decimal, unit: str, words: str) -> None:
    assert said("zh", "quantity", value, unit) == words


@given(whole_numbers)
def test_every_integer_is_said_as_a_schoolbook_reads_its_digits(n: int) -> None:
    assert said("zh", "number", n) == read_digit_by_digit(n)


@given(whole_numbers)
def test_every_integer_parses_back_from_its_words(n: int) -> None:
    assert parsed(said("zh", "number", n)) == n
    assert said("zh", "number", -n) == ("负" if n else "") + said("zh", "number", n)


@given(whole_numbers)
def test_every_amount_parses_back_from_its_words(cents: int) -> None:
    match = re.fullmatch(
        "(?:(.+)元)?(?:(.)角)?(?:零?(.)分)?", said("zh", "money", Decimal(cents).scaleb(-2).quantize(Decimal("0.01")))
    )
    assert match
    yuan, jiao, fen = (parsed(part or "零") for part in match.groups())
    assert yuan * 100 + jiao * 10 + fen == cents


def read_digit_by_digit(n: int) -> str:
    """Each digit with its place, then the rules of 零, 一十 and 两 as replacements: how children learn it."""
    places = ["", "十", "百", "千"]
    text = ""
    for place in range(len(str(n)) - 1, -1, -1):
        digit = n // 10**place % 10
        text += "零" if digit == 0 else "零一二三四五六七八九"[digit] + places[place % 4]
        text += {4: "万", 8: "亿", 12: "万"}.get(place, "")
    if n >= 10**12:
        text = re.sub("万零+亿", "万亿零", text)
    for pattern, replacement in [
        ("零+", "零"), ("零(?=[万亿])", ""), ("亿万", "亿零"), ("零+", "零"), ("(?<=.)零$", ""),
        ("^一十", "十"), ("二千", "两千"), ("(^|亿零?|万零?)二(?=[万亿])", r"\1两"),
    ]:  # fmt: skip
        text = re.sub(pattern, replacement, text)
    return text


def parsed(text: str) -> int:
    for unit, size in (("亿", 10**8), ("万", 10**4), ("千", 1000), ("百", 100), ("十", 10)):
        before, found, after = text.partition(unit)
        if found:
            return (parsed(before) if before.strip("零") else 1) * size + (parsed(after) if after else 0)
    return "零一二三四五六七八九".index(text.replace("两", "二").lstrip("零") or "零")
