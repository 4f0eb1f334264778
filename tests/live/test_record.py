"""Callers who leave a message: what is in the file, what they hear, what the record says."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.commands import CallRecord
from tests.live.conftest import Telephone, nodes
from tests.live.hotline import Hotline, Served
from tests.live.sipp import HangUp, Press, Speak, UntilHungUp, Wait
from tests.live.wire import Heard, Samples, Span, read_wav, spoken

NUMBER = "4004"


def wants_to_speak(key: str) -> tuple[Wait, Press, Wait]:
    """The menu is cut, then come a prompt of less than three seconds and the tone."""
    return Wait(1), Press(key), Wait(3.5)


def recording(project: Hotline, record: CallRecord) -> Samples:
    """The sound of the one recording of a call."""
    (recorded,) = record.recordings
    sound = read_wav(Path(project.app.recordings.path(recorded.name)))
    assert abs(len(sound) / 8000 - recorded.seconds) < 0.1
    return sound


def said(project: Hotline, heard: Heard, node: str) -> Span | None:
    """When the caller heard what a node says."""
    return heard.find(project.sounds(node, number=NUMBER, language="en"))


def test_a_message_is_recorded_from_the_tone_to_the_silence_behind_it(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13500000001"
    heard = telephone.hear(caller, *wants_to_speak("1"), Speak(3), UntilHungUp(), number=NUMBER)
    asked = said(project, heard, "message")
    assert asked and heard.level(asked.end + 0.1, asked.end + 0.25) > -30, "the tone"
    assert said(project, heard, "thanks")
    record = project.record(caller)
    assert (nodes(record), record.faults) == (["what", "message", "thanks", "end"], ())
    assert 5.0 < record.recordings[0].seconds < 7.5
    assert spoken(recording(project, record)) == pytest.approx(3.0, abs=0.3)
    assert spoken(recording(project, record)[-8000:]) == 0


def test_a_key_ends_a_message_and_is_no_answer_to_what_follows(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13500000002"
    steps = (*wants_to_speak("2"), Speak(2), Press("#"), Wait(1), Press("3"), Wait(2.5), Press("1"), UntilHungUp())
    heard = telephone.hear(caller, *steps, number=NUMBER)
    record = project.record(caller)
    assert ([visit.keys for visit in record.path][:2], nodes(record)[-2:]) == (["2", "31"], ["thanks", "end"])
    message = recording(project, record)
    assert spoken(message) == pytest.approx(2.0, abs=0.3)
    begun = next(place for place in range(len(message)) if abs(message[place]) > 0.1)
    assert heard.find([message[begun : begun + 8000]]), "it is played back"


def test_who_records_again_leaves_the_second_message_only(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13500000003"
    first = (*wants_to_speak("2"), Speak(1.5), Press("#"), Wait(1), Press("2"))
    second = (Wait(0.5), Press("5"), Wait(1), Speak(3), Press("#"), Wait(1), Press("1"))
    telephone.hear(caller, *first, *second, UntilHungUp(), number=NUMBER)
    record = project.record(caller)
    assert spoken(recording(project, record)) == pytest.approx(3.0, abs=0.3)
    folder = Path(project.app.recordings.path(record.recordings[0].name)).parent
    assert len(list(folder.glob(f"{record.call_id}*"))) == 1


def test_who_says_nothing_leaves_nothing(telephone: Telephone, project: Hotline, serving: Served) -> None:
    caller = "13500000004"
    heard = telephone.hear(caller, *wants_to_speak("1"), UntilHungUp(), number=NUMBER)
    assert said(project, heard, "nothing")
    record = project.record(caller)
    assert (nodes(record), record.recordings) == (["what", "message", "nothing", "end"], ())


def test_a_message_ends_at_its_limit(telephone: Telephone, project: Hotline, serving: Served) -> None:
    caller = "13500000005"
    heard = telephone.hear(caller, *wants_to_speak("5"), Speak(3.5), UntilHungUp(), number=NUMBER)
    assert said(project, heard, "thanks")
    assert 4.9 < project.record(caller).recordings[0].seconds < 6.2


def test_who_hangs_up_while_speaking_has_left_a_message(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13500000006"
    telephone.hear(caller, *wants_to_speak("1"), Speak(2), HangUp(), number=NUMBER)
    record = project.record(caller)
    telephone.until_all_have_hung_up()
    assert (nodes(record)[-1], record.ended_by) == ("message", "caller")
    assert spoken(recording(project, record)) == pytest.approx(2.0, abs=0.3)


def test_a_folder_that_cannot_be_written_is_a_way_of_the_flow(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller, folder = "13500000007", project.app.recordings.root
    kept = folder.rename(folder.with_name("kept"))
    folder.write_text("a file where a folder should be")
    try:
        heard = telephone.hear(caller, Wait(1), Press("1"), UntilHungUp(), number=NUMBER)
    finally:
        folder.unlink()
        kept.rename(folder)
    assert said(project, heard, "wrong")
    assert nodes(project.record(caller)) == ["what", "message", "wrong", "end"]
