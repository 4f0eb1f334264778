"""Pages of documentation taken at their word: what a reader would write and type, done, and what the page shows, seen.

# flows/shop.yaml         the first line of a YAML or Python block names the file that the reader writes
# flows/shop.yaml, at the end      … or adds to
$ ivrkit check            in a console block is typed; the lines below it must appear, in this order
…                         stands for any lines
$ echo $?                 and the number below it are the exit code that is expected in place of 0
<!-- flows/shop.yaml: "order" becomes "ordre" -->     the reader changes a file, as the text around says
<!-- another project -->  from here on the reader begins in a new folder
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from time import sleep
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DEADLINE = 30.0
"Seconds for one command."

COMMANDS = {"ivrkit": ["-m", "ivrkit"], "python": [], "pytest": ["-m", "pytest", "-p", "no:cacheprovider"]}
"What a page may type, as arguments of Python."

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# ([\w./-]+\.(?:yaml|py))(, at the end)?\n")
_CHANGE = re.compile(r'<!-- ([\w./-]+): "(.+)" becomes "(.*)" -->')
_ANOTHER = re.compile("<!-- another project -->")
# What differs from machine to machine and from day to day: seconds, folders, versions.
_VARYING = re.compile(
    r"127\.0\.0\.1:\d+|\s*\b\d+\.\d+ ?s\b|(?<![\w:])/[\w/.-]*/|\b[0-9a-f]{12}\b|\b\d+\.\d+\.\d+\b|\b\d+\.\d\d$"
)


class Block(NamedTuple):
    """One fenced block."""

    language: str
    text: str
    line: int


class Change(NamedTuple):
    """An edit that the reader makes."""

    file: str
    before: str
    after: str


class Another(NamedTuple):
    """The reader begins in a new folder."""


@dataclass(frozen=True, slots=True)
class Command:
    """A line that is typed, and what the page shows below it."""

    line: str
    shown: tuple[str, ...]
    code: int


def pages() -> list[Path]:
    """Every page that users read."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path) -> list[Block]:
    return [found for found in _parts(page.read_text("utf-8")) if isinstance(found, Block)]


def file_of(block: Block) -> str | None:
    """The file that a block is, by its first line."""
    found = _FILE.match(block.text)
    return found[1] if found else None


def commands(block: Block) -> Iterator[Command]:
    """The commands in a console block."""
    typed = [part.split("\n") for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]]
    for number, (line, *shown) in enumerate(typed):
        after = typed[number + 1] if number + 1 < len(typed) else [""]
        code = int(after[1]) if after[0] == "echo $?" else 0
        if line != "echo $?":
            yield Command(line.split("  #")[0].strip(), tuple(text for text in shown if text.strip()), code)


def follow(page: Path, folder: Path, typing: bool = True) -> None:
    """Do everything that a page says, in `folder`; fails where it is not as the page says."""
    project = folder
    for earlier in _before(page):
        follow(earlier, folder, typing=False)
    for number, part in enumerate(_parts(page.read_text("utf-8"))):
        match part:
            case Another():
                project = folder / f"project{number}"
                project.mkdir()
            case Change(file, before, after):
                text = (project / file).read_text("utf-8")
                assert before in text, f"{name_of(page)} changes {before!r}, which is not in {file}"
                (project / file).write_text(text.replace(before, after, 1), "utf-8")
            case Block("console"):
                for command in commands(part) if typing else ():
                    _type(command, project)
            case Block() if name := file_of(part):
                _write(project / name, part.text)


def _before(page: Path) -> list[Path]:
    """The pages whose files a page goes on with."""
    if page.parent.name == "guide":
        chapters = sorted(page.parent.glob("[0-9]*.md"))
        return chapters[: chapters.index(page)][-1:] if page in chapters else []
    # The configuration of all nodes' flows stands there.
    return [page.parent / "README.md"] if page.parent.name == "nodes" and page.name != "README.md" else []


def _write(file: Path, text: str) -> None:
    first, rest = text.split("\n", 1)
    file.parent.mkdir(parents=True, exist_ok=True)
    if first.endswith(", at the end"):
        file.write_text(file.read_text("utf-8") + rest, "utf-8")
    else:
        file.write_text(text, "utf-8")


def _parts(text: str) -> Iterator[Block | Change | Another]:
    found: list[tuple[int, Block | Change | Another]] = []
    for fence in _FENCE.finditer(text):
        found.append((fence.start(), Block(fence[1], fence[2], text.count("\n", 0, fence.start()) + 1)))
    for change in _CHANGE.finditer(text):
        file, before, after = (part.replace("\\n", "\n").replace('\\"', '"') for part in change.groups())
        found.append((change.start(), Change(file, before, after)))
    found += [(another.start(), Another()) for another in _ANOTHER.finditer(text)]
    yield from (part for _, part in sorted(found, key=lambda one: one[0]))


def _type(command: Command, folder: Path) -> None:
    program, *arguments = _words(command.line)
    if program not in COMMANDS:
        return
    if arguments[:1] == ["dial"] and "--fast" not in arguments:
        arguments.append("--fast")
    code, output = _run([sys.executable, *COMMANDS[program], *arguments], folder)
    assert code == command.code, f"{command.line}: exit code {code}\n{output}"
    rest = iter([_comparable(line) for line in output.splitlines()])
    for line in command.shown:
        assert line == "…" or _comparable(line) in rest, (
            f"{command.line} does not show, in its place,\n{line}\nbut\n{output}"
        )


def _run(arguments: list[str], folder: Path) -> tuple[int, str]:
    serving = "serve" in arguments
    if serving:
        arguments = [*arguments, "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "COLUMNS": "160", "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        arguments,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    deadline = Timer(DEADLINE, process.kill)
    deadline.start()
    try:
        said = _first_line(process) if serving else ""
        output, _ = process.communicate()
    finally:
        deadline.cancel()
        process.kill()
    return process.returncode, said + output


def _first_line(process: subprocess.Popen[str]) -> str:
    """What a server says when it is ready, whereupon it is asked to stop."""
    assert process.stdout
    said = process.stdout.readline()
    while said and not said.splitlines()[-1].startswith("serving"):
        said += process.stdout.readline()
    sleep(0.3)  # it says so a moment before it heeds signals
    process.send_signal(signal.SIGTERM)
    return said


def _words(line: str) -> list[str]:
    return [word.strip("'\"") for word in re.findall(r"'[^']*'|\"[^\"]*\"|\S+", line)]


def _comparable(line: str) -> str:
    return _VARYING.sub("", line).strip()
