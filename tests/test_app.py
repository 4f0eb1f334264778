"""An application whole: calls that the embedded switch dials in with, actions, observers, records."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gevent
import pytest

from ivrkit import App, Context, Outcome, PromptError, build_sounds
from ivrkit.app import in_words, shown, told
from ivrkit.commands import CallRecord, Command, RunAction, WriteRecord
from ivrkit.errors import ActionError, ConfigError, FlowError
from ivrkit.events import CallArrived, Event, KeyPressed
from ivrkit.switch.simulated import SimulatedCall, SimulatedSwitch
from tests.fetch.service import Behave, answers, sends, service

CONFIG = """\
numbers: {"4001": flows/bill.yaml, "4002": flows/hours.yaml}
listen: 127.0.0.1:0
voices: {en: {engine: silence, voice: none, rate: 450}}
"""
BILL = """\
flow: bill
languages: [en]
prompts: all
start: ask
defaults: {give_up: bye}
nodes:
  ask:
    collect: ask
    digits: 2
    save: account
    next: find
  find:
    action: find_bill
    with: {account: "{{ account }}"}
    timeout: 500ms
    save: bill
    on: {ok: owes, not_found: unknown, timeout: slow, error: broken}
  owes: {play: owes, next: bye}
  unknown: {play: unknown, next: bye}
  slow: {play: slow, next: bye}
  broken: {play: broken, next: bye}
  bye: {hangup: normal}
"""
HOURS = """\
flow: hours
languages: [en]
prompts: all
start: hours
nodes:
  hours: {play: hours, next: end}
  end: {hangup: normal}
"""
PROMPTS = """\
prompts: all
ask: {en: Enter two digits.}
owes: {en: "You owe {{ bill.amount | money }}."}
unknown: {en: Unknown.}
slow: {en: Later.}
broken: {en: Sorry.}
hours: {en: Always open.}
"""
ARRIVED = CallArrived(0.0, "c1", "13800001111", "", "4001", datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "path", [*sys.path])
    files = {
        "ivrkit.yaml": CONFIG,
        "flows/bill.yaml": BILL,
        "flows/hours.yaml": HOURS,
        "prompts/all.yaml": PROMPTS,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def app(folder: Path) -> Iterator[App]:
    with gevent.Timeout(20), App(folder / "ivrkit.yaml") as app:
        yield app


@contextmanager
def serving(app: App) -> Iterator[Callable[[str, str], SimulatedCall]]:
    """The application on a free port; what it gives rings a number and presses keys."""
    build_sounds(app.sounds_needed(), app.sounds)
    port = app.call_port()
    port.start()
    try:
        with SimulatedSwitch() as switch:

            def call(number: str, keys: str = "") -> SimulatedCall:
                made = switch.call(port.host, port.port, "13800001111", called_number=number)
                made.press(keys, after=0.1)
                return made

            yield call
    finally:
        port.stop(1.0)


def path(app: App, call: SimulatedCall) -> list[str]:
    """The nodes that a call went through, from its record."""
    assert call.wait_ended(10)
    for _ in range(100):
        if record := app.store.call(call.uuid):
            return [visit.node for visit in record.path]
        gevent.sleep(0.02)
    raise AssertionError("the call has no record")


OWED = """\
flow: owed
languages: [en]
prompts: all
start: find
nodes:
  find:
    request: {get: "http://HOST/bills/{{ caller.number }}"}
    timeout: 500ms
    save: bill
    on: {ok: owes, "404": unknown, timeout: slow, error: broken}
  owes: {play: owes, next: bye}
  unknown: {play: unknown, next: bye}
  slow: {play: slow, next: bye}
  broken: {play: broken, next: bye}
  bye: {hangup: normal}
