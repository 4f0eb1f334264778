"""The scenario files of a project, each scenario with the flow that it calls."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ivrkit.app import App, find_config, load_app, shown
from ivrkit.calendars import Calendar
from ivrkit.errors import ConfigError, FlowError
from ivrkit.flow import Diagnostic, load_source
from ivrkit.flow.folder import own_folders
from ivrkit.flow.library import flow_files
from ivrkit.flow.scenarios import Scenario, read_scenario, unknown_names
from ivrkit.flow.source import Source, load_documents
from ivrkit.prompts.problems import did_you_mean
from ivrkit.script import Script
from ivrkit.testing.answers import Hours

FOLDER = "scenarios"
"Where scenarios lie, in the folder of their flows."
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario, ready to run."""

    scenario: Scenario
    script: Script
    flow: Path
    hours: Hours
    "What the project's calendars say at a moment, while nobody has switched one to emergency."


def scenario_files(path: Path) -> Iterator[Path]:
    """A scenario file itself, or every file in the `scenarios` folders of a folder."""
    if not path.is_dir():
        yield path
        return
    top = Path(os.path.abspath(path))
    for here, folders, files in os.walk(path):
        folders[:] = own_folders(here, folders)
        if FOLDER in (top.name, *Path(here).relative_to(path).parts):
            yield from (Path(here, name) for name in sorted(files) if name.endswith(_SUFFIXES) and name[0] != ".")


class Suite:
    """Reads scenarios; each project, and each of its flows, once."""

    def __init__(self, config: Path | None = None) -> None:
        self._config = config
        self._apps: dict[Path | None, App] = {}
        self._scripts: dict[Path, Script] = {}
        self._calendars: dict[Path, Mapping[str, Calendar]] = {}

    def cases(self, file: Path) -> list[Case]:
        """The scenarios of a file. FlowError has what is wrong with it, or with the flows that it calls."""
        cases: list[Case] = []
        faults: list[object] = []
        for source in load_documents(file):
            scenario, found = read_scenario(source)
            faults += found
            if scenario:
                case = self._case(scenario, file)
                faults += [case] if isinstance(case, Diagnostic) else self._unknown(case)
                cases += [case] if isinstance(case, Case) else []
        if faults:
            raise FlowError(faults)
        return cases

    def app(self, flow: Path) -> App:
        """The application that a flow belongs to."""
        found = find_config(self._config, flow)
        if found is None or found not in self._apps:
            self._apps[found] = load_app(self._config, flow)
        return self._apps[found]

    def close(self) -> None:
        for app in self._apps.values():
            app.close()

    def _case(self, scenario: Scenario, file: Path) -> Case | Diagnostic:
        flows = flow_files(folder_of_flows(file))
        if scenario.flow not in flows:
            near = did_you_mean(scenario.flow, flows)
            message = f'there is no flow "{scenario.flow}" in {shown(folder_of_flows(file))}{near}'
            return scenario.source.error(("flow",), message, "unknown-flow")
        flow = shown(flows[scenario.flow])
        return Case(scenario, self._script(flow), flow, self._hours(flow))

    def _script(self, flow: Path) -> Script:
        if flow not in self._scripts:
            self._scripts[flow] = self.app(flow).compile(flow).require()
        return self._scripts[flow]

    def _hours(self, flow: Path) -> Hours:
        if flow.parent not in self._calendars:
            self._calendars[flow.parent] = self.app(flow).calendars(flow)
        calendars = self._calendars[flow.parent]
        return lambda calendar, at: calendars[calendar].state(at)

    def _unknown(self, case: Case) -> list[Diagnostic]:
        actions = self.app(case.flow).actions
        return unknown_names(case.scenario, case.script, {name: found.outcomes for name, found in actions.items()})


def folder_of_flows(file: Path) -> Path:
    """Where the flows lie that the scenarios of a file call: around the folder `scenarios`, else beside the file."""
    folder = Path(os.path.abspath(file)).parent
    return folder.parent if folder.name == FOLDER else folder


def sources_of(script: Script, flow: Path) -> dict[str, Source]:
    """The files of a flow and of those that it runs, by their names."""
    files = flow_files(flow.parent)
    return {script.flow: load_source(flow)} | {name: load_source(shown(files[name])) for name in script.flows}


def files_in(paths: list[Path]) -> list[Path]:
    """Every scenario file of these files and folders, once. ConfigError when a folder has none."""
    files: dict[Path, None] = {}
    for path in paths:
        found = list(scenario_files(path))
        if not found:
            raise ConfigError(f"{path}: there are no scenarios in this folder; write them into flows/scenarios/*.yaml")
        files |= dict.fromkeys(found)
    return list(files)
