"""`ivrkit serve`: take the calls that FreeSWITCH dials in with."""

from __future__ import annotations

import logging
import signal
from typing import Annotated, Any

import typer

from ivrkit.cli.common import ConfigOption, err, load_app, number
from ivrkit.config import parse_address
from ivrkit.switch.call_port import CallPort

PATIENCE = 30.0
"Seconds that running calls have to end when the process is asked to stop."


def serve(
    listen: Annotated[
        str | None, typer.Option("--listen", metavar="HOST:PORT", help="Where to listen, instead of the configured.")
    ] = None,
    patience: Annotated[
        float, typer.Option("--patience", metavar="SECONDS", min=0, help="For running calls, when told to stop.")
    ] = PATIENCE,
    config: ConfigOption = None,
) -> None:
    """Serve calls until SIGTERM or Ctrl-C; then take no new ones and let the running ones end."""
    # Actions may use blocking libraries: here, and nowhere else, sockets, sleeps and locks become gevent's.
    from gevent import monkey

    monkey.patch_all()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with load_app(config) as app:
        port = app.call_port(parse_address(listen) if listen else app.config.listen)
        port.start()
        try:
            err.print(f"serving {', '.join(app.scripts)} on {port.host}:{port.port}")
            _until_told(port, patience)
        finally:
            port.stop(0)


def _until_told(port: CallPort, patience: float) -> None:
    """Serve until a signal comes, then until the calls have ended, patience has, or a second signal comes."""
    import gevent
    from gevent.event import Event

    told, again = Event(), Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(ending, lambda: (again if told.is_set() else told).set())
    told.wait()
    err.print(f"stopping: {number(port.calls, 'call')} may go on for {patience:g} s")
    over: list[Any] = [gevent.spawn(port.stop, patience), again]
    gevent.wait(over, count=1)
