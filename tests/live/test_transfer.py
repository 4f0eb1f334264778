"""Callers who want a person: the far end answers, is busy, lets it ring, or is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.live import sipp
from tests.live.conftest import Telephone, nodes
from tests.live.hotline import Hotline, Served
from tests.live.sipp import HangUp, Press, Sipp, Speak, UntilHungUp, Wait
from tests.live.wire import spoken

WANTS_A_PERSON = (Wait(1), Press("1"), Wait(1), Press("0"))
Person = Callable[[Path, int], Sipp]


@pytest.mark.parametrize(
    ("caller", "person", "afterwards"),
    [
        ("13700000001", partial(sipp.person_who_talks, seconds=2.0), ["bye", "end"]),
        ("13700000002", sipp.person_who_is_busy, ["end"]),
        ("13700000003", sipp.person_who_does_not_answer, ["nobody", "bye", "end"]),
        ("13700000004", None, ["bye", "end"]),
    ],
)
def test_a_caller_is_put_through_or_goes_on_as_the_flow_says(
    telephone: Telephone, project: Hotline, serving: Served, caller: str, person: Person | None, afterwards: list[str]
) -> None:
    rung = telephone.person(person) if person else None
    telephone.hear(caller, *WANTS_A_PERSON, UntilHungUp(), number="4002")
    if rung:
        rung.wait(10.0)
    record = project.record(caller)
    assert nodes(record)[-len(afterwards) - 1 :] == ["person", *afterwards]
    assert (record.ended_by, record.faults) == ("flow", ())


def test_a_caller_hears_it_ring(telephone: Telephone, project: Hotline, serving: Served) -> None:
    telephone.person(sipp.person_who_does_not_answer)
    heard = telephone.hear("13700000006", *WANTS_A_PERSON, UntilHungUp(), number="4002")
    announced = heard.find(project.sounds("agent.connecting"))
    assert announced
    assert heard.level(announced.end + 0.2, announced.end + 0.8) > -30


def test_a_caller_who_hangs_up_while_talking_to_a_person_has_one_record(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13700000005"
    telephone.person(partial(sipp.person_who_is_left, seconds=20.0))
    telephone.hear(caller, *WANTS_A_PERSON, Wait(8), HangUp(), number="4002")
    record = project.record(caller)
    assert (nodes(record)[-1], record.ended_by) == ("person", "caller")
    telephone.until_all_have_hung_up()


def test_a_whisper_is_for_the_far_end_alone_before_the_two_talk(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13700000011"
    rung = telephone.person(partial(sipp.person_who_talks, seconds=8.0))
    heard = telephone.hear(caller, Wait(1), Press("3"), Wait(5), Speak(2), UntilHungUp(), number="4004")
    far = telephone.listened(rung)
    whisper = project.sounds("whispered", number="4004", language="en")
    whispered = far.find(whisper)
    assert whispered and not heard.find(whisper)
    assert spoken(far.samples[: round(whispered.start * 8000)]) == 0
    assert heard.level(1.5, 2.4) > -30, "it rings for the caller meanwhile"
    assert spoken(far.samples[round((whispered.end + 0.3) * 8000) :]) == pytest.approx(2.0, abs=0.4)
    assert heard.find(project.sounds("thanks", number="4004", language="en")), "the call goes on"
    record = project.record(caller)
    assert (nodes(record), record.faults) == (["what", "whispered", "thanks", "end"], ())


@pytest.mark.parametrize(
    ("caller", "person", "way"),
    [
        ("13700000012", sipp.person_who_does_not_answer, "nobody"),
        ("13700000013", sipp.person_who_is_busy, "nothing"),
        ("13700000014", sipp.person_who_says_that_it_is_busy, "nothing"),
    ],
)
def test_nobody_hears_a_whisper_who_does_not_answer(
    telephone: Telephone, project: Hotline, serving: Served, caller: str, person: Person, way: str
) -> None:
    telephone.person(person)
    telephone.hear(caller, Wait(1), Press("3"), UntilHungUp(), number="4004")
    record = project.record(caller)
    assert nodes(record) == ["what", "whispered", way, "end"]
    assert record.path[2].seconds - record.path[1].seconds < 6.5


def test_a_call_that_is_given_away_ends_with_the_far_end(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13700000015"
    telephone.person(partial(sipp.person_who_talks, seconds=2.0))
    telephone.hear(caller, Wait(1), Press("4"), UntilHungUp(), number="4004")
    record = project.record(caller)
    assert (nodes(record), record.ended_by, record.faults) == (["what", "given_away"], "flow", ())


def test_a_caller_who_was_given_away_hears_what_the_far_end_plays_and_comes_back_when_nobody_answers(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13700000016"
    telephone.person(sipp.person_who_says_that_it_is_busy)
    heard = telephone.hear(caller, Wait(1), Press("4"), UntilHungUp(), number="4004")
    assert heard.find([project.sounds("nothing", number="4004", language="en")[0]])
    assert nodes(project.record(caller)) == ["what", "given_away", "nothing", "end"]
    assert spoken(heard.samples) > 2.5


def test_a_call_that_is_given_away_needs_ivrkit_no_more(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13700000017"
    telephone.person(partial(sipp.person_who_talks, seconds=4.0))
    call = telephone.call(caller, Wait(1), Press("4"), UntilHungUp(), number="4004")
    telephone.until_bridged()
    serving.kill()
    call.wait(20.0)
    telephone.until_all_have_hung_up()
