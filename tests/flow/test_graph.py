"""Pictures of flows: tests/pictures/<flow>.yaml with its .dot and .mmd."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.commands import Visit
from ivrkit.expressions import Template
from ivrkit.flow.graph import Arrow, Box, Graph, Role, as_dot, as_mermaid, draw
from ivrkit.flow.graph.text import clean, contents
from ivrkit.script import Node
from tests.flow.golden import GOOD, PICTURES, TESTS, WRONG, compiled, seen

GRAPHVIZ = pytest.mark.skipif(not shutil.which("dot"), reason="needs graphviz: apt install graphviz")
OFFICE, MISTAKES, HOSTILE = (TESTS / "pictures" / f"{name}.yaml" for name in ("office", "mistakes", "hostile"))

# A line of a flowchart, in which a text is in quotes and has nothing that Mermaid would take for its own.
_TEXT = r'"(?:[^"#;`\[\]{}()|<>]|#\d+;|</?(?:b|i|small)>|<br/>)*"'
_MERMAID = re.compile(
    rf"    (?:n\d+(?:\({_TEXT}\)|\(\({_TEXT}\)\)|\(\[{_TEXT}\]\)|\[\[{_TEXT}\]\]|{{{{{_TEXT}}}}})"
    rf"|n\d+ (?:-->|-\.->|==>)(?:\|{_TEXT}\|)? n\d+"
    r"|classDef \w+ [\w:#,-]+|class n\d+(?:,n\d+)* \w+|linkStyle \d+(?:,\d+)* [\w:#,-]+)"
)


def picture(path: Path, language: str = "", visits: tuple[Visit, ...] = ()) -> Graph:
    result = compiled(path)
    assert result.flow is not None
    return draw(result.flow, result.diagnostics, language, visits)


def graphviz(dot: str, form: str) -> str:
    done = subprocess.run(["dot", f"-T{form}"], input=dot.encode(), capture_output=True, timeout=60, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_flow_is_drawn_and_told_as_it_was_before(path: Path) -> None:
    for ending, text in seen(path).items():
        assert text == path.with_suffix(ending).read_text(encoding="utf-8")


# --- what is in it ---------------------------------------------------------------------------------------------------


def arrows(graph: Graph) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(arrow.source, arrow.target): arrow.labels for arrow in graph.arrows}


def test_an_arrow_has_every_way_from_one_node_to_another() -> None:
    drawn = arrows(picture(OFFICE))
    assert drawn["main", "hours"] == ("没按键", "按 2")
    assert drawn["bill", "desk"] == ("超时", "出错")
    assert drawn["owes", "tell"] == ("bill.amount > 0",)
    assert drawn["tell", "main"] == ()


def test_what_every_menu_has_is_drawn_once() -> None:
    graph = picture(OFFICE, "en")
    drawn = arrows(graph)
    assert drawn["(everywhere)", "desk"] == ("gave up", "key 0", "too often")
    assert ("main", "desk") not in drawn, "its own key 0 does the same"
    (everywhere,) = [box for box in graph.boxes if box.name == "(everywhere)"]
    assert everywhere.lines == ("in every menu", "* back", "# again")


def test_words_are_in_the_language_that_was_asked_for_and_cut_to_fit() -> None:
    boxes = {language: {box.name: box.lines for box in picture(OFFICE, language).boxes} for language in ("zh", "en")}
    assert boxes["zh"]["main"] == ("您好。", "账单请按一。", "营业时间请按二。", "人工服务请按零。")
    assert boxes["en"]["main"][1] == "For your bill, press one."
    assert boxes["zh"]["hours"] == ("我们的营业时间是周一至周五，上午九点到…",)
    assert boxes["en"]["tell"] == ("You owe ‹bill.amount›.",)


def test_calls_come_in_and_end_where_the_picture_says() -> None:
    graph = picture(OFFICE)
    assert {arrow.target for arrow in graph.arrows if arrow.source in ("(start)", "(on_hangup)")} == {"main", "note"}
    assert [box.name for box in graph.boxes if box.ends] == ["end"]


def test_mistakes_are_marked_where_they_are() -> None:
    graph = picture(MISTAKES)
    checks = {box.name: [problem.check for problem in box.problems] for box in graph.boxes}
    assert checks["main"] == ["unknown-node"]
    assert "dead-end" in checks["round"]
    assert checks["unread"] == ["kind"]
    assert checks["alone"] == ["unreachable-node"]
    assert "unknown-node" in checks["(whole)"]
    assert [box.name for box in graph.boxes if box.role is Role.MISSING] == ["dekc", "nowhere"]


def test_a_node_that_nobody_can_read_still_leads_where_it_seems_to() -> None:
    assert ("unread", "end") in arrows(picture(MISTAKES))


@dataclass(frozen=True, slots=True)
class Letter:
    """Parts of what a node sends."""

    to: Template | None = None
    by: Template | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Send(Node):
    """A kind whose keyword has parts."""

    kind: ClassVar[str] = "send"
    send: Letter


def test_a_node_that_says_nothing_shows_what_it_does() -> None:
    assert {box.name: box.lines for box in picture(OFFICE).boxes}["bill"] == ("find_bill",)
    flow = compiled(OFFICE).flow
    assert flow is not None
    letter = Letter(Template("https://bills.example/{{ account }}"))
    assert list(contents(flow, Send(send=letter), "zh")) == ["to https://bills.example/‹account›"]


# --- the way of a call -----------------------------------------------------------------------------------------------

CALL = (
    Visit("main", 0.0, "1", "account", "1"),
    Visit("account", 4.0, "1234*", "bill", "next"),
    Visit("bill", 9.0, "", "account", "not_found"),
    Visit("account", 9.1, "", "main", "*"),
    Visit("main", 12.0, "0", "desk", "0"),
    Visit("desk", 13.0, "", "end", "busy"),
    Visit("end", 14.0, "", "", ""),
)


def test_the_way_of_a_call_is_shown_step_by_step() -> None:
    graph = picture(OFFICE, "en", CALL)
    steps = {box.name: box.steps for box in graph.boxes if box.steps}
    assert steps == {"main": (1, 5), "account": (2, 4), "bill": (3,), "desk": (6,), "end": (7,)}
    taken = {(arrow.source, arrow.target): (arrow.labels, arrow.steps) for arrow in graph.arrows if arrow.steps}
    assert taken["main", "account"] == (("key 1",), (1,))
    assert taken["main", "desk"] == (("key 0",), (5,)), "not from what every menu has"
    assert taken["desk", "end"] == (("busy",), (6,)), "not with the ways that it did not take"
    assert taken["account", "main"] == (("key *",), (4,)), "which stands in no field"


def test_a_node_of_another_flow_that_was_run_is_left_out() -> None:
    visits = (Visit("main", 0.0, "", "other/x", ""), Visit("other/x", 1.0, "", "main", "done"))
    assert [box.steps for box in picture(OFFICE, visits=visits).boxes if box.steps] == [(1,)]


def test_a_node_that_ran_another_flow_is_one_step() -> None:
    visits = (
        Visit("main", 0.0, "", "other/x", ""),
        Visit("other/x", 1.0, "", "", "done"),
        Visit("main", 2.0, "", "desk", "done"),
        Visit("desk", 3.0, "", "", ""),
    )
    assert {box.name: box.steps for box in picture(OFFICE, visits=visits).boxes if box.steps} == {
        "main": (1,),
        "desk": (2,),
    }


def test_both_formats_show_the_way_of_a_call() -> None:
    graph = picture(OFFICE, "en", CALL)
    assert re.search(r'"main" -> "account" .*penwidth=3', as_dot(graph))
    assert re.search(r'n\d+ ==>\|"key 1"\| n\d+', as_mermaid(graph))
    assert "    linkStyle " in as_mermaid(graph)


# --- whatever the author wrote ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PICTURES, *GOOD, *WRONG], ids=lambda path: path.stem)
def test_every_line_is_one_that_mermaid_reads(path: Path) -> None:
    result = compiled(path)
    if result.flow is None:
        return
    head, _, body = as_mermaid(draw(result.flow, result.diagnostics)).partition("flowchart TB\n")
    dashes, title, config, end = head.splitlines()
    assert (dashes, end) == ("---", "---")
    assert config.startswith("config: ")
    assert isinstance(json.loads(title.removeprefix("title: ")), str)
    assert [line for line in body.splitlines() if not _MERMAID.fullmatch(line)] == []


@GRAPHVIZ
@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_graphviz_finds_the_nodes_that_there_are_and_no_others(path: Path) -> None:
    graph = picture(path)
    found = json.loads(graphviz(as_dot(graph), "dot_json"))
    names = [box.name.replace("\n", "\\n").replace("\x1b", "\ufffd") for box in graph.boxes]
    assert [each["name"].replace("\\\\", "\\") for each in found["objects"]] == names
    assert len(found["edges"]) == len(graph.arrows)


@GRAPHVIZ
@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_the_svg_is_well_formed_and_has_the_chinese_words(path: Path) -> None:
    graph = picture(path, "zh")
    root = ElementTree.fromstring(graphviz(as_dot(graph), "svg"))
    texts = {"".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {line for box in graph.boxes for line in box.lines} <= {text.replace("\xa0", " ") for text in texts}
    fonts = {text.get("font-family", "") for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert all("Noto Sans CJK SC" in font and "Microsoft YaHei" in font for font in fonts)


def test_no_element_is_smuggled_in() -> None:
    labels = re.findall(r"label=<(.*?)> \w+=", as_dot(picture(HOSTILE)))
    assert {tag for label in labels for tag in re.findall(r"</?(\w+)", label)} <= {"TABLE", "TR", "TD", "B", "FONT"}


ANYTHING = st.text(
    st.sampled_from("\\\"'<>&|{}[]()#;:%`*_-=.1aN甲，。\n\t\x00\x1b\u202e\ud800\uffff \u3000"), max_size=12
)


def graph_of(names: list[str], words: str) -> Graph:
    boxes = tuple(Box(name, Role.NODE, words, (words, *names)) for name in names)
    return Graph(words, boxes, tuple(Arrow(names[0], name, (words, name)) for name in names))


@given(st.lists(ANYTHING, min_size=1, max_size=5, unique_by=lambda name: clean(name)), ANYTHING)
def test_whatever_is_written_is_a_line_that_mermaid_reads(names: list[str], words: str) -> None:
    body = as_mermaid(graph_of(names, words)).partition("flowchart TB\n")[2]
    assert [line for line in body.split("\n") if line and not _MERMAID.fullmatch(line)] == []


@GRAPHVIZ
@settings(max_examples=25, deadline=None)
@given(st.lists(ANYTHING, min_size=1, max_size=5, unique_by=lambda name: clean(name)), ANYTHING)
def test_whatever_is_written_graphviz_finds_so_many_nodes(names: list[str], words: str) -> None:
    dot = as_dot(graph_of(names, words), dict.fromkeys(names, words))
    found = json.loads(graphviz(dot, "dot_json"))
    assert (len(found["objects"]), len(found["edges"])) == (len(names), len(names))
    ElementTree.fromstring(graphviz(dot, "svg"))
