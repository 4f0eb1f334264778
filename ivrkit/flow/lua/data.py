"""What of a script FreeSWITCH can do alone, as plain data for runtime.lua, and what it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import Any

from ivrkit.calendars import Calendar
from ivrkit.esl.calls import transfer_outcome
from ivrkit.flow.lua.patterns import lua_pattern
from ivrkit.flow.said import SORRY, said_by
from ivrkit.nodes.asking import Asking
from ivrkit.nodes.collect import READBACK_KEYS, Collect
from ivrkit.nodes.confirm import KEYS, NO, YES, Confirm
from ivrkit.nodes.fields import Reactions
from ivrkit.nodes.hangup import CAUSES, Hangup
from ivrkit.nodes.hours import Hours
from ivrkit.nodes.language import Language
from ivrkit.nodes.menu import Menu
from ivrkit.nodes.play import Play
from ivrkit.nodes.record import KEYS as REVIEW_KEYS
from ivrkit.nodes.record import Record
from ivrkit.nodes.return_ import Return
from ivrkit.nodes.transfer import Transfer
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.plan import WORD_SOUNDS
from ivrkit.prompts.segments import Blank, Segments
from ivrkit.prompts.values import digit_groups
from ivrkit.script import LEAST_SAID, Line, Node, Script

YEARS = 2
"For which the hours of calendars are written down."
DIGITS = "digits"
"The one way of saying a value that Lua knows."
LONGEST_ENTRY = 64
LUA_CHECKS = ("luhn", "date")
DISPOSITIONS = (
    "SUCCESS",
    "USER_BUSY",
    "CALL_REJECTED",
    "NO_ANSWER",
    "NO_USER_RESPONSE",
    "SUBSCRIBER_ABSENT",
    "ALLOTTED_TIMEOUT",
    "ORIGINATOR_CANCEL",
)

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Left:
    """A node that FreeSWITCH cannot do alone: calls go on at its `give_up`, or end with an apology."""

    node: str
    why: str
    to: str

    def __str__(self) -> str:
        return f"{self.node}: {self.why}; a call goes on at {self.to or 'nothing but an apology'}"


@dataclass(frozen=True, slots=True)
class Fallback:
    """What the fallback of a script needs from outside it."""

    path: Callable[[str], str]
    "Where a sound lies."
    targets: Mapping[str, str | None] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    recordings: str = ""
    "The folder for what callers record, which FreeSWITCH can write; empty where nothing can be recorded."
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    "When it is made: hours are written down from then on."


def fallback_data(script: Script, needs: Fallback) -> tuple[Data, list[Left]]:
    """The script for runtime.lua, and the nodes that it leaves out."""
    made: dict[str, Data] = {}
    left: list[Left] = []
    for name, node in script.nodes.items():
        why = _why_not(node, script, needs)
        if why is None:
            made[str(name)] = _node(node, script, needs) | {"visits": node.visits}
            if isinstance(node, Transfer) and node.whisper:
                left.append(Left(str(name), "only ivrkit can whisper", str(name)))
        else:
            to = str(node.give_up if isinstance(node, Asking) else script.give_up or "")
            left.append(Left(str(name), why, to))
            made[str(name)] = {"kind": "skip", "next": to or None}
    served = [node for name, node in script.nodes.items() if made[name]["kind"] != "skip"]
    said = {name for node in served for name in said_by(node, script.languages)} | {SORRY}
    data = {
        "flow": script.flow,
        "version": script.version,
        "language": script.languages[0],
        "start": script.start,
        "give_up": script.give_up,
        "keys": dict(script.keys),
        "nodes": made,
        "prompts": {name: _prompt(script, name, needs) for name in sorted(said) if name in script.prompts},
        "digits": {code: _digit_sounds(code, needs) for code in script.languages},
        "groups": [[*map(len, digit_groups("2" * size))] for size in range(1, LONGEST_ENTRY + 1)],
        "dispositions": {name: transfer_outcome(name) for name in DISPOSITIONS},
        "sorry": SORRY,
    }
    return data, left


# --- what cannot be done ---------------------------------------------------------------------------------------------


def _why_not(node: Node, script: Script, needs: Fallback) -> str | None:
    if type(node) not in _NODES:
        return f"{node.kind} needs ivrkit"
    if isinstance(node, Collect) and (node.check or node.pattern):
        if node.check and node.check not in LUA_CHECKS:
            return f"only ivrkit can check {node.check}"
        if node.pattern and lua_pattern(node.pattern) is None:
            return f"Lua cannot read the pattern {node.pattern}"
    if isinstance(node, Hours) and node.hours not in needs.calendars:
        return f"there is no calendar {node.hours}"
    return next(_unsayable(node, script), None)


def _unsayable(node: Node, script: Script) -> Iterator[str]:
    entered = {str(one.save) for one in script.nodes.values() if isinstance(one, Collect) and not one.secret}
    for name in said_by(node, script.languages):
        for segments in script.prompts.get(name, {}).values():
            for blank in segments:
                if isinstance(blank, Blank) and not (blank.way == DIGITS and blank.expression.source in entered):
                    yield f"it says {blank}, which only ivrkit can"


# --- prompts ---------------------------------------------------------------------------------------------------------


def _prompt(script: Script, name: str, needs: Fallback) -> Data:
    return {code: _sounds(segments, needs) for code, segments in script.prompts[name].items()}


def _sounds(segments: Segments, needs: Fallback) -> list[Any]:
    said: list[Any] = []
    for segment in segments:
        if isinstance(segment, Blank):
            said.append({"digits": segment.expression.source})
        elif segment.sound:
            said.append(needs.path(segment.sound))
    return said


def _digit_sounds(code: str, needs: Fallback) -> Data:
    """Each digit as it is said inside a group, and as the last of one that others follow."""
    say, sounds = LANGUAGES[code].ways[DIGITS].say, WORD_SOUNDS[code]
    return {
        "inside": {digit: needs.path(sounds[say(digit * 6)[0]]) for digit in "0123456789"},
        "last": {digit: needs.path(sounds[say(digit * 6)[2]]) for digit in "0123456789"},
    }


def _lines(prompts: tuple[str, ...]) -> list[Data]:
    return [{"prompt": str(prompt)} for prompt in prompts]


def _line(line: Line) -> Data:
    return {"prompt": line.prompt, "language": line.language}


# --- nodes -----------------------------------------------------------------------------------------------------------


def _node(node: Node, script: Script, needs: Fallback) -> Data:
    made: Data = _NODES[type(node)](node, script, needs)
    return made | (_asking(node) if isinstance(node, Asking) else {}) | {"landmark": node.landmark}


def _asking(node: Asking) -> Data:
    return {
        "noinput": _reactions(node.noinput),
        "nomatch": _reactions(node.nomatch),
        "tries": node.tries,
        "give_up": str(node.give_up),
        "first_digit": node.first_digit,
        "between_digits": node.between_digits,
        "barge_in": node.barge_in,
    }


def _reactions(reactions: Reactions) -> list[Data]:
    return [{"prompt": one.prompt and str(one.prompt), "next": one.next and str(one.next)} for one in reactions]


def _play(node: Play, script: Script, needs: Fallback) -> Data:
    return {"kind": "play", "lines": _lines(node.play), "barge_in": node.barge_in, "next": str(node.next)}


def _menu(node: Menu, script: Script, needs: Fallback) -> Data:
    options = [_line(line) for line in node._options()]
    keys = {str(key): {"next": str(option.next), "language": option.language} for key, option in node.menu.items()}
    full, again = _lines(node.prompt) + options, _lines(node.short or node.prompt) + options
    return {"kind": "choose", "full": full, "again": again, "options": keys}


def _confirm(node: Confirm, script: Script, needs: Fallback) -> Data:
    question = [*_lines(node.confirm), {"prompt": KEYS}]
    keys = {YES: {"next": str(node.yes)}, NO: {"next": str(node.no)}}
    return {"kind": "choose", "full": question, "again": question, "options": keys, "forget": True}


def _language(node: Language, script: Script, needs: Fallback) -> Data:
    if not node.asks:
        return {"kind": "language", "language": str(node.language), "next": str(node.next)}
    offers = [{"prompt": offer.name, "language": offer.languages[0]} for offer in node.offers(script.languages)]
    keys = {str(key): {"next": str(node.next), "language": code} for key, code in enumerate(script.languages, 1)}
    return {"kind": "choose", "full": offers, "again": offers, "options": keys}


def _collect(node: Collect, script: Script, needs: Fallback) -> Data:
    return {
        "kind": "collect",
        "full": _lines(node.collect),
        "again": _lines(node.short or node.collect),
        "least": node.least,
        "most": node.most,
        "end_key": node.end_key,
        "pattern": node.pattern and lua_pattern(node.pattern),
        "check": node.check and str(node.check),
        "secret": node.secret,
        "readback": [*_lines(node.readback), {"prompt": READBACK_KEYS}] if node.readback else None,
        "save": str(node.save),
        "on": {str(name): str(target) for name, target in node.on.items()},
        "next": str(node.next),
    }


def _transfer(node: Transfer, script: Script, needs: Fallback) -> Data:
    return {
        "kind": "transfer",
        "target": needs.targets.get(node.transfer),
        "ring": max(1, round(node.ring)),
        "blind": node.mode == "blind",
        "on": {str(name): str(target) for name, target in node.on.items()},
    }


def _record(node: Record, script: Script, needs: Fallback) -> Data:
    return {
        "kind": "record",
        "lines": _lines(node.record),
        "again": _lines(node.short or node.record),
        "folder": needs.recordings or None,
        "limit": ceil(node.limit),
        "silence": ceil(node.silence),
        "least": LEAST_SAID,
        "end_key": node.end_key,
        "beep": node.beep,
        "review": [{"prompt": REVIEW_KEYS}] if node.review else None,
        "on": {str(name): str(target) for name, target in node.on.items()},
    }


def _hangup(node: Hangup, script: Script, needs: Fallback) -> Data:
    return {"kind": "hangup", "cause": CAUSES[node.hangup]}


def _return(node: Return, script: Script, needs: Fallback) -> Data:
    return {"kind": "hangup", "cause": CAUSES["normal"]}


def _hours(node: Hours, script: Script, needs: Fallback) -> Data:
    changes = [[at, state] for at, state in _changes(needs.calendars[node.hours], needs.now)]
    return {"kind": "hours", "changes": changes, "on": {str(name): str(target) for name, target in node.on.items()}}


def _changes(calendar: Calendar, now: datetime) -> Iterator[tuple[int, str]]:
    """When a calendar says something else than before, in seconds of the epoch; closed at the end."""
    spans = [span for hours in (*calendar.week.values(), *_own_hours(calendar)) for span in hours]
    minutes = {0, *(edge % 1440 for span in spans for edge in (span.start, span.end))}
    first = now.astimezone(calendar.timezone).date()
    before = ""
    for number in range(366 * YEARS):
        for moment in _moments(calendar, first + timedelta(days=number), minutes):
            if (state := calendar.state(datetime.fromtimestamp(moment, UTC))) != before:
                before = state
                yield moment, state
    yield _moments(calendar, first + timedelta(days=366 * YEARS), {0})[0], "closed"


def _moments(calendar: Calendar, day: date, minutes: Set[int]) -> list[int]:
    """These minutes of a day, as often as each comes; where its clocks are set every hour too. In order."""
    midnight = datetime.combine(day, time(tzinfo=calendar.timezone))
    if midnight.utcoffset() != (midnight + timedelta(days=1)).utcoffset():
        minutes |= {*range(0, 1440, 60)}
    clocks = (
        midnight.replace(hour=minute // 60, minute=minute % 60, fold=fold) for minute in minutes for fold in (0, 1)
    )
    return sorted({int(moment.timestamp()) for moment in clocks})


def _own_hours(calendar: Calendar) -> Iterator[tuple[Any, ...]]:
    yield from (own.means for own in calendar.dates if isinstance(own.means, tuple))


_NODES: Mapping[type[Node], Callable[..., Data]] = {
    Play: _play,
    Menu: _menu,
    Confirm: _confirm,
    Language: _language,
    Collect: _collect,
    Hours: _hours,
    Record: _record,
    Transfer: _transfer,
    Return: _return,
    Hangup: _hangup,
}
