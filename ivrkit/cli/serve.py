"""`ivrkit serve`: take the calls that FreeSWITCH dials in with."""

from __future__ import annotations

import logging
import signal
from typing import Annotated

import typer

from ivrkit.cli.common import ConfigOption, err, load_app
from ivrkit.config import parse_address

PATIENCE = 30.0
"Seconds that running calls have to end when the process is asked to stop."


def serve(
    listen: Annotated[
        str | None, typer.Option("--listen", metavar="HOST:PORT", help="Instead of the configured.")
    ] = None,
    patience: Annotated[float, typer.Option("--patience", help="Seconds for running calls when stopped.")] = PATIENCE,
    config: ConfigOption = None,
) -> None:
    """Serve calls until SIGTERM or Ctrl-C; then take no new ones and let the running ones end."""
    # Actions may use blocking libraries: here, and nowhere else, sockets and sleeps become gevent's.
    from gevent import monkey

    monkey.patch_all(thread=False, queue=False, subprocess=False, signal=False)
    import gevent
    from gevent.event import Event

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    app = load_app(config)
    port = app.call_port(parse_address(listen) if listen else app.config.listen)
    port.start()
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopped.set)
    err.print(f"[green]serving[/] {', '.join(app.scripts)} on {port.host}:{port.port}")
    stopped.wait()
    err.print(f"stopping: {port.calls} calls may end within {patience:g} s")
    port.stop(timeout=patience)
    app.close()
