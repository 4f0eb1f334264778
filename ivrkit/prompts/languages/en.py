"""English: how a voice on the telephone says numbers, money, dates and measures."""

from __future__ import annotations

from functools import partial
from typing import Any

from ivrkit.prompts import values
from ivrkit.prompts.language import Language, Way, Words


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_TEENS = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
_UNDER_HUNDRED = (*_TEENS, *(ten + (f"-{_TEENS[n]}" if n else "") for ten in _TENS for n in range(10)))
_DIGITS = _TEENS[:10]
_SCALES = ((15, "quadrillion"), (12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"), (0, ""))

_MONTHS = _listed("January February March April May June July August September October November December")
_ORDINALS = _listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth "
    "twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)

_UNITS = {
    "m3": ("cubic meter", "cubic meters"),
    "t": ("ton", "tons"),
    "yuan": ("yuan", "yuan"),
    "item": ("item", "items"),
    "household": ("household", "households"),
    "time": ("time", "times"),
    "day": ("day", "days"),
    "month": ("month", "months"),
    "hour": ("hour", "hours"),
}
_SPECIAL = {("time", 1): "once", ("time", 2): "twice"}

_KEYS = dict(zip("0123456789", _DIGITS, strict=True)) | {"*": "star", "#": "pound"}


def _under_thousand(n: int, says_and: bool) -> list[str]:
    hundreds, rest = divmod(n, 100)
    words = [f"{_DIGITS[hundreds]} hundred"] if hundreds else []
    if rest:
        words += [*(["and"] if words and says_and else []), _UNDER_HUNDRED[rest]]
    return words


def _cardinal(n: int, says_and: bool) -> list[str]:
    words: list[str] = []
    for exponent, scale in _SCALES:
        group = n // 10**exponent % 1000
        if group:
            joins = says_and and words and not scale and group < 100  # one thousand and four
            words += [*(["and"] if joins else []), *_under_thousand(group, says_and), *([scale] if scale else [])]
    return words or ["zero"]


def _decimals(digits: str) -> list[str]:
    return ["point", *(_DIGITS[int(digit)] for digit in digits)] if digits else []


def number(value: Any, *, says_and: bool = True) -> Words:
    given = values.number(value)
    sign = ["minus"] if given.negative else []
    return (*sign, *_cardinal(given.whole, says_and), *_decimals(given.decimals))


def quantity(value: Any, unit: str, *, says_and: bool = True) -> Words:
    given = values.number(value)
    exact = not given.decimals
    special = _SPECIAL.get((unit, given.whole))
    if special and exact and not given.negative:
        return (special,)
    one, many = _UNITS[unit]
    return (*number(value, says_and=says_and), one if exact and given.whole == 1 else many)


def money(value: Any, manner: str = "", *, says_and: bool = True) -> Words:
    """Yuan and fen; with `owed` what is negative is said with "owing" behind it in place of "minus"."""
    negative, yuan, fen = values.amount(value)
    words = ["minus"] if negative and manner != "owed" else []
    if yuan or not fen:
        words += [*_cardinal(yuan, says_and), "yuan"]
    if fen:
        words += [*(["and"] if yuan else []), *_cardinal(fen, says_and), "fen"]
    return (*words, *(["owing"] if negative and manner == "owed" else []))


def _one_by_one(groups: tuple[str, ...]) -> Words:
    words = [[_DIGITS[int(digit)] for digit in group] for group in groups]
    for group in words[:-1]:
        group[-1] += ","
    return tuple(word for group in words for word in group)


def digits(value: Any) -> Words:
    return _one_by_one(values.digit_groups(value))


def phone(value: Any) -> Words:
    return _one_by_one(values.phone_groups(value))


def _year(year: int, says_and: bool) -> list[str]:
    """twenty twenty-six, nineteen hundred, nineteen zero five, two thousand and five."""
    century, rest = divmod(year, 100)
    if year % 1000 < 10:
        return _cardinal(year, says_and)
    if not rest:
        return [_UNDER_HUNDRED[century], "hundred"]
    return [_UNDER_HUNDRED[century], *(["zero"] if rest < 10 else []), _UNDER_HUNDRED[rest]]


def date(value: Any, *, says_and: bool = True) -> Words:
    day = values.day(value)
    return (_MONTHS[day.month - 1], f"{_ORDINALS[day.day - 1]},", *_year(day.year, says_and))


def month(value: Any, *, says_and: bool = True) -> Words:
    first = values.month(value)
    return (_MONTHS[first.month - 1], *_year(first.year, says_and))


def option(label: str, keys: str) -> str:
    """For water tariffs, press one. To hear this again, press two."""
    opening = "{label}" if label.lower().startswith("to ") else "For {label}"
    return f"{opening}, press {' '.join(_KEYS[key] for key in keys)}."


def _id(word: str) -> str:
    return word.replace(" ", "_").replace("-", "_")


_BELOW_HUNDRED = {word: f"n{n}" for n, word in enumerate(_UNDER_HUNDRED)}
_WHOLE = (
    _BELOW_HUNDRED
    | {f"{_DIGITS[n]} hundred": f"n{n}00" for n in range(1, 10)}
    | {scale: scale for _, scale in _SCALES if scale}
    | {"and": "and"}
)
_NUMBER = _WHOLE | {"minus": "minus", "point": "point"}
_MONEY = _WHOLE | {"minus": "minus", "yuan": "yuan", "fen": "fen", "owing": "owing"}
_ONES = {digit: f"n{n}" for n, digit in enumerate(_DIGITS)}
_ENDS = {f"{digit},": f"n{n}_pause" for n, digit in enumerate(_DIGITS)}
_MEASURES = {word: _id(word) for words in _UNITS.values() for word in words} | {w: w for w in _SPECIAL.values()}
_YEAR = _BELOW_HUNDRED | {"hundred": "hundred", "thousand": "thousand", "and": "and"}
_MONTH = _YEAR | {month: f"month{n}" for n, month in enumerate(_MONTHS, 1)}
_DATE = _MONTH | {f"{ordinal},": f"day{n}" for n, ordinal in enumerate(_ORDINALS, 1)}


def english(*, says_and: bool) -> Language:
    """English with "one hundred and five", or with "one hundred five"."""
    return Language(
        code="en",
        country="us",
        name="English",
        space=" ",
        ways={
            "number": Way(partial(number, says_and=says_and), frozenset(_NUMBER)),
            "money": Way(partial(money, says_and=says_and), frozenset(_MONEY), arguments=("owed",)),
            "digits": Way(digits, frozenset(_ONES | _ENDS)),
            "phone": Way(phone, frozenset(_ONES | _ENDS)),
            "date": Way(partial(date, says_and=says_and), frozenset(_DATE)),
            "month": Way(partial(month, says_and=says_and), frozenset(_MONTH)),
            "quantity": Way(
                partial(quantity, says_and=says_and),
                frozenset(_NUMBER | _MEASURES),
                arguments=tuple(_UNITS),
                needs_argument=True,
            ),
        },
        vocabulary=_NUMBER | _MONEY | _ENDS | _MEASURES | _DATE,
        option=option,
        phrases={
            "noinput": "Sorry, we did not get an answer.",
            "nomatch": "Sorry, that is not a valid entry.",
            "confirm_keys": "To confirm, press one. To cancel, press two.",
            "readback_keys": "If that is correct, press one. To enter it again, press two.",
            "review_keys": "To keep your recording, press one. To record it again, press two. To hear it, press three.",
            "please_wait": "One moment, please.",
            "sorry": "We are sorry, we cannot help you at the moment. Please call again later. Goodbye.",
        },
    )


ENGLISH = english(says_and=True)
