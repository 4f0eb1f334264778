"""`ivrkit test`: run the calls that flow authors have written down, and tell which ways nobody has tried."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ivrkit.cli.common import (
    MISTAKE,
    ConfigOption,
    err,
    find_config,
    load_app,
    log_to_terminal,
    number,
    out,
    printable,
    show,
)
from ivrkit.cli.dial import checked_keys
from ivrkit.cli.recording import record
from ivrkit.config import parse_address
from ivrkit.errors import ConfigError, FlowError
from ivrkit.testing.coverage import Coverage
from ivrkit.testing.lines import VirtualLine
from ivrkit.testing.scenarios import Failure, Result, Rings, run_scenario
from ivrkit.testing.suite import FOLDER, Case, Suite, files_in, sources_of

TOGETHER = 10
"Calls at once on a switch."


class Switch(StrEnum):
    virtual = "virtual"
    simulated = "simulated"
    freeswitch = "freeswitch"


def test(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Scenario files, or folders with scenarios in them. By default the project's."),
    ] = None,
    switch: Annotated[
        Switch, typer.Option("--switch", help="What the calls run on: virtual time, the embedded switch, FreeSWITCH.")
    ] = Switch.virtual,
    connect: Annotated[
        str, typer.Option("--connect", metavar="HOST:PORT", help="The event socket of the FreeSWITCH.")
    ] = "127.0.0.1:8021",
    password: Annotated[
        str,
        typer.Option("--password", envvar="IVRKIT_FREESWITCH_PASSWORD", help="The password of its event socket."),
    ] = "",
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Tell every node and way out that no scenario took.")
    ] = False,
    recorded: Annotated[
        Path | None,
        typer.Option("--record", metavar="FILE", help="Call the flow from here, and write the call into FILE."),
    ] = None,
    press: Annotated[
        list[str] | None,
        typer.Option("--press", metavar="KEYS", help="With --record: press these keys when the line is quiet."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Run scenarios: calls written down step by step. Exit code 2 when one goes otherwise."""
    if recorded:
        if not paths or len(paths) > 1:
            raise ConfigError("--record: name the flow to call, as ivrkit test flows/hotline.yaml --record FILE")
        record(paths[0], recorded, checked_keys(press or []), config)
        return
    suite, counted = Suite(config), Coverage()
    try:
        cases = _cases(suite, files_in(paths or _of_the_project(config)))
        failures = list(_run(cases, counted, _line(switch, connect, password)))
    finally:
        suite.close()
    if coverage:
        for found in counted.missing():
            out.print(printable(f"{found.path}:{found.line}:{found.column}: {found.message}"))
    for line in counted.summary():
        err.print(printable(line))
    told = f"{number(len(cases), 'scenario')}: " + (f"{len(failures)} failed" if failures else "all pass")
    err.print(told, style="red" if failures else "green")
    if failures:
        raise typer.Exit(MISTAKE)


def _line(switch: Switch, connect: str, password: str) -> Rings:
    if switch is Switch.virtual:
        return VirtualLine
    log_to_terminal()
    from ivrkit.testing.sockets import FreeSwitchLine, SimulatedLine

    return SimulatedLine if switch is Switch.simulated else partial(FreeSwitchLine, parse_address(connect), password)


def _of_the_project(config: Path | None) -> list[Path]:
    """The folders of scenarios that lie beside the configured flows."""
    if find_config(config) is None:
        raise ConfigError("there is no ivrkit.yaml in this folder: go to your project, or name scenarios to run")
    beside = dict.fromkeys(flow.parent / FOLDER for flow in load_app(config).flows)
    folders = [folder for folder in beside if folder.is_dir()]
    if not folders:
        raise ConfigError("there are no scenarios beside your flows; write them into flows/scenarios/*.yaml")
    return folders


def _cases(suite: Suite, files: Iterable[Path]) -> list[Case]:
    cases: list[Case] = []
    faults: list[object] = []
    for file in files:
        try:
            cases += suite.cases(file)
        except FlowError as error:
            faults += error.diagnostics
    if faults:
        raise FlowError(list(dict.fromkeys(faults)))
    return cases


def _run(cases: Sequence[Case], coverage: Coverage, line: Rings) -> Iterator[Failure]:
    for case in cases:
        coverage.expect(case.script, sources_of(case.script, case.flow))
    for result in _results(cases, line):
        if result.record:
            coverage.took(result.record)
        if result.failure:
            _show(result.failure)
            yield result.failure


def _results(cases: Sequence[Case], line: Rings) -> Iterator[Result]:
    def run(case: Case) -> Result:
        return run_scenario(case.scenario, case.script, case.hours, line)

    if line is VirtualLine:
        return map(run, cases)
    # On the wall's time most of a call is waiting: together they take about as long as the longest of them.
    from gevent.pool import Pool

    results: Iterator[Result] = Pool(TOGETHER).imap(run, cases)
    return results


def _show(failure: Failure) -> None:
    _, *more = str(failure).removeprefix(str(failure.diagnostic)).split("\n")
    show([failure.diagnostic], out)
    for line in more:
        out.print(printable(line), style="dim")
