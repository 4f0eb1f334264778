"""An application on ivrkit: configuration, flows, actions, store and sounds brought together, ready to serve calls."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from traceback import extract_tb
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar, overload

from gevent import Timeout
from gevent.lock import BoundedSemaphore
from gevent.threadpool import ThreadPool

from ivrkit.actions import Action, Actions, Context, action, invoke
from ivrkit.calendars import Calendar
from ivrkit.commands import CallRecord, Command, RunAction, SendRequest
from ivrkit.config import DEFAULT_FILE, Config, load_config
from ivrkit.errors import ActionError, ConfigError, FlowError, PromptError, ReloadError
from ivrkit.events import CallArrived, Event
from ivrkit.expressions import Secret
from ivrkit.fetch import Fetcher
from ivrkit.flow import ActionFacts, Compiled, World, compile_file
from ivrkit.flow.calendars import CALENDARS, CalendarFile, joined, load_calendars
from ivrkit.hours import Emergencies, Hours
from ivrkit.prompts.sounds import Sound
from ivrkit.script import Outcome, Script
from ivrkit.serving import Compiler, ControlSocket, Fresh, Project, Reloaded, Served, Watch, missing, short, sounds_of
from ivrkit.serving.ending import PATIENCE, until_told
from ivrkit.serving.watch import POLL
from ivrkit.store import Store, open_store
from ivrkit.switch.call_port import CallPort
from ivrkit.switch.outbound import call_port
from ivrkit.switch.recordings import Recordings
from ivrkit.switch.services import Services
from ivrkit.tts import SoundTree

log = logging.getLogger("ivrkit")

F = TypeVar("F", bound=Callable[..., Any])
Observer = Callable[[str, Event, list[Command]], None]

ACTION_THREADS = 32
"Blocking actions that run at once; more wait, within their deadlines."


class App:
    """One ivrkit. Nothing is opened until it is needed; `close`, or leaving its `with` block, ends what was."""

    def __init__(self, config: str | Path | Config = DEFAULT_FILE) -> None:
        """Read the configuration, FlowError shows every mistake in it, and import its action modules."""
        self.config = config if isinstance(config, Config) else load_config(config)
        self.actions = Actions()
        self._observers: list[Observer] = []
        self._closing: list[Callable[[], None]] = []
        self._reloading = BoundedSemaphore(1)
        if self.config.actions and str(self.config.folder) not in sys.path:
            sys.path.insert(0, str(self.config.folder))
        for name in self.config.actions:
            self.actions.from_module(_imported(name, self.config.folder))

    # --- for the developer's own code ---

    @overload
    def action(self, function: F, /) -> F: ...

    @overload
    def action(self, /, *, outcomes: Sequence[str] = ..., blocking: bool = ...) -> Callable[[F], F]: ...

    def action(self, function: Any = None, /, *, outcomes: Sequence[str] = ("ok",), blocking: bool = False) -> Any:
        """`@app.action`: let flows call a function; as `ivrkit.action`, for this application."""

        def added(function: F) -> F:
            self.actions.add(action(outcomes=outcomes, blocking=blocking)(function))
            return function

        return added if function is None else added(function)

    def subscribe(self, observer: Observer) -> None:
        """Tell `observer(call_id, event, commands)` of everything that happens in calls; it must not block."""
        self._observers.append(observer)

    # --- what it is made of ---

    @cached_property
    def store(self) -> Store:
        """The store of the configuration; StoreError when it cannot be opened."""
        return open_store(self.config.store, self.config.folder)

    @cached_property
    def sounds(self) -> SoundTree:
        """The folder of sounds; PromptError when FreeSWITCH could not play from it."""
        return SoundTree(self.config.sounds, self.config.voices)

    @cached_property
    def recordings(self) -> Recordings:
        """The folder of callers' recordings; PromptError when FreeSWITCH could not record there."""
        return Recordings(self.config.recorded)

    @property
    def flows(self) -> tuple[Path, ...]:
        """The flow files of the configuration, as seen from the working directory."""
        return tuple(map(shown, dict.fromkeys(self.config.numbers.values())))

    def compile(self, flow: str | Path) -> Compiled:
        """Compile a flow file in this application's world.

        Its prompts are in the project's `prompts`; those of a flow from elsewhere in the folder beside its own.
        """
        world = replace(self._world(), calendars=calendars_beside(flow).names, duration=self._seconds_of)
        return compile_file(flow, self._prompts_of(flow), world)

    def _world(self) -> World:
        actions = {name: _facts(found) for name, found in self.actions.items()}
        return World(actions, frozenset(self.config.targets), frozenset(self.config.hosts))

    def _seconds_of(self, sound: Sound) -> float | None:
        try:
            return self.sounds.seconds_of(sound)
        except PromptError:
            return None  # told where sounds are needed

    def _prompts_of(self, flow: str | Path) -> Path:
        above = Path(os.path.abspath(flow)).parents
        beside = above[1] / "prompts"
        elsewhere = self.config.folder not in above
        return shown(beside if elsewhere and beside.is_dir() else self.config.folder / "prompts")

    def calendars(self, *flows: str | Path) -> Mapping[str, Calendar]:
        """The calendars beside these flows, or all of the configuration, as they stand now; FlowError has mistakes."""
        beside = {file.source.path: file for file in map(calendars_beside, flows or self.flows)}
        return joined(beside.values())

    @cached_property
    def emergencies(self) -> Emergencies:
        """The switches that `ivrkit emergency` throws."""
        return Emergencies(self.config.folder / "data" / "emergencies")

    @cached_property
    def hours(self) -> Hours:
        """What calendars say to running calls: replace `hours.calendars` and they hear of new ones."""
        return Hours(self.calendars(), self.emergencies)

    @property
    def scripts(self) -> Mapping[str, Script]:
        """The script of each called number; FlowError has the mistakes of every flow."""
        return self.served.scripts

    @cached_property
    def served(self) -> Served:
        """What calls run, and how many run what; FlowError has the mistakes of every flow."""
        if not self.config.numbers:
            raise ConfigError(
                'no number leads to a flow: add numbers: {"4001": flows/hotline.yaml} to the configuration'
            )
        compiled = {flow: self.compile(flow) for flow in self.flows}
        faults = [fault for result in compiled.values() if not result.script for fault in result.diagnostics]
        if faults:
            raise FlowError(faults)
        numbers = {number: shown(flow) for number, flow in self.config.numbers.items()}
        return Served(numbers, {flow: result.require() for flow, result in compiled.items()})

    def sounds_needed(self) -> list[Sound]:
        """Every sound that the flows of this application can need."""
        return sounds_of(self.scripts.values())

    # --- serving ---

    def call_port(self, address: tuple[str, int] | None = None, **limits: Any) -> CallPort:
        """The port that FreeSWITCH dials, ready to start. PromptError when sounds are missing."""
        if waits := missing(self.sounds.unready(self.sounds_needed())):
            raise PromptError(waits)
        services = Services(
            script_for=self.served.script_for,
            running=self.served.running,
            sounds=self.sounds,
            perform=self.perform,
            fetch=self.fetch,
            write_record=partial(_keep, self.store),
            targets=self.config.targets,
            recordings=self.recordings,
            watch=self._tell,
            hours=self.hours.state,
        )
        host, port = address or self.config.listen
        return call_port(services, host, port, **{"allow": self.config.allow, **limits})

    def reload(self, changed: Collection[str] = ()) -> Reloaded:
        """Read every flow again, in another process: new calls take what can be served, running ones go on.

        What cannot be served changes nothing and is in the log, once for each change; `changed` are files whose
        mistakes are told once more. ReloadError when the other process fails.
        """
        with self._reloading:
            fresh = self._compiler.compile(self._project(), self.served.versions)
            for flow in fresh:
                self.sounds.learn(flow.sounds)
            # Before the flows that ask them; one that is gone still answers the calls that began with it.
            self.hours.calendars = {
                **self.hours.calendars,
                **{name: new for flow in fresh for name, new in flow.calendars.items()},
            }
            return self.served.take(fresh, changed)

    def flows_now(self) -> list[Fresh]:
        """Every flow as its files stand now, whether it is served or not."""
        return list(self._project().compile({}))

    def numbers_of(self, flow: Path) -> list[str]:
        """The called numbers that lead to a flow file."""
        return [number for number, file in self.config.numbers.items() if shown(file) == flow]

    def watch(self, poll: float = POLL) -> None:
        """Take changed flows by itself from now on, until `close`; looks every `poll` seconds."""
        compiler = self._compiler  # closed after the watch
        watch = Watch(lambda: compiler.look(self._project()), self._changed, poll, self._project().look())
        self._closing.append(watch.stop)

    def _changed(self, files: frozenset[str]) -> None:
        for file in sorted(files & {*map(str, self._project().settled)}):
            log.warning("%s was changed: it is read when ivrkit serve starts, so start it again", file)
        self.reload(files)

    def _project(self) -> Project:
        """What another process needs to compile the flows."""
        modules = (sys.modules[name].__file__ for name in self.config.actions if name in sys.modules)
        files = (self.config.file, *modules)
        return Project(
            flows={flow: self._prompts_of(flow) for flow in self.flows},
            world=self._world(),
            sounds=self.sounds.root,
            voices=self.sounds.voices,
            settled=tuple(shown(Path(file)) for file in files if file),
        )

    @cached_property
    def _compiler(self) -> Compiler:
        compiler = Compiler()
        self._closing.append(compiler.close)
        return compiler

    def serve(
        self,
        address: tuple[str, int] | None = None,
        *,
        patience: float = PATIENCE,
        poll: float = POLL,
        say: Callable[[str], object] = log.info,
    ) -> None:
        """Take calls until SIGTERM or SIGINT; then no new ones, and running ones have `patience` seconds to end.

        Flows that are changed meanwhile are taken by themselves. `say` is told when it serves and when it stops. In the
        main thread only.
        """
        port = self.call_port(address)
        port.start()
        try:
            say(f"serving {', '.join(self.scripts)} on {port.host}:{port.port}")
            for number, script in self.scripts.items():
                log.info("%s: %s, version %s", number, shown(self.config.numbers[number]), short(script.version))
            gc.collect()
            gc.freeze()  # what stays for good: looking it over again and again takes 50 ms in which calls wait
            self.watch(poll)
            self._answer_requests()
            until_told(port, patience, say, self._reload_now)
        finally:
            port.stop(0)

    def _reload_now(self) -> None:
        try:
            done = self.reload(self._compiler.look(self._project()))
        except ReloadError as error:
            log.error("%s", error)
        else:
            log.info("read again: %d changed, %d not taken", len(done.changes), len(done.refused))

    def _answer_requests(self) -> None:
        control = ControlSocket(self.control_folder, {"flows": lambda request: self.served.rows()})
        try:
            control.start()
        except OSError as error:
            log.warning("%s: commands cannot ask this ivrkit: %s", shown(control.path.parent), error.strerror)
        else:
            self._closing.append(control.stop)

    @property
    def control_folder(self) -> Path:
        """Where running ivrkits of this project can be asked."""
        return self.config.folder / "data" / "control"

    def perform(self, command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        """Run an action for a call; whatever it raises is the outcome `error`, and in the log."""
        context = Context(self.store, arrived.call_id, arrived.caller_number, arrived.called_number, language)
        if command.name in self.actions and self.actions[command.name].blocking:
            outcome: Outcome = self._threads.apply(self._invoke, (command, context))
            return outcome
        return self._invoke(command, context)

    def fetch(self, command: SendRequest) -> Outcome:
        """Send a request to a web service; whatever goes wrong is the outcome `error` or `timeout`, and in the log."""
        return self._fetcher.fetch(command)

    def _invoke(self, command: RunAction, context: Context) -> Outcome:
        try:
            return invoke(self.actions[command.name], context, command.arguments)
        except ActionError as error:
            log.error("%s: %s", context.call_id, error)
        except (Exception, SystemExit, Timeout) as error:  # the guard of a call: an action is somebody's own code
            log.exception("%s: action %s failed: %s", context.call_id, command.name, in_words(error))
        return Outcome("error")

    @cached_property
    def _fetcher(self) -> Fetcher:
        return Fetcher(self.config.hosts)

    @cached_property
    def _threads(self) -> ThreadPool:
        return ThreadPool(ACTION_THREADS)

    def _tell(self, call_id: str, event: Event, commands: list[Command]) -> None:
        for observer in self._observers:
            try:
                observer(call_id, event, commands)
            except Exception:  # the guard of a call: an observer is somebody's own code
                log.exception("%s: an observer failed at %s", call_id, type(event).__name__)

    def close(self) -> None:
        """Stop what watches and answers, write what is still to be written and close the store."""
        for part in reversed(self._closing):
            part()
        self._closing.clear()
        if "store" in self.__dict__:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def calendars_beside(flow: str | Path) -> CalendarFile:
    """The calendars that a flow asks, as they stand now."""
    return load_calendars(shown(Path(os.path.abspath(flow)).parent / CALENDARS))


def find_config(named: Path | None, flow: Path | None = None) -> Path | None:
    """The configuration that was named, else the nearest one above the flow, else above the working directory."""
    if named:
        return named
    here = Path.cwd()
    above = Path(os.path.abspath(flow)).parents if flow else ()
    places = [*above, here, *here.parents]
    return next((shown(place / DEFAULT_FILE) for place in places if os.path.isfile(place / DEFAULT_FILE)), None)


def load_app(named: Path | None, flow: Path | None = None) -> App:
    """The application of the configuration that is found; a flow may do without one."""
    found = find_config(named, flow)
    if found:
        return App(found)
    if flow is None:
        raise ConfigError(f"there is no {DEFAULT_FILE} in this folder: go to your project, or name one with --config")
    folder = Path(os.path.abspath(flow)).parent
    return App(Config(folder=folder.parent if (folder.parent / "prompts").is_dir() else folder))


def shown(path: Path) -> Path:
    """The path as a person in the working directory would write it."""
    return Path(min(os.path.relpath(path), os.path.abspath(path), key=len))


def told(record: CallRecord) -> str:
    """How a call went, in one line for the log: of the caller's number only its end."""
    digits = "".join(filter(str.isdigit, record.caller_number))
    caller = f"…{digits[-4:]}" if len(digits) > 7 else "a hidden number"
    last = record.path[-1].node if record.path else "the beginning"
    length = f"{record.seconds:.0f} s, {len(record.path)} nodes"
    return f"{record.call_id}: {caller} called {record.called_number}: {length}, ended at {last} by {record.ended_by}"


def in_words(error: BaseException) -> str:
    """What somebody's own code did, and in which line of which file."""
    frames = [frame for frame in extract_tb(error.__traceback__) if not frame.filename.startswith("<frozen")]
    # A SyntaxError names its place itself.
    place = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    first = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first}{'' if isinstance(error, SyntaxError) else place}"


def _keep(store: Store, record: CallRecord) -> None:
    store.write_call(record)
    log.info("%s", told(record))
    for fault in record.faults:
        log.warning("%s: %s", record.call_id, fault)


def _imported(name: str, folder: Path) -> ModuleType:
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # a module is somebody's own code
        if isinstance(error, ModuleNotFoundError) and error.name and f"{name}.".startswith(f"{error.name}."):
            file = folder / f"{name.replace('.', '/')}.py"
            raise ConfigError(f'actions: there is no module "{name}": write it as {shown(file)}') from None
        raise ConfigError(f'actions: the module "{name}" cannot be used: {in_words(error)}') from error


def _facts(found: Action) -> ActionFacts:
    return ActionFacts(
        parameters=tuple(parameter.name for parameter in found.parameters),
        required=frozenset(parameter.name for parameter in found.parameters if parameter.required),
        outcomes=found.outcomes,
        secrets=frozenset(parameter.name for parameter in found.parameters if parameter.type is Secret),
    )
