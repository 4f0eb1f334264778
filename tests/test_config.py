"""ivrkit.yaml as it is read. What is wrong in it, as its author sees it, is in tests/cli/test_mistakes.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ivrkit.config import Config, load_config, parse_address
from ivrkit.errors import ConfigError, FlowError
from ivrkit.tts import DEFAULT_VOICES, Voice

WHOLE = """\
numbers:
  "4001": flows/hotline.yaml
  "+862112345678": flows/hotline.yaml
listen: 10.0.0.2:8084
allow: [10.0.0.5, 10.1.0.0/24]
store: sqlite:////var/lib/ivrkit/ivrkit.db
sounds: /srv/sounds
recorded: /srv/recorded
actions: [my_company.actions]
hosts: [billing.example, "127.0.0.1:8090", "http://intern.example"]
voices:
  en: {engine: pyttsx3, voice: Hazel, rate: 180, pitch: 40, country: gb}
targets:
  person:
  duty_officer: sofia/gateway/pstn/02112345678
"""


def config(folder: Path, text: str) -> Config:
    (folder / "ivrkit.yaml").write_text(text, encoding="utf-8")
    return load_config(folder / "ivrkit.yaml")


def test_everything_that_can_be_set(tmp_path: Path) -> None:
    hotline = tmp_path / "flows/hotline.yaml"
    assert config(tmp_path, WHOLE) == Config(
        folder=tmp_path,
        numbers={"4001": hotline, "+862112345678": hotline},
        listen=("10.0.0.2", 8084),
        allow=("10.0.0.5", "10.1.0.0/24"),
        store="sqlite:////var/lib/ivrkit/ivrkit.db",
        sounds=Path("/srv/sounds"),
        recorded=Path("/srv/recorded"),
        voices={"zh": DEFAULT_VOICES["zh"], "en": Voice("pyttsx3", "Hazel", "gb", 180, 40)},
        actions=("my_company.actions",),
        hosts=("billing.example", "127.0.0.1:8090", "http://intern.example"),
        targets={"person": None, "duty_officer": "sofia/gateway/pstn/02112345678"},
    )


def test_what_is_not_set_is_safe(tmp_path: Path) -> None:
    found = config(tmp_path, "targets: {}")
    assert found.listen == ("127.0.0.1", 8084)
    assert found.allow == ("127.0.0.0/8", "::1/128")
    assert found.sounds == tmp_path / "sounds"
    assert found.recorded == tmp_path / "data/recorded"
    assert found.voices == DEFAULT_VOICES


def test_paths_start_at_the_file_wherever_it_is_read_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config(tmp_path, WHOLE)
    monkeypatch.chdir(tmp_path.parent)
    assert load_config(f"{tmp_path.name}/ivrkit.yaml").numbers["4001"] == tmp_path / "flows/hotline.yaml"


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(FlowError) as wrong:
        config(tmp_path, "lisen: x\nstore: \nallow: [x]\nvoices: {fr: {}}\n")
    assert len(wrong.value.diagnostics) == 4
    assert [str(fault).split(": ")[0].rsplit(":", 2)[1] for fault in wrong.value.diagnostics] == ["1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8084", ("127.0.0.1", 8084)),
        ("[::1]:8084", ("::1", 8084)),
        ("ivr.internal:0", ("ivr.internal", 0)),
    ],
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text", ["", ":", "8084", "localhost", "localhost:", ":8084", "a:65536", "a:-1", "a:٨", "a:1e3"]
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1:8084"):
        parse_address(text)


def test_engines_of_installed_packages_are_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "siren-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: siren\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[ivrkit.tts]\nsiren = siren:Siren\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert config(tmp_path, "voices: {zh: {engine: siren, voice: lorelei}}").voices["zh"].engine == "siren"
    with pytest.raises(FlowError, match='"sirene" is no engine: espeak, pyttsx3, silence, siren'):
        config(tmp_path, "voices: {zh: {engine: sirene, voice: lorelei}}")
