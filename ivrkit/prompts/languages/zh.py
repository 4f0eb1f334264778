"""Chinese (Putonghua): how a voice at a counter in China says numbers, money, dates and measures."""

from __future__ import annotations

from typing import Any

from ivrkit.prompts import values
from ivrkit.prompts.language import Language, Way, Words

_DIGITS = "零一二三四五六七八九"
_LEADING = "零一两三四五六七八九"
_PAUSE = "，"

_UNITS = {
    "m3": "立方米",
    "t": "吨",
    "yuan": "元",
    "item": "个",
    "household": "户",
    "time": "次",
    "day": "天",
    "month": "个月",
    "hour": "小时",
}

_KEYS = dict(zip("0123456789", _DIGITS, strict=True)) | {"*": "星号键", "#": "井号键"}

# Words said only between others, with the sound each has.
_SCALE = {"万": "wan", "亿": "yi", "两": "liang"}
_SIGN = {"负": "minus"}
_MONEY = {"元": "yuan", "角": "jiao", "分": "fen", "欠": "owing"}


def _under_hundred(n: int, alone: bool) -> str:
    """0–99: 十 to 十九 when nothing stands before it, 一十 to 一十九 inside a number."""
    tens, ones = divmod(n, 10)
    if not tens:
        return _DIGITS[ones]
    head = "" if tens == 1 and alone else _DIGITS[tens]
    return head + "十" + (_DIGITS[ones] if ones else "")


def _four_digits(n: int, leads: bool) -> list[str]:
    thousands, hundreds, rest = n // 1000, n // 100 % 10, n % 100
    words = [_LEADING[thousands] + "千"] if thousands else []
    if hundreds:
        words.append(_DIGITS[hundreds] + "百")
    if rest:
        if words and (not hundreds or rest < 10):
            words.append("零")
        words.append(_under_hundred(rest, alone=leads and not words))
    return words


def _cardinal(n: int) -> list[str]:
    """Groups of four digits from the left; one 零 where the digits between two groups are zeros."""
    words: list[str] = []
    zeros = False
    for exponent, unit in ((12, "万"), (8, "亿"), (4, "万"), (0, "")):
        group = n // 10**exponent % 10**4
        if group:
            if words and (zeros or group < 1000):
                words.append("零")
            words += ["两"] if unit and group == 2 else _four_digits(group, leads=not words)
        zeros = not group
        if unit and (group or (unit == "亿" and words)):  # 10^12 is 一万亿: its 亿 stands without digits of its own
            words.append(unit)
    return words or ["零"]


def _counted(n: int) -> list[str]:
    """A number in front of a measure word: 两吨, but 十二吨."""
    return ["两"] if n == 2 else _cardinal(n)


def _decimals(digits: str) -> list[str]:
    return ["点", *(_DIGITS[int(digit)] for digit in digits)] if digits else []


def number(value: Any) -> Words:
    given = values.number(value)
    sign = ["负"] if given.negative else []
    return (*sign, *_cardinal(given.whole), *_decimals(given.decimals))


def quantity(value: Any, unit: str) -> Words:
    given = values.number(value)
    sign = ["负"] if given.negative else []
    whole = _cardinal(given.whole) if given.decimals else _counted(given.whole)
    return (*sign, *whole, *_decimals(given.decimals), _UNITS[unit])


def money(value: Any, manner: str = "") -> Words:
    """元 角 分, without 点 and 整; with `owed` what is negative is said with 欠 in place of 负."""
    negative, yuan, hundredths = values.amount(value)
    jiao, fen = divmod(hundredths, 10)
    words = [("欠" if manner == "owed" else "负")] if negative else []
    if yuan or not hundredths:
        words += [*_counted(yuan), "元"]
    if jiao:
        words += [*_counted(jiao), "角"]
    if fen:
        words += [*(["零"] if yuan and not jiao else []), *_counted(fen), "分"]
    return tuple(words)


def _one_by_one(groups: tuple[str, ...], spoken: str) -> Words:
    words = [[spoken[int(digit)] for digit in group] for group in groups]
    for group in words[:-1]:
        group[-1] += _PAUSE
    return tuple(word for group in words for word in group)


def digits(value: Any) -> Words:
    return _one_by_one(values.digit_groups(value), _DIGITS)


def phone(value: Any) -> Words:
    return _one_by_one(values.phone_groups(value), _DIGITS.replace("一", "幺"))


def _year(year: int) -> list[str]:
    return [*(_DIGITS[int(digit)] for digit in str(year)), "年"]


def date(value: Any) -> Words:
    day = values.day(value)
    return (*_year(day.year), _cardinal(day.month)[0] + "月", _cardinal(day.day)[0] + "日")


def month(value: Any) -> Words:
    first = values.month(value)
    return (*_year(first.year), _cardinal(first.month)[0] + "月")


def option(label: str, keys: str) -> str:
    return "{label}请按" + "".join(_KEYS[key] for key in keys) + "。"


_WHOLE = (
    {_under_hundred(n, alone=True): f"n{n}" for n in range(100)}
    | {_under_hundred(n, alone=False): f"n{n}_inside" for n in range(10, 20)}
    | {f"{_DIGITS[n]}百": f"n{n}00" for n in range(1, 10)}
    | {f"{_LEADING[n]}千": f"n{n}000" for n in range(1, 10)}
    | _SCALE
)
_NUMBER = _WHOLE | _SIGN | {"点": "point"}
_ONES = {digit: f"n{n}" for n, digit in enumerate(_DIGITS)}
_ENDS = {digit + _PAUSE: f"n{n}_pause" for n, digit in enumerate(_DIGITS)}
_PHONE_ONE = {"幺": "yao", "幺" + _PAUSE: "yao_pause"}
_MEASURES = {word: f"unit_{unit}" for unit, word in _UNITS.items() if word not in _MONEY} | {"元": "yuan"}
_MONTH = _ONES | {"年": "year"} | {f"{_under_hundred(n, alone=True)}月": f"month{n}" for n in range(1, 13)}
_DATE = _MONTH | {f"{_under_hundred(n, alone=True)}日": f"day{n}" for n in range(1, 32)}

CHINESE = Language(
    code="zh",
    country="cn",
    name="中文",
    space="",
    ways={
        "number": Way(number, frozenset(_NUMBER)),
        "money": Way(money, frozenset(_WHOLE | _SIGN | _MONEY), arguments=("owed",)),
        "digits": Way(digits, frozenset(_ONES | _ENDS)),
        "phone": Way(phone, frozenset(_ONES | _ENDS | _PHONE_ONE)),
        "date": Way(date, frozenset(_DATE)),
        "month": Way(month, frozenset(_MONTH)),
        "quantity": Way(quantity, frozenset(_NUMBER | _MEASURES), arguments=tuple(_UNITS), needs_argument=True),
    },
    vocabulary=_NUMBER | _MONEY | _ENDS | _PHONE_ONE | _MEASURES | _DATE,
    option=option,
    phrases={
        "noinput": "没有收到您的按键。",
        "nomatch": "抱歉，您的输入有误。",
        "confirm_keys": "确认请按一，取消请按二。",
        "readback_keys": "正确请按一，重新输入请按二。",
        "review_keys": "保留录音请按一，重新录音请按二，听一遍请按三。",
        "please_wait": "请稍候。",
        "sorry": "非常抱歉，系统暂时无法为您服务，请您稍后再拨。再见。",
    },
)
