"""The decorator `@action`, and what a function that carries it is to flows: a name, arguments, outcomes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints, overload

from ivrkit.actions.arguments import VALUE_TYPES, Parameter
from ivrkit.actions.context import Context
from ivrkit.actions.results import OK, outcome_of
from ivrkit.errors import ActionError
from ivrkit.prompts.problems import did_you_mean
from ivrkit.script import Outcome

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

RESERVED = frozenset({"timeout", "error"})
"Outcomes that every action has: its deadline passed, it raised."
_MARK = "ivrkit_action"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the decorator says about its function."""

    outcomes: tuple[str, ...]
    blocking: bool


@dataclass(frozen=True, slots=True)
class Action:
    """A function that flows may call."""

    name: str
    function: Function
    parameters: tuple[Parameter, ...]
    "Those that a flow gives: without the Context."
    outcomes: tuple[str, ...]
    "Those it declared: without `timeout` and `error`."
    blocking: bool
    "Whether it waits for a disk or a network, and so runs in a thread."
    takes_context: bool

    def convert(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments in their declared types; ActionError when one is missing, unknown or does not fit."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in arguments:
            if name not in known:
                raise ActionError(f'there is no argument "{name}"{did_you_mean(name, known)}')
        for parameter in self.parameters:
            if parameter.required and parameter.name not in arguments:
                raise ActionError(f'argument "{parameter.name}" is missing')
        return {name: known[name].convert(value) for name, value in arguments.items()}


@overload
def action(function: F, /) -> F: ...


@overload
def action(*, outcomes: Sequence[str] = (OK,), blocking: bool = False) -> Callable[[F], F]: ...


def action(
    function: F | None = None, /, *, outcomes: Sequence[str] = (OK,), blocking: bool = False
) -> F | Callable[[F], F]:
    """Mark a typed function as an action that flows may call. The function itself stays as it is.

    `outcomes` are the names it can answer; `timeout` and `error` come by themselves. Say `blocking=True` when it waits
    for a disk or a network: it runs in a thread then, instead of holding up other calls.
    """
    mark = Mark((outcomes,) if isinstance(outcomes, str) else tuple(outcomes), blocking)

    def marked(function: F) -> F:
        function.__dict__[_MARK] = mark
        return function

    return marked if function is None else marked(function)


def is_action(value: Any) -> bool:
    """Whether it is a function that carries `@action`."""
    return inspect.isfunction(value) and _MARK in value.__dict__


def describe(function: Function) -> Action:
    """The action that a marked function is; ActionError names the function and says what does not fit."""
    name = getattr(function, "__qualname__", repr(function))
    if not is_action(function):
        raise ActionError(f"{name} is not an action: put @action above a function")
    try:
        return _described(function)
    except ActionError as error:
        raise ActionError(f"action {name}: {error}") from None


def invoke(action: Action, context: Context, arguments: Mapping[str, Any]) -> Outcome:
    """Call the function with `arguments` and say how it ended.

    ActionError when the arguments, the outcome or the values do not fit; what the function raises comes out as it is.
    """
    try:
        converted = action.convert(arguments)
    except ActionError as error:
        raise ActionError(f"action {action.name}: {error}") from None
    returned = action.function(*([context] if action.takes_context else []), **converted)
    try:
        return outcome_of(returned, action.outcomes)
    except ActionError as error:
        raise ActionError(f"action {action.name}: {error}") from None


def _described(function: Function) -> Action:
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise ActionError("make it a plain function: async and generators do not run in a call")
    mark: Mark = function.__dict__[_MARK]
    _check_outcomes(mark.outcomes)
    hints = _hints(function)
    parameters = list(inspect.signature(function).parameters.values())
    takes_context = bool(parameters) and hints.get(parameters[0].name) is Context
    given = parameters[1:] if takes_context else parameters
    described = tuple(_parameter(parameter, hints) for parameter in given)
    return Action(function.__name__, function, described, mark.outcomes, mark.blocking, takes_context)


def _check_outcomes(outcomes: tuple[str, ...]) -> None:
    if not outcomes:
        raise ActionError("declare at least one outcome")
    for outcome in outcomes:
        if not isinstance(outcome, str) or not outcome.isidentifier():
            raise ActionError(f"outcome {outcome!r} is not a name: use letters, digits and _")
        if outcome in RESERVED:
            raise ActionError(f'"{outcome}" comes by itself: take it out of its outcomes')
        if outcomes.count(outcome) > 1:
            raise ActionError(f'outcome "{outcome}" is declared twice')


def _hints(function: Function) -> dict[str, Any]:
    try:
        return get_type_hints(function)
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        raise ActionError(f"its types cannot be read: {error}") from None


def _parameter(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> Parameter:
    if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
        raise ActionError(f'parameter "{parameter.name}": * and / have no place here, flows give arguments by name')
    if parameter.name not in hints:
        raise ActionError(f'parameter "{parameter.name}" has no type')
    if hints[parameter.name] is Context:
        raise ActionError(f'parameter "{parameter.name}": a Context comes first')
    required = parameter.default is parameter.empty
    kind, nullable = _kind(hints[parameter.name])
    if kind not in VALUE_TYPES or (nullable and required):
        named = ", ".join(known.__name__ for known in VALUE_TYPES)
        raise ActionError(f'parameter "{parameter.name}" must be one of {named}, or one of them "| None = None"')
    return Parameter(parameter.name, kind, required, nullable)


def _kind(hint: Any) -> tuple[Any, bool]:
    """The type without `| None`, and whether that was there."""
    if get_origin(hint) not in (Union, UnionType):
        return hint, False
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    return (kinds[0], True) if len(kinds) == 1 else (hint, False)
