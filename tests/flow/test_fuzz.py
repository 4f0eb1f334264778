"""Whatever becomes of a file that authors write, they are told: never a traceback, never a long wait."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from time import process_time

import pytest

from ivrkit.errors import FlowError
from ivrkit.flow import Diagnostic, as_sarif, compile_flow, parse_source, prompts_name
from ivrkit.flow.calendars import check_calendars, read_calendars
from ivrkit.flow.scenarios import read_scenarios, unknown_names
from ivrkit.flow.source import parse_documents
from tests.flow.golden import ERR, GOOD, TESTS, WORLD, WRONG

ROOT = TESTS.parent
FLOWS = [ROOT / "flows" / "hotline.yaml", *sorted((ROOT / "examples").glob("*/flows/*.yaml")), *GOOD, *WRONG]
PROMPTS = [ROOT / "prompts" / "water.yaml", *sorted((ERR / "prompts").glob("*.yaml"))]
PROJECT = ROOT / "ivrkit" / "cli" / "project"
CALENDARS = [
    *sorted((ERR / "calendars").glob("*.yaml")),
    *(one / "flows" / "calendars.yaml" for one in (ROOT, PROJECT)),
]
SCENARIOS = [file for folder in (ROOT, PROJECT) for file in sorted((folder / "flows" / "scenarios").glob("*.yaml"))]
SCRIPT = compile_flow(
    parse_source("flows/hotline.yaml", (ROOT / "flows" / "hotline.yaml").read_bytes()),
    parse_source("prompts/water.yaml", (ROOT / "prompts" / "water.yaml").read_bytes()),
).require()
TODAY = date(2026, 12, 23)

ODD = "：，。；“”‘’＂｛｝【】［］（）　\u00a0\u200b\u2028\x85\ufeff１２９*&!%@`|>-?#[]{},:'\"\\~\t\r\n\0\x7f😀é水\u202e"
WORDS = [
    "next",
    "play",
    "menu",
    "on",
    "back",
    "ask",
    "{{",
    "}}",
    "yes",
    "none",
    "5s",
    "0",
    "-1",
    "9",
    "*: x",
    "---",
]
WORDS += ["<<: *a", "{{ a | money }}", "(" * 200, "[" * 40, "a.b.c", "1e999", "# ivrkit: ignore[x] because so"]
TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
SECONDS = 2.0

Change = Callable[[Random, str], str]


def replaced(rng: Random, text: str, part: str, length: int = 1) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + part + text[at + length :]


def odd_sign(rng: Random, text: str) -> str:
    return replaced(rng, text, rng.choice(ODD), rng.randint(0, 1))


def odd_word(rng: Random, text: str) -> str:
    tokens = TOKEN.findall(text) or [""]
    tokens[rng.randrange(len(tokens))] = rng.choice(WORDS)
    return "".join(tokens)


def swapped_tokens(rng: Random, text: str) -> str:
    tokens = TOKEN.findall(text) or [""]
    here, there = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    tokens[here], tokens[there] = tokens[there], tokens[here]
    return "".join(tokens)


def lost_stretch(rng: Random, text: str) -> str:
    return replaced(rng, text, "", rng.randint(1, 30))


def cut_short(rng: Random, text: str) -> str:
    return text[: rng.randint(0, len(text))]


def lines_in_disorder(rng: Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    here, there = rng.randrange(len(lines)), rng.randrange(len(lines))
    change = rng.randrange(3)
    if change == 0:
        del lines[here]
    elif change == 1:
        lines.insert(there, lines[here])
    else:
        lines[here], lines[there] = lines[there], lines[here]
    return "".join(lines)


def other_indentation(rng: Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    here = rng.randrange(len(lines))
    lines[here] = rng.choice(["", " ", "   ", "\t", "　", "- "]) + lines[here].lstrip()
    return "".join(lines)


def repeated_stretch(rng: Random, text: str) -> str:
    at = rng.randint(0, len(text))
    return text[:at] + text[at : at + rng.randint(1, 20)] * rng.choice([2, 50, 1000]) + text[at:]


CHANGES: tuple[Change, ...] = (
    odd_sign,
    odd_word,
    swapped_tokens,
    lost_stretch,
    cut_short,
    lines_in_disorder,
    other_indentation,
    repeated_stretch,
)


def mutated(rng: Random, data: bytes) -> bytes:
    """One to four changes of the text, and sometimes a few wrong bytes."""
    text = data.decode("utf-8", "surrogateescape")
    for _ in range(rng.randint(1, 4)):
        text = rng.choice(CHANGES)(rng, text)
    changed = bytearray(text.encode("utf-8", "surrogateescape"))
    for _ in range(rng.randint(1, 3) if changed and rng.random() < 0.1 else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def prompts_of(flow: Path) -> bytes | None:
    name = prompts_name(parse_source(flow.name, flow.read_bytes()))
    places = [folder / "prompts" / f"{name}.yaml" for folder in (flow.parent, flow.parent.parent)]
    return next((place.read_bytes() for place in places if place.exists()), None)


def assert_told(flow: bytes, prompts: bytes | None) -> None:
    """Whatever is wrong is told in time: that of this process, so that others on the machine make no difference."""
    began = process_time()
    source = None if prompts is None else parse_source("prompts/p.yaml", prompts)
    result = compile_flow(parse_source("flows/f.yaml", flow), source, WORLD)
    assert (result.script is None) == any(found.severity == "error" for found in result.diagnostics)
    text = "\n".join(map(str, result.diagnostics)) + as_sarif(result.diagnostics)
    assert process_time() - began < SECONDS, (flow, prompts)
    assert "Input should" not in text


@pytest.mark.parametrize("seed", range(20))
def test_no_change_of_a_flow_is_more_than_a_mistake(seed: int) -> None:
    rng = Random(seed)
    for _ in range(60):
        flow = rng.choice(FLOWS)
        assert_told(mutated(rng, flow.read_bytes()), prompts_of(flow))


@pytest.mark.parametrize("seed", range(10))
def test_no_change_of_a_prompt_file_is_more_than_a_mistake(seed: int) -> None:
    rng = Random(seed)
    flow = (ROOT / "flows" / "hotline.yaml").read_bytes()
    for _ in range(40):
        assert_told(flow, mutated(rng, rng.choice(PROMPTS).read_bytes()))


def assert_in_time(read: Callable[[bytes], Sequence[Diagnostic]], data: bytes) -> None:
    began = process_time()
    text = "\n".join(map(str, read(data)))
    assert process_time() - began < SECONDS, data
    assert "Input should" not in text


def mistakes_in_scenarios(data: bytes) -> Sequence[Diagnostic]:
    try:
        scenarios = read_scenarios(parse_documents("flows/scenarios/s.yaml", data))
    except FlowError as error:
        return error.diagnostics
    return [fault for scenario in scenarios for fault in unknown_names(scenario, SCRIPT)]


def mistakes_in_calendars(data: bytes) -> Sequence[Diagnostic]:
    return check_calendars(read_calendars(parse_source("flows/calendars.yaml", data)), TODAY)


@pytest.mark.parametrize("seed", range(5))
def test_no_change_of_calendars_is_more_than_a_mistake(seed: int) -> None:
    rng = Random(seed)
    for _ in range(60):
        assert_in_time(mistakes_in_calendars, mutated(rng, rng.choice(CALENDARS).read_bytes()))


@pytest.mark.parametrize("seed", range(5))
def test_no_change_of_scenarios_is_more_than_a_mistake(seed: int) -> None:
    rng = Random(seed)
    for _ in range(60):
        assert_in_time(mistakes_in_scenarios, mutated(rng, rng.choice(SCENARIOS).read_bytes()))
