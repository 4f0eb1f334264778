"""`ivrkit test FLOW --record FILE`: a call made from the terminal becomes a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import typer

from ivrkit.cli.common import MISTAKE, err, load_app, log_to_terminal, out, printable, show
from ivrkit.cli.lines import VirtualLine
from ivrkit.cli.screen import PlainScreen
from ivrkit.cli.telephone import converse, hurry
from ivrkit.errors import ConfigError
from ivrkit.hours import Hours
from ivrkit.switch.virtual import estimated_seconds
from ivrkit.testing.recorder import Recorder

CALLER, CALLED = "13800001111", "4001"


def record(flow: Path, file: Path, entries: Sequence[str], config: Path | None) -> None:
    """Call a flow, and write the call behind those that `file` has."""
    log_to_terminal()
    with load_app(config, flow) as app:
        result = app.compile(flow)
        show(result.diagnostics, err)
        if result.script is None:
            raise typer.Exit(MISTAKE)
        recorder, script = Recorder(result.script), result.script
        hours = Hours(app.calendars(flow), app.emergencies)

        def ring() -> VirtualLine:
            screen = PlainScreen(out)
            return VirtualLine(script, screen, CALLER, CALLED, app, estimated_seconds, hours.state, recorder=recorder)

        hurry(ring(), entries) if entries else converse(ring, entries)
    _append(file, recorder.document(f"a call of {datetime.now():%Y-%m-%d %H:%M}"))
    err.print(f"{printable(str(file))}: the call is its last scenario; give it a name", style="green")
    if recorder.secrets:
        err.print("Secret keys stand there as zeros: fill in what a test may show.", style="yellow")


def _append(file: Path, document: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text("utf-8") if file.exists() else ""
        end = "" if not before or before.endswith("\n") else "\n"
        file.write_text(f"{before}{end}---\n{document}" if before.strip() else document, "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise ConfigError(f"{file} cannot be written: {reason}") from None
