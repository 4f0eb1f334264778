"""What is served as plain data, which another process can look at and compile: it never stands in the way of calls."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ivrkit.calendars import Calendar
from ivrkit.errors import PromptError
from ivrkit.flow import Diagnostic, World, compile_file
from ivrkit.flow.calendars import CALENDARS, load_calendars
from ivrkit.prompts.needed import needed_sounds
from ivrkit.prompts.sounds import Sound
from ivrkit.script import Script
from ivrkit.tts import SoundTree, Voice
from ivrkit.tts.tree import Entry

Stamp = tuple[int, int, int]
"When a file was changed, in ns, its size and its inode: a file that is renamed into place has another inode."
Stamps = Mapping[str, Stamp]


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that scripts are made from."""

    flows: Mapping[Path, Path]
    "Flow file to the folder of its prompts."
    world: World
    "Without `duration`, which is looked up in the sounds."
    sounds: Path
    voices: Mapping[str, Voice]
    settled: tuple[Path, ...] = ()
    "Files that are read only at the start."

    def look(self) -> Stamps:
        """The state of every file that a change may come from; those that are gone are not in it."""
        folders = {folder for flow, prompts in self.flows.items() for folder in (flow.parent, prompts)}
        manifests = self.sounds.glob("*/*/*/manifest.json")
        return dict(_stamped([*(file for folder in folders for file in _yaml_in(folder)), *manifests, *self.settled]))

    def compile(self, served: Mapping[Path, str]) -> Iterator[Fresh]:
        """Every flow as its files stand now; `served` has the version of each that is served."""
        tree = SoundTree(self.sounds, self.voices)
        world = replace(self.world, duration=tree.seconds_of)
        for flow, prompts in self.flows.items():
            beside = load_calendars(flow.parent / CALENDARS)
            if any(fault.severity == "error" for fault in beside.diagnostics):
                yield Fresh(flow, faults=beside.diagnostics)
                continue
            compiled = compile_file(flow, prompts, replace(world, calendars=beside.names))
            if compiled.script is None:
                yield Fresh(flow, faults=compiled.diagnostics, calendars=beside.calendars)
            else:
                fresh = _with_sounds(flow, compiled.script, tree, served.get(flow))
                yield replace(fresh, calendars=beside.calendars)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A flow as its files stand now."""

    flow: Path
    script: Script | None = None
    "None when it cannot be served, for `faults` or `waits`."
    faults: tuple[Diagnostic, ...] = ()
    waits: str = ""
    "What is to be done about its sounds first."
    sounds: Mapping[str, Entry] = field(default_factory=dict)
    "What is known of its sounds, by name."
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    "Those that it may ask; none while their file has mistakes."

    @property
    def problem(self) -> str:
        """Why it cannot be served, in one line."""
        wrong = [fault for fault in self.faults if fault.severity == "error"]
        return str(wrong[0]).partition("\n")[0] if wrong else self.waits


def _with_sounds(flow: Path, script: Script, tree: SoundTree, served: str | None) -> Fresh:
    try:
        sounds = sounds_of([script])
        there = {sound.name: entry for sound in sounds if (entry := tree.manifest(sound.language).get(sound.name))}
        waits = missing(tree.unready(sounds))
    except PromptError as error:
        there, waits = {}, str(error)
    # A build takes the sounds that it makes anew out of the manifest: what is served already plays from them all along.
    return Fresh(flow, None if waits and script.version != served else script, waits=waits, sounds=there)


def sounds_of(scripts: Iterable[Script]) -> list[Sound]:
    """Every sound that these scripts can need, once."""
    found: dict[str, Sound] = {}
    for script in scripts:
        for part in (script, *script.flows.values()):
            found |= {sound.name: sound for sound in needed_sounds(part.prompts.values(), part.lists)}
    return list(found.values())


def missing(names: list[str]) -> str:
    """What to do about sounds that are not there; nothing when all are."""
    if not names:
        return ""
    many = "1 sound is" if len(names) == 1 else f"{len(names)} sounds are"
    return f"{many} missing, such as {names[0]}: run `ivrkit prompts build`"


def _yaml_in(folder: Path) -> list[Path]:
    try:
        return [Path(entry.path) for entry in os.scandir(folder) if entry.name.endswith((".yaml", ".yml"))]
    except OSError:
        return []


def _stamped(files: Iterable[Path]) -> Iterator[tuple[str, Stamp]]:
    for file in files:
        try:
            found = file.stat()
        except OSError:
            continue
        yield str(file), (found.st_mtime_ns, found.st_size, found.st_ino)
