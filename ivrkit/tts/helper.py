"""A process that answers framed requests within a deadline, or is killed, started again once, and given up.

Speech libraries hang, crash and are not thread-safe: they run behind this, so that none of it reaches the caller.
"""

from __future__ import annotations

import os
import selectors
import struct
import subprocess
import tempfile
import time
from collections.abc import Sequence

from ivrkit.errors import SpeechError

LARGEST_ANSWER = 256 << 20
"Bytes; a longer one can only be a stream that lost its frames."


class _Lost(Exception):
    """The process is of no more use; the text says how it failed."""


class Helper:
    """One process, started at the first request. One request at a time: not for two threads at once."""

    def __init__(self, name: str, command: Sequence[str], deadline: float) -> None:
        """`name` for error texts; `deadline` in seconds for each answer, the start included."""
        self._name, self._command, self._deadline = name, list(command), deadline
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """None while it does not run."""
        return self._process.pid if self._process else None

    def ask(self, request: bytes) -> bytes:
        """The answer to `request`, from a second process if the first fails; then SpeechError."""
        try:
            return self._exchange(request)
        except _Lost:
            self.close()
        try:
            return self._exchange(request)
        except _Lost as lost:
            self.close()
            raise SpeechError(f"the {self._name} helper {lost}, also when it was started again") from lost

    def close(self) -> None:
        """Kill the process; it holds nothing worth keeping."""
        if self._process is None:
            return
        self._process.kill()
        with self._stderr, self._process:  # closes its pipes and waits for its end
            self._process = None

    def _exchange(self, request: bytes) -> bytes:
        until = time.monotonic() + self._deadline
        process = self._process = self._process or self._start()
        assert process.stdin and process.stdout
        try:
            # A request is smaller than a pipe's 64 KB and the last one was answered: this never blocks.
            process.stdin.write(struct.pack(">I", len(request)) + request)
        except BrokenPipeError:
            raise _Lost(self._death()) from None
        (size,) = struct.unpack(">I", self._read(process.stdout.fileno(), 4, until))
        if size > LARGEST_ANSWER:
            raise _Lost("sent what is no answer")
        return self._read(process.stdout.fileno(), size, until)

    def _start(self) -> subprocess.Popen[bytes]:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        try:
            # A process group of its own: Ctrl-C in the terminal is for the build, which then ends its helpers.
            return subprocess.Popen(  # noqa: S603 - a fixed command
                self._command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                process_group=0,
            )
        except OSError as error:
            self._stderr.close()
            raise SpeechError(f"the {self._name} helper cannot be started: {error}") from error

    def _read(self, stream: int, size: int, until: float) -> bytes:
        data = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while len(data) < size:
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise _Lost(f"gave no answer in {self._deadline:g} s")
                chunk = os.read(stream, size - len(data))
                if not chunk:
                    raise _Lost(self._death())
                data += chunk
        return bytes(data)

    def _death(self) -> str:
        assert self._process
        self._process.kill()
        code = self._process.wait()
        self._stderr.seek(0)
        last_words = self._stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
        return f"died (exit code {code})" + (f": {last_words}" if last_words else "")
