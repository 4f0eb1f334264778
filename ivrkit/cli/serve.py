"""`ivrkit serve`: take the calls that FreeSWITCH dials in with."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from ivrkit.cli.common import ConfigOption, err, load_app
from ivrkit.config import parse_address
from ivrkit.serving.ending import PATIENCE
from ivrkit.serving.watch import POLL


def serve(
    listen: Annotated[
        str | None, typer.Option("--listen", metavar="HOST:PORT", help="Where to listen, instead of the configured.")
    ] = None,
    patience: Annotated[
        float, typer.Option("--patience", metavar="SECONDS", min=0, help="For running calls, when told to stop.")
    ] = PATIENCE,
    poll: Annotated[
        float, typer.Option("--poll", metavar="SECONDS", min=0.05, help="How often changed files are looked for.")
    ] = POLL,
    config: ConfigOption = None,
) -> None:
    """Serve calls until SIGTERM or Ctrl-C; then take no new ones and let the running ones end."""
    # Actions may use blocking libraries: here, and nowhere else, sockets, sleeps and locks become gevent's.
    from gevent import monkey

    monkey.patch_all()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with load_app(config) as app:
        app.serve(parse_address(listen) if listen else None, patience=patience, poll=poll, say=err.print)
