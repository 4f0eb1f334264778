"""Which version of each flow new calls take, how many calls run on which, and why a file is not what is served."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ivrkit.flow import Diagnostic
from ivrkit.script import Script
from ivrkit.serving.project import Fresh

log = logging.getLogger("ivrkit.serving")


@dataclass(frozen=True, slots=True)
class Change:
    """A flow of which new calls take another version."""

    flow: Path
    old: str
    new: str
    calls: int
    "Calls that go on with the old one."


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What came of reading the flows again."""

    changes: tuple[Change, ...]
    refused: tuple[Fresh, ...]
    "Flows that go on as they were, each with what is wrong."

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong in flows, with its place."""
        return tuple(fault for fresh in self.refused for fault in fresh.faults)


@dataclass(slots=True)
class _Version:
    """One version of a flow."""

    flow: Path
    script: Script
    since: datetime = field(default_factory=lambda: datetime.now().astimezone())
    calls: int = 0
    old: bool = False


class Served:
    """The scripts of an ivrkit. A version stays until its last call has ended."""

    def __init__(self, numbers: Mapping[str, Path], scripts: Mapping[Path, Script]) -> None:
        """`numbers` to flow files, and the script of each file."""
        self._numbers = dict(numbers)
        self._now = {flow: _Version(flow, script) for flow, script in scripts.items()}
        # By the script itself: two files may hold the same flow.
        self._all = {id(version.script): version for version in self._now.values()}
        self._refused: dict[Path, Fresh] = {}

    # --- for calls ---

    def script_for(self, number: str) -> Script | None:
        """What a call of this number takes now."""
        flow = self._numbers.get(number)
        return self._now[flow].script if flow else None

    @contextmanager
    def running(self, call_id: str, script: Script) -> Iterator[None]:
        """Count a call as long as it runs."""
        version = self._all[id(script)]
        version.calls += 1
        log.info("%s: runs %s, version %s", call_id, version.flow, short(script.version))
        try:
            yield
        finally:
            version.calls -= 1
            if version.old and not version.calls:
                self._forget(version)

    # --- for changes ---

    @property
    def versions(self) -> dict[Path, str]:
        """The version of each flow that new calls take."""
        return {flow: version.script.version for flow, version in self._now.items()}

    @property
    def scripts(self) -> dict[str, Script]:
        """The script of each number."""
        return {number: self._now[flow].script for number, flow in self._numbers.items()}

    def take(self, flows: Iterable[Fresh], changed: Collection[str] = ()) -> Reloaded:
        """Let new calls take what can be served; `changed` are the files that tell their mistakes once more."""
        found = list(flows)
        refused = tuple(fresh for fresh in found if fresh.script is None)
        changes = [self._taken(fresh) for fresh in found if fresh.script is not None]
        for fresh in refused:
            self._refuse(fresh, changed)
        return Reloaded(tuple(filter(None, changes)), refused)

    def _taken(self, fresh: Fresh) -> Change | None:
        before, script = self._now[fresh.flow], fresh.script
        was_refused = self._refused.pop(fresh.flow, None)
        assert script is not None
        if script.version == before.script.version:
            if was_refused:
                log.info("%s: as it is served again, version %s", fresh.flow, short(script.version))
            return None
        version = self._now[fresh.flow] = _Version(fresh.flow, script)
        self._all[id(script)] = version
        before.old = True
        change = Change(fresh.flow, before.script.version, script.version, before.calls)
        log.info(
            "%s: version %s from now on, before %s%s", change.flow, *map(short, (change.new, change.old)), _on(change)
        )
        if not before.calls:
            del self._all[id(before.script)]
        return change

    def _refuse(self, fresh: Fresh, changed: Collection[str]) -> None:
        known = self._refused.get(fresh.flow)
        again = any(fault.path in changed for fault in fresh.faults)
        self._refused[fresh.flow] = fresh
        if known and known.problem == fresh.problem and known.faults == fresh.faults and not again:
            return
        for fault in fresh.faults:
            log.log(logging.ERROR if fault.severity == "error" else logging.WARNING, "%s", fault)
        reason = "it has mistakes" if fresh.faults else fresh.waits
        log.error("%s: not taken, %s; calls go on with version %s", fresh.flow, reason, self._version_of(fresh.flow))

    def _version_of(self, flow: Path) -> str:
        return short(self._now[flow].script.version)

    def _forget(self, version: _Version) -> None:
        del self._all[id(version.script)]
        log.info("%s: the last call of version %s has ended", version.flow, short(version.script.version))

    # --- for people ---

    def rows(self) -> list[dict[str, Any]]:
        """What `ivrkit flows` shows: for each flow the version that new calls take, then those that calls still run."""
        return [self._row(version) for flow in self._now for version in self._of(flow)]

    def _of(self, flow: Path) -> list[_Version]:
        found = [version for version in self._all.values() if version.flow == flow]
        return sorted(found, key=lambda version: (version.old, version.since))

    def _row(self, version: _Version) -> dict[str, Any]:
        refused = None if version.old else self._refused.get(version.flow)
        return {
            "numbers": []
            if version.old
            else [number for number, flow in self._numbers.items() if flow == version.flow],
            "flow": str(version.flow),
            "version": version.script.version,
            "calls": version.calls,
            "since": version.since.isoformat(timespec="seconds"),
            "state": "old" if version.old else state(refused),
            "problem": refused.problem if refused else "",
        }


def state(refused: Fresh | None) -> str:
    """How a flow's file stands to what is served."""
    if refused is None:
        return "served"
    return "wrong" if refused.faults else "waiting"


def short(version: str) -> str:
    """A version as people compare it."""
    return version[:12]


def _on(change: Change) -> str:
    if not change.calls:
        return ""
    return f"; {'1 call goes' if change.calls == 1 else f'{change.calls} calls go'} on with that"
