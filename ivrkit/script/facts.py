"""What a flow must know of the world outside its file, and what its checks ask of a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivrkit.prompts.spoken import Duration


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice said with its keys: 水价查询请按一."""

    label: str
    keys: str
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the prompt that says it."""
        return f"{self.label}@{self.keys}"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about a node, for the author of its flow."""

    text: str
    says: tuple[str, ...] = ()
    "Prompts whose words follow it."
    fields: tuple[str, ...] = ()
    "What of the node it is about, as the YAML calls it; a field that no sentence is about is told by its name."


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What can come of a node, as `on:` names it."""

    handled: Mapping[str, str]
    "The node's `on:`."
    needed: tuple[str, ...]
    "Those that have to be handled."
    possible: tuple[str, ...] | None
    "Those that may be; None when nobody knows."


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What a flow must know of a user's function."""

    parameters: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
    "Parameters without a default."
    outcomes: tuple[str, ...] = ("ok",)
    "Without `timeout` and `error`, which come by themselves."
    secrets: frozenset[str] = frozenset()
    "Parameters that take a Secret."


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """What a flow must know of another that it runs."""

    arguments: Mapping[str, str] = field(default_factory=dict)
    "Name to type."
    returns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    "Result to the names of its values; without `error`, which comes by itself."
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """What exists outside a flow's file."""

    actions: Mapping[str, ActionFacts] = field(default_factory=dict)
    targets: frozenset[str] = frozenset()
    "Where calls may be transferred."
    hosts: frozenset[str] = frozenset()
    "Hosts that requests may go to, as `hosts:` names them: `billing.example:8443`, `http://intern.example`."
    calendars: frozenset[str] | None = frozenset()
    "None when the file that has them cannot be read."
    flows: Mapping[str, FlowFacts] = field(default_factory=dict)
    "Flows of the same folder that can be run."
    duration: Duration | None = None
    "How long sounds are; None when nobody knows."
