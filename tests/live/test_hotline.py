"""Calls over SIP and RTP through a real FreeSWITCH: what callers hear of the hotline, and what is written down."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.live.conftest import ALICE, Telephone, keys, nodes
from tests.live.hotline import Hotline, Served
from tests.live.sipp import HangUp, Press, Refused, Step, UntilHungUp, Wait

BILL = {"month": "2026-10", "usage": Decimal(15), "amount": Decimal("42.50")}
THE_BILL = ["bill", "how_many", "tell_bill", "after_bill"]


def test_the_owner_of_a_telephone_hears_her_bill_in_chinese(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    heard = telephone.hear(ALICE, Wait(2), Press("1"), Wait(2), Press("2"), Wait(12), HangUp())
    usage = heard.find(project.sounds("bill.usage", bill=BILL))
    due = heard.find(project.sounds("bill.due", bill=BILL))
    assert usage and due, "二零二六年十月，您家用水十五立方米。应缴水费四十二元五角。"
    assert not heard.find(project.sounds("bill.due", bill={**BILL, "amount": Decimal("43.50")}))
    assert heard.silence(usage.end + 0.02, due.start - 0.02)
    assert 0.28 < due.start - usage.end < 0.36
    record = project.record(ALICE)
    assert nodes(record) == ["welcome", "language", "opening", "main", "my_account", "my_bill", *THE_BILL]
    assert keys(record) == {"language": "1", "main": "2"}
    assert (record.language, record.ended_by, record.hangup_cause) == ("zh", "caller", "NORMAL_CLEARING")
    assert record.faults == ()


def test_a_stranger_keys_an_account_with_the_pound_key_and_hears_its_bill_in_english(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13900009999"
    steps: list[Step] = [
        Wait(6),
        Press("2"),
        Wait(3),
        Press("2"),
        Wait(3),
        Press("12345674#"),
        Wait(9),
        Press("1"),
        Wait(14),
    ]
    heard = telephone.hear(caller, *steps, HangUp())
    assert heard.find(project.sounds("account.readback", language="en", account="12345674"))
    assert heard.find(project.sounds("bill.due", language="en", bill=BILL))
    record = project.record(caller)
    assert nodes(record) == ["welcome", "language", "opening", "main", "my_account", "ask_account", *THE_BILL]
    assert keys(record) == {"language": "2", "main": "2", "ask_account": "123456741"}
    assert (record.language, record.faults) == ("en", ())


def test_a_key_stops_the_prompt_at_once(telephone: Telephone, project: Hotline, serving: Served) -> None:
    caller = "13900000001"
    call = telephone.call(caller, Wait(1), Press("1"), Wait(2), HangUp())
    heard = telephone.listened(call)
    welcome = project.sounds("welcome")[0]
    assert heard.find([welcome[:8000]])
    assert not heard.find([welcome[:12000]])
    menu = heard.find([project.sounds("menu.tariff@1")[0][:8000]])
    pressed = telephone.keys_of(call)[0] - heard.began
    assert menu and menu.start - pressed < 0.15


def test_keys_pressed_ahead_answer_the_questions_that_follow(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13900000002"
    heard = telephone.hear(caller, Wait(1), Press("1212345674"), Wait(7), HangUp())
    assert heard.find(project.sounds("account.readback", account="12345674"))
    assert not heard.find(project.sounds("account.ask"))
    assert keys(project.record(caller)) == {"language": "1", "main": "2", "ask_account": "12345674"}


def test_keys_count_while_nothing_is_played(telephone: Telephone, project: Hotline, serving: Served) -> None:
    caller = "13900000003"
    heard = telephone.hear(caller, Wait(10), Press("2"), Wait(2), HangUp())
    question = heard.find(project.sounds("ivrkit.language@2", language="en"))
    assert question and question.end < 9.5
    assert heard.silence(question.end + 0.1, 9.8)
    assert keys(project.record(caller)) == {"language": "2"}


def test_a_prompt_without_barge_in_is_heard_whole(telephone: Telephone, project: Hotline, serving: Served) -> None:
    caller = "13900000004"
    heard = telephone.hear(caller, Wait(1), Press("1"), Wait(1), Press("0"), Wait(1), Press("55"), UntilHungUp())
    assert heard.find(project.sounds("agent.connecting"))


def test_who_says_nothing_is_asked_again_and_in_the_end_told_goodbye(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13900000005"
    heard = telephone.hear(caller, UntilHungUp(), number="4002")
    first = heard.find(project.sounds("again.silence"))
    assert first and heard.silence(first.start - 0.9, first.start - 0.1)
    last = heard.find(project.sounds("bye"), after=first.end)
    assert last and heard.seconds - last.end < 0.2
    record = project.record(caller)
    assert nodes(record) == ["welcome", "language", "opening", "main", "agent", "connecting", "person", "bye", "end"]
    assert (record.ended_by, record.hangup_cause) == ("flow", "NORMAL_CLEARING")


def test_who_hangs_up_in_the_middle_of_a_prompt_has_one_record(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    caller = "13900000006"
    telephone.hear(caller, Wait(1), HangUp())
    record = project.record(caller)
    assert (nodes(record), record.ended_by, record.faults) == (["welcome"], "caller", ())
    assert 0.9 < record.seconds < 1.5
    telephone.until_all_have_hung_up()
    assert len(project.records(1, caller)) == 1


def test_a_number_that_leads_to_no_flow_is_refused(telephone: Telephone, project: Hotline, serving: Served) -> None:
    telephone.call("13900000007", Refused(404), number="4003").wait()
    assert "no flow for '4003': add it under numbers: in the configuration" in serving.log_text()


def test_a_number_that_the_dialplan_does_not_know_never_reaches_the_hotline(
    telephone: Telephone, project: Hotline, serving: Served
) -> None:
    telephone.call("13900000008", Refused(404), number="5555").wait()
    assert project.records(0, "13900000008") == []


def test_a_caller_whose_name_is_a_command_makes_nobody_run_it(
    telephone: Telephone, project: Hotline, serving: Served, tmp_path: Path
) -> None:
    caller, trace = "13900000009", tmp_path / "it-ran"
    telephone.call(caller, Wait(2), HangUp(), name=f"${{system(touch {trace})}}").wait()
    assert nodes(project.record(caller)) == ["welcome"]
    assert not trace.exists()


def test_twenty_callers_at_once_all_hear_the_bill(telephone: Telephone, project: Hotline, serving: Served) -> None:
    before = len(project.records_of(ALICE))
    together = telephone.call(ALICE, Wait(1), Press("12"), Wait(11), HangUp(), calls=20)
    sounds = project.sounds("bill.due", bill=BILL)
    assert [bool(heard.find(sounds)) for heard in telephone.everything(together)] == [True] * 20
    records = project.records(before + 20, ALICE)[:20]
    assert {tuple(nodes(record)[-4:]) for record in records} == {tuple(THE_BILL)}
    assert len({record.call_id for record in records}) == 20
