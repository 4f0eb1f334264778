"""The actions that the flows of one application may call, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from ivrkit.actions.functions import Action, Function, describe, is_action
from ivrkit.errors import ActionError
from ivrkit.prompts.problems import did_you_mean


class Actions(Mapping[str, Action]):
    """A mapping from name to Action. A name is given once."""

    def __init__(self) -> None:
        self._actions: dict[str, Action] = {}

    def add(self, function: Function) -> Action:
        """Take in a function that carries `@action`; ActionError when it does not fit or its name is taken."""
        added = describe(function)
        if added.name in self._actions:
            first, second = self._actions[added.name].function.__module__, function.__module__
            raise ActionError(f'action "{added.name}" is there twice, in {first} and in {second}: rename one')
        self._actions[added.name] = added
        return added

    def from_module(self, module: ModuleType) -> None:
        """Take in every action that the module defines; those it only imported belong to their own module."""
        for value in vars(module).values():
            if is_action(value) and value.__module__ == module.__name__:
                self.add(value)

    def __getitem__(self, name: str) -> Action:
        """The action; ActionError with the nearest name when there is none."""
        try:
            return self._actions[name]
        except KeyError:
            raise ActionError(f'there is no action "{name}"{did_you_mean(name, self._actions)}') from None

    def __contains__(self, name: object) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def __len__(self) -> int:
        return len(self._actions)
