"""The ready-made hotline, called by its customers, in virtual time with the demonstration records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.actions import Actions, Context, invoke, water
from ivrkit.calendars.spans import written
from ivrkit.commands import CallRecord, CancelAction, CancelTimer, Command, RunAction, StartTimer
from ivrkit.events import CalendarState, Event
from ivrkit.flow import ActionFacts, World, compile_file, dump, load
from ivrkit.flow.calendars import load_calendars
from ivrkit.prompts.plan import MOST_SOUNDS
from ivrkit.script import Outcome, Script
from ivrkit.store import MemoryStore, write_demo_data
from ivrkit.switch import world as switch_world
from ivrkit.switch.virtual import VirtualCall
from ivrkit.testing import Playbook

ROOT = Path(__file__).parent.parent
OWNER, STRANGER, SEVERAL = "13800001111", "13900009999", "13800003333"


@cache
def actions() -> Actions:
    found = Actions()
    found.from_module(water)
    return found


@cache
def hotline() -> Script:
    facts = {
        name: ActionFacts(tuple(one.name for one in action.parameters), outcomes=action.outcomes)
        for name, action in actions().items()
    }
    outside = World(facts, frozenset({"person"}), calendars=frozenset({"office"}))
    return compile_file(ROOT / "flows" / "hotline.yaml", world=outside).require()


@pytest.fixture(scope="module")
def records() -> Iterator[MemoryStore]:
    with MemoryStore() as store:
        write_demo_data(store)
        yield store


def world(records: MemoryStore, caller: str, state: CalendarState = "open") -> switch_world.World:
    context = Context(records, "call-1", caller, "4001", "zh")

    def perform(name: str, arguments: Mapping[str, Any]) -> Outcome:
        return invoke(actions()[name], context, arguments)

    return switch_world.World(perform, hours=lambda calendar: state)


def ring(records: MemoryStore, caller: str, script: Script | None = None, state: CalendarState = "open") -> Playbook:
    return Playbook(script or hotline(), caller_number=caller, world=world(records, caller, state))


def test_the_owner_hears_the_bill_without_keying_anything_in(records: MemoryStore) -> None:
    book = ring(records, OWNER).hears("welcome").hears("ivrkit.language@1").presses("1").hears("menu.bill@2")
    book.presses("2").hears_text("二零二六年十月，您家用水十五立方米。应缴水费四十二元五角。")


def test_a_stranger_keys_an_account_in_and_hears_it_back_in_english(records: MemoryStore) -> None:
    book = ring(records, STRANGER).hears("welcome").hears("ivrkit.language@2").presses("2").hears("menu.bill@2")
    book.presses("2").hears("account.ask").presses("12345674#")
    book.hears_text("You entered one two three four, five six seven four.").presses("1")
    book.hears_text("you used fifteen cubic meters of water.You owe forty-two yuan and fifty fen.")


def test_a_mistyped_account_is_asked_again(records: MemoryStore) -> None:
    book = (
        ring(records, STRANGER)
        .presses("")
        .hears("welcome")
        .hears("ivrkit.language@1")
        .presses("1")
        .hears("menu.bill@2")
    )
    book.presses("2").hears("account.ask").presses("12345675").hears("account.wrong").hears("account.short")
    book.presses("12345674").hears("account.readback").presses("2").hears("account.short")


def test_who_has_two_accounts_is_asked_which(records: MemoryStore) -> None:
    book = ring(records, SEVERAL).hears("welcome").hears("ivrkit.language@1").presses("1").hears("menu.bill@2")
    book.presses("2").hears("account.ask").presses("30010011").hears("account.readback").presses("1")
    book.hears_text("您有三个月的水费没有缴，共")


def test_prices_are_said_with_two_where_it_belongs(records: MemoryStore) -> None:
    book = ring(records, OWNER).hears("welcome").hears("ivrkit.language@1").presses("1").hears("menu.tariff@1")
    book.presses("1").hears_text("每月用水十一立方米以内，每立方米两元五角。")
    book.hears("menu.again@1").presses("1").hears("tariff.intro")


def test_silence_goes_on_in_chinese_and_ends_with_a_person(records: MemoryStore) -> None:
    book = ring(records, OWNER).hears("welcome").hears("ivrkit.language@1").hears("menu.tariff@1")
    book.hears("again.silence").hears("menu.tariff@1").hears("again.silence").hears("menu.tariff@1").hears(
        "again.silence"
    )
    record = book.hears("agent.connecting").hears("agent.nobody").hears("bye").ends()
    assert record.path[-2].node == "bye"


@pytest.mark.parametrize("state", ["open", "closed", "holiday"])
def test_a_bill_is_told_day_and_night(records: MemoryStore, state: CalendarState) -> None:
    book = ring(records, OWNER, state=state).hears("welcome").hears("ivrkit.language@1").presses("1")
    book.hears("menu.bill@2").presses("2").hears("bill.due")


def test_in_an_emergency_callers_hear_of_it_first(records: MemoryStore) -> None:
    book = ring(records, OWNER, state="emergency").hears("welcome").hears("ivrkit.language@1").presses("1")
    book.hears("outage").hears("menu.bill@2").presses("2").hears("bill.due")


@pytest.mark.parametrize(("state", "prompt"), [("closed", "agent.closed"), ("holiday", "agent.holiday")])
def test_nobody_is_rung_when_nobody_is_there(records: MemoryStore, state: CalendarState, prompt: str) -> None:
    book = ring(records, OWNER, state=state).hears("welcome").hears("ivrkit.language@1").presses("1")
    book.hears("menu.agent@0").presses("0").hears(prompt)
    book.hears("message.ask").waits(10).hears("bye")
    record = book.ends()
    assert "person" not in [visit.node for visit in record.path]
    assert record.recordings == ()


def test_the_hours_that_callers_are_told_are_those_of_the_calendar() -> None:
    (office,) = load_calendars(ROOT / "flows" / "calendars.yaml").calendars.values()
    assert [written(office.week[day]) for day in range(6)] == ["08:30-17:30"] * 5 + ["09:00-12:00"]
    assert 6 not in office.week


def test_records_that_cannot_be_read_lead_to_a_person(records: MemoryStore) -> None:
    book = Playbook(hotline()).hears("welcome").hears("ivrkit.language@1").presses("1").hears("menu.tariff@1")
    book.presses("1").hears("sorry").hears("agent.connecting")


def test_the_script_as_json_is_the_same_call(records: MemoryStore) -> None:
    again = load(dump(hotline()))
    assert again == hotline()
    ring(records, OWNER, again).hears("welcome").presses("1").hears("menu.bill@2").presses("2").hears("bill.due")


def caller(records: MemoryStore, number: str, presses: list[tuple[str, float]], patience: float) -> CallRecord:
    call = VirtualCall(hotline(), number, world=world(records, number))
    for key, after in presses:
        call.advance(call.now + after)
        if not call.ended:
            call.press(key)
    call.run(call.now + patience)
    if not call.ended:
        call.hang_up()
    assert call.record
    return call.record


@pytest.mark.parametrize("keys", range(20))
@pytest.mark.parametrize("after", [0.0, 0.4, 2.0])
def test_who_hangs_up_at_any_point_leaves_nothing_behind(records: MemoryStore, keys: int, after: float) -> None:
    waiting: set[str] = set()

    def watch(event: Event, commands: list[Command]) -> None:
        waiting.discard(getattr(event, "id", ""))
        for command in commands:
            if isinstance(command, StartTimer | RunAction):
                waiting.add(command.id)
            elif isinstance(command, CancelTimer | CancelAction):
                waiting.remove(command.id)

    call = VirtualCall(hotline(), STRANGER, world=world(records, STRANGER), watch=watch)
    for key in "2212345675123456741"[:keys]:
        call.advance(call.now + 1.5)
        call.press(key)
    call.advance(call.now + after)
    call.hang_up()
    assert call.record
    assert call.record.ended_by == "caller"
    assert waiting == set()


WHO = st.sampled_from([OWNER, STRANGER, SEVERAL, "", "anonymous", "${system(x)}", "+86 138-0000-1111", "😀" * 50])
KEYS = st.lists(st.tuples(st.sampled_from("0123456789*#AD"), st.floats(0.01, 20.0)), max_size=40)


@settings(max_examples=150, deadline=None)
@given(number=WHO, presses=KEYS, patience=st.floats(0, 600))
def test_whatever_a_caller_does_the_call_ends_once_and_without_a_fault(
    number: str, presses: list[tuple[str, float]], patience: float
) -> None:
    with MemoryStore() as records:
        write_demo_data(records)
        first = caller(records, number, presses, patience)
        assert first.faults == ()
        assert first.ended_by in ("caller", "flow")
        assert caller(records, number, presses, patience) == first


def test_no_prompt_has_more_sounds_than_freeswitch_plays() -> None:
    menus = [segments for prompt in hotline().prompts.values() for segments in prompt.values()]
    assert max(map(len, menus)) < MOST_SOUNDS