"""


@pytest.mark.parametrize(
    ("behave", "node"),
    [
        (answers(b'{"amount": 42.50}'), "owes"),
        (answers(b"", "404 Not Found"), "unknown"),
        (answers(b"<html>"), "broken"),
        (sends(30.0), "slow"),
    ],
    ids=["owes", "unknown", "broken", "slow"],
)
def test_a_request_leads_where_the_answer_says(folder: Path, behave: Behave, node: str) -> None:
    with gevent.Timeout(20), service(behave) as bills:
        (folder / "flows/bill.yaml").write_text(OWED.replace("HOST", bills.host), encoding="utf-8")
        (folder / "ivrkit.yaml").write_text(f'{CONFIG}hosts: ["{bills.host}"]\n', encoding="utf-8")
        with App(folder / "ivrkit.yaml") as app, serving(app) as call:
            assert path(app, call("4001", "")) == ["find", node, "bye"]
        assert bills.requests[0].startswith(b"GET /bills/13800001111 HTTP/1.1")


def test_each_number_has_its_flow(app: App) -> None:
    app.action(outcomes=["ok", "not_found"])(find_bill)
    with serving(app) as call:
        bill, hours = call("4001", "12"), call("4002")
        assert path(app, bill) == ["ask", "find", "owes", "bye"]
        assert path(app, hours) == ["hours", "end"]


def find_bill(account: str) -> Outcome:
    """What the flow asks: accounts that begin with 1 owe, others are not there."""
    return Outcome("ok", {"amount": "42"}) if account.startswith("1") else Outcome("not_found")


# --- actions ---


def acting(app: App, function: Callable[..., Any], **options: Any) -> list[str]:
    """Where a call goes whose action is `function`."""
    function.__name__ = "find_bill"
    app.action(outcomes=["ok", "not_found"], **options)(function)
    with serving(app) as call:
        return path(app, call("4001", "12"))


def test_an_outcome_leads_on(app: App) -> None:
    app.action(outcomes=["ok", "not_found"])(find_bill)
    with serving(app) as call:
        assert path(app, call("4001", "99")) == ["ask", "find", "unknown", "bye"]


def test_a_blocking_action_runs_in_a_thread_of_its_own(app: App) -> None:
    threads = []

    def wait(account: str) -> Outcome:
        threads.append(threading.get_ident())
        time.sleep(0.2)
        return Outcome("not_found")

    begun = time.monotonic()
    wait.__name__ = "find_bill"
    app.action(outcomes=["ok", "not_found"], blocking=True)(wait)
    with serving(app) as call:
        ringing = [call("4001", "12") for _ in range(5)]
        assert [path(app, each)[2] for each in ringing] == ["unknown"] * 5
    assert threading.get_ident() not in threads
    assert time.monotonic() - begun < 5


def test_an_action_that_is_too_slow_is_a_timeout(app: App) -> None:
    def wait(account: str) -> Outcome:
        time.sleep(1.5)
        return Outcome("ok")

    assert acting(app, wait, blocking=True) == ["ask", "find", "slow", "bye"]


@pytest.mark.parametrize("blocking", [False, True])
@pytest.mark.parametrize(
    "result",
    [ZeroDivisionError("no"), SystemExit("bye"), gevent.Timeout(9), 7, 4.5, Outcome("maybe"), object()],
    ids=repr,
)
def test_an_action_that_fails_or_returns_nonsense_is_an_error(
    app: App, caplog: pytest.LogCaptureFixture, result: Any, blocking: bool
) -> None:
    @app.action(outcomes=["ok", "not_found"], blocking=blocking)
    def find_bill(account: str) -> Any:
        if isinstance(result, BaseException):
            raise result
        return result

    outcome = app.perform(RunAction("c1.1", "find_bill", {"account": "12"}), ARRIVED, "en")
    assert outcome.name == "error"
    assert "find_bill" in caplog.text


def test_a_call_survives_what_its_action_raises(app: App, caplog: pytest.LogCaptureFixture) -> None:
    def leave(account: str) -> Outcome:
        raise SystemExit(1)

    assert acting(app, leave) == ["ask", "find", "broken", "bye"]
    assert "action find_bill failed: SystemExit: 1 (test_app.py, line" in caplog.text


def test_an_action_that_is_not_there_is_an_error(app: App, caplog: pytest.LogCaptureFixture) -> None:
    assert app.perform(RunAction("c1.1", "find_bil", {}), ARRIVED, "en").name == "error"
    assert 'there is no action "find_bil"' in caplog.text


def test_an_action_knows_its_call(app: App) -> None:
    @app.action
    def note(context: Context) -> dict[str, str]:
        return {"seen": f"{context.call_id} {context.caller_number} {context.called_number} {context.language}"}

    outcome = app.perform(RunAction("c1.1", "note", {}), ARRIVED, "zh")
    assert outcome.result == {"seen": "c1 13800001111 4001 zh"}


def test_an_action_stays_the_function_that_it_is_and_is_there_once(app: App) -> None:
    @app.action
    def double(n: int) -> dict[str, int]:
        return {"n": 2 * n}

    assert double(2) == {"n": 4}
    with pytest.raises(ActionError, match="there twice"):
        app.action(double)


# --- observers ---


def test_an_observer_sees_every_event_of_every_call(app: App) -> None:
    seen: list[tuple[str, Event, list[Command]]] = []
    app.action(outcomes=["ok", "not_found"])(find_bill)
    app.subscribe(lambda call_id, event, commands: seen.append((call_id, event, commands)))
    with serving(app) as call:
        first, second = call("4001", "12"), call("4002")
        path(app, first), path(app, second)
    assert {call_id for call_id, _, _ in seen} == {first.uuid, second.uuid}
    mine = [(event, commands) for call_id, event, commands in seen if call_id == first.uuid]
    assert isinstance(mine[0][0], CallArrived)
    assert [event.key for event, _ in mine if isinstance(event, KeyPressed)] == ["1", "2"]
    assert isinstance(mine[-1][1][-1], WriteRecord)


def test_an_observer_that_fails_harms_no_call(app: App, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    def fail(call_id: str, event: Event, commands: list[Command]) -> None:
        raise ValueError("no")

    app.subscribe(fail)
    app.subscribe(lambda call_id, event, commands: seen.append(call_id))
    app.action(outcomes=["ok", "not_found"])(find_bill)
    with serving(app) as call:
        assert path(app, call("4002")) == ["hours", "end"]
    assert seen, "the others are told all the same"
    assert "an observer failed at CallArrived" in caplog.text


# --- what keeps it from serving ---


def test_it_does_not_serve_without_its_sounds(app: App) -> None:
    app.action(outcomes=["ok", "not_found"])(find_bill)
    with pytest.raises(PromptError, match=r"sounds are missing, such as .*: run `ivrkit prompts build`"):
        app.call_port()


def test_it_does_not_serve_a_flow_with_an_error(app: App) -> None:
    with pytest.raises(FlowError, match='there is no action "find_bill"'):
        app.call_port()


def test_it_does_not_serve_without_a_number(folder: Path) -> None:
    (folder / "ivrkit.yaml").write_text("targets: {}", encoding="utf-8")
    with pytest.raises(ConfigError, match="no number leads to a flow"):
        App(folder / "ivrkit.yaml").call_port()


# --- flows from elsewhere ---


def test_a_flow_from_elsewhere_has_its_own_prompts(app: App, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    for name, text in (("flows/hours.yaml", HOURS), ("prompts/all.yaml", PROMPTS.replace("Always", "Never"))):
        (other / name).parent.mkdir()
        (other / name).write_text(text, encoding="utf-8")
    script = app.compile(other / "flows/hours.yaml").require()
    assert "Never open." in repr(script.prompts["hours"])


def test_a_flow_from_elsewhere_without_prompts_has_those_of_the_project(
    app: App, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lone = tmp_path_factory.mktemp("lone") / "hours.yaml"
    lone.write_text(HOURS, encoding="utf-8")
    assert "Always open." in repr(app.compile(lone).require().prompts["hours"])


# --- what people read ---


def record(**changes: Any) -> CallRecord:
    fields: dict[str, Any] = dict.fromkeys(CallRecord.__dataclass_fields__, "")
    return CallRecord(**{**fields, "call_id": "c1", "called_number": "4001", "seconds": 33.7, "path": (), **changes})


@pytest.mark.parametrize(
    ("caller", "name"),
    [
        ("13800001111", "…1111"),
        ("+86 138 0000 1111", "…1111"),
        ("1234567", "a hidden number"),
        ("anonymous", "a hidden number"),
        ("x\n2026-01-01 ERROR", "…0101"),
    ],
)
def test_the_log_does_not_tell_who_called(caller: str, name: str) -> None:
    line = told(record(caller_number=caller, ended_by="caller"))
    assert line == f"c1: {name} called 4001: 34 s, 0 nodes, ended at the beginning by caller"


def test_a_call_and_its_faults_are_in_the_log(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "ivrkit")

    def nothing(account: str) -> Outcome:
        return Outcome("ok")

    assert acting(app, nothing)[:3] == ["ask", "find", "owes"]
    assert "…1111 called 4001: " in caplog.text
    assert "WARNING" in caplog.text, "what was said without an amount is a fault"


def test_an_error_in_somebodys_code_is_told_with_its_place() -> None:
    try:
        raise ValueError("first line\nsecond line")
    except ValueError as error:
        assert in_words(error).startswith("ValueError: first line (test_app.py, line ")


def test_paths_are_shown_as_they_would_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "flows/x.yaml") == Path("flows/x.yaml")
    assert shown(tmp_path.parent / "x.yaml") == Path("../x.yaml")
    assert shown(Path("/srv/x.yaml")) == Path("/srv/x.yaml")
