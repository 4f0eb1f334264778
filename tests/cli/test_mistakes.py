"""Whatever a person writes or types wrong is one clear line, or one for each mistake, and exit code 2."""

from __future__ import annotations

import ctypes
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.project import Project, Said

Spoil = Callable[[Path], object]


def told(said: Said, *words: str) -> None:
    """The command failed as a mistake does, and its first line holds these words."""
    assert said.code == 2, said
    assert "Traceback" not in said.err + said.out
    line = next(line for line in (said.out + said.err).splitlines() if "error: " in line)
    assert len(line) < 300
    for word in words:
        assert word in line


def loop(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.name)


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


FILES: dict[str, tuple[Spoil, str]] = {
    "missing": (lambda file: file.unlink(), "there is no such file"),
    "a folder": (folder, "this is a directory"),
    "unreadable": (loop, "this file cannot be read"),
    "empty": (lambda file: file.write_bytes(b""), "there is nothing in this file"),
    "huge": (lambda file: file.write_bytes(b"a: b\n" * 400_000), "larger than"),
    "binary": (lambda file: file.write_bytes(bytes(range(32)) * 9), "is this a text file?"),
    "not UTF-8": (lambda file: file.write_bytes("flow: 热线".encode("gb18030")), "save the file as UTF-8"),
    "a list": (lambda file: file.write_bytes(b"- a\n- b\n"), 'not made of lines such as "name: value"'),
    "no YAML": (lambda file: file.write_bytes(b"flow: {zh: [\n"), ""),
}
spoilt = pytest.mark.parametrize(("spoil", "words"), FILES.values(), ids=FILES)


@spoilt
@pytest.mark.parametrize("command", [["check"], ["compile", "flows/shop.yaml"], ["dial", "flows/shop.yaml", "--fast"]])
def test_a_flow_that_cannot_be_used(project: Project, spoil: Spoil, words: str, command: list[str]) -> None:
    spoil(project.folder / "flows/shop.yaml")
    told(project.ivrkit(*command), "flows/shop.yaml", words)


@spoilt
def test_prompts_that_cannot_be_used(project: Project, spoil: Spoil, words: str) -> None:
    spoil(project.folder / "prompts/shop.yaml")
    said = project.ivrkit("check")
    assert said.code == 2
    assert any("prompts/shop.yaml" in line and words in line for line in said.out.splitlines())


@spoilt
@pytest.mark.parametrize("command", [["check"], ["doctor"], ["dial", "flows/shop.yaml", "--fast"]])
def test_a_configuration_that_cannot_be_used(project: Project, spoil: Spoil, words: str, command: list[str]) -> None:
    spoil(project.folder / "ivrkit.yaml")
    told(project.ivrkit(*command, "--config", "ivrkit.yaml"), "ivrkit.yaml", words)


SCRIPTS: dict[str, tuple[Spoil, str]] = {
    "missing": (lambda file: file.unlink(), "cannot be read: No such file"),
    "a folder": (folder, "cannot be read: Is a directory"),
    "unreadable": (loop, "cannot be read: Too many levels"),
    "empty": (lambda file: file.write_bytes(b""), "it is not JSON"),
    "huge": (lambda file: file.write_bytes(b" " * 20_000_001), "larger than"),
    "binary": (lambda file: file.write_bytes(bytes(range(256))), "it is not JSON"),
    "other JSON": (lambda file: file.write_bytes(b"[1]"), "JSON of another kind"),
    "changed": (lambda file: file.write_bytes(file.read_bytes().replace(b"bye", b"buy")), ""),
}


