"""A compiled flow as data, the nodes that it is made of, and what a node sees of its call."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import Field

from ivrkit.prompts.segments import Lists, Segments
from ivrkit.script.facts import Offer, Outcomes, Told, World
from ivrkit.script.steps import Run, Way


class CallView(Protocol):
    """What a node sees of its call."""

    @property
    def script(self) -> Script: ...

    @property
    def node(self) -> str:
        """The name of the node that the call is at."""

    @property
    def keys_everywhere(self) -> Mapping[str, Way | None]:
        """Where the keys of every menu lead here; None asks again."""

    @property
    def language(self) -> str: ...

    @property
    def scope(self) -> Mapping[str, Any]:
        """The variables as expressions read them: `caller`, `call`, `language` and what nodes saved."""

    def save(self, name: str, value: Any) -> None:
        """Keep a value under a name for the rest of the call."""

    def speak(self, language: str) -> None:
        """Go on in this language; keys typed ahead are forgotten."""

    def forget_keys(self) -> None:
        """Drop the keys typed ahead."""

    def forget_recording(self, name: str) -> None:
        """Delete a recording, also from the call's record: it is empty, or was made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One place in a flow. Its fields are the fields of the YAML; a trailing underscore is not part of the name."""

    kind: ClassVar[str]
    landmark: ClassVar[bool] = False
    "Whether the back key returns here."
    person: ClassVar[bool] = False
    "Whether the caller is connected with a person here."
    waits: ClassVar[bool] = True
    "Whether time passes here, in which the caller may hang up."
    silent: ClassVar[bool] = False
    "Whether it neither says nor asks, and so can run when the caller has gone."
    not_inherited: ClassVar[frozenset[str]] = frozenset({"visits"})
    "Fields that only the node itself gives, never the flow's `defaults`."
    example: ClassVar[str] = ""
    "How it may be written, for editors. Without it they write the fields that have no default."

    visits: Annotated[int, Field(ge=1)] | None = None
    "Times that one call may enter the node; the next goes to `give_up` of the `defaults`, or ends where there is none."

    def run(self, call: CallView) -> Run:
        """The conversation that the node holds."""
        raise NotImplementedError

    # What is asked about a node, beside its fields, when its flow is checked and explained.

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer of the caller."""
        return False

    def own_keys(self) -> Collection[str] | None:
        """The keys that mean something of their own; None when the keys of every menu do not work here."""
        return None

    def phrases(self) -> Iterator[str]:
        """The prompts that it says beside those that its fields name."""
        yield from ()

    def offers(self, languages: tuple[str, ...]) -> Iterator[Offer]:
        """The choices that it offers aloud."""
        yield from ()

    def outcomes(self, world: World | None) -> Outcomes | None:
        """What `on:` has to handle; None for a kind without. `world` is None when nobody knows what exists."""
        return None

    def leads(self, field: str) -> bool:
        """Whether a call can leave it by this field."""
        return True

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        """What happens here, in the order in which it does. What comes after, the flow tells from the ways out."""
        yield from ()

    def saves(self, way: str) -> bool:
        """Whether it has surely kept its values when a call leaves it this way."""
        return way not in ("timeout", "error")


@dataclass(frozen=True, slots=True)
class Script:
    """A checked flow, ready to run. It holds everything a call needs: nodes and the words of its prompts."""

    flow: str
    version: str
    "SHA-256 of its content, in hex: two scripts with the same version are the same."
    languages: tuple[str, ...]
    start: str
    give_up: str | None
    "Where a call goes that ran into a fault, a step limit or a visit too many; None hangs up."
    keys: Mapping[str, str]
    "Keys of every menu and confirm: a node's name, `back` or `repeat`."
    on_hangup: str | None
    "Where the flow goes on when the caller has gone."
    arguments: Mapping[str, str]
    "What it gets when it is run: name to type."
    nodes: Mapping[str, Node]
    prompts: Mapping[str, Mapping[str, Segments]]
    "Prompt name → language → what is said."
    lists: Lists
    "List name → value → language → what is said for `| text(list)`."
    flows: Mapping[str, Script]
    "Every flow that this one runs, and those that they run; empty in these."
