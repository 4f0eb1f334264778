"""The command line. Every mistake that a person can make is one clear line and exit code 2."""

from __future__ import annotations

import sys

import typer
from rich.text import Text

from ivrkit import __version__
from ivrkit.cli import prompts
from ivrkit.cli.common import MISTAKE, err, show
from ivrkit.cli.demo import demo, demo_data
from ivrkit.cli.dial import dial
from ivrkit.cli.doctor import doctor
from ivrkit.cli.flows import check, compile_
from ivrkit.cli.serve import serve
from ivrkit.errors import FlowError, IvrkitError
from ivrkit.flow import Diagnostic

app = typer.Typer(
    name="ivrkit",
    help="Telephone menus in YAML, run on FreeSWITCH.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(check)
app.command("compile")(compile_)
app.command()(dial)
app.command()(serve)
app.add_typer(prompts.app, name="prompts")
app.command("demo-data")(demo_data)
app.command()(demo)
app.command()(doctor)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(version: bool = typer.Option(False, "--version", callback=_version, is_eager=True)) -> None:
    """Telephone menus in YAML, run on FreeSWITCH."""


def main() -> None:
    """Run the command line."""
    try:
        app()
    except FlowError as error:
        show((fault for fault in error.diagnostics if isinstance(fault, Diagnostic)), err)
    except (IvrkitError, OSError) as error:
        err.print(Text.assemble(("error: ", "bold red"), str(error)), soft_wrap=True)
    else:
        return
    sys.exit(MISTAKE)
