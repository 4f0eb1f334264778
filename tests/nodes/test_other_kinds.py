"""play, confirm, action, branch, set, language, transfer, hangup."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from ivrkit.script import Outcome
from ivrkit.switch.world import FarEnd, World
from ivrkit.testing import Playbook
from tests.nodes.scenes import node, scene, script

YES = node("play", play="yes", next="end")
NO = node("play", play="no", next="end")


def test_prompts_are_said_one_after_another_in_one_breath() -> None:
    book = scene(say=node("play", play=["one", "two"], next="end")).hears("one")
    assert [part.prompt for part in book._plays[0].parts] == ["one", "two"]


def test_keys_that_wait_skip_a_prompt_that_may_be_interrupted() -> None:
    first = node("play", play="first", barge_in="no", next="second")
    second = node("play", play="second", next="third")
    third = node("menu", menu={"5": {"next": "yes"}}, give_up="agent", prompt="third")
    scene(first=first, second=second, third=third, yes=YES).hears("first").presses("5").hears("yes")


@pytest.mark.parametrize(("key", "prompt"), [("1", "yes"), ("2", "no"), ("0", "agent")])
def test_one_is_yes_and_two_is_no(key: str, prompt: str) -> None:
    sure = node("confirm", confirm="sure", yes="yes", no="no", give_up="agent")
    book = scene(sure=sure, yes=YES, no=NO).hears("sure")
    assert [part.prompt for part in book._plays[0].parts] == ["sure", "ivrkit.confirm_keys"]
    book.presses(key).hears(prompt)


def test_keys_typed_ahead_never_confirm() -> None:
    first = node("play", play="first", barge_in="no", next="sure")
    sure = node("confirm", confirm="sure", yes="yes", no="no", give_up="agent")
    scene(first=first, sure=sure, yes=YES, no=NO).hears("first").presses("1").hears("sure").hears("ivrkit.noinput")


def asking_bill(**fields: object) -> object:
    on = {"ok": "yes", "not_found": "no", "timeout": "agent", "error": "agent"}
    return node(
        "action", action="find_bill", save="bill", on=on, **{"with": {"account": "{{ caller.number }}"}}, **fields
    )


def bill(world: World, **fields: object) -> Playbook:
    return Playbook(script(ask=asking_bill(**fields), yes=YES, no=NO), world=world)  # type: ignore[arg-type]


def test_an_action_gets_its_arguments_and_its_outcome_is_the_way() -> None:
    asked = []

    def find_bill(name: str, arguments: dict[str, str]) -> Outcome:
        asked.append((name, dict(arguments)))
        return Outcome("ok", {"amount": Decimal("42.50")})

    book = bill(World(find_bill)).hears("yes")  # type: ignore[arg-type]
    assert asked == [("find_bill", {"account": "13800001111"})]
    assert book.call.session._call.scope["bill"] == {"amount": Decimal("42.50")}
    bill(World(lambda name, arguments: Outcome("not_found"))).hears("no")
    bill(World()).hears("agent")


def test_an_action_that_is_too_slow_is_a_timeout_and_its_answer_is_lost() -> None:
    book = bill(World(lambda name, arguments: Outcome("ok"), takes=9.0), timeout="3s").hears("agent")
    assert book.call.now == pytest.approx(3)
    book.waits(20)
    assert book.ends().ended_by == "flow"


def test_the_hold_prompt_is_for_those_who_wait_half_a_second_and_is_heard_whole() -> None:
    book = bill(World(lambda name, arguments: Outcome("ok"), takes=0.6), hold="wait").hears("wait")
    assert book.call.now == pytest.approx(0.5)
    book.hears("yes")
    assert book.call.now == pytest.approx(0.5 + 4 * 0.075)
    bill(World(lambda name, arguments: Outcome("ok"), takes=0.4), hold="wait").hears("yes")


def test_the_first_condition_that_holds_decides() -> None:
    rows = [{"when": "n > 2", "next": "no"}, {"when": "n > 1", "next": "yes"}, {"else": "end"}]
    scene(
        count=node("set", set={"n": "{{ 1 + 1 }}", "text": "n is {{ n }}"}, next="pick"),
        pick=node("branch", branch=rows),
        yes=YES,
        no=NO,
    ).hears("yes")


def test_a_condition_that_cannot_be_computed_gives_up_and_is_in_the_record() -> None:
    pick = node("branch", branch=[{"when": "caller.number > 2", "next": "end"}, {"else": "end"}])
    record = scene(pick=pick).ends()
    assert record.faults == ('node "pick": ">" compares the text "13800001111" with the number 2',)


def test_a_text_that_a_loop_doubles_comes_to_an_end() -> None:
    double = node("set", set={"text": "{{ text }}{{ text }}"}, next="double")
    record = scene(begin=node("set", set={"text": "x"}, next="double"), double=double).ends()
    assert record.faults == ('node "double": a text is longer than 100,000 characters',)


@pytest.mark.parametrize(
    "rows", [[], [{"when": "a", "next": "b"}], [{"else": "a"}, {"else": "b"}], [{"when": "a", "else": "b"}]]
)
def test_a_branch_ends_with_else(rows: list[dict[str, str]]) -> None:
    with pytest.raises(ValidationError):
        node("branch", branch=rows)


def test_each_language_is_offered_in_its_own_words() -> None:
    book = scene(ask=node("language", language="ask", next="yes"), yes=YES).hears("ivrkit.language@2")
    assert [part.sounds[0][:2] for part in book._plays[0].parts] == ["en", "zh"]
    assert book.presses("2").hears("yes").ends().language == "zh"


def test_who_chooses_no_language_goes_on_in_the_first() -> None:
    ask = node("language", language="ask", tries="1", next="yes")
    assert (
        scene(ask=ask, yes=YES).hears("ivrkit.language@1").hears("ivrkit.noinput").hears("yes").ends().language == "en"
    )
    assert scene(set=node("language", language="zh", next="yes"), yes=YES).hears("yes").ends().language == "zh"


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (FarEnd(rings=2, talks=10), "answered"),
        (FarEnd(rings=1, fails="USER_BUSY"), "busy"),
        (FarEnd(rings=1, fails="NO_USER_RESPONSE"), "no_answer"),
        (FarEnd(rings=60), "no_answer"),
        (FarEnd(fails="DESTINATION_OUT_OF_ORDER"), "failed"),
    ],
)
def test_a_transfer_goes_on_when_it_is_over(end: FarEnd, outcome: str) -> None:
    on = {"answered": "end", "busy": "no", "no_answer": "no", "failed": "no"}
    world = World(far_ends={"desk": end})
    book = Playbook(script(person=node("transfer", transfer="desk", on=on), no=NO), world=world)
    if outcome != "answered":
        book.hears("no")
    assert book.ends().path[0].way_out == on[outcome]


def test_a_target_without_a_number_fails_at_once() -> None:
    on = {"answered": "end", "busy": "end", "no_answer": "end", "failed": "no"}
    scene(person=node("transfer", transfer="desk", on=on), no=NO).hears("no")


@pytest.mark.parametrize(
    ("word", "cause"), [("normal", "NORMAL_CLEARING"), ("busy", "USER_BUSY"), ("rejected", "CALL_REJECTED")]
)
def test_a_call_ends_with_its_cause(word: str, cause: str) -> None:
    record = scene(over=node("hangup", hangup=word)).ends()
    assert (record.hangup_cause, record.ended_by) == (cause, "flow")


def test_a_far_end_hears_a_whisper_before_the_caller_is_there() -> None:
    on = dict.fromkeys(("answered", "busy", "no_answer", "failed"), "no")
    flow = script(person=node("transfer", transfer="desk", whisper="caller", on=on), no=NO)
    book = Playbook(flow, world=World(far_ends={"desk": FarEnd(rings=2, talks=10)})).hears("no").whispers("caller")
    assert book.call.now > 12
    busy = Playbook(flow, world=World(far_ends={"desk": FarEnd(fails="USER_BUSY")})).hears("no")
    assert busy.call.whispered == []


def test_a_call_that_is_given_away_ends_with_the_far_end() -> None:
    on = {"busy": "no", "no_answer": "no", "failed": "no"}
    flow = script(person=node("transfer", transfer="desk", mode="blind", on=on), no=NO)
    record = Playbook(flow, world=World(far_ends={"desk": FarEnd(rings=2, talks=10)})).ends()
    assert (record.ended_by, record.seconds) == ("flow", 12.0)
    Playbook(flow, world=World(far_ends={"desk": FarEnd(fails="USER_BUSY")})).hears("no")
