"""The command line. Every mistake that a person can make is one clear line and exit code 2."""

from __future__ import annotations

import io
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

import typer
from rich.text import Text

from ivrkit._version import __version__
from ivrkit.cli import prompts
from ivrkit.cli.common import MISTAKE, err, printable, show
from ivrkit.cli.demo import demo, demo_data
from ivrkit.cli.dial import dial
from ivrkit.cli.doctor import doctor
from ivrkit.cli.flows import check, compile_
from ivrkit.cli.hours import emergency, hours
from ivrkit.cli.new import new
from ivrkit.cli.scenarios import test
from ivrkit.cli.schema import schema
from ivrkit.cli.seeing import explain, graph
from ivrkit.cli.serve import serve
from ivrkit.cli.served import flows
from ivrkit.errors import FlowError, IvrkitError
from ivrkit.flow import Diagnostic

app = typer.Typer(
    name="ivrkit",
    help="Telephone menus in YAML, run on FreeSWITCH.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(new)
app.command()(check)
app.command("compile")(compile_)
app.command()(schema)
app.command()(test)
app.command()(dial)
app.command()(graph)
app.command()(explain)
app.command()(serve)
app.command()(hours)
app.command()(emergency)
app.command()(flows)
app.add_typer(prompts.app, name="prompts")
app.command("demo-data")(demo_data)
app.command()(demo)
app.command()(doctor)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    """Telephone menus in YAML, run on FreeSWITCH."""


def main() -> NoReturn:
    """The program `ivrkit`."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Chinese gets escapes, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # What was told to ignore a signal, as nohup does, goes on ignoring it.
        if signal.getsignal(ending) != signal.SIG_IGN:
            signal.signal(ending, _end)
    run(sys.argv[1:])


def run(arguments: Sequence[str]) -> NoReturn:
    """Run one command; SystemExit has the exit code."""
    try:
        app(arguments)
    except FlowError as error:
        show((fault for fault in error.diagnostics if isinstance(fault, Diagnostic)), err)
    except IvrkitError as error:
        _say(str(error))
    except OSError as error:
        _say(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    sys.exit(MISTAKE)


def _say(message: str) -> None:
    for line in message.split("\n"):
        err.print(Text.assemble(("error: ", "bold red"), printable(line)))


def _end(number: int, frame: FrameType | None) -> None:
    # KeyboardInterrupt would be printed by gevent's hub with its traceback; an exit closes what is open and is silent.
    sys.exit(128 + number)
