"""`ivrkit graph` and `ivrkit explain`: a flow as a picture and in words, also while it has mistakes."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.common import MISTAKE, ConfigOption, err, load_app, number, printable, show, write_line
from ivrkit.errors import ConfigError
from ivrkit.flow import Compiled
from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import quoted
from ivrkit.flow.explain import Explainer
from ivrkit.flow.graph import as_dot, as_mermaid, draw
from ivrkit.prompts.problems import did_you_mean
from ivrkit.testing.scenarios import Result, run_scenario
from ivrkit.testing.suite import Case, Suite

GRAPHVIZ = "dot"
DEADLINE = 60.0
"Seconds that graphviz may take; a flow of 2,000 lines takes a few."


class Format(StrEnum):
    mermaid = "mermaid"
    dot = "dot"
    svg = "svg"


ENDINGS = {
    ".mmd": Format.mermaid,
    ".mermaid": Format.mermaid,
    ".dot": Format.dot,
    ".gv": Format.dot,
    ".svg": Format.svg,
}

FlowArgument = Annotated[Path, typer.Argument(help="The flow file.")]


def graph(
    flow: FlowArgument,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="The picture: x.svg, x.dot or x.mmd. By default it is printed."),
    ] = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="By default by the ending of the file, else mermaid.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Whose words are shown. By default the flow's first.")
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="FILE#NAME", help="Show the way of the call of this scenario."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Draw a flow: its nodes, what they say, and where every key leads."""
    form = form or _form_of(output)
    compiled = load_app(config, flow).compile(flow)
    checked = _readable(compiled)
    known = _known(language, checked)
    taken = _taken(scenario, checked, flow, config) if scenario else None
    picture = draw(checked, compiled.diagnostics, known, taken.record.path if taken and taken.record else ())
    if form is Format.mermaid:
        drawn = as_mermaid(picture)
    else:
        explainer = Explainer(checked)
        drawn = as_dot(picture, {name: "\n".join(explainer.node(name)) for name in checked.ways})
    _write(_svg(drawn) if form is Format.svg else drawn, output, compiled)
    if taken and taken.failure:
        show([taken.failure.diagnostic], err)
        raise typer.Exit(MISTAKE)


def explain(
    flow: FlowArgument,
    node: Annotated[str | None, typer.Argument(help="The node. Without one, the flow as a whole.")] = None,
    language: Annotated[
        str | None, typer.Option("--language", help="Whose words are quoted. By default all of the flow.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Say in words what happens in a flow, or in one node of it."""
    compiled = load_app(config, flow).compile(flow)
    checked = _readable(compiled)
    languages = (_known(language, checked),) if language else ()
    if node is not None and node not in checked.ways:
        raise ConfigError(f"{flow} has no node {quoted(node)}{did_you_mean(node, checked.ways)}")
    explainer = Explainer(checked, compiled.diagnostics, languages)
    for line in explainer.flow() if node is None else explainer.node(node):
        write_line(printable(line))


def _form_of(output: Path | None) -> Format:
    if output is None:
        return Format.mermaid
    if output.suffix.lower() not in ENDINGS:
        raise ConfigError(f"{output}: let its name end in {', '.join(ENDINGS)}, or say which --format it has")
    return ENDINGS[output.suffix.lower()]


def _readable(compiled: Compiled) -> CheckedFlow:
    if compiled.flow is None:
        show(compiled.diagnostics, err)
        raise typer.Exit(MISTAKE)
    return compiled.flow


def _known(language: str | None, flow: CheckedFlow) -> str:
    if language and language not in flow.languages:
        raise ConfigError(f'--language "{language}": this flow speaks {", ".join(flow.languages)}')
    return language or ""


def _taken(scenario: str, checked: CheckedFlow, flow: Path, config: Path | None) -> Result:
    """What came of the scenario that `FILE#NAME` means, and of the only one of a file without a name."""
    file, _, name = scenario.partition("#")
    suite = Suite(config)
    try:
        case = _case(suite.cases(Path(file)), file, name)
    finally:
        suite.close()
    if case.scenario.flow != checked.header.flow:
        raise ConfigError(f"{quoted(case.scenario.name)} calls another flow; draw that: {case.flow}")
    return run_scenario(case.scenario, case.script, case.hours)


def _case(cases: Sequence[Case], file: str, name: str) -> Case:
    by_name = {case.scenario.name: case for case in cases}
    if not name and len(cases) == 1:
        return cases[0]
    first = next(iter(by_name))
    if not name:
        raise ConfigError(f'{file} has {len(cases)} scenarios: name one, such as --scenario "{file}#{first}"')
    if name not in by_name:
        near = did_you_mean(name, by_name) or f"; its first is {quoted(first)}"
        raise ConfigError(f"{file} has no scenario {quoted(name)}{near}")
    return by_name[name]


def _svg(dot: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command
            [GRAPHVIZ, "-Tsvg"], input=dot.encode(), capture_output=True, timeout=DEADLINE, check=True
        )
    except FileNotFoundError:
        raise ConfigError(
            "graphviz, which draws SVG, is not here: install it (apt install graphviz), or let the name end in .mmd"
        ) from None
    except subprocess.TimeoutExpired:
        raise ConfigError(f"graphviz did not finish within {DEADLINE:.0f} s: let the name end in .mmd") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise ConfigError(f"graphviz cannot draw this: {said}") from None
    return done.stdout.decode()


def _write(drawn: str, output: Path | None, compiled: Compiled) -> None:
    if output is None:
        write_line(drawn.rstrip("\n"))
        return
    try:
        output.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{output} cannot be written: {error.strerror}") from None
    nodes = len(compiled.flow.ways) if compiled.flow else 0
    wrong = f", {number(len(compiled.diagnostics), 'mistake')} marked" if compiled.diagnostics else ""
    err.print(f"{output}: {number(nodes, 'node')}{wrong}")
