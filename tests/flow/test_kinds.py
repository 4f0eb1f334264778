"""Node kinds of other packages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

KIND = """
from dataclasses import dataclass
from typing import ClassVar
from ivrkit.nodes.fields import NODE_CONFIG, NodeName, Prompts, lines
from ivrkit.script import CallView, Goto, Node, Run, Say

@dataclass(frozen=True, slots=True, kw_only=True)
class Greet(Node):
    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "greet"
    greet: Prompts
    next: NodeName

    def run(self, call: CallView) -> Run:
        yield Say(lines(self.greet))
        return Goto(self.next)
"""
FLOW = """
flow: x
languages: [en]
start: hello
nodes:
  hello: {greet: {en: Good morning}, next: end}
  end: {hangup: normal}
"""


def dial(folder: Path) -> subprocess.CompletedProcess[str]:
    flow = folder / "flows" / "x.yaml"
    flow.parent.mkdir()
    flow.write_text(FLOW)
    return ivrkit(folder, "dial", str(flow), "--fast")


def ivrkit(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivrkit", *arguments]
    return subprocess.run(
        command, env={"PYTHONPATH": str(folder), "PATH": ""}, cwd=folder, capture_output=True, text=True, timeout=60
    )


def install(folder: Path, name: str, target: str) -> None:
    info = folder / "greetings-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: greetings\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[ivrkit.nodes]\n{name} = {target}\n")


def test_a_package_brings_a_node_kind_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "greetings.py").write_text(KIND)
    install(tmp_path, "greet", "greetings:Greet")
    done = dial(tmp_path)
    assert "Good morning" in done.stdout
    assert done.returncode == 0


def test_a_kind_of_another_package_is_drawn_and_told_by_its_fields(tmp_path: Path) -> None:
    (tmp_path / "greetings.py").write_text(KIND)
    install(tmp_path, "greet", "greetings:Greet")
    dial(tmp_path)
    assert "<b>hello</b> <small>greet</small><br/>Good morning" in ivrkit(tmp_path, "graph", "flows/x.yaml").stdout
    assert ivrkit(tmp_path, "explain", "flows/x.yaml", "hello").stdout.splitlines() == [
        "hello is a node of the kind greet (flows/x.yaml:6).",
        "Calls start here.",
        "greet says:",
        "    en: Good morning",
        "Then the call goes to end.",
    ]


def test_editors_are_told_of_a_kind_of_another_package(tmp_path: Path) -> None:
    (tmp_path / "greetings.py").write_text(KIND)
    install(tmp_path, "greet", "greetings:Greet")
    schema = json.loads(ivrkit(tmp_path, "schema").stdout)
    assert schema["definitions"]["greet node"]["properties"].keys() == {"greet", "next", "visits"}
    assert [
        one["body"] for one in schema["properties"]["nodes"]["defaultSnippets"] if one["label"] == "greet node"
    ] == [{"${1:name}": {"greet": "${2:welcome}", "next": "${3:main}"}}]


def test_a_package_whose_kind_cannot_be_used_is_named(tmp_path: Path) -> None:
    install(tmp_path, "greet", "greetings:Greet")
    done = dial(tmp_path)
    assert done.returncode == 2
    assert 'the node kind "greet" of an installed package cannot be loaded' in done.stderr
    assert "Traceback" not in done.stderr
