"""`python -m bench`: measures, prints tables, and with --write keeps them in docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.console import Console

from bench.calls import CONTROLLERS, controllers, measure
from bench.flows import seconds_to_check
from bench.parsing import events_a_second
from bench.reloading import pauses
from bench.report import Table, answers_table, authors_table, calls_table, machine, parsing_table, reload_table, write
from bench.scenarios import seconds_of_calls

FEW, MANY = 50, 500
"Callers at once."
CALM_PAUSE = 0.1
"Seconds that each thing takes on the switch where the controller is not at its limit: some 100 calls/s of 50 callers."


def main(
    rounds: Annotated[int, typer.Option(min=1, help="Runs of each controller; the tables show medians.")] = 5,
    calls: Annotated[int, typer.Option(min=100, help="Calls of a run.")] = 1500,
    save: Annotated[bool, typer.Option("--write", help="Keep the tables in docs/performance.md.")] = False,
) -> None:
    """Calls a second, CPU a call, key to prompt, events a second, flows checked: beside what one would take instead."""
    console = Console()
    console.print(machine())
    tables = []
    for table in _measured(rounds, calls):
        table.show(console)
        tables.append(table)
    if save:
        write(f"python -m bench --rounds {rounds} --calls {calls}", tables)


def _measured(rounds: int, calls: int) -> Iterator[Table]:
    with controllers(list(CONTROLLERS)) as running:
        few = measure(running, rounds, FEW, calls)
        yield calls_table(FEW, few)
        yield calls_table(MANY, measure(running, rounds, MANY, calls))
        yield answers_table(FEW, few, measure(running, rounds, FEW, calls // 5, CALM_PAUSE))
    yield parsing_table(events_a_second(rounds, read_for=1.0))
    yield authors_table(seconds_to_check(rounds) | seconds_of_calls())
    found = pauses(MANY, rounds)
    yield reload_table(MANY, found.calm, found.reloading)


if __name__ == "__main__":
    typer.run(main)