@pytest.mark.parametrize(("spoil", "words"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_that_cannot_be_used(project: Project, spoil: Spoil, words: str) -> None:
    project.ivrkit("compile", "flows/shop.yaml", "-o", "x.json")
    spoil(project.folder / "x.json")
    told(project.ivrkit("dial", "x.json", "--fast"), "x.json", words)


SETTINGS = {
    'numbers: {"4001": flows/none.yaml}': "flows/none.yaml: error: there is no such file",
    'numbers: {"4001": }': "name the flow file for 4001",
    "numbers: {reception: flows/shop.yaml}": '"reception" is no telephone number',
    "numbers: flows/shop.yaml": "write names and values here",
    "nmubers: {}": 'did you mean "numbers"?',
    "listen: 8084": "127.0.0.1:8084",
    f"listen: 127.0.0.1:{'9' * 5000}": "127.0.0.1:8084",
    "allow: [10.0.0.300]": '"10.0.0.300" is no network',
    "allow: 10.0.0.1": "write a list here",
    "store: ": "write a text here",
    "voices: {fr: {voice: fr}}": '"fr" is no language of ivrkit: zh, en',
    "voices: {zh: {engine: espaek, voice: cmn}}": '"espaek" is no engine: espeak, pyttsx3, silence',
    "voices: {zh: {engine: espeak}}": "name the voice",
    "voices: {zh: {voice: cmn, rate: fast}}": "rate and pitch are numbers",
    "voices: {zh: {voice: cmn, rate: 10}}": "between 80 and 450",
    "voices: {zh: {voise: cmn}}": 'did you mean "voice"?',
    "actions: [shop.]": '"shop." is no Python module',
    "hosts: [https://user@billing.example]": "is no host: write billing.example.com",
    'targets: {desk: "${caller_id_name}"}': "is no dial string",
    "targets: {desk: loopback/4001}": "is no dial string",
    "targets: {desk: 02112345678}": "is no dial string",
}


@pytest.mark.parametrize(("line", "words"), SETTINGS.items(), ids=[line[:40] for line in SETTINGS])
def test_a_setting_that_cannot_be_used(project: Project, line: str, words: str) -> None:
    (project.folder / "ivrkit.yaml").write_text(f"{line}\n", encoding="utf-8")
    told(project.ivrkit("check"), words)


MODULES = {
    "raise ValueError('no licence')": "ValueError: no licence ({module}.py, line 1)",
    "import requestss": "No module named 'requestss' ({module}.py, line 1)",
    "def find(: pass": "SyntaxError: invalid syntax ({module}.py, line 1)",
    "import sys; sys.exit('bye')": "SystemExit: bye ({module}.py, line 1)",
    "from ivrkit import action\n@action\ndef find(x): ...": 'action find: parameter "x" has no type',
    "from ivrkit import action\n@action(outcomes=['ok', 'error'])\ndef find(): ...": '"error" comes by itself',
    None: 'there is no module "{module}": write it as {module}.py',
}


@pytest.mark.parametrize(("code", "words"), MODULES.items(), ids=[str(code)[:30] for code in MODULES])
def test_an_action_module_that_cannot_be_used(project: Project, code: str | None, words: str) -> None:
    # A name of its own for each: Python imports a module once.
    module = f"actions_{abs(hash(code))}"
    if code is not None:
        (project.folder / f"{module}.py").write_text(code, encoding="utf-8")
    with (project.folder / "ivrkit.yaml").open("a") as config:
        config.write(f"actions: [{module}]\n")
    told(project.ivrkit("check"), words.format(module=module))


def no_flow(project: Project) -> None:
    project.change("ivrkit.yaml", 'numbers:\n  "4001": flows/shop.yaml\n', "")


def unknown_voice(project: Project) -> None:
    project.change("ivrkit.yaml", "zh: {engine: silence, voice: none", "zh: {engine: espeak, voice: klingon")


def space_in_sounds(project: Project) -> None:
    with (project.folder / "ivrkit.yaml").open("a") as config:
        config.write("sounds: my sounds\n")


def file_for_sounds(project: Project) -> None:
    (project.folder / "sounds").write_text("mine")


def store(url: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        (project.folder / "text.db").write_text("no database" * 100)
        with (project.folder / "ivrkit.yaml").open("a") as config:
            config.write(f"store: {url}\n")

    return change


COMMANDS: dict[str, tuple[Callable[[Project], None], list[str], str]] = {
    "no flow to check": (no_flow, ["check"], "name a flow file"),
    "no flow to build for": (no_flow, ["prompts", "build"], "no number leads to a flow"),
    "unknown voice": (unknown_voice, ["prompts", "build"], "klingon"),
    "sounds with a space": (space_in_sounds, ["prompts", "build"], "FreeSWITCH cannot play from a path with ' '"),
    "sounds are a file": (file_for_sounds, ["prompts", "build"], "manifest.json cannot be read: Not a directory"),
    "unknown language": (lambda project: None, ["prompts", "list", "--lang", "fr"], "--lang is one of en, zh"),
    "database is a folder": (store("sqlite:///flows"), ["demo-data"], "it is a folder"),
    "no database": (store("sqlite:///text.db"), ["demo-data"], "it is not an SQLite database"),
    "no store": (store("postgers://x"), ["demo-data"], 'there is no store "postgers"'),
    "no key": (lambda project: None, ["dial", "flows/shop.yaml", "--press", "2a"], "press keys of a telephone"),
    "no address": (lambda project: None, ["dial", "4001", "--connect", "here"], "127.0.0.1:8084"),
    "nobody there": (lambda project: None, ["dial", "4001", "--connect", "127.0.0.1:1"], "start ivrkit serve"),
    "fast over a socket": (lambda project: None, ["dial", "4001", "--connect", "127.0.0.1:1", "--fast"], "--fast"),
}


@pytest.mark.parametrize(("prepare", "command", "words"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_that_cannot_be_done(
    project: Project, prepare: Callable[[Project], None], command: list[str], words: str
) -> None:
    prepare(project)
    told(project.ivrkit(*command), words)


@pytest.mark.parametrize("command", [["serve"], ["doctor"], ["prompts", "list"], ["demo-data"], ["demo"], ["check"]])
def test_a_folder_without_a_project(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    if command == ["serve"]:
        told(project.result(project.start(*command, cwd=empty)), "there is no ivrkit.yaml in this folder")
    else:
        told(project.ivrkit(*command), "there is no ivrkit.yaml in this folder")


def read_only(project: Project) -> None:
    file = project.folder / "data/ivrkit.db"
    project.ivrkit("demo-data")
    file.chmod(0o400)
    file.parent.chmod(0o500)


def obey_modes() -> None:
    """Let the modes of files hold for what follows, also for root: without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH."""
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_store_that_may_only_be_read(project: Project) -> None:
    read_only(project)
    told(project.result(project.start("demo-data", preexec_fn=obey_modes)), "it may only be read")


SERVE: dict[str, tuple[Callable[[Project], None], list[str], str]] = {
    "a sound missing": (lambda project: None, [], "sounds are missing, such as en/"),
    "a flow broken": (
        lambda project: project.change("flows/shop.yaml", "next: hours", "next: huors"),
        [],
        'flows/shop.yaml:12:38: error: node "main" goes to "huors"',
    ),
    "the database a folder": (store("sqlite:///flows"), [], "it is a folder"),
    "sounds with a space": (space_in_sounds, [], "FreeSWITCH cannot play from a path with ' '"),
    "no address": (lambda project: None, ["--listen", "8084"], "write an address and a port"),
    "nowhere": (lambda project: None, ["--listen", "192.0.2.1:80"], "cannot listen on 192.0.2.1:80"),
}


@pytest.mark.parametrize(("prepare", "options", "words"), SERVE.values(), ids=SERVE)
def test_what_keeps_ivrkit_from_serving(
    project: Project, prepare: Callable[[Project], None], options: list[str], words: str
) -> None:
    if words.startswith(("it is a", "cannot listen", "write an")):
        project.ivrkit("prompts", "build")
    prepare(project)
    told(project.result(project.start("serve", *options)), words)


def test_a_port_that_is_in_use(project: Project) -> None:
    project.ivrkit("prompts", "build")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = project.result(project.start("serve", "--listen", f"127.0.0.1:{port}"))
    told(said, f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another port")


def test_what_is_typed_wrong_is_told_with_the_way_to_help(project: Project) -> None:
    for arguments in (["chekc"], ["check", "--fromat", "json"], ["dial"], ["serve", "--patience", "-1"]):
        said = project.ivrkit(*arguments)
        assert said.code == 2
        assert "Error: " in said.err
        assert "--help" in said.err
