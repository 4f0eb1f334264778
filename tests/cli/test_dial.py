"""A call from the terminal: what is heard and pressed, when, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import stat
import wave
from pathlib import Path

import pytest

from tests.cli.project import Project, Said


def told(said: Said) -> list[str]:
    """What the transcript tells, without the times."""
    return [line[11:] for line in said.out.splitlines()]


def dialled(project: Project, *options: str) -> Said:
    said = project.ivrkit("dial", "flows/shop.yaml", "--fast", *options)
    assert said.code == 0, said.err
    return said


def test_a_call_without_hands(project: Project) -> None:
    said = dialled(project, "--from", "02112345678", "--to", "4009", "--press", "9", "--press", "1")
    assert told(said) == [
        "call   02112345678 rings 4009",
        "hears  您好。",
        "hears  时间请按一。",
        "hears  密码请按二。",
        "hears  For English, press nine.",
        "hears  人工请按零。",
        "press  9",
        "hears  For hours, press one.",
        "hears  For your PIN, press two.",
        "hears  For English, press nine.",
        "hears  For a person, press zero.",
        "press  1",
        "hears  We open at nine.",
        "hears  Goodbye.",
        "end    the hotline hung up (NORMAL_CLEARING)",
    ]


def test_a_number_leads_to_its_flow_and_a_flow_has_its_number(project: Project) -> None:
    (project.folder / "ivrkit.yaml").write_text('numbers: {"4002": flows/shop.yaml}\ntargets: {desk: }\n', "utf-8")
    by_number, by_flow = (project.ivrkit("dial", what, "--fast") for what in ("4002", "flows/shop.yaml"))
    assert told(by_number) == told(by_flow)
    assert told(by_flow)[0] == "call   13800001111 rings 4002"
    unknown = project.ivrkit("dial", "4009", "--fast")
    assert (unknown.code, unknown.err) == (2, "error: 4009 leads to no flow: add it under numbers: in ivrkit.yaml\n")


def test_after_the_last_keys_the_caller_hangs_up(project: Project) -> None:
    assert told(dialled(project))[-1] == "end    you hung up (NORMAL_CLEARING)"


def test_keys_of_a_secret_are_not_shown(project: Project) -> None:
    plain = dialled(project, "--press", "2", "--press", "7351")
    assert "press  • • • •" in told(plain)
    assert "press  2" in told(plain)
    as_json = dialled(project, "--json", "--press", "2", "--press", "7351")
    assert "7" not in [json.loads(line).get("key") for line in as_json.out.splitlines()]


def test_keys_that_come_after_the_end_are_told(project: Project) -> None:
    said = dialled(project, "--press", "1", "--press", "22", "--press", "3")
    assert told(said)[-1].startswith("end ")
    assert "The call was over before these keys could be pressed: 22 3" in said.err


def test_programs_get_a_line_for_each_thing_that_happens(project: Project) -> None:
    events = [json.loads(line) for line in dialled(project, "--json", "--press", "1").out.splitlines()]
    assert [event["event"] for event in events] == ["begins", *["heard"] * 5, "pressed", "heard", "heard", "ended"]
    assert events[0] == {"event": "begins", "at": 0.0, "caller": "13800001111", "called": "4001"}
    assert (events[1]["prompt"], events[1]["text"]) == ("welcome", "您好。")
    assert events[-1] == {"event": "ended", "at": events[-1]["at"], "cause": "NORMAL_CLEARING", "by": "flow"}
    assert [event["at"] for event in events] == sorted(event["at"] for event in events)


@pytest.mark.parametrize(
    "caller",
    ["", "anonymous", "a\nContent-Length: 9\n\n", "\x1b[2J", "${system(reboot)}", "[red]1", "水" * 500, "' -- "],
)
def test_any_caller_may_call(project: Project, caller: str) -> None:
    said = dialled(project, "--from", caller, "--press", "1")
    assert told(said)[-1] == "end    the hotline hung up (NORMAL_CLEARING)"
    assert "\x1b" not in said.out
    assert len(said.out.splitlines()) == 10
    as_json = dialled(project, "--json", "--from", caller, "--press", "1")
    assert json.loads(as_json.out.splitlines()[0])["caller"] == caller


def test_a_caller_number_that_is_no_text(project: Project) -> None:
    for form in ("--fast", "--json"):
        said = project.result(
            project.start("dial", "flows/shop.yaml", "--fast", form, "--press", "1", b"--from", b"\xff")
        )
        assert said.code == 0, said.err


def test_a_terminal_that_has_no_chinese_gets_escapes(project: Project) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    said = project.result(project.start("dial", "flows/shop.yaml", "--fast", env=environment))
    assert (said.code, said.err) == (0, "")
    assert "\\u60a8\\u597d" in said.out


def test_an_action_that_fails_is_one_line_and_the_call_goes_on(project: Project) -> None:
    (project.folder / "dial_actions.py").write_text(
        "from ivrkit import action\n@action\ndef find_order() -> dict:\n    return 1 / 0\n", encoding="utf-8"
    )
    with (project.folder / "ivrkit.yaml").open("a") as config:
        config.write("actions: [dial_actions]\n")
    project.change(
        "flows/shop.yaml",
        "  hours:\n    play: hours\n    next: bye\n",
        "  hours: {action: find_order, on: {ok: desk, timeout: desk, error: bye}}\n",
    )
    said = project.result(project.start("dial", "flows/shop.yaml", "--fast", "--press", "1"))
    assert told(said)[-1] == "end    the hotline hung up (NORMAL_CLEARING)"
    line = "error: dial: action find_order failed: ZeroDivisionError: division by zero (dial_actions.py, line 4)\n"
    assert said.err.endswith(line)
    assert "Traceback" not in said.err


def test_actions_are_told_the_language_of_the_moment(project: Project) -> None:
    (project.folder / "language_actions.py").write_text(
        "from pathlib import Path\nfrom ivrkit import Context, action\n@action\ndef note(context: Context) -> None:\n"
        "    Path('language').write_text(context.language)\n",
        encoding="utf-8",
    )
    with (project.folder / "ivrkit.yaml").open("a") as config:
        config.write("actions: [language_actions]\n")
    project.change(
        "flows/shop.yaml",
        "  hours:\n    play: hours\n    next: bye\n",
        "  hours: {action: note, on: {ok: bye, timeout: bye, error: desk}}\n",
    )
    dialled(project, "--press", "9", "--press", "1")
    assert (project.folder / "language").read_text() == "en"


def test_ctrl_c_ends_a_written_call_without_a_word(project: Project) -> None:
    heard = project.folder / "heard.txt"
    with heard.open("wb") as file:
        process = project.start("dial", "flows/shop.yaml", "--press", "1", stdout=file)
    project.wait_for(lambda: "您好" in heard.read_text())
    process.send_signal(signal.SIGINT)
    said = project.result(process)
    assert (said.code, said.err) == (130, "")


# --- sound ---


def player(folder: Path) -> str:
    """A machine whose only player keeps what it is given."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "aplay").write_text(f'#!/bin/sh\n/bin/cat "$2" >> {folder}/played.wav\n', encoding="utf-8")
    (programs / "aplay").chmod(stat.S_IRWXU)
    return str(programs)


def test_sound_plays_each_prompt(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.ivrkit("prompts", "build")
    monkeypatch.setenv("PATH", player(project.folder))
    assert project.ivrkit("dial", "flows/shop.yaml", "--sound", "--press", "1").code == 0
    played = project.folder / "played.wav"
    with wave.open(str(played)) as first:
        assert first.getframerate() == 16000
    assert played.read_bytes().count(b"RIFF") == 7


@pytest.mark.parametrize(
    ("built", "found", "words"),
    [
        (True, False, "--sound needs a program that plays WAV files, such as aplay: apt install alsa-utils"),
        (False, True, "is not built: run ivrkit prompts build, or leave --sound away"),
    ],
)
def test_sound_without_what_it_needs_is_one_line(
    project: Project, monkeypatch: pytest.MonkeyPatch, built: bool, found: bool, words: str
) -> None:
    if built:
        project.ivrkit("prompts", "build")
    monkeypatch.setenv("PATH", player(project.folder) if found else "/nonexistent")
    said = project.ivrkit("dial", "flows/shop.yaml", "--sound")
    assert (said.code, said.out) == (2, "")
    assert words in said.err
