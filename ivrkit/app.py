"""An application on ivrkit: configuration, flows, actions, store and sounds brought together, ready to serve calls."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from gevent.threadpool import ThreadPool

from ivrkit.actions import Action, Actions, Context, action, invoke
from ivrkit.commands import Command, RunAction
from ivrkit.config import DEFAULT_FILE, Config, load_config
from ivrkit.errors import ActionError, ConfigError, FlowError, PromptError
from ivrkit.events import CallArrived, Event
from ivrkit.expressions import Secret
from ivrkit.flow import ActionFacts, Compiled, World, compile_file
from ivrkit.prompts.needed import needed_sounds
from ivrkit.prompts.sounds import Sound
from ivrkit.script import Outcome, Script
from ivrkit.store import Store, open_store
from ivrkit.switch.call_port import CallPort
from ivrkit.switch.outbound import Services, call_port
from ivrkit.tts import SoundTree

log = logging.getLogger("ivrkit")

F = TypeVar("F", bound=Callable[..., Any])
Observer = Callable[[str, Event, list[Command]], None]

ACTION_THREADS = 32
"Blocking actions that run at once; more wait, within their deadlines."


class App:
    """One ivrkit. Nothing is opened until it is needed; `close` ends what was."""

    def __init__(self, config: str | Path | Config = DEFAULT_FILE) -> None:
        """Read the configuration; FlowError shows every mistake in it. Action modules are imported here."""
        self.config = config if isinstance(config, Config) else load_config(config)
        self.actions = Actions()
        self._observers: list[Observer] = []
        self._import_actions()

    # --- for the developer's own code ---

    def action(self, *args: Any, **options: Any) -> Any:
        """`@app.action`: let flows call a function. Options are those of `ivrkit.action`."""
        if args:
            self.actions.add(action(*args))
            return args[0]

        def mark(function: F) -> F:
            self.actions.add(action(**options)(function))
            return function

        return mark

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
        return SoundTree(self.config.sounds, self.config.voices)

    def compile(self, flow: str | Path) -> Compiled:
        """Compile a flow file in this application's world."""
        return compile_file(flow, self.config.folder / "prompts", self._world)

    @cached_property
    def scripts(self) -> Mapping[str, Script]:
        """The script of each called number; FlowError has the mistakes of every flow."""
        compiled = {path: self.compile(path) for path in dict.fromkeys(self.config.numbers.values())}
        faults = [fault for result in compiled.values() if not result.script for fault in result.diagnostics]
        if faults:
            raise FlowError(faults)
        return {number: compiled[path].require() for number, path in self.config.numbers.items()}

    def sounds_needed(self) -> list[Sound]:
        """Every sound that the flows of this application can need."""
        return sounds_of(self.scripts.values())

    # --- serving ---

    def call_port(self, address: tuple[str, int] | None = None, **limits: Any) -> CallPort:
        """The port that FreeSWITCH dials, ready to start. PromptError when sounds are missing."""
        if not self.config.numbers:
            raise ConfigError('no number leads to a flow: add numbers: {"4001": flows/hotline.yaml}')
        missing = self.sounds.missing(sound.name for sound in self.sounds_needed())
        if missing:
            raise PromptError(f"{len(missing)} sounds are missing, such as {missing[0]}: run `ivrkit prompts build`")
        services = Services(
            script_for=self.scripts.get,
            sounds=self.sounds,
            perform=self.perform,
            write_record=self.store.write_call,
            targets=self.config.targets,
            watch=self._tell if self._observers else None,
        )
        host, port = address or self.config.listen
        return call_port(services, host, port, allow=self.config.allow, **limits)

    def perform(self, command: RunAction, arrived: CallArrived, language: str) -> Outcome:
        """Run an action for a call; whatever it raises is the outcome `error`, and in the log."""
        context = Context(self.store, arrived.call_id, arrived.caller_number, arrived.called_number, language)
        if command.name in self.actions and self.actions[command.name].blocking:
            outcome: Outcome = self._threads.apply(self._invoke, (command, context))
            return outcome
        return self._invoke(command, context)

    def _invoke(self, command: RunAction, context: Context) -> Outcome:
        try:
            return invoke(self.actions[command.name], context, command.arguments)
        except ActionError as error:
            log.error("%s: %s", context.call_id, error)
        except Exception:  # the guard of a call: an action is somebody's own code
            log.exception("%s: action %s failed", context.call_id, command.name)
        return Outcome("error")

    def now(self) -> datetime:
        """The wall clock, with its zone."""
        return datetime.now().astimezone()

    def close(self) -> None:
        """Write what is still to be written and close the store."""
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def _threads(self) -> ThreadPool:
        return ThreadPool(ACTION_THREADS)

    def _tell(self, call_id: str, event: Event, commands: list[Command]) -> None:
        for observer in self._observers:
            try:
                observer(call_id, event, commands)
            except Exception:  # the guard of a call: an observer is somebody's own code
                log.exception("an observer failed at %s", event)

    @property
    def _world(self) -> World:
        return World({name: _facts(found) for name, found in self.actions.items()}, frozenset(self.config.targets))

    def _import_actions(self) -> None:
        folder = str(self.config.folder)
        if self.config.actions and folder not in sys.path:
            sys.path.insert(0, folder)
        for name in self.config.actions:
            try:
                self.actions.from_module(importlib.import_module(name))
            except ImportError as error:
                raise ConfigError(f"actions: {name} cannot be imported: {error}") from error


def sounds_of(scripts: Iterable[Script]) -> list[Sound]:
    """Every sound that these scripts can need, once."""
    found: dict[str, Sound] = {}
    for script in scripts:
        found |= {sound.name: sound for sound in needed_sounds(script.prompts.values(), script.lists)}
    return list(found.values())


def _facts(found: Action) -> ActionFacts:
    return ActionFacts(
        parameters=tuple(parameter.name for parameter in found.parameters),
        required=frozenset(parameter.name for parameter in found.parameters if parameter.required),
        outcomes=found.outcomes,
        secrets=frozenset(parameter.name for parameter in found.parameters if parameter.type is Secret),
    )
