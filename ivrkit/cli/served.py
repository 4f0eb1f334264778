"""`ivrkit flows`: which version of each flow a running ivrkit serves, and how many calls run on it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import orjson
import typer
from rich.table import Table
from rich.text import Text

from ivrkit.app import App
from ivrkit.cli.common import ConfigOption, err, load_app, show_table, write_line
from ivrkit.errors import ConfigError
from ivrkit.serving import ask_all, short, state

_STATES = {
    "served": "as served",
    "wrong": "changed, not taken: {problem}",
    "waiting": "changed, not taken: {problem}",
    "old": "older, to the end of its calls",
}


def flows(
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects for programs.")] = False,
    config: ConfigOption = None,
) -> None:
    """Show which version of each flow is served, with the calls on each, and how the files stand to it."""
    app = load_app(config)
    running = ask_all(app.control_folder, {"ask": "flows"})
    rows = [{**row, "process": number} for number, rows in enumerate(running, 1) for row in rows]
    if not running:
        rows = [{**row, "process": None} for row in _would_be(app)]
    if as_json:
        write_line(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    if not running:
        err.print("no ivrkit serves this project now; it would serve:")
    show_table(_table(rows, many=len(running) > 1))


def _would_be(app: App) -> list[dict[str, Any]]:
    """The flows as they would be served from now on."""
    if not app.config.numbers:
        raise ConfigError("no number leads to a flow: add one under numbers: in the configuration")
    return [
        {
            "numbers": app.numbers_of(fresh.flow),
            "flow": str(fresh.flow),
            "version": fresh.script.version if fresh.script else "",
            "calls": 0,
            "since": None,
            "state": "ready" if fresh.script else state(fresh),
            "problem": fresh.problem,
        }
        for fresh in app.flows_now()
    ]


def _table(rows: list[dict[str, Any]], *, many: bool) -> Table:
    table = Table("number", "flow", "version", "calls", "since", "file", box=None, pad_edge=False)
    if many:
        table.add_column("process")
    for row in rows:
        cells = [", ".join(row["numbers"]), row["flow"], short(row["version"]), str(row["calls"]), _since(row["since"])]
        cells += [_told(row)] + ([str(row["process"])] if many else [])
        table.add_row(*map(Text, cells))
    return table


def _since(moment: str | None) -> str:
    return f"{datetime.fromisoformat(moment):%Y-%m-%d %H:%M:%S}" if moment else ""


def _told(row: dict[str, Any]) -> str:
    return (
        _STATES.get(row["state"], "ready").format(problem=row["problem"]) if row["since"] else row["problem"] or "ready"
    )
