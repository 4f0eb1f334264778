"""Callers who want a person: the far end answers, is busy, lets it ring, or is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.live import sipp
from tests.live.conftest import Telephone, nodes
from tests.live.hotline import Hotline, Served
from tests.live.sipp import HangUp, Press, Sipp, UntilHungUp, Wait

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
