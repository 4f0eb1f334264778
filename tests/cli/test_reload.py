"""Flows that are changed while `ivrkit serve` takes calls."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from ivrkit.switch.simulated import SimulatedCall, SimulatedSwitch
from tests.cli.project import DEADLINE, Project, alive
from tests.cli.test_serve import called, log

POLL = ("--poll", "0.1")
HOURS = "  hours:\n    play: hours\n    next: bye\n"


@pytest.fixture
def built(project: Project) -> Project:
    project.ivrkit("prompts", "build")
    return project


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    with SimulatedSwitch() as switch:
        yield switch


def build(project: Project) -> None:
    assert project.ivrkit("prompts", "build").code == 0


def rows(project: Project) -> list[dict[str, Any]]:
    return json.loads(project.ivrkit("flows", "--json").out)


def heard(call: SimulatedCall) -> list[str]:
    """The last parts of the sounds that a caller heard."""
    return [Path(sound.path).stem for sound in call.heard]


def in_menu(project: Project, switch: SimulatedSwitch, address: str) -> SimulatedCall:
    call = called(switch, address)
    project.wait_for(lambda: len(call.heard) > 1)
    return call


def test_a_call_goes_on_as_it_began_and_the_next_takes_the_change(built: Project, switch: SimulatedSwitch) -> None:
    _, address = built.serve(*POLL)
    old = in_menu(built, switch, address)
    before = rows(built)[0]["version"]
    built.change("flows/shop.yaml", HOURS, HOURS.replace("hours\n    next", "welcome\n    next"))
    built.wait_for(lambda: "from now on" in log(built))
    assert f"before {before[:12]}; 1 call goes on with that" in log(built)
    new = in_menu(built, switch, address)
    now, still = rows(built)
    assert (still["version"], still["calls"], still["state"], still["numbers"]) == (before, 1, "old", [])
    assert (now["calls"], now["state"], now["numbers"]) == (1, "served", ["4001"])
    old.press("1")
    new.press("1")
    assert old.wait_ended(DEADLINE) and new.wait_ended(DEADLINE)
    assert "hours" in heard(old) and "hours" not in heard(new)
    built.wait_for(lambda: f"the last call of version {before[:12]} has ended" in log(built))
    assert [row["version"] for row in rows(built)] == [now["version"]]
    for version, call in ((before, old), (now["version"], new)):
        assert f"{call.uuid}: runs flows/shop.yaml, version {version[:12]}" in log(built)


def test_a_wrong_file_changes_nothing_and_says_so_once(built: Project, switch: SimulatedSwitch) -> None:
    _, address = built.serve(*POLL)
    built.change("flows/shop.yaml", "next: hours}", "next: hurs}")
    built.wait_for(lambda: "not taken" in log(built))
    told = built.ivrkit("check").out.splitlines()[0]
    assert 'node "main" goes to "hurs"' in told
    assert log(built).count(told) == 1
    (row,) = rows(built)
    assert row["state"] == "wrong"
    assert row["problem"] == told
    assert f"changed, not taken: {told}" in built.ivrkit("flows").out
    call = in_menu(built, switch, address)
    call.press("1")
    assert call.wait_ended(DEADLINE)
    built.change("flows/shop.yaml", "next: hurs}", "next: hours}")
    built.wait_for(lambda: "as it is served again" in log(built))
    assert rows(built)[0]["state"] == "served"


@pytest.mark.parametrize("harm", ["gone", "empty", "half", "folder"])
def test_a_file_that_is_no_flow_any_more_changes_nothing(built: Project, harm: str) -> None:
    _, address = built.serve(*POLL)
    file = built.folder / "flows/shop.yaml"
    text = file.read_text(encoding="utf-8")
    file.unlink()
    if harm == "folder":
        file.mkdir()
    elif harm != "gone":
        file.write_text("" if harm == "empty" else text[: len(text) // 2], encoding="utf-8")
    built.wait_for(lambda: "not taken" in log(built))
    said = built.ivrkit("dial", "4001", "--connect", address, "--press", "1")
    assert said.code == 0
    assert "Traceback" not in log(built)


def test_new_words_wait_for_their_sounds(built: Project, switch: SimulatedSwitch) -> None:
    _, address = built.serve(*POLL)
    before = rows(built)[0]["version"]
    built.change("prompts/shop.yaml", "九点开门。", "八点开门。")
    built.wait_for(lambda: "run `ivrkit prompts build`" in log(built))
    (row,) = rows(built)
    assert (row["state"], row["version"]) == ("waiting", before)
    assert row["problem"] == "1 sound is missing, such as zh/shop/hours: run `ivrkit prompts build`"
    build(built)
    built.wait_for(lambda: "from now on" in log(built))
    assert rows(built)[0]["version"] != before
    call = in_menu(built, switch, address)
    call.press("1")
    assert call.wait_ended(DEADLINE)
    assert "hours" in heard(call)


def test_of_two_changed_flows_the_right_one_is_taken(built: Project) -> None:
    text = (built.folder / "flows/shop.yaml").read_text(encoding="utf-8")
    (built.folder / "flows/other.yaml").write_text(text.replace("flow: shop", "flow: other"), encoding="utf-8")
    built.change(
        "ivrkit.yaml", '  "4001": flows/shop.yaml\n', '  "4001": flows/shop.yaml\n  "4002": flows/other.yaml\n'
    )
    build(built)
    built.serve(*POLL)
    before = {row["flow"]: row["version"] for row in rows(built)}
    built.change("flows/other.yaml", "tries: 2", "tries: 4")
    built.change("flows/shop.yaml", "tries: 2", "tries: some")
    built.wait_for(lambda: "from now on" in log(built) and "not taken" in log(built))
    after = {row["flow"]: row for row in rows(built)}
    assert after["flows/shop.yaml"]["version"] == before["flows/shop.yaml"]
    assert after["flows/shop.yaml"]["state"] == "wrong"
    assert after["flows/other.yaml"]["version"] != before["flows/other.yaml"]


def test_a_change_in_a_flow_that_is_run_reaches_every_flow_that_runs_it(built: Project) -> None:
    part = "flow: part\nlanguages: [zh, en]\nprompts: shop\nstart: say\nreturns: {done: []}\nnodes:\n"
    (built.folder / "flows/part.yaml").write_text(part + "  say: {play: bye, next: over}\n  over: {return: done}\n")
    for number, name in enumerate(("shop", "other"), 4001):
        text = f"flow: {name}\nlanguages: [zh, en]\nprompts: shop\nstart: go\nnodes:\n"
        text += "  go: {run: part, on: {done: end, error: end}}\n  end: {hangup: normal}\n"
        (built.folder / f"flows/{name}.yaml").write_text(text)
        built.change("ivrkit.yaml", "numbers:\n", f'numbers:\n  "5{number}": flows/{name}.yaml\n')
    build(built)
    built.serve(*POLL)
    built.change("flows/part.yaml", "play: bye", "play: welcome")
    built.wait_for(lambda: log(built).count("from now on") == 2)


def test_fifty_changes_end_with_the_last(built: Project, switch: SimulatedSwitch) -> None:
    _, address = built.serve("--poll", "0.05")
    call = in_menu(built, switch, address)
    file = built.folder / "flows/shop.yaml"
    text = file.read_text(encoding="utf-8")
    for number in range(50):
        aside = file.with_suffix(".new")
        aside.write_text(
            text.replace("tries: 2", f"tries: {'wrong' if number % 7 else 2 + number % 4}"), encoding="utf-8"
        )
        aside.rename(file)
        gevent.sleep(0.02)
    file.write_text(text.replace("tries: 2", "tries: 5"), encoding="utf-8")
    said = built.ivrkit("compile", "flows/shop.yaml")
    built.wait_for(lambda: rows(built)[0]["version"][:12] in said.err)
    assert rows(built)[0]["state"] == "served"
    assert not call.ended


def test_a_hangup_signal_reads_again_at_once(built: Project) -> None:
    process, _ = built.serve("--poll", "60")
    built.wait_for(lambda: rows(built))
    built.change("flows/shop.yaml", "tries: 2", "tries: 4")
    process.send_signal(signal.SIGHUP)
    built.wait_for(lambda: "read again: 1 changed, 0 not taken" in log(built))


def test_settings_and_actions_wait_for_the_next_start(built: Project) -> None:
    built.serve(*POLL)
    built.wait_for(lambda: rows(built))
    built.ivrkit("flows")
    built.change("ivrkit.yaml", "targets: {desk: }", "targets: {desk: user/1001}")
    built.wait_for(lambda: "ivrkit.yaml was changed: it is read when ivrkit serve starts" in log(built))


# --- the process that compiles ---


def helper_of(process: subprocess.Popen[bytes]) -> int | None:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(children[0]) if children else None


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc")
def test_the_process_that_compiles_is_started_again_when_it_died(built: Project) -> None:
    process, _ = built.serve(*POLL)
    built.wait_for(lambda: helper_of(process))
    os.kill(helper_of(process) or 0, signal.SIGKILL)
    built.wait_for(lambda: "the process that compiles flows ended" in log(built))
    built.change("flows/shop.yaml", "tries: 2", "tries: 4")
    built.wait_for(lambda: "from now on" in log(built))
    helper = helper_of(process)
    process.kill()
    built.wait_for(lambda: helper is not None and not alive(helper))


# --- asking ---


def control(project: Project) -> list[Path]:
    return sorted((project.folder / "data/control").glob("*.sock"))


def test_a_socket_that_was_left_over_is_replaced(built: Project) -> None:
    process, _ = built.serve(*POLL)
    built.wait_for(lambda: control(built))
    process.kill()
    process.wait(DEADLINE)
    left = control(built)
    assert left, "nobody cleaned up"
    assert "no ivrkit serves this project" in built.ivrkit("flows").err
    built.serve(*POLL)
    built.wait_for(lambda: rows(built)[0]["process"] == 1)
    assert left[0] not in control(built)
    assert len(control(built)) == 1


def test_two_that_serve_one_project_are_both_asked(built: Project) -> None:
    built.serve(*POLL)
    built.serve(*POLL)
    built.wait_for(lambda: {row["process"] for row in rows(built)} == {1, 2})
    assert "process" in built.ivrkit("flows").out


def test_nobody_else_may_ask_and_a_stop_leaves_nothing(built: Project) -> None:
    process, _ = built.serve(*POLL)
    built.wait_for(lambda: control(built))
    assert control(built)[0].stat().st_mode & 0o777 == 0o600
    assert control(built)[0].parent.stat().st_mode & 0o777 == 0o700
    process.terminate()
    assert process.wait(DEADLINE) == 0
    assert not control(built)


@pytest.mark.parametrize(
    ("garbage", "answer"),
    [
        (b"\n", b"one line of JSON"),
        (b"\xff\xfe\x00\n", b"one line of JSON"),
        (b"[" * 100_000, b"one line of JSON"),
        (b'{"ask": "fly"}\n', b"there are flows"),
        (b'{"ask": ["flows"]}\n', b"there are flows"),
        (b"7\n", b"there are flows"),
        (b'{"ask": "flows"', b"one line of JSON"),
    ],
)
def test_garbage_is_answered_in_words(built: Project, garbage: bytes, answer: bytes) -> None:
    built.serve(*POLL)
    built.wait_for(lambda: control(built))
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(DEADLINE)
        sock.connect(os.path.relpath(control(built)[0]))
        sock.sendall(garbage)
        sock.shutdown(socket.SHUT_WR)
        assert answer in sock.recv(10_000)
    assert rows(built)[0]["process"] == 1


def test_without_a_running_ivrkit_it_says_what_would_be_served(project: Project) -> None:
    said = project.ivrkit("flows")
    assert said.err == "no ivrkit serves this project now; it would serve:\n"
    assert "sounds are missing, such as" in said.out
    build(project)
    assert "ready" in project.ivrkit("flows").out
    project.change("flows/shop.yaml", "next: hours}", "next: hurs}")
    assert 'node "main" goes to "hurs"' in project.ivrkit("flows").out
