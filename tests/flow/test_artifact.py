"""A script as JSON: it comes back the same, runs the same, and a wrong one is refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivrkit.errors import ConfigError
from ivrkit.flow import artifact, dump, load
from tests.flow.golden import GOOD, OK, compiled

WATER = compiled(OK / "water.yaml").require()
JSON = dump(WATER)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_script_comes_back_as_it_was(path: Path) -> None:
    script = compiled(path).require()
    again = load(dump(script))
    assert again == script
    assert dump(again) == dump(script)


def test_the_order_that_callers_hear_is_kept() -> None:
    nodes = orjson.loads(JSON)["nodes"]
    assert list(nodes["main"]["menu"]) == ["1", "2", "3", "9"]
    assert list(nodes["note"]["set"]) == ["reason", "last"]
    assert list(load(JSON).nodes["note"].set) == ["reason", "last"]  # type: ignore[attr-defined]


def changed(change: dict[str, Any]) -> bytes:
    """The script with other content, and the version that fits it left away."""
    return orjson.dumps(orjson.loads(JSON) | change)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "not JSON"),
        (b"\x00\xff", "not JSON"),
        (b"flow: hotline", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "JSON of another kind"),
        (b'{"a": 1}', "JSON of another kind"),
        (b" " * 20_000_001, "larger than"),
        (b'{"ivrkit": 2}', "another version of ivrkit"),
        (b'{"ivrkit": 1}', '"flow" in it is not a name'),
        (changed({"languages": []}), 'no "languages"'),
        (changed({"languages": ["fr"]}), "changed after it was compiled"),
        (changed({"start": "nowhere"}), "changed after it was compiled"),
        (changed({"nodes": {"a": {"kind": "eval"}}}), 'node "a" is of no kind'),
        (changed({"nodes": {"a": {"kind": "play", "play": ["x"]}}}), 'node "a" is wrong at "next"'),
        (changed({"nodes": {"a": {"kind": "play", "play": [{"zh": "x"}], "next": "a"}}}), 'wrong at "play.0"'),
        (changed({"nodes": []}), 'no "nodes"'),
        (changed({"prompts": {"a": {"zh": [{"text": "x", "sound": "../../etc/passwd"}]}}}), "sound"),
        (changed({"prompts": {"a": {"zh": [{"value": "f(1)", "way": "money"}]}}}), "a call such as f(x)"),
        (changed({"version": "0" * 64}), "changed after it was compiled"),
    ],
)
def test_what_is_no_script_is_refused_in_one_line(data: bytes, word: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(data)
    assert word in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"start": "nowhere"}, 'its start goes to "nowhere"'),
        ({"give_up": "nowhere"}, 'its give_up goes to "nowhere"'),
        ({"keys": {"0": "nowhere"}}, 'the key "0" goes to "nowhere"'),
        ({"languages": ["fr"]}, 'does not speak "fr"'),
        ({"languages": ["zh"]}, 'changes to "en"'),
        ({"prompts": {}}, "which is not in it"),
    ],
)
def test_what_a_script_names_must_be_in_it(change: dict[str, Any], word: str) -> None:
    data = orjson.loads(JSON) | change
    data["version"] = version_of(data)
    with pytest.raises(ConfigError) as refused:
        load(orjson.dumps(data))
    assert word in str(refused.value)


def version_of(data: dict[str, Any]) -> str:
    """The version that fits a changed script, as one who forges it would compute it."""
    return artifact.fingerprint(artifact._script(data))


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ConfigError):
        load(data)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_script_with_anything_else_in_it_is_refused(data: Any) -> None:
    script = orjson.loads(JSON)
    holder: Any = script
    while True:
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
            break
        holder = holder[key]
    before = holder[key]
    holder[key] = data.draw(st.sampled_from([None, "", "x", -1, 10**15, 0.5, True, [], {}, [[]], {"a": {}}, ["x"]]))
    if holder[key] != before:
        with pytest.raises(ConfigError):
            load(orjson.dumps(script))
