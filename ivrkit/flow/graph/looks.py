"""How each kind of node looks in a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivrkit.flow.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class Look:
    """Colours are `#rrggbb`; the shape is one of graphviz's."""

    fill: str
    line: str
    shape: str = "box"


ERROR, WARNING, TAKEN, FAINT = "#c53030", "#b7791f", "#d9480f", "#a1a1aa"
"Colours of mistakes, of the way that a call took, of what a good call does not take."

_SAYING = Look("#e8f1fb", "#2b6cb0")
_ASKING = Look("#fff7e0", "#b7791f")
_WORKING = Look("#f1ecfb", "#6b46c1")
_DECIDING = Look("#f4f4f5", "#71717a", "hexagon")
_ENDING = Look("#e4e4e7", "#3f3f46")
_OTHER = Look("#f4f4f5", "#71717a")

LOOKS: Mapping[str, Look] = {
    "play": _SAYING,
    "menu": _ASKING,
    "collect": _ASKING,
    "confirm": _ASKING,
    "language": _ASKING,
    "record": Look("#fdeeee", "#c05656"),
    "action": _WORKING,
    "request": _WORKING,
    "run": Look("#f1ecfb", "#6b46c1", "box3d"),
    "branch": _DECIDING,
    "hours": _DECIDING,
    "split": _DECIDING,
    "transfer": Look("#e6f6ec", "#2f855a"),
    "return": _ENDING,
    "hangup": _ENDING,
}


def look(kind: str) -> Look:
    """Any other kind, also one of an installed package, is a grey box."""
    return LOOKS.get(kind, _OTHER)


def colour(problems: Iterable[Diagnostic]) -> str:
    """Of the worst of them."""
    return ERROR if any(problem.severity == "error" for problem in problems) else WARNING
