"""The Lua script of a flow and the engine say the same to the same caller at the same moments."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivrkit.calendars import Calendar, OwnDate, PublicHolidays, Span
from ivrkit.flow import compile_file, compile_flow, parse_source
from ivrkit.flow.lua import Fallback, as_lua
from ivrkit.flow.lua.data import _changes
from ivrkit.flow.lua.patterns import lua_pattern
from ivrkit.flow.lua.write import written
from ivrkit.script import Script
from tests.docs.pages import ROOT
from tests.flow.lua.calls import START, Keys, on_lua, on_virtual_switch

needs_lua = pytest.mark.skipif(not shutil.which("lua5.3"), reason="needs a Lua: apt-get install lua5.3")
OFFICE = Calendar(
    ZoneInfo("Asia/Shanghai"),
    {day: (Span(8 * 60 + 30, 17 * 60 + 30),) for day in range(5)} | {5: (Span(22 * 60, 26 * 60),)},
    PublicHolidays("CN"),
    (OwnDate(START.date() + timedelta(3), START.date() + timedelta(3), "closed"),),
)
CALENDARS = {"office": OFFICE}
ALL_KINDS = """\
flow: kinds
languages: [zh, en]
start: opening
defaults: {give_up: desk}
keys: {"0": desk, "*": back, "#": repeat}
nodes:
  opening: {hours: office, on: {open: language, closed: night, holiday: night, emergency: night}}
  night: {play: {zh: 现在没有人, en: Nobody is here}, next: language}
  language: {language: ask, noinput: {next: main}, next: main}
  main:
    prompt: {zh: 您好, en: Hello}
    short: {zh: 再说一次, en: Once more}
    menu:
      "1": {label: {zh: 账号, en: account}, next: account}
      "12": {label: {zh: 日期, en: date}, next: day}
      "2": {label: {zh: 确认, en: sure}, next: sure}
      "4": {label: {zh: 留言, en: message}, next: message}
      "3": {label: {en: service in English}, language: en, next: below}
    noinput: [ivrkit.noinput, {zh: 请按键, en: Please press}, {next: desk}]
    between_digits: 2s
  below:
    menu:
      "1": {label: {zh: 上一层, en: the menu above}, next: main}
      "*": {label: {zh: 听说明, en: what this is}, next: what}
  what: {play: [{zh: 第一, en: First}, {zh: 第二, en: Second}], barge_in: no, next: below}
  account:
    collect: {zh: 请输入账号, en: Enter your account}
    short: {zh: 账号, en: Account}
    min: 3
    max: 8
    check: luhn
    pattern: "[1-9]\\\\d+"
    on: {pattern: what}
    save: account
    readback: {zh: "账号是{{ account | digits }}", en: "It is {{ account | digits }}"}
    next: said
    visits: 3
  said: {play: {zh: "账号{{ account | digits }}。", en: "Account {{ account | digits }}."}, next: main}
  day: {collect: {zh: 请输入日期, en: Enter a date}, digits: 8, check: date, save: day, next: pin}
  pin:
    collect: {zh: 请输入密码, en: Enter your number}
    digits: 4
    end_key: none
    secret: yes
    first_digit: 2s
    save: pin
    next: lookup
  lookup: {action: find, on: {ok: main, timeout: main, error: main}}
  sure: {confirm: {zh: 确定吗, en: Are you sure}, tries: 2, yes: what, no: main}
  message:
    record: {zh: 请留言, en: Leave a message}
    limit: 10s
    silence: 3s
    review: yes
    save: message
    on: {next: bye, empty: main, error: desk}
  desk: {transfer: desk, on: {answered: end, busy: bye, no_answer: bye, failed: bye}}
  bye: {play: {zh: 再见, en: Goodbye}, next: end}
  end: {hangup: normal}
