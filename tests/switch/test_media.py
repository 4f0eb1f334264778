"""What one switch does with keys and sound, and how FreeSWITCH collects digits: scenes of one line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivrkit.switch.media import (
    ANY_KEY,
    KEYS_KEPT,
    Clip,
    Finished,
    KeyTaken,
    Line,
    Notice,
    Part,
    Played,
    PlayStarted,
    PlayStopped,
    Waited,
    play,
    wait,
)
from ivrkit.switch.simulated.digits import Ask, Asked, ask

WELCOME = Clip("welcome", (Part("welcome", 2.0),))
SORRY = Clip("sorry", (Part("sorry", 0.5),))
MISSING = Clip("/nowhere/none.wav", ())
ONE_DIGIT = Ask(WELCOME, 1, 1, timeout=3.0, digit_timeout=2.0, terminators="#", pattern="[123]")
ACCOUNT = Ask(WELCOME, 1, 10, timeout=5.0, digit_timeout=3.0, terminators="#", pattern=r"\d+")


class Scene:
    """A line, and what has come of it."""

    def __init__(self) -> None:
        self.line = Line()
        self.notices: list[Notice] = []

    def plays(self, clip: Clip, stop_keys: str = "", at: float = 0.0) -> Scene:
        self.notices += self.line.start(play(self.line, clip, stop_keys), at, tag=clip.path)
        return self

    def asks(self, question: Ask, at: float = 0.0) -> Scene:
        self.notices += self.line.start(ask(self.line, question), at, tag="ask")
        return self

    def sleeps(self, seconds: float, at: float = 0.0) -> Scene:
        self.notices += self.line.start(wait(seconds), at, tag="sleep")
        return self

    def keys(self, keys: str, at: float, gap: float = 0.3) -> Scene:
        for number, key in enumerate(keys):
            self.notices += self.line.press(key, at + gap * number)
        return self

    def until(self, at: float) -> Scene:
        self.notices += self.line.advance(at)
        return self

    def stopped(self, at: float) -> Scene:
        self.notices += self.line.break_(at)
        return self

    def hung_up(self, at: float) -> Scene:
        self.notices += self.line.unwind(at)
        return self

    @property
    def results(self) -> list[object]:
        return [notice.result for notice in self.notices if isinstance(notice, Finished)]

    @property
    def result(self) -> object:
        assert len(self.results) == 1
        return self.results[0]

    @property
    def asked(self) -> Asked:
        assert isinstance(self.result, Asked)
        return replace(self.result, played=None)

    @property
    def ended_at(self) -> float:
        return [notice.at for notice in self.notices if isinstance(notice, Finished)][-1]

    @property
    def keys_told(self) -> str:
        return "".join(notice.key for notice in self.notices if isinstance(notice, KeyTaken))

    @property
    def prompts(self) -> list[tuple[float, str]]:
        return [(notice.at, notice.clip.path) for notice in self.notices if isinstance(notice, PlayStarted)]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_playback_that_nothing_stops_ends_after_its_sounds(scene: Scene) -> None:
    three = Clip("a!b", (Part("a", 0.5), Part("b", 1.0)), gap=0.25, lead=0.25)
    scene.plays(three).until(1.99)
    assert scene.results == [] and scene.line.next_deadline() == 2.0
    assert scene.until(9.0).result == Played(three, "end", "", 2.0)
    assert scene.ended_at == 2.0 and scene.line.idle


def test_a_playback_swallows_keys_that_do_not_stop_it(scene: Scene) -> None:
    scene.plays(WELCOME).keys("12", at=0.5).until(2.0).asks(ONE_DIGIT, at=2.0).until(20.0)
    assert scene.keys_told == "12"
    assert scene.results[-1] == Asked("", "failure", played=Played(WELCOME, "end", "", 2.0))


def test_the_first_key_of_any_ends_a_playback_and_the_rest_wait_for_who_asks_next(scene: Scene) -> None:
    scene.plays(WELCOME, ANY_KEY).keys("1", at=0.5)
    assert scene.result == Played(WELCOME, "key", "1", 0.5)
    scene.sleeps(1.0, at=0.5).keys("23", at=0.6)
    assert scene.keys_told == "1"
    scene.until(1.5)
    assert scene.keys_told == "123", "nobody asked: a parked call takes them"


def test_a_missing_sound_ends_at_once(scene: Scene) -> None:
    assert scene.plays(MISSING).result == Played(MISSING, "missing", "", 0.0)
    assert scene.prompts == []


def test_keys_of_an_idle_line_are_told_and_gone(scene: Scene) -> None:
    scene.keys("15*", at=1.0).asks(ONE_DIGIT, at=3.0).until(30.0)
    assert scene.keys_told == "15*"
    assert scene.asked.digits == ""


def test_the_first_key_stops_the_question_and_is_its_first_digit(scene: Scene) -> None:
    assert scene.asks(ONE_DIGIT).keys("2", at=0.8).asked == Asked("2", "success")
    assert scene.ended_at == 0.8
    stopped = next(notice for notice in scene.notices if isinstance(notice, PlayStopped))
    assert stopped.played.by == "key" and stopped.played.seconds == 0.8


def test_a_terminator_ends_the_digits_and_is_none(scene: Scene) -> None:
    assert scene.asks(ACCOUNT).keys("100234#", at=0.8, gap=0.6).asked == Asked("100234", "success", "#")


def test_digits_without_a_terminator_are_taken_after_a_pause(scene: Scene) -> None:
    assert scene.asks(ACCOUNT).keys("42", at=0.8).until(4.0).results == []
    assert scene.until(5.0).asked == Asked("42", "timeout")
    assert scene.ended_at == pytest.approx(0.8 + 0.3 + 3.0)


def test_nothing_pressed_is_a_failure_after_prompt_and_timeout_and_invalid_sound(scene: Scene) -> None:
    scene.asks(replace(ONE_DIGIT, invalid=SORRY)).until(30.0)
    assert scene.asked == Asked("", "failure")
    assert scene.ended_at == 2.0 + 3.0 + 0.5


def test_a_refused_digit_is_kept_as_invalid_and_asked_for_again(scene: Scene) -> None:
    scene.asks(replace(ONE_DIGIT, tries=2, invalid=SORRY)).keys("9", at=1.0).keys("1", at=3.0)
    assert scene.asked == Asked("1", "success", invalid="9")
    assert scene.prompts == [(0.0, "welcome"), (1.0, "sorry"), (1.5, "welcome")]


def test_keys_pressed_during_the_invalid_sound_are_for_the_next_try(scene: Scene) -> None:
    scene.asks(replace(ONE_DIGIT, tries=2, invalid=SORRY)).keys("93", at=1.0, gap=0.1)
    assert scene.until(1.5).asked == Asked("3", "success", invalid="9")
    assert scene.keys_told == "93"


def test_a_digit_refused_to_the_end_leaves_no_digits(scene: Scene) -> None:
    asked = scene.asks(replace(ONE_DIGIT, tries=2)).keys("9", at=1.0).keys("8", at=2.0).asked
    assert asked.digits == "" and asked.invalid == "8"


def test_star_and_pound_are_choices_where_nothing_terminates(scene: Scene) -> None:
    any_of_12 = replace(ONE_DIGIT, terminators="", pattern="[0-9*#]")
    assert scene.asks(any_of_12).keys("#", at=0.8).asked == Asked("#", "success")


def test_a_lone_terminator_is_an_answer_where_none_is_needed(scene: Scene) -> None:
    assert scene.asks(replace(ACCOUNT, minimum=0)).keys("#", at=2.5).asked == Asked("", "success", "#")


def test_a_question_whose_sound_is_missing_fails_without_waiting(scene: Scene) -> None:
    assert scene.asks(replace(ONE_DIGIT, prompt=MISSING, tries=3)).asked == Asked("", "")
    assert scene.ended_at == 0.0


def test_more_digits_than_freeswitch_has_room_for_fail_at_once(scene: Scene) -> None:
    assert scene.asks(replace(ACCOUNT, maximum=129)).asked.digits == ""
    assert scene.prompts == []


def test_a_pattern_that_is_none_refuses_everything(scene: Scene) -> None:
    assert scene.asks(replace(ONE_DIGIT, pattern="[")).keys("1", at=1.0).asked.invalid == "1"


def test_whoever_hangs_up_while_keying_in_leaves_what_was_pressed(scene: Scene) -> None:
    assert scene.asks(ACCOUNT).keys("1", at=0.9).hung_up(1.2).asked == Asked("1", "success")


def test_whoever_hangs_up_is_not_asked_again(scene: Scene) -> None:
    scene.asks(replace(ONE_DIGIT, tries=3, invalid=SORRY)).hung_up(0.5)
    assert scene.asked == Asked("", "")
    assert scene.prompts == [(0.0, "welcome")]


def test_a_break_ends_a_playback_but_no_collection(scene: Scene) -> None:
    assert scene.plays(WELCOME).stopped(0.7).result == Played(WELCOME, "break", "", pytest.approx(0.7))
    scene.notices.clear()
    scene.asks(ACCOUNT, at=1.0).stopped(1.5)
    assert scene.results == []
    assert scene.stopped(3.0).until(6.6).asked == Asked("", "failure"), "five seconds from where the prompt was broken"
    assert scene.ended_at == 6.5


def test_a_playback_inside_another_holds_the_outer_one(scene: Scene) -> None:
    scene.plays(WELCOME).plays(SORRY, at=0.5).until(10.0)
    assert [(n.at, n.tag) for n in scene.notices if isinstance(n, Finished)] == [(1.0, "sorry"), (2.5, "welcome")]


def test_hanging_up_ends_the_innermost_first(scene: Scene) -> None:
    scene.sleeps(10.0).plays(WELCOME, at=1.0).hung_up(1.5)
    assert scene.results == [Played(WELCOME, "gone", "", 0.5), Waited("gone", "", 1.5)]
    assert scene.line.idle and scene.line.next_deadline() is None


def test_flushed_keys_reach_nobody(scene: Scene) -> None:
    scene.sleeps(1.0).keys("123", at=0.1, gap=0.1)
    scene.line.flush()
    assert scene.until(1.0).keys_told == ""


def test_a_flood_of_keys_is_bounded(scene: Scene) -> None:
    scene.sleeps(60.0).keys("5" * (KEYS_KEPT + 500), at=1.0, gap=0.02).until(60.0)
    assert len(scene.keys_told) == KEYS_KEPT


@given(st.lists(st.tuples(st.sampled_from(ANY_KEY + "ABCD"), st.floats(0.0, 2.0)), max_size=40), st.booleans())
def test_every_key_is_told_once_and_in_order_whatever_happens(presses: list[tuple[str, float]], hang_up: bool) -> None:
    scene, at = Scene(), 0.0
    scene.asks(replace(ACCOUNT, tries=3, invalid=SORRY))
    for key, gap in presses:
        at += gap
        scene.keys(key, at=at)
    if not hang_up:
        scene.until(at + 100.0)
        assert scene.line.idle
    scene.hung_up(at + 100.0)
    assert scene.keys_told == "".join(key for key, _ in presses)
    assert [notice.at for notice in scene.notices] == sorted(notice.at for notice in scene.notices)
