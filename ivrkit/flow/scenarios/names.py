"""What a scenario names against its flow: prompts, nodes, actions, targets, calendars that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.flow.scenarios.model import Called, Ends, Hears, Scenario
from ivrkit.flow.tree import Path
from ivrkit.nodes.entries import ENTRY_CHECKS
from ivrkit.nodes.fields import ActionName, CalendarName, TargetName
from ivrkit.nodes.hours import STATES
from ivrkit.nodes.transfer import ANSWERED, FAILURES
from ivrkit.prompts.problems import did_you_mean
from ivrkit.script import Node, Script

REQUEST, RECORD = "request", "record"
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "transfers": (ANSWERED, *FAILURES),
    "recordings": ("ok", "error"),
    "calendars": STATES,
}
"What parts of the world answer that are the same in every project."
Outcomes = Mapping[str, tuple[str, ...]]
NOBODY_KNOWS: Outcomes = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to name in a flow and those that it runs."""

    prompts: frozenset[str]
    nodes: Mapping[str, Node]
    "By the names that records have for them."

    def named(self, kind: type[str]) -> set[str]:
        return {str(name) for node in self.nodes.values() for _, name in walk(node, kind)}

    @property
    def actions(self) -> set[str]:
        return self.named(ActionName) - ENTRY_CHECKS.keys()


def unknown_names(scenario: Scenario, script: Script, outcomes: Outcomes = NOBODY_KNOWS) -> list[Diagnostic]:
    """Every name in a scenario that its flow does not know, with the nearest that it does.

    `outcomes` are those of each action, without `timeout` and `error`.
    """
    known = _Known(
        frozenset(name for flow in (script, *script.flows.values()) for name in flow.prompts), nodes_of(script)
    )
    return [
        scenario.source.error(path, f"{message}{did_you_mean(name, names)}", "unknown-name", key=key)
        for path, name, names, message, key in _wrong(scenario, known, outcomes)
    ]


def nodes_of(script: Script) -> dict[str, Node]:
    """The nodes of a flow and of those that it runs, by the names that records have for them."""
    inner = {f"{flow}/{name}": node for flow, one in script.flows.items() for name, node in one.nodes.items()}
    return {**script.nodes, **inner}


_Wrong = tuple[Path, str, Iterable[str], str, bool]


def _wrong(scenario: Scenario, known: _Known, outcomes: Outcomes) -> Iterator[_Wrong]:
    names: dict[str, Callable[[], Iterable[str]]] = {
        "actions": lambda: known.actions,
        "requests": lambda: [name for name, node in known.nodes.items() if node.kind == REQUEST],
        "recordings": lambda: [name for name, node in known.nodes.items() if node.kind == RECORD],
        "transfers": lambda: known.named(TargetName),
        "calendars": lambda: known.named(CalendarName),
    }
    for part, there in names.items():
        for name, answers in getattr(scenario.written, part).items():
            if name not in there():
                yield (part, name), name, there(), f"this flow has no {_ONE[part]} {quoted(name)}", True
                continue
            possible = _possible(part, name, outcomes)
            for number, answer in enumerate(answers):
                if possible and answer.outcome not in possible:
                    path = scenario.source.deepest((part, name, number, "outcome"))
                    message = f"{quoted(name)} never answers {quoted(answer.outcome)}"
                    yield path, answer.outcome, possible, message, False
    yield from _in_steps(scenario, known)


def _in_steps(scenario: Scenario, known: _Known) -> Iterator[_Wrong]:
    for step in scenario.steps:
        match step:
            case Hears(name=name) if name not in known.prompts and name not in known.nodes:
                message = f"this flow has no prompt and no node {quoted(name)}"
                yield step.path, name, [*known.prompts, *known.nodes], message, False
            case Called():
                for name in step.actions.keys() - known.actions:
                    yield step.path, name, known.actions, f"this flow has no action {quoted(name)}", False
            case Ends(at=at) if at and at not in known.nodes:
                yield (*step.path, "at"), at, known.nodes, f"this flow has no node {quoted(at)}", False


def _possible(part: str, name: str, outcomes: Outcomes) -> tuple[str, ...]:
    """What may be answered; empty when nobody knows."""
    if part == "actions":
        return (*outcomes[name], "timeout", "error") if name in outcomes else ()
    return OUTCOMES.get(part, ())


_ONE = {
    "actions": "action",
    "requests": "node with a request",
    "recordings": "node with a record",
    "transfers": "target",
    "calendars": "calendar",
}
