"""The types of the fields that nodes have: how each is read from YAML, and what checks can find in them.

Every scalar arrives as the text that the author wrote. A validator's ValueError is what the author reads, so it says
what to write instead. The same types read a script's JSON, where they find what they wrote themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from re import _constants, _parser  # type: ignore[attr-defined]  # the only reader of patterns in the library
from typing import Annotated, Any
from unicodedata import normalize

from pydantic import BeforeValidator, ConfigDict, GetCoreSchemaHandler, PlainSerializer, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from ivrkit.errors import ExpressionError
from ivrkit.expressions import Expression, Template, quoted
from ivrkit.script import Line, Told

NODE_CONFIG = ConfigDict(extra="forbid", alias_generator=lambda name: name.rstrip("_"))
"For `__pydantic_config__` of every node kind: the field `with_` is `with` in YAML, and unknown fields are mistakes."

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_RANGE = re.compile(r"([0-9]{1,6})[-~]([0-9]{1,6})")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DAY = 86_400.0
_NAME = re.compile(r"[^\W\d]\w*")
_LONGEST_PATTERN = 200
_MOST_REPEATS = 32
"Keys of a long entry: what + and * can repeat."
_MOST_WAYS = _MOST_REPEATS**3 * 4
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_KEYS = frozenset("0123456789*#")
_YES = {"yes": True, "no": False, "true": True, "false": False}


class _Word(str):
    """A text with a meaning, so that checks find it wherever it stands."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(min_length=1))


class NodeName(_Word):
    """The name of a node of the same flow."""


class LanguageCode(_Word):
    """A language of the flow."""


class LanguageChoice(LanguageCode):
    """A language of the flow, or `ask`."""


class ActionName(_Word):
    """The name of a user's function."""


class TargetName(_Word):
    """The name of a transfer target in the configuration."""


class CalendarName(_Word):
    """The name of a calendar in flows/calendars.yaml."""


class FlowName(_Word):
    """The name of another flow of the same folder."""


class ResultName(_Word):
    """A result of this flow."""


