"""What was measured as tables: on the screen, and in docs/performance.md between its marks."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from sysconfig import get_config_var

from rich.console import Console
from rich.table import Table as Grid

from bench.calls import BARE, GREENSWITCH, Runs

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the first column names, the others count."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def show(self, console: Console) -> None:
        grid = Grid(title=self.title, title_justify="left")
        for number, column in enumerate(self.columns):
            grid.add_column(column, justify="right" if number else "left")
        for row in self.rows:
            grid.add_row(*(cell.replace("`", "") for cell in row))
        console.print(grid)

    def markdown(self) -> str:
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = [f"| {' | '.join(row)} |" for row in (self.columns, rule, *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines])


def calls_table(callers: int, results: Sequence[Runs]) -> Table:
    by_name = {runs.controller: runs for runs in results}
    rows = [
        [
            name,
            f"{runs.calls_a_second:,.0f}",
            f"{runs.cpu_ms:.2f}",
            f"× {by_name[GREENSWITCH].cpu_ms / runs.cpu_ms:.1f}",
            f"× {runs.cpu_ms / by_name[BARE].cpu_ms:.1f}",
            f"{runs.busy:.0%}",
        ]
        for name, runs in by_name.items()
    ]
    columns = ["", "calls/s", "CPU ms a call", "greenswitch takes", "of the bare loop", "busy"]
    return Table(f"{callers} callers at once", columns, rows)


def answers_table(callers: int, busy: Sequence[Runs], calm: Sequence[Runs]) -> Table:
    rows = [
        [full.controller, *(f"{runs.answer_ms(percent):.1f}" for runs in (calm_runs, full) for percent in (50, 99))]
        for full, calm_runs in zip(busy, calm, strict=True)
    ]
    rate = max(runs.calls_a_second for runs in calm)
    columns = ["", f"p50 at {rate:.0f} calls/s", "p99", "p50 at full load", "p99"]
    return Table(f"From a key to the next prompt's command, in ms, {callers} callers at once", columns, rows)


def parsing_table(speeds: dict[str, float]) -> Table:
    slowest = speeds["greenswitch"]
    rows = [[name, f"{speed:,.0f}", f"{speed / slowest:.1f}"] for name, speed in speeds.items()]
    return Table("Events read in a second, one process", ["", "events/s", "times greenswitch"], rows)


def authors_table(seconds: dict[str, float]) -> Table:
    first = next(iter(seconds.values()))
    rows = [[name, f"{found:.3f}", f"{found / first:.1f}"] for name, found in seconds.items()]
    return Table("What an author waits for", ["", "seconds", "times pyyaml"], rows)


def reload_table(callers: int, calm: Sequence[float], reloading: Sequence[float]) -> Table:
    rows = [
        [name, f"{median(found):.1f}", f"{max(found):.1f}"] for name, found in (("calm", calm), ("a reload", reloading))
    ]
    return Table(
        f"The longest pause of calls, in ms, {callers} callers, a flow of 2,000 lines", ["", "median", "worst"], rows
    )


def machine() -> str:
    """Where this was measured, in one paragraph."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("gevent", "greenlet", "greenswitch", "ivrkit"))
    build = "" if "--enable-optimizations" in (get_config_var("CONFIG_ARGS") or "") else ", built without optimizations"
    python = f"{platform.python_implementation()} {platform.python_version()}{build}"
    return f"{date.today()}: {_processor()}, {os.cpu_count()} cores; {python}; {packages}."


def _processor() -> str:
    named = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return named[0].partition(": ")[2] if named else platform.machine()


def write(command: str, tables: Sequence[Table]) -> None:
    """Put the tables between the marks of docs/performance.md; what stands around them is written by people."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    parts = [BEGIN, f"`{command}`, {machine()}", *(table.markdown() for table in tables), END]
    PAGE.write_text(before + "\n\n".join(parts) + after)
