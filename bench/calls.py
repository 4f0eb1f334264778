"""Calls a second, CPU a call, and the time from a key to the next prompt, of every controller in turn."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bench.fake_switch import FakeSwitch, Load

GREENSWITCH, BARE = "greenswitch", "bare gevent loop"
CONTROLLERS: dict[str, list[str]] = {
    "ivrkit": ["ivrkit_flow"],
    GREENSWITCH: ["greenswitch_original"],
    "greenswitch, `myevents`": ["greenswitch_original", "myevents"],
    "greenswitch's classes in ivrkit": ["greenswitch_on_ivrkit"],
    BARE: ["bare_loop"],
}
"Name in the tables: module and arguments."

PROJECT = Path(__file__).parent.parent
WARM_UP = 200
"Calls before anything is measured."
SETTLE = 1.2
"Seconds before the CPU is read: greenswitch ends a call's greenlets up to a second after the call."


@dataclass(frozen=True, slots=True)
class Controller:
    """A running controller."""

    name: str
    pid: int
    port: int

    def cpu(self) -> float:
        """CPU seconds that its process has used, all threads, user and system."""
        return time.clock_gettime((~self.pid << 3) | 2)  # clock_getcpuclockid(3): the clock of another process


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of one controller."""

    load: Load
    cpu: float

    @property
    def calls_a_second(self) -> float:
        return self.load.calls / self.load.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU of the controller for a call, in ms."""
        return 1000 * self.cpu / self.load.calls


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of one controller under one load."""

    controller: str
    runs: list[Measured]

    @property
    def calls_a_second(self) -> float:
        return median(run.calls_a_second for run in self.runs)

    @property
    def cpu_ms(self) -> float:
        return median(run.cpu_ms for run in self.runs)

    @property
    def busy(self) -> float:
        """Part of the time that the controller was on the CPU: what limits is the controller when it is near 1."""
        return median(run.cpu / run.load.seconds for run in self.runs)

    def answer_ms(self, percentile: int) -> float:
        """From a key to the next prompt's command, in ms: the median of the runs' percentiles."""
        return median(1000 * quantiles(run.load.answers, n=100)[percentile - 1] for run in self.runs)


@contextmanager
def controllers(names: Sequence[str], warm_up: int = WARM_UP) -> Iterator[list[Controller]]:
    """These controllers, running and warm, on another core than the fake switch where there are two."""
    *others, last = sorted(os.sched_getaffinity(0))
    with ExitStack() as stack:
        processes = [stack.enter_context(_started(name)) for name in names]
        running = [Controller(name, its.pid, _port(its)) for name, its in zip(names, processes, strict=True)]
        os.sched_setaffinity(0, others or {last})
        stack.callback(os.sched_setaffinity, 0, {*others, last})
        for controller in running:
            os.sched_setaffinity(controller.pid, {last})
            FakeSwitch(controller.port, 10, warm_up).run()
        yield running


def measure(
    running: Sequence[Controller], rounds: int, callers: int, calls: int, pause: float = 0.0, settle: float = SETTLE
) -> list[Runs]:
    """`rounds` runs of each, one controller after the other, so that a noisy machine disturbs all alike."""
    results = [Runs(controller.name, []) for controller in running]
    time.sleep(settle)
    for _ in range(rounds):
        for controller, result in zip(running, results, strict=True):
            before = controller.cpu()
            load = FakeSwitch(controller.port, callers, calls, pause).run()
            time.sleep(settle)
            result.runs.append(Measured(load, controller.cpu() - before))
    return results


@contextmanager
def _started(name: str) -> Iterator[subprocess.Popen[str]]:
    module, *arguments = CONTROLLERS[name]
    command = [sys.executable, "-m", f"bench.controllers.{module}", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as process:
        try:
            yield process
        finally:
            process.kill()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())
