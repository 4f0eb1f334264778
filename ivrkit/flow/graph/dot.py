"""A picture as DOT, the language of graphviz."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.graph.drawing import EVERYWHERE, Arrow, Box, Graph, Role
from ivrkit.flow.graph.looks import ERROR, FAINT, TAKEN, colour, look
from ivrkit.flow.graph.text import clean, messages

FONTS = "Noto Sans CJK SC,PingFang SC,Microsoft YaHei,WenQuanYi Zen Hei,sans-serif"
"Who looks at the picture has one of them, and Chinese in it."
# graphviz puts the words into a rectangle within a hexagon, and takes no room for the third dimension of a box.
_MARGINS = {"hexagon": '"0,0"', "box3d": '"0.12,0.1"'}


def as_dot(graph: Graph, told: Mapping[str, str] | None = None) -> str:
    """The whole file. `told` has what is shown of a node when the mouse is on it, by its name."""
    lines = [
        f"graph [rankdir=TB nodesep=0.35 ranksep=0.45 bgcolor=white fontname={_quoted(FONTS)} fontsize=16 labelloc=t"
        f" label={_quoted(graph.flow)} tooltip={_quoted(graph.flow)}]",
        f'node [fontname={_quoted(FONTS)} fontsize=12 shape=box style="rounded,filled" margin="0.1,0.04"]',
        f'edge [fontname={_quoted(FONTS)} fontsize=11 color="#52525b" fontcolor="#27272a" arrowsize=0.7]',
        *(_box(box, (told or {}).get(box.name, box.name)) for box in graph.boxes),
        *map(_arrow, graph.arrows),
    ]
    return "\n".join(["digraph {", *(f"  {line}" for line in lines), "}"]) + "\n"


def _box(box: Box, told: str) -> str:
    return _line(_quoted(box.name), _ROLES[box.role](box) | {"tooltip": _quoted(told)})


def _node(box: Box) -> dict[str, str]:
    shown = look(box.kind)
    steps = f"{_small(TAKEN, f'<B>{box.passed}</B>')} " if box.steps else ""
    head = f"{steps}<B>{_escaped(box.name)}</B>  {_small(shown.line, _escaped(box.kind))}"
    lines = [head, *map(_escaped, box.lines), *_messages(box.problems)]
    shape = {} if shown.shape == "box" else {"shape": shown.shape, "style": "filled", "margin": _MARGINS[shown.shape]}
    ending = {"peripheries": "2"} if box.ends else {}
    return {"label": _html(lines), "fillcolor": _quoted(shown.fill), **shape, **ending, **_border(box, shown.line)}


def _border(box: Box, plain: str) -> dict[str, str]:
    if not box.steps and not box.problems:
        return {"color": _quoted(plain)}
    return {"color": _quoted(TAKEN if box.steps else colour(box.problems)), "penwidth": "2.5"}


def _entry(box: Box) -> dict[str, str]:
    label = _quoted(" ".join(box.lines))
    return {"label": label, "shape": "oval", "fillcolor": _quoted("#3f3f46"), "fontcolor": "white", "margin": "0.02"}


def _missing(box: Box) -> dict[str, str]:
    lines = [f"<B>{_escaped(box.name)}</B>", *map(_escaped, box.lines)]
    return {"label": _html(lines), "style": '"rounded,dashed"', "color": _quoted(ERROR), "fontcolor": _quoted(ERROR)}


def _aside(box: Box) -> dict[str, str]:
    head, *lines = map(_escaped, box.lines)
    label = _html([f"<B>{head}</B>", *lines, *_messages(box.problems)])
    return {"label": label, "shape": "note", "style": "solid", **_border(box, FAINT)}


_ROLES = {Role.NODE: _node, Role.ENTRY: _entry, Role.MISSING: _missing, Role.ASIDE: _aside}


def _arrow(arrow: Arrow) -> str:
    # The blank keeps the first letter off the line.
    label = {"label": '" ' + _quoted(" · ".join(arrow.labels))[1:]} if arrow.labels else {}
    told = {"tooltip": _quoted(f"{arrow.source} → {arrow.target}")}
    return _line(f"{_quoted(arrow.source)} -> {_quoted(arrow.target)}", label | _stroke(arrow) | told)


def _stroke(arrow: Arrow) -> dict[str, str]:
    if arrow.steps:
        return {"color": _quoted(TAKEN), "fontcolor": _quoted(TAKEN), "penwidth": "3"}
    if not arrow.sideways and arrow.source != EVERYWHERE:
        return {}
    dashed = {"style": "dashed"} if arrow.source == EVERYWHERE else {}
    return {"color": _quoted(FAINT), "fontcolor": _quoted("#71717a"), "fontsize": "10", **dashed}


def _messages(problems: Iterable[Diagnostic]) -> Iterator[str]:
    for problem in problems:
        yield from (_small(colour([problem]), _escaped(line)) for line in messages(problem))


# --- writing DOT -----------------------------------------------------------------------------------------------------


def _line(what: str, attributes: Mapping[str, str]) -> str:
    return f"{what} [{' '.join(f'{name}={value}' for name, value in attributes.items())}]"


def _html(lines: Iterable[str]) -> str:
    """Lines one below the other: a table, because graphviz sets plain lines too close for Chinese."""
    rows = "".join(f'<TR><TD ALIGN="LEFT">{line}</TD></TR>' for line in lines)
    return f'<<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2">{rows}</TABLE>>'


def _small(colour: str, text: str) -> str:
    return f'<FONT POINT-SIZE="10" COLOR="{colour}">{text}</FONT>'


def _escaped(text: str) -> str:
    r"""For a label between < and >, where graphviz takes no empty element, and also reads \N."""
    # Graphviz 2.43 takes a "]" that stands alone for a mistake.
    return escape(clean(text)).replace("\\", r"\\").replace("]", "&#93;") or " "


def _quoted(text: str) -> str:
    r"""For everything else: graphviz also reads \N and &amp; in it."""
    lines = (clean(line).replace("&", "&amp;").replace("\\", r"\\").replace('"', r"\"") for line in text.split("\n"))
    return '"' + r"\n".join(lines) + '"'
