"""Callers who leave a message, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from ivrkit.commands import CallRecord, Command, DeleteRecording, Record
from ivrkit.engine import Session
from ivrkit.events import CallAnswered, CallArrived, PlaybackEnded, RecordingEnded
from ivrkit.script import Node
from ivrkit.testing import Playbook
from tests.nodes.scenes import node, scene, script

ON = {"next": "thanks", "empty": "nothing", "error": "wrong"}
AFTER = {name: node("play", play=name, next="end") for name in ON.values()}


def recording(**fields: object) -> Playbook:
    return scene(message=message(**fields), **AFTER)


def message(**fields: object) -> Node:
    return node("record", record="ask", on=ON, **fields)


def names(record: CallRecord) -> list[str]:
    return [recorded.name for recorded in record.recordings]


def test_a_message_ends_with_silence_and_stands_in_the_record_of_the_call() -> None:
    record = recording().hears("ask").speaks(4).hears("thanks").ends()
    (recorded,) = record.recordings
    assert (recorded.node, recorded.seconds) == ("message", 9.0)
    assert recorded.name.startswith("2026-01-01/virtual-1-")
    assert record.path[0].outcome == "next"


def test_the_end_key_ends_a_message_and_answers_nothing() -> None:
    book = scene(message=message(), thanks=node("menu", menu={"#": {"next": "end"}}, prompt="menu", give_up="agent"))
    record = book.hears("ask").speaks(2).presses("#").hears("menu").hears("ivrkit.noinput").hangs_up().ends()
    assert record.recordings[0].seconds == 2.0


def test_another_key_is_part_of_the_message_and_answers_nothing() -> None:
    book = scene(message=message(), thanks=node("menu", menu={"5": {"next": "end"}}, prompt="menu", give_up="agent"))
    book.hears("ask").speaks(1).presses("5").hears("menu").hears("ivrkit.noinput")


def test_a_message_without_an_end_key_ends_at_its_limit() -> None:
    book = recording(end_key="none", limit="10s").hears("ask").speaks(5).presses("#").speaks(20)
    assert book.hears("thanks").ends().recordings[0].seconds == 10.0


def test_who_says_nothing_has_left_nothing() -> None:
    record = recording().hears("ask").hears("nothing").ends()
    assert (record.recordings, record.path[0].outcome) == ((), "empty")


def test_who_ends_it_at_once_has_left_nothing() -> None:
    assert recording().hears("ask").speaks(0.5).presses("#").hears("nothing").ends().recordings == ()


def test_a_key_stops_the_prompt_and_keys_typed_ahead_do_not() -> None:
    ahead = node("play", play="welcome", barge_in="no", next="message")
    book = scene(first=ahead, message=message(limit="3s"), **AFTER)
    book.hears("welcome").presses("1#").hears("ask").presses("1")
    assert book.speaks(9).hears("thanks").ends().recordings[0].seconds == 3.0


def test_the_caller_listens_records_again_and_keeps() -> None:
    book = (
        recording(review="yes", short="briefly", save="m")
        .hears("ask")
        .speaks(3)
        .hears("ivrkit.review_keys")
        .presses("3")
    )
    book.hears("ivrkit.recording").hears("ivrkit.review_keys").presses("2").hears("briefly").speaks(4)
    record = book.hears("ivrkit.review_keys").presses("1").hears("thanks").ends()
    assert [recorded.seconds for recorded in record.recordings] == [9.0]
    assert record.path[0].keys == "321"


def test_a_message_made_again_without_a_word_leaves_the_one_before() -> None:
    book = recording(review="yes").hears("ask").speaks(3).hears("ivrkit.review_keys").presses("2").hears("ask")
    record = book.hears("ivrkit.review_keys").presses("1").hears("thanks").ends()
    assert [recorded.seconds for recorded in record.recordings] == [8.0]


def test_who_does_not_answer_the_review_has_left_a_message() -> None:
    book = recording(review="yes", tries="2").hears("ask").speaks(3).hears("ivrkit.review_keys").hears("ivrkit.noinput")
    record = book.hears("ivrkit.review_keys").hears("ivrkit.noinput").hears("thanks").ends()
    assert (len(record.recordings), record.path[0].outcome) == (1, "give_up")


def test_keys_of_every_menu_work_in_the_review() -> None:
    record = (
        recording(review="yes").hears("ask").speaks(3).hears("ivrkit.review_keys").presses("0").hears("agent").ends()
    )
    assert len(record.recordings) == 1
    recording(review="yes").hears("ask").speaks(3).hears("ivrkit.review_keys").presses("#").hears("ivrkit.review_keys")


def test_a_flow_knows_the_message_and_how_long_it_is() -> None:
    told = node("branch", branch=[{"when": "m.seconds == 4", "next": "yes"}, {"else": "no"}])
    book = scene(
        message=node("record", record="ask", save="m", on=ON | {"next": "told"}),
        told=told,
        yes=node("play", play="yes", next="end"),
        no=node("play", play="no", next="end"),
        **AFTER,
    )
    book.hears("ask").speaks(4).hears("yes")


def test_a_caller_cannot_fill_the_disk() -> None:
    book = scene(message=node("record", record="ask", on=ON | {"next": "message"}), **AFTER)
    for _ in range(100):
        book.hears("ask").speaks(2)
    record = book.hears("ask").hears("wrong").ends()
    assert len(record.recordings) == 100
    assert record.faults == ("more than 100 recordings in one call",)


@pytest.mark.parametrize(("seconds", "left"), [(3.0, [3.0]), (0.5, [])])
def test_who_hangs_up_while_speaking_has_left_what_was_said(seconds: float, left: list[float]) -> None:
    record = recording().hears("ask").speaks(seconds).hangs_up().ends()
    assert [recorded.seconds for recorded in record.recordings] == left
    assert record.ended_by == "caller"


def test_who_hangs_up_in_the_review_has_left_a_message() -> None:
    assert (
        len(recording(review="yes").hears("ask").speaks(3).hears("ivrkit.review_keys").hangs_up().ends().recordings)
        == 1
    )


def test_where_nothing_can_be_recorded_the_flow_goes_its_way() -> None:
    session = begun()
    session.receive(RecordingEnded(2.0, "c.3", 0.0, "error"))
    assert session.node == "wrong"


def test_a_recording_of_nothing_is_deleted() -> None:
    sent = begun().receive(RecordingEnded(9.0, "c.3", 5.2, "silence"))
    assert [command.name for command in sent if isinstance(command, DeleteRecording)] == ["2026-01-01/call-4"]


def begun() -> Session:
    """A call that records as command c.3."""
    arrived = CallArrived(0.0, "call", "1", "", "4001", datetime(2026, 1, 1, tzinfo=UTC))
    session = Session(script(message=message(), **AFTER), arrived)
    sent: list[Command] = session.begin()
    sent += session.receive(CallAnswered(0.0, "c.1"))
    sent += session.receive(PlaybackEnded(1.0, "c.2"))
    assert [command.id for command in sent if isinstance(command, Record)] == ["c.3"]
    return session


@pytest.mark.parametrize("fields", [{"limit": "500ms"}, {"silence": "0s"}])
def test_a_time_too_short_to_say_anything_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="1s or longer"):
        message(**fields)
