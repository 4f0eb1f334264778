"""The process that looks at files and compiles, so that the one with the calls does neither. Started by `compiler.py`.

It reads requests and writes answers, each a length and a pickle; an answer is many frames and an empty one. It ends
with its input.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from ivrkit.serving.pieces import cut
from ivrkit.serving.project import Project

LENGTH = struct.Struct(">I")
NICER = 10
"Calls go first where there are fewer cores than work."

Served = Mapping[Path, str]


def _look(project: Project, served: Served) -> Iterator[bytes]:
    yield pickle.dumps(project.look())


def _compile(project: Project, served: Served) -> Iterator[bytes]:
    return cut(project.compile(served), served)


TASKS: dict[str, Callable[[Project, Served], Iterable[bytes]]] = {"look": _look, "compile": _compile}


def main() -> None:
    """Answer until the input ends."""
    os.nice(NICER)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a node kind of somebody's own prints is no answer
    try:
        _answer(sys.stdin.buffer, answers)
    except BrokenPipeError:  # nobody waits for it any more
        os._exit(0)


def _answer(requests: BinaryIO, answers: BinaryIO) -> None:
    while head := requests.read(LENGTH.size):
        task, *about = pickle.loads(requests.read(*LENGTH.unpack(head)))  # noqa: S301 - from the process that started it
        for frame in TASKS[task](*about):
            answers.write(LENGTH.pack(len(frame)) + frame)
        answers.write(LENGTH.pack(0))
        answers.flush()
