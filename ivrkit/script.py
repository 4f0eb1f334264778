"""A compiled flow as data, and what its nodes and the engine say to each other.

A node is a generator: it yields a step, the engine carries it out on the call and sends the step's result back; what
the node returns is where the call goes next.

    step       yields              result
    Say        prompts             None, when they have been heard or a key stopped them
    Ask        prompts and keys    Heard
    Act        a user's function   Outcome
    Connect    a target to ring    "answered", "busy", "no_answer" or "failed"
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import Field

from ivrkit.prompts.segments import Lists, Segments


class Verdict(Enum):
    """What the keys of an entry amount to so far."""

    MORE = "more keys are needed"
    ENOUGH = "complete, and more may follow"
    DONE = "complete"
    WRONG = "it can become nothing"


class Entry(Protocol):
    """The keys that an Ask takes."""

    def judge(self, keys: str) -> Verdict:
        """What the raw keys, as pressed, amount to."""

    def value(self, keys: str) -> str:
        """The entry without the keys that only end or clear it."""

    @property
    def trailing(self) -> str:
        """A key that belongs to an entry even when it comes after the last digit; empty for none."""


@dataclass(frozen=True, slots=True)
class Choices:
    """One key, or several, of a menu."""

    keys: frozenset[str]
    trailing: str = ""

    def judge(self, keys: str) -> Verdict:
        longer = any(key != keys and key.startswith(keys) for key in self.keys)
        if keys in self.keys:
            return Verdict.ENOUGH if longer else Verdict.DONE
        return Verdict.MORE if longer else Verdict.WRONG

    def value(self, keys: str) -> str:
        return keys


@dataclass(frozen=True, slots=True)
class Digits:
    """A number of digits. `*` clears what was entered, `end_key` ends it and is never part of it."""

    least: int
    most: int
    end_key: str

    @property
    def trailing(self) -> str:
        return self.end_key

    def judge(self, keys: str) -> Verdict:
        entered = self._entered(keys)
        if self.end_key and entered.endswith(self.end_key):
            return Verdict.DONE if self.least < len(entered) or len(entered) == 1 else Verdict.WRONG
        if not entered.isdigit() and entered:
            return Verdict.WRONG
        if len(entered) == self.most:
            return Verdict.DONE
        return Verdict.ENOUGH if len(entered) >= max(self.least, 1) else Verdict.MORE

    def value(self, keys: str) -> str:
        return self._entered(keys).removesuffix(self.end_key)

    def _entered(self, keys: str) -> str:
        return keys if self.end_key == "*" else keys.rpartition("*")[2]


@dataclass(frozen=True, slots=True)
class Line:
    """A prompt to be said; in another language than the call's when one is named."""

    prompt: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Say:
    """Say these prompts, one after another."""

    lines: tuple[Line, ...]
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Ask:
    """Say these prompts and take keys: the first wait starts when the prompts have ended."""

    lines: tuple[Line, ...]
    entry: Entry
    first_digit: float
    between_digits: float
    barge_in: bool = True
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """The answer to an Ask: `value` is empty when nothing was pressed; `complete` says that it can be taken."""

    value: str
    complete: bool


@dataclass(frozen=True, slots=True)
class Act:
    """Run a user's function; `hold` is said when it takes longer than half a second."""

    action: str
    arguments: Mapping[str, Any]
    timeout: float
    hold: Line | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an action ended: a name that `on:` handles, and the values that it found."""

    name: str
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Connect:
    """Ring a target of the configuration and connect the caller with it."""

    target: str
    ring: float


@dataclass(frozen=True, slots=True)
class Goto:
    """The call goes to this node."""

    node: str


@dataclass(frozen=True, slots=True)
class Back:
    """The call goes to the menu before, as the caller went."""


@dataclass(frozen=True, slots=True)
class End:
    """The call ends with this hangup cause."""

    cause: str


Step = Say | Ask | Act | Connect
Way = Goto | Back | End
Run = Generator[Step, Any, Way]
"What `Node.run` is. A helper generator that nodes share may return something else than a Way."


class CallView(Protocol):
    """What a node sees of its call."""

    @property
    def script(self) -> Script: ...

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One place in a flow. Its fields are the fields of the YAML; a trailing underscore is not part of the name."""

    kind: ClassVar[str]
    landmark: ClassVar[bool] = False
    "Whether the back key returns here."
    not_inherited: ClassVar[frozenset[str]] = frozenset({"visits"})
    "Fields that only the node itself gives, never the flow's `defaults`."

    visits: Annotated[int, Field(ge=1)] | None = None
    "Times a call may enter; the next goes to the flow's give_up."

    def run(self, call: CallView) -> Run:
        """The conversation that the node holds."""
        raise NotImplementedError


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
    nodes: Mapping[str, Node]
    prompts: Mapping[str, Mapping[str, Segments]]
    "Prompt name → language → what is said."
    lists: Lists
    "List name → value → language → what is said for `| text(list)`."
