"""Asks a process of its own to look at files and compile them; greenlets wait for the answer, calls do not."""

from __future__ import annotations

import gc
import os
import pickle
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import Any

import gevent
from gevent import subprocess
from gevent.lock import BoundedSemaphore

from ivrkit.errors import ReloadError
from ivrkit.serving.helper import LENGTH
from ivrkit.serving.pieces import Joiner
from ivrkit.serving.project import Fresh, Project, Stamps

DEADLINE = 60.0
"Seconds for an answer, the start of the process included."
BREATH = 0.001
"Seconds between two pieces, in which calls have their turn."


class Compiler:
    """One process, started at the first request and again when it died."""

    def __init__(self, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._process: Any = None
        self._one_at_a_time = BoundedSemaphore(1)

    def look(self, project: Project) -> Stamps:
        """The files as they are; ReloadError when nobody answers."""
        (answer,) = self._ask("look", project, {})
        found: Stamps = pickle.loads(answer)  # noqa: S301 - from our own process
        return found

    def compile(self, project: Project, served: Mapping[Path, str]) -> list[Fresh]:
        """Every flow as its files stand now; ReloadError when nobody answers."""
        frames = self._ask("compile", project, served)
        first = next(frames, None)  # the compiling itself takes a second, in which the collector may work
        joiner = Joiner()
        with _collector_at_rest():
            for frame in () if first is None else chain([first], frames):
                joiner.add(frame)
                gevent.sleep(BREATH)
            return joiner.flows()

    def close(self) -> None:
        """End the process; it holds nothing worth keeping. Whoever waits for an answer gets a ReloadError."""
        if self._process is not None:
            self._process.kill()
            with self._one_at_a_time:
                self._discard()

    def _discard(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):  # what could not be written any more
                    stream.close()
            process.wait()

    def _ask(self, *request: object) -> Iterator[bytes]:
        late = gevent.Timeout(self._deadline)
        with self._one_at_a_time, late:
            whole = False
            try:
                yield from self._exchange(pickle.dumps(request))
                whole = True
            except gevent.Timeout as timeout:
                if timeout is not late:
                    raise
                raise ReloadError(f"flows could not be read and compiled within {self._deadline:g} s") from None
            except (OSError, EOFError):
                raise ReloadError("the process that compiles flows ended; the next change starts another") from None
            finally:
                if not whole:  # its next words would be taken for another answer
                    self._discard()

    def _exchange(self, request: bytes) -> Iterator[bytes]:
        process = self._process = self._process or _started()
        process.stdin.write(LENGTH.pack(len(request)) + request)
        process.stdin.flush()
        while size := LENGTH.unpack(_read(process.stdout, LENGTH.size))[0]:
            yield _read(process.stdout, size)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """While a flow is taken in, nothing else is looked over for garbage; what has come is left out of it for good.

    A new flow makes so many objects that the collector looks over all there are, which takes 50 ms with 500 calls.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _started() -> Any:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", "from ivrkit.serving.helper import main; main()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,  # Ctrl-C in the terminal is for the process with the calls, which then ends this one
    )


def _read(stream: Any, size: int) -> bytes:
    data: bytes = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
