"""An ivrkit that serves a flow, and says how long its calls had to wait: `… -m bench.controllers.reloading FOLDER`.

Each line that it reads is seconds to watch for, or `reload`; it answers with the longest pause, in ms.
"""

from __future__ import annotations

import gc
import logging
import sys
from time import perf_counter

import gevent
from gevent.fileobject import FileObject

from ivrkit import App

TICK = 0.001


class Pauses:
    """Sleeps for a moment, again and again, and notices when it is woken too late: so late every call was."""

    def __init__(self) -> None:
        self.longest = 0.0
        gevent.spawn(self._run)

    def _run(self) -> None:
        while True:
            begun = perf_counter()
            gevent.sleep(TICK)
            self.longest = max(self.longest, perf_counter() - begun - TICK)


def main() -> None:
    logging.getLogger("ivrkit").setLevel(logging.ERROR)  # the load ends in the middle of its calls
    with App(f"{sys.argv[1]}/ivrkit.yaml") as app:
        port = app.call_port(("127.0.0.1", 0))
        port.start()
        app.reload()
        gc.collect()
        gc.freeze()  # as App.serve does
        pauses = Pauses()
        print(port.port, flush=True)
        for line in FileObject(sys.stdin.fileno(), "r"):
            pauses.longest = 0.0
            word = line.strip()
            changes = app.reload().changes if word == "reload" else gevent.sleep(float(word))
            gevent.sleep(0.05)
            print(f"{1000 * pauses.longest:.3f} {port.calls} {len(changes or ())}", flush=True)


if __name__ == "__main__":
    main()
