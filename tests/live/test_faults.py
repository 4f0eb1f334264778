"""What a caller has of the hotline while ivrkit dies, is gone, comes back."""

from __future__ import annotations

from functools import partial
from time import monotonic, sleep

from tests.live import sipp
from tests.live.conftest import Telephone, nodes
from tests.live.hotline import Hotline, served
from tests.live.sipp import HangUp, Press, UntilHungUp, Wait


def test_without_ivrkit_the_dialplan_says_sorry(telephone: Telephone, project: Hotline) -> None:
    caller = "13600000001"
    heard = telephone.hear(caller, UntilHungUp())
    assert heard.find(project.sounds("ivrkit.sorry"))
    assert heard.find(project.sounds("ivrkit.sorry", language="en"))
    assert project.records(0, caller) == []


def test_a_caller_whose_ivrkit_is_killed_is_told_so(telephone: Telephone, project: Hotline) -> None:
    with served(project) as serving:
        call = telephone.call("13600000002", UntilHungUp())
        telephone.until_heard(call, 1.5)
        serving.kill()
        heard = telephone.listened(call)
    assert heard.find([project.sounds("welcome")[0][:8000]])
    assert heard.find(project.sounds("ivrkit.sorry"))
    telephone.until_all_have_hung_up()


def test_a_caller_whose_ivrkit_is_killed_reaches_the_one_that_is_started_again(
    telephone: Telephone, project: Hotline
) -> None:
    caller = "13600000003"
    with served(project) as serving:
        call = telephone.call(caller, Wait(8), Press("1"), Wait(2), HangUp())
        telephone.until_heard(call, 1.5)
        killed = monotonic()
        serving.kill()
    with served(project):
        heard = telephone.listened(call)
    welcome = project.sounds("welcome")
    again = heard.find(welcome, after=killed - heard.began)
    assert again and not heard.find(project.sounds("ivrkit.sorry"))
    record = project.record(caller)
    assert (nodes(record)[0], record.ended_by) == ("welcome", "caller")


def test_two_who_talk_are_not_parted_when_ivrkit_is_killed(telephone: Telephone, project: Hotline) -> None:
    steps = (Wait(1), Press("1"), Wait(1), Press("0"), UntilHungUp())
    person = telephone.person(partial(sipp.person_who_talks, seconds=5.0))
    with served(project) as serving:
        call = telephone.call("13600000006", *steps, number="4002")
        telephone.until_bridged()
        serving.kill()
    person.wait(10.0)
    assert telephone.listened(call).find(project.sounds("ivrkit.sorry"))


def test_a_caller_who_has_talked_is_taken_up_again_as_before(telephone: Telephone, project: Hotline) -> None:
    steps = (Wait(1), Press("1"), Wait(1), Press("0"), UntilHungUp())
    person = telephone.person(partial(sipp.person_who_talks, seconds=1.0))
    with served(project) as serving:
        call = telephone.call("13600000007", *steps, number="4002")
        telephone.until_bridged()
        person.wait(10.0)
        sleep(1.0)
        serving.kill()
        heard = telephone.listened(call)
    assert not heard.find(project.sounds("bye"))
    assert heard.find(project.sounds("ivrkit.sorry"))


def test_calls_that_run_when_ivrkit_is_asked_to_stop_may_end(telephone: Telephone, project: Hotline) -> None:
    caller = "13600000004"
    with served(project, patience=10.0) as serving:
        call = telephone.call(caller, Wait(3), HangUp())
        telephone.until_heard(call, 1.0)
        serving.process.terminate()
        call.wait()
        record = project.record(caller)
    assert (record.ended_by, record.hangup_cause) == ("caller", "NORMAL_CLEARING")


def test_a_call_that_outlasts_the_patience_has_its_record_and_hears_the_fallback(
    telephone: Telephone, project: Hotline
) -> None:
    caller = "13600000005"
    with served(project, patience=0.5) as serving:
        call = telephone.call(caller, UntilHungUp())
        telephone.until_heard(call, 1.0)
        serving.process.terminate()
        heard = telephone.listened(call)
    assert heard.find(project.sounds("ivrkit.sorry"))
    record = project.record(caller)
    assert (nodes(record), record.hangup_cause) == (["welcome"], "CONNECTION_LOST")
