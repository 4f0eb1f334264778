"""The bench still runs: what is compared serves its calls, and the tables come out. Nothing here is timed."""

from __future__ import annotations

from bench.calls import CONTROLLERS, controllers, measure
from bench.parsing import READERS, events_a_second
from bench.recorded import STREAM
from bench.report import answers_table, calls_table, parsing_table


def test_everything_compared_serves_its_calls() -> None:
    with controllers(list(CONTROLLERS), warm_up=1) as running:
        results = measure(running, rounds=1, callers=3, calls=6, settle=0.0)
        assert [len(runs.runs[0].load.answers) for runs in results] == [6] * len(CONTROLLERS)
        calm = measure(running, rounds=1, callers=3, calls=3, pause=0.01, settle=0.0)
    assert [row[0] for row in calls_table(3, results).rows] == list(CONTROLLERS)
    assert answers_table(3, results, calm).markdown().count("\n") == len(CONTROLLERS) + 3


def test_every_reader_reads_the_recorded_stream() -> None:
    speeds = events_a_second(rounds=1, read_for=0.0)
    assert list(speeds) == list(READERS)
    assert "greenswitch" in parsing_table(speeds).markdown()


def test_the_three_readers_see_the_same_events() -> None:
    assert {read(STREAM.read_bytes()) for read in READERS.values()} == {150}
