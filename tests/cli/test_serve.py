"""`ivrkit serve` in a process of its own, called over its call port."""

from __future__ import annotations

import signal
import socket
import sqlite3
from contextlib import closing

import pytest

from ivrkit.switch.simulated import SimulatedCall, SimulatedSwitch
from tests.cli.project import DEADLINE, Project

ACTION = """\
import threading, time
from ivrkit import action
lock = threading.Lock()
@action
def slow() -> None:
    with lock:
        time.sleep(0.3)
"""


@pytest.fixture
def built(project: Project) -> Project:
    project.ivrkit("prompts", "build")
    return project


def called(switch: SimulatedSwitch, address: str, caller: str = "13800001111") -> SimulatedCall:
    host, port = address.split(":")
    return switch.call(host, int(port), caller, called_number="4001")


def log(project: Project) -> str:
    return (project.folder / "serve.log").read_text(encoding="utf-8")


def calls(project: Project) -> list[tuple[str, ...]]:
    """What the records say: who called, and how each call ended."""
    with closing(sqlite3.connect(project.folder / "data/ivrkit.db")) as database:
        return database.execute("SELECT caller_number, ended_by FROM calls ORDER BY caller_number").fetchall()


def refused(address: str) -> bool:
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=DEADLINE).close()
    except ConnectionRefusedError:
        return True
    return False


def test_told_to_stop_it_takes_no_more_calls_and_lets_the_running_ones_end(built: Project) -> None:
    process, address = built.serve()
    with SimulatedSwitch() as switch:
        call = called(switch, address)
        built.wait_for(lambda: len(call.heard) > 1)
        process.send_signal(signal.SIGTERM)
        built.wait_for(lambda: "stopping: 1 call may go on for 30 s" in log(built))
        built.wait_for(lambda: refused(address))
        assert not call.ended
        call.press("1")
        assert call.wait_ended(DEADLINE)
    assert process.wait(DEADLINE) == 0
    assert calls(built) == [("13800001111", "flow")]
    assert "…1111 called 4001: " in log(built)
    assert "ended at end by flow" in log(built)
    assert "Traceback" not in log(built)


@pytest.mark.parametrize("impatient", ["--patience", "again"])
def test_it_does_not_wait_for_ever(built: Project, impatient: str) -> None:
    process, address = built.serve("--patience", "0.2" if impatient == "--patience" else "60")
    with SimulatedSwitch() as switch:
        call = called(switch, address)
        built.wait_for(lambda: call.answered_at is not None)
        process.send_signal(signal.SIGINT)
        built.wait_for(lambda: "stopping: " in log(built))
        if impatient == "again":
            process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 0
    assert [caller for caller, _ in calls(built)] == ["13800001111"], "a call that is cut off has its record too"
    assert "Traceback" not in log(built)


def test_actions_that_share_a_lock_stop_nobody(built: Project) -> None:
    """A lock that is held over a wait would stop the whole process, were it not gevent's."""
    (built.folder / "serve_actions.py").write_text(ACTION, encoding="utf-8")
    with (built.folder / "ivrkit.yaml").open("a") as config:
        config.write("actions: [serve_actions]\n")
    built.change(
        "flows/shop.yaml",
        "  welcome:\n    play: welcome\n    next: main\n",
        "  welcome: {action: slow, on: {ok: bye, timeout: main, error: main}}\n",
    )
    process, address = built.serve()
    with SimulatedSwitch() as switch:
        both = [called(switch, address, f"1380000111{number}") for number in range(2)]
        assert all(call.wait_ended(DEADLINE) for call in both)
    process.terminate()
    assert process.wait(DEADLINE) == 0
    assert calls(built) == [("13800001110", "flow"), ("13800001111", "flow")]


def test_a_number_without_a_flow_is_refused_and_told(built: Project) -> None:
    _, address = built.serve()
    said = built.ivrkit("dial", "4009", "--connect", address)
    assert said.code == 2
    assert said.err == "error: 4009 leads to no flow there: add it under numbers: in ivrkit.yaml\n"


def test_it_is_dialled_from_another_terminal(built: Project) -> None:
    _, address = built.serve()
    said = built.ivrkit("dial", "4001", "--connect", address, "--press", "1")
    assert (said.code, said.err) == (0, "")
    told = [line[11:] for line in said.out.splitlines()]
    assert told[1:3] == ["hears  您好。", "hears  时间请按一。"]
    assert told[-4:] == [
        "press  1",
        "hears  九点开门。",
        "hears  再见。",
        "end    the hotline hung up (NORMAL_CLEARING)",
    ]


def test_any_caller_is_served(built: Project) -> None:
    strange = ["anonymous", "' OR 1", "${system(reboot)}", "a\n\nEvent-Name: X", "水" * 99]
    _, address = built.serve()
    with SimulatedSwitch() as switch:
        ringing = [called(switch, address, caller) for caller in strange]
        built.wait_for(lambda: all(call.answered_at is not None for call in ringing))
        for call in ringing:
            call.press("1")
        assert all(call.wait_ended(DEADLINE) for call in ringing)
    built.wait_for(lambda: log(built).count("ended at end by flow") == len(strange))
    built.wait_for(lambda: [caller for caller, _ in calls(built)] == sorted(strange))


def test_sounds_of_another_project_are_shown_by_their_names(built: Project) -> None:
    _, address = built.serve()
    (built.folder / "other.yaml").write_text("sounds: nowhere", encoding="utf-8")
    said = built.ivrkit("dial", "4001", "--connect", address, "--config", "other.yaml")
    assert said.code == 0
    assert "shop/welcome.wav" in said.out
