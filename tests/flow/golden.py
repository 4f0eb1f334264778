"""Compile the flows of tests/flows_ok, tests/flows_err and tests/pictures, and write what becomes of them anew.

python -m tests.flow.golden      # then look at what git says has changed
"""

from __future__ import annotations

from pathlib import Path

from ivrkit.flow import ActionFacts, Compiled, World, compile_flow, load_source, parse_source, prompts_name
from ivrkit.flow.explain import Explainer
from ivrkit.flow.graph import as_dot, as_mermaid, draw
from ivrkit.flow.library import runs
from ivrkit.flow.source import Source
from ivrkit.script import FlowFacts

TESTS = Path(__file__).parent.parent
OK = TESTS / "flows_ok"
ERR = TESTS / "flows_err"
WRONG = sorted(ERR.glob("*.yaml")) + sorted((ERR / "yaml").glob("*.yaml")) + sorted((ERR / "beginner").glob("*.yaml"))
PICTURES = sorted((TESTS / "pictures").glob("*.yaml"))
GOOD = sorted(OK.glob("*.yaml"))

WORLD = World(
    actions={
        "find_bill": ActionFacts(("account",), frozenset({"account"}), ("ok", "not_found")),
        "find_tariff": ActionFacts(("kind",), frozenset({"kind"}), ("ok", "not_found")),
        "charge": ActionFacts(("card", "amount"), frozenset({"card"}), ("ok", "declined"), frozenset({"card"})),
        "note": ActionFacts(),
    },
    targets=frozenset({"service", "duty"}),
    calendars=frozenset({"office"}),
    hosts=frozenset({"bills.example"}),
    flows={
        "repair-report": FlowFacts({"number": "text"}, {"done": ("ticket",), "refused": ()}, ("zh", "en")),
        "countdown": FlowFacts({"left": "number"}, {"done": ()}, ("en",)),
        "take-card": FlowFacts({"card": "secret", "amount": "number"}, {"paid": ()}, ("zh", "en")),
        "round": FlowFacts({}, {}, ("en",)),
    },
)


def compiled(path: Path) -> Compiled:
    """The flow with the prompt file that it names, paths relative to this folder's parent."""
    source = _source(path)
    name = prompts_name(source)
    prompts = _source(path.parent / "prompts" / f"{name}.yaml") if name else None
    result = compile_flow(source, prompts, WORLD)
    if result.script and result.script.flow in runs(source):
        return compile_flow(source, prompts, WORLD, {result.script.flow: result.script})
    return result


def told(path: Path) -> str:
    """Everything that is wrong with a flow, as authors read it."""
    return "\n".join(map(str, compiled(path).diagnostics)) + "\n"


def seen(path: Path) -> dict[str, str]:
    """A flow as pictures and in words, without its mistakes, by the endings of the files that hold them."""
    result = compiled(path)
    assert result.flow is not None
    picture = draw(result.flow)
    explainer = Explainer(result.flow)
    words = [explainer.flow(), *map(explainer.node, result.flow.ways)]
    return {
        ".dot": as_dot(picture),
        ".mmd": as_mermaid(picture),
        ".txt": "\n".join("".join(f"{line}\n" for line in lines) for lines in words),
    }


def _source(path: Path) -> Source:
    return parse_source(path.relative_to(TESTS).as_posix(), path.read_bytes()) if path.exists() else load_source(path)


def main() -> None:
    for path in WRONG:
        path.with_suffix(".out").write_text(told(path), encoding="utf-8")
    for path in PICTURES:
        for ending, text in seen(path).items():
            path.with_suffix(ending).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
