"""What holds for every session, whatever the switch tells it and in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.commands import Command, WriteRecord
from ivrkit.engine import Session
from ivrkit.events import (
    ActionReturned,
    CallAnswered,
    CallArrived,
    Event,
    HoursRead,
    HungUp,
    KeyPressed,
    PlaybackEnded,
    RecordingEnded,
    TimerFired,
    TransferEnded,
)
from ivrkit.script import Script
from ivrkit.testing import script_of
from tests.nodes.scenes import node, script

ON = {"ok": "menu", "timeout": "agent", "error": "agent"}
FAILED = ("busy", "no_answer", "failed")
PART = script_of(
    {
        "which": node("menu", menu={"1": {"next": "done"}}, prompt="which", give_up="lost"),
        "done": node("return", **{"return": "done"}),
        "lost": node("return", **{"return": "error"}),
    },
    flow="part",
)
WHOLE = script(
    say=node("play", play="say", next="lang"),
    lang=node("language", language="ask", next="menu"),
    menu=node(
        "menu",
        menu={"1": {"next": "ask"}, "12": {"next": "sure"}, "2": {"next": "desk"}, "3": {"next": "rec"}},
        prompt="m",
        give_up="agent",
    ),
    ask=node("collect", collect="ask", digits="2", save="x", readback="r", next="act", give_up="agent"),
    act=node("action", action="act", hold="hold", save="y", on=ON),
    sure=node("confirm", confirm="sure", yes="pick", no="menu", give_up="agent"),
    hours=node("hours", hours="office", on=dict.fromkeys(("open", "closed", "holiday", "emergency"), "arm")),
    arm=node("split", split={"a": "1", "b": "2"}, on={"a": "run", "b": "menu"}),
    run=node("run", run="part", on={"done": "menu", "error": "agent"}),
    pick=node("branch", branch=[{"when": "x == '11'", "next": "menu"}, {"else": "set"}]),
    set=node("set", set={"x": "{{ caller.number }}"}, next="hours"),
    desk=node("transfer", transfer="desk", whisper="w", on=dict.fromkeys(("answered", *FAILED), "given")),
    given=node("transfer", transfer="desk", mode="blind", on=dict.fromkeys(FAILED, "menu")),
    rec=node("record", record="r", review="yes", save="z", on={"next": "menu", "empty": "set", "error": "agent"}),
)
EVERY_KIND = replace(WHOLE, flows={"part": PART}, on_hangup="pick")
IDS = st.integers(1, 40).map("c.{}".format)
AT = st.floats(0, 100)
EVENTS = st.one_of(
    st.builds(CallAnswered, AT, IDS),
    st.builds(PlaybackEnded, AT, IDS, st.booleans()),
    st.builds(KeyPressed, AT, st.sampled_from("0123*#A")),
    st.builds(KeyPressed, AT, st.text(max_size=3)),
    st.builds(TimerFired, AT, IDS),
    st.builds(ActionReturned, AT, IDS, st.sampled_from(["ok", "error", "strange"]), st.just({})),
    st.builds(HoursRead, AT, IDS, st.sampled_from(["open", "closed", "holiday", "emergency"])),
    st.builds(RecordingEnded, AT, IDS, st.floats(0, 60), st.sampled_from(["key", "silence", "limit", "error"])),
    st.builds(TransferEnded, AT, IDS, st.sampled_from(["answered", "busy", "no_answer", "failed"])),
)


def begun(script: Script) -> tuple[Session, list[Command]]:
    session = Session(script, CallArrived(0.0, "call", "1", "", "4001", datetime(2026, 1, 1, tzinfo=UTC)))
    return session, session.begin()


@settings(max_examples=300, deadline=None)
@given(events=st.lists(EVENTS, max_size=60))
def test_a_session_survives_any_events_in_any_order_and_writes_one_record(events: list[Event]) -> None:
    session, sent = begun(EVERY_KIND)
    for event in [CallAnswered(0.0, "c.1"), *events, HungUp(100.0, "NORMAL_CLEARING"), *events]:
        sent += session.receive(event)
    assert sum(isinstance(command, WriteRecord) for command in sent) == 1
    assert isinstance(sent[-1], WriteRecord)
    assert len({command.id for command in sent if not type(command).__name__.startswith("Cancel")}) == sum(
        not type(command).__name__.startswith("Cancel") for command in sent
    )


@settings(max_examples=100, deadline=None)
@given(events=st.lists(EVENTS, max_size=30))
def test_events_of_other_commands_change_nothing(events: list[Event]) -> None:
    session, _ = begun(EVERY_KIND)
    session.receive(CallAnswered(0.0, "c.1"))
    node_before = session.node
    for event in events:
        if not isinstance(event, KeyPressed) and getattr(event, "id", "") not in ("c.1", "c.2"):
            assert session.receive(event) == []
    assert session.node == node_before