class Name(_Word):
    """The name under which a value is kept."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls._checked, core_schema.str_schema())

    @classmethod
    def _checked(cls, value: str) -> Name:
        if not _NAME.fullmatch(value):
            raise ValueError(f'"{value}" cannot be a name: use letters, digits and _, and begin with a letter')
        return cls(value)


class PromptName(_Word):
    """The name of a prompt. Words written in its place are kept by the compiler, which answers with a name."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            cls._read, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def _read(cls, value: Any, info: ValidationInfo) -> PromptName:
        if isinstance(value, Mapping) and info.context:
            value = info.context["words"](value)
        if not isinstance(value, str) or not value:
            raise ValueError("name a prompt here, or write its words: {zh: 您好, en: Hello}")
        return cls(value)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows a failed answer: a prompt, or a way out."""

    prompt: PromptName | None = None
    next: NodeName | None = None

    def __post_init__(self) -> None:
        if (self.prompt is None) == (self.next is None):
            raise ValueError("write either a prompt or {next: node} for each time")


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        return _within_a_day(value)
    found = _DURATION.fullmatch(value.strip())
    if found:
        return _within_a_day(float(found[1]) * _UNITS[found[2]])
    if value.strip().replace(".", "", 1).isdigit():
        raise ValueError(f'"{value}" has no unit: write {value}s for seconds or {value}ms for milliseconds')
    raise ValueError(f'"{value}" is not a length of time: write 5s, 500ms or 2m')


def _within_a_day(seconds: Any) -> Any:
    if isinstance(seconds, int | float) and not 0 <= seconds <= _DAY:
        raise ValueError("this is longer than a day" if seconds > 0 else "this is less than no time at all")
    return seconds


def _typed(value: object) -> str:
    """What a Chinese keyboard makes of plain signs, made plain again: １ is 1, “1” too."""
    return normalize("NFKC", str(value)).strip("“”‘’\"'")


def _count(value: Any) -> Any:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 7:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value < 1_000_000:
        raise ValueError(f'"{value}" is not a whole number of at least 1{_number_meant(str(value))}')
    return value


def _number_meant(text: str) -> str:
    plain = _typed(text).replace(" ", "")
    if found := _RANGE.fullmatch(plain):
        return f": for {found[1]} to {found[2]} digits write min: {found[1]} and max: {found[2]}"
    if plain.endswith("%") and plain[:-1].isdigit():
        return f": leave out the %, {plain[:-1]}"
    return f": type plain digits, {plain}" if plain != text and plain.isascii() and plain.isdigit() else ""


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value.lower() not in _YES:
            raise ValueError(f'write yes or no, not "{value}"')
        return _YES[value.lower()]
    return value


def _keys(value: Any) -> Any:
    if not isinstance(value, str) or not value or set(value) - _KEYS:
        plain = _typed(value)
        use = f'type "{plain}"' if plain and not set(plain) - _KEYS else "use 0 to 9, * and #, in quotes"
        raise ValueError(f'"{value}" is no key of a telephone: {use}')
    return value


def _key(value: Any) -> Any:
    if len(_keys(value)) != 1:
        raise ValueError(f'"{value}" is more than one key')
    return value


def _end_key(value: Any) -> Any:
    if value in ("none", ""):
        return ""
    return _key(value)


def _pattern(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _LONGEST_PATTERN:
        raise ValueError(f"this pattern is longer than {_LONGEST_PATTERN} characters: let an action check the entry")
    try:
        re.compile(value)
        if _ways(_parser.parse(value), repeated=False) > _MOST_WAYS:
            raise ValueError(
                "this pattern repeats too many parts, which can take for ever: keep two or three of + and *"
            )
    except (re.error, TypeError, OverflowError, RecursionError):
        raise ValueError(
            f"the pattern {quoted(str(value))} cannot be read; look for a bracket that is missing"
        ) from None
    return value


def _ways(part: Any, repeated: bool) -> int:
    """In how many ways Python may try a part of a pattern on one entry: the more, the longer a call is held up."""
    if isinstance(part, list | tuple):
        return math.prod(_ways(inner, repeated) for inner in part)
    if not isinstance(part, _parser.SubPattern):
        return 1
    return math.prod(_step_ways(kind, inner, repeated) for kind, inner in part)


def _step_ways(kind: Any, inner: Any, repeated: bool) -> int:
    if kind in (_constants.GROUPREF, _constants.GROUPREF_EXISTS):
        raise ValueError("this pattern refers back to a group, which can take for ever: write the part out again")
    if kind is _constants.BRANCH:
        if repeated:
            raise ValueError(
                "this pattern repeats alternatives, which can take for ever: write [12]+ instead of (1|2)+"
            )
        return len(inner[1]) * _ways(inner, repeated)
    if kind not in _REPEATS:
        return _ways(inner, repeated)
    if repeated:
        raise ValueError(
            "this pattern repeats a repetition, which can take for ever: write [1-5]\\d{3} instead of (\\d+)+"
        )
    least, most, body = inner
    choices: int = min(most, _MOST_REPEATS) - min(least, _MOST_REPEATS) + 1
    return choices * _ways(body, most > 1)


def _expression(value: Any) -> Any:
    return value if isinstance(value, Expression) else _compiled(Expression, value)


def _template(value: Any) -> Any:
    return value if isinstance(value, Template) else _compiled(Template, value)


def _compiled(kind: type[Expression] | type[Template], value: Any) -> Expression | Template:
    if not isinstance(value, str):
        raise ValueError("write a text or a value such as {{ account }} in quotes here")
    try:
        return kind(value)
    except ExpressionError as error:
        raise ValueError(str(error)) from None


def _one_or_more(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _reaction(value: Any) -> Any:
    if isinstance(value, Mapping) and set(value) <= {"prompt", "next"}:
        return value
    return value if isinstance(value, Reaction) else {"prompt": value}


_source = PlainSerializer(lambda value: value.source, return_type=str)

Seconds = Annotated[float, BeforeValidator(_duration)]
"A length of time, in seconds; written 5s, 500ms, 2m."
Count = Annotated[int, BeforeValidator(_count)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Keys = Annotated[str, BeforeValidator(_keys)]
"One key of a telephone, or several pressed one after another."
Key = Annotated[str, BeforeValidator(_key)]
EndKey = Annotated[str, BeforeValidator(_end_key)]
Pattern = Annotated[str, BeforeValidator(_pattern)]
"A regular expression that the whole entry must match."
Test = Annotated[Expression, BeforeValidator(_expression), _source]
"A bare expression."
Text = Annotated[Template, BeforeValidator(_template), _source]
"A text, or a value in {{ }}."
Prompts = Annotated[tuple[PromptName, ...], BeforeValidator(_one_or_more)]
"One prompt or a list of them."
Reactions = Annotated[tuple[Annotated[Reaction, BeforeValidator(_reaction)], ...], BeforeValidator(_one_or_more)]
"What is said, or where the call goes, after the first failure, the second, …; the last entry repeats."


def tells_barge_in(barge_in: bool) -> Told:
    """Of a node that has the field."""
    text = "A key stops these words and counts for the question." if barge_in else "No key stops these words."
    return Told(text, fields=("barge_in",))


def tells_waiting(timeout: float, hold: PromptName | None) -> Iterator[Told]:
    """Of a node that has something done meanwhile."""
    yield Told(f"It waits {timeout:g} s for the answer, then the outcome is timeout.", fields=("timeout",))
    if hold:
        yield Told("If that takes longer than half a second, the caller hears", (hold,), ("hold",))


def tells_values(values: Mapping[Any, Template]) -> str:
    """`account = {{ account }}`, one after another, in a sentence; empty when there are none."""
    return ", ".join(f"{name} = {value.source}" for name, value in values.items())


def lines(prompts: tuple[str, ...]) -> tuple[Line, ...]:
    """Prompts as lines in the call's language."""
    return tuple(Line(prompt) for prompt in prompts)