"""


def kinds() -> Script:
    return compile_flow(parse_source("flows/kinds.yaml", ALL_KINDS.encode())).require()


def hotline() -> Script:
    return compile_file(ROOT / "flows" / "hotline.yaml").require()


def caller(*moves: tuple[float, str]) -> Keys:
    """Keys, each so long after the one before."""
    pressed, at = [], 0.0
    for after, keys in moves:
        at += after
        for key in [keys] if keys == "hangup" or "~" in keys else keys:
            pressed.append((round(at, 2), key))
            at += 0.21
    return pressed


CALLERS = {
    "says nothing": [],
    "knows the way": caller((0.5, "1"), (0.5, "1"), (3.0, "18#"), (9.0, "1")),
    "presses ahead": caller((0.11, "1118#")),
    "presses an account into the menu": caller((30.0, "99999999")),
    "wants the second of two keys": caller((4.03, "1"), (3.03, "12"), (3.0, "20261123"), (1.0, "1234")),
    "goes back and repeats": caller((20.03, "3"), (1.03, "*"), (5.03, "#"), (5.03, "*")),
    "is not sure": caller((0.5, "2"), (2.03, "2"), (4.0, "2"), (4.0, "7")),
    "enters nonsense": caller((0.5, "1"), (2.03, "1"), (4.0, "0123#"), (4.0, "1*17#"), (9.0, "*18"), (8.0, "2")),
    "hangs up": caller((0.5, "1"), (5.03, "hangup")),
    "leaves a message": caller((6.03, "4"), (3.03, "~4"), (9.0, "3"), (3.0, "2"), (3.0, "~2"), (4.0, "#"), (1.0, "1")),
    "leaves too long a message": caller((6.03, "4"), (3.03, "~40"), (30.0, "1")),
    "says nothing to leave": caller((6.03, "4"), (3.03, "5")),
    "asks for somebody": caller((25.03, "0")),
}


@needs_lua
@pytest.mark.parametrize("keys", CALLERS.values(), ids=CALLERS)
@pytest.mark.parametrize("script", [kinds, hotline], ids=["every kind", "the hotline"])
def test_a_caller_hears_the_same(script: object, keys: Keys, tmp_path: Path) -> None:
    flow = script()  # type: ignore[operator]
    heard = on_virtual_switch(flow, keys, CALENDARS)
    assert heard
    assert on_lua(flow, keys, CALENDARS, tmp_path) == heard


PRESSES = st.lists(st.tuples(st.integers(11, 900), st.sampled_from("0123456789*#" * 3 + "18#")), max_size=40)


@needs_lua
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PRESSES)
def test_any_caller_hears_the_same(tmp_path: Path, presses: list[tuple[int, str]]) -> None:
    # Moments in odd thousandths: none falls on the end of a sound or of a wait.
    at, keys = 0, []
    for after, key in presses:
        at += after
        keys.append((at / 100 + 0.003, key))
    flow = kinds()
    assert on_lua(flow, keys, CALENDARS, tmp_path) == on_virtual_switch(flow, keys, CALENDARS)


def test_what_needs_ivrkit_is_listed() -> None:
    _, left = as_lua(kinds(), Fallback(str, {}, CALENDARS))
    assert [*map(str, left)] == ["lookup: action needs ivrkit; a call goes on at desk"]
    text, left = as_lua(hotline(), Fallback(str))
    assert {one.node for one in left} >= {"tariff", "my_account", "bill", "how_many", "tell_bill", "my_bill"}
    assert all(f"--   {one}\n" in text for one in left)


@pytest.mark.parametrize("span", [Span(60, 150), Span(150, 600), Span(22 * 60, 26 * 60 + 30)])
def test_a_calendar_says_the_same_when_clocks_are_set(span: Span) -> None:
    calendar = Calendar(ZoneInfo("Europe/Berlin"), dict.fromkeys(range(7), (span,)))
    changes = [*_changes(calendar, datetime(2026, 1, 1, tzinfo=UTC))]
    assert changes == sorted(changes)
    for day in (datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)):
        for quarter in range(3 * 96):
            at = day + timedelta(minutes=15 * quarter)
            said = next(state for moment, state in reversed(changes) if moment <= at.timestamp())
            assert said == calendar.state(at), at


@needs_lua
def test_a_calendar_says_the_same_at_any_moment() -> None:
    changes = [*_changes(OFFICE, START)]
    for hours in range(0, 24 * 400, 7):
        at = START + timedelta(hours=hours, minutes=hours % 60)
        said = next(state for moment, state in reversed(changes) if moment <= at.timestamp())
        assert said == OFFICE.state(at), at


@needs_lua
@pytest.mark.parametrize("pattern", ["[1-5]", r"1\d{10}", "[0-9]{3,5}", "0?1+[23]*", "[^05].", r"\*\d"])
def test_a_pattern_means_the_same_in_lua(pattern: str, tmp_path: Path) -> None:
    made = lua_pattern(pattern)
    entries = ["", "1", "6", "12", "123", "12345", "123456", "13800001111", "01123", "*5", "05", "9x"]
    file = tmp_path / "pattern.lua"
    file.write_text("".join(f"print(({written(entry)}):find({written(made)}) ~= nil)\n" for entry in entries), "utf-8")
    done = subprocess.run(["lua5.3", str(file)], capture_output=True, text=True, timeout=10, check=True)
    assert done.stdout.split() == [str(bool(re.fullmatch(pattern, entry))).lower() for entry in entries]


@pytest.mark.parametrize(
    "pattern", ["12|345", "(12)+", "(?!1)2", r"(\d)\1", "[^1]", r"\w", "[0-9]{400}", "1{2,4000000000}", "1{1,40}"]
)
def test_a_pattern_that_lua_has_no_words_for_is_left_out(pattern: str) -> None:
    assert lua_pattern(pattern) is None


@needs_lua
@given(st.text())
@settings(max_examples=20, deadline=None)
def test_no_text_is_more_than_a_text(text: str) -> None:
    done = subprocess.run(["lua5.3", "-"], input=f"io.write({written(text)})".encode(), capture_output=True, timeout=10)
    assert done.stdout == text.encode(errors="replace")


def test_no_line_of_a_flow_is_code() -> None:
    text, _ = as_lua(replace(kinds(), flow="x\nos.exit()"), Fallback(str, {}, CALENDARS, now=START))
    assert "\nos.exit" not in text
