"""A picture as a Mermaid flowchart, which GitHub, GitLab and many editors draw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from ivrkit.flow.graph.drawing import EVERYWHERE, Arrow, Box, Graph, Role
from ivrkit.flow.graph.looks import ERROR, FAINT, LOOKS, TAKEN, WARNING, colour, look
from ivrkit.flow.graph.text import WIDEST, clean, messages

# Mermaid reads quotes, brackets and #codes; what is between the quotes is Markdown, and then HTML.
_UNSAFE = re.compile(r"[^\w ,.?!'，。、：；！？（）“”…·‹›-]|(?<!\w)[-_]|[-_](?!\w)|(?<=\d)\.(?!\w)")

_BRACKETS = {"box": ("(", ")"), "hexagon": ("{{", "}}"), "box3d": ("[[", "]]"), "circle": ("((", "))")}
"The shapes of DOT in Mermaid."
_STYLES: Mapping[str, str] = {
    **{kind: f"fill:{shown.fill},stroke:{shown.line},color:#000" for kind, shown in LOOKS.items()},
    "other": f"fill:{look('').fill},stroke:{look('').line},color:#000",
    "entry": "fill:#3f3f46,stroke:#3f3f46,color:#fff",
    "aside": f"fill:#fff,stroke:{FAINT},color:#000",
    "missing": f"fill:#fff,stroke:{ERROR},color:{ERROR},stroke-dasharray:4",
    "error": f"stroke:{ERROR},stroke-width:3px",
    "warning": f"stroke:{WARNING},stroke-width:3px",
    "taken": f"stroke:{TAKEN},stroke-width:4px",
}


def as_mermaid(graph: Graph) -> str:
    """The whole diagram. Its ids are numbers, so that no name can be a word of Mermaid's."""
    ids = {box.name: f"n{number}" for number, box in enumerate(graph.boxes)}
    taken = [str(number) for number, arrow in enumerate(graph.arrows) if arrow.steps]
    lines = [
        *(_box(box, ids[box.name]) for box in graph.boxes),
        *(_arrow(arrow, ids) for arrow in graph.arrows),
        *_classes(graph, ids),
        *([f"linkStyle {','.join(taken)} stroke:{TAKEN},stroke-width:4px"] if taken else []),
    ]
    # What stands between the dashes is YAML, of which JSON is a part.
    title = json.dumps(clean(graph.flow), ensure_ascii=False)
    head = ["---", f"title: {title}", f"config: {{flowchart: {{wrappingWidth: {WIDEST * 10}}}}}", "---", "flowchart TB"]
    return "\n".join([*head, *(f"    {line}" for line in lines)]) + "\n"


def _box(box: Box, name: str) -> str:
    shape = "circle" if box.role is Role.ENTRY else look(box.kind).shape
    before, after = ("([", "])") if box.ends else _BRACKETS[shape]
    return f'{name}{before}"{"<br/>".join(_lines(box))}"{after}'


def _lines(box: Box) -> Iterator[str]:
    if box.role in (Role.NODE, Role.MISSING):
        steps = f"{_text(box.passed)} " if box.steps else ""
        kind = f" <small>{_text(box.kind)}</small>" if box.kind else ""
        yield f"{steps}<b>{_text(box.name)}</b>{kind}"
    yield from map(_text, box.lines)
    yield from (f"<i>{_text(line)}</i>" for problem in box.problems for line in messages(problem))


def _arrow(arrow: Arrow, ids: Mapping[str, str]) -> str:
    line = "==>" if arrow.steps else "-.->" if arrow.sideways or arrow.source == EVERYWHERE else "-->"
    label = f'|"{_text(" · ".join(arrow.labels))}"|' if arrow.labels else ""
    return f"{ids[arrow.source]} {line}{label} {ids[arrow.target]}"


def _classes(graph: Graph, ids: Mapping[str, str]) -> Iterator[str]:
    members: dict[str, list[str]] = {}
    for box in graph.boxes:
        for name in _classes_of(box):
            members.setdefault(name, []).append(ids[box.name])
    for name, style in _STYLES.items():
        if name in members:
            yield f"classDef {name} {style}"
            yield f"class {','.join(members[name])} {name}"


def _classes_of(box: Box) -> Iterator[str]:
    if box.role is Role.NODE:
        yield box.kind if box.kind in LOOKS else "other"
    else:
        yield box.role.name.lower()
    if box.problems:
        yield "error" if colour(box.problems) == ERROR else "warning"
    if box.steps:
        yield "taken"


def _text(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"#{ord(found[0])};", clean(text))
