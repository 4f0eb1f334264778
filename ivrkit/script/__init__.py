"""Scripts: compiled flows as data, and the language between their nodes and the engine."""

from ivrkit.script.entries import Choices, Digits, Entry, Verdict
from ivrkit.script.facts import ActionFacts, FlowFacts, Offer, Outcomes, Told, World
from ivrkit.script.node import CallView, Node, Script
from ivrkit.script.steps import (
    LEAST_SAID,
    Act,
    Ask,
    Back,
    Connect,
    Consult,
    End,
    Enter,
    Fetch,
    Goto,
    Heard,
    Leave,
    Line,
    Outcome,
    Record,
    Recorded,
    Return,
    Run,
    Say,
    Step,
    Way,
)

__all__ = [
    "LEAST_SAID",
    "Act",
    "ActionFacts",
    "Ask",
    "Back",
    "CallView",
    "Choices",
    "Connect",
    "Consult",
    "Digits",
    "End",
    "Enter",
    # Entries
    "Entry",
    "Fetch",
    "FlowFacts",
    "Goto",
    "Heard",
    "Leave",
    "Line",
    "Node",
    "Offer",
    "Outcome",
    "Outcomes",
    "Record",
    "Recorded",
    "Return",
    "Run",
    "Say",
    # A script
    "Script",
    # Steps, and what comes of them
    "Step",
    "Told",
    "Verdict",
    # Ways on
    "Way",
    # Facts
    "World",
]
