"""ivrkit.yaml: which numbers lead to which flows, and everything that flows need beside their own files.

Read like a flow: all mistakes at once, each with its place. Paths are relative to the folder that the file is in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from ivrkit.errors import ConfigError, FlowError, PromptError
from ivrkit.flow import Diagnostic, Source, load_source
from ivrkit.flow.diagnostic import quoted
from ivrkit.nodes.addresses import origins
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.problems import did_you_mean
from ivrkit.switch.call_port import LOOPBACK
from ivrkit.tts import DEFAULT_VOICES, ENGINES, Voice

DEFAULT_FILE = "ivrkit.yaml"
DEFAULT_LISTEN = ("127.0.0.1", 8084)
EXAMPLE = '"4001": flows/hotline.yaml'
NOTHING = f"there is nothing in this file; it begins with a line such as numbers: {{{EXAMPLE}}}"


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of one ivrkit."""

    folder: Path
    "What relative paths start from."
    numbers: Mapping[str, Path] = field(default_factory=dict)
    "Called number to flow file."
    listen: tuple[str, int] = DEFAULT_LISTEN
    "Where FreeSWITCH's `socket` application dials."
    allow: tuple[str, ...] = LOOPBACK
    "Networks that may dial there."
    store: str = "sqlite:///data/ivrkit.db"
    "Where calls and records are kept."
    sounds: Path = Path("sounds")
    "The folder that `ivrkit prompts build` fills and FreeSWITCH plays from."
    recorded: Path = Path("data/recorded")
    "The folder of what callers record; FreeSWITCH writes there."
    voices: Mapping[str, Voice] = field(default_factory=lambda: DEFAULT_VOICES)
    "Who speaks each language."
    actions: tuple[str, ...] = ()
    "Modules whose functions flows may call."
    hosts: tuple[str, ...] = ()
    "Web services that flows may call: host, and port where it is not 443."
    targets: Mapping[str, str | None] = field(default_factory=dict)
    "Where flows may transfer callers: name to FreeSWITCH dial string, None while nobody is there."
    file: Path | None = field(default=None, compare=False)
    "Where it was read; None of one that a program made."


class _Wrong(Exception):
    """A value that cannot be used; its text says what to write."""


def load_config(path: str | Path) -> Config:
    """Read a configuration. FlowError has every mistake with its place."""
    source = load_source(path)
    reader = _Reader(source)
    values = reader.read() if not source.faults else {}
    faults = [*map(_about_settings, source.faults), *reader.faults]
    if faults:
        raise FlowError(faults)
    folder = Path(path).absolute().parent
    values["sounds"] = folder / values.get("sounds", "sounds")
    values["recorded"] = folder / values.get("recorded", "data/recorded")
    values["numbers"] = {number: folder / flow for number, flow in values.get("numbers", {}).items()}
    return Config(folder=folder, file=folder / Path(path).name, **values)


def _about_settings(fault: Diagnostic) -> Diagnostic:
    return replace(fault, message=NOTHING) if fault.check == "empty" else fault


class _Reader:
    """Reads one file field by field and keeps what is wrong."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.faults: list[Diagnostic] = []

    def read(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, value in self._source.tree.items():
            if name not in _FIELDS:
                message = f"{quoted(name)} is no setting of ivrkit{did_you_mean(name, _FIELDS)}"
                self.faults.append(self._source.error((name,), message, "unknown-field", key=True))
                continue
            try:
                values[name] = _FIELDS[name](value)
            except _Wrong as wrong:
                message, *where = wrong.args
                self.faults.append(self._source.error((name, *where), message, "config"))
        return values


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _Wrong("write a text here")
    return value


def _numbers(value: Any) -> dict[str, str]:
    for number, flow in _pairs(value, EXAMPLE):
        if not re.fullmatch(r"[+*#0-9]{1,32}", number):
            raise _Wrong(f"{quoted(number)} is no telephone number: digits, + * and # only", number)
        if not isinstance(flow, str) or not flow:
            raise _Wrong(f"name the flow file for {number}: flows/hotline.yaml", number)
    return dict(value)


def parse_address(text: str) -> tuple[str, int]:
    """`127.0.0.1:8084` as host and port; ConfigError when it is no address."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        raise ConfigError(f"write an address and a port, as 127.0.0.1:8084, not {quoted(text)}")
    return host.strip("[]"), int(port)


def _listen(value: Any) -> tuple[str, int]:
    try:
        return parse_address(_text(value))
    except ConfigError as error:
        raise _Wrong(str(error)) from None


def _allow(value: Any) -> tuple[str, ...]:
    networks = _list(value, "127.0.0.0/8")
    for place, network in enumerate(networks):
        try:
            ip_network(network)
        except ValueError:
            raise _Wrong(f"{quoted(network)} is no network: write 10.0.0.5 or 10.0.0.0/24", place) from None
    return networks


def _actions(value: Any) -> tuple[str, ...]:
    modules = _list(value, "my_company.actions")
    for place, module in enumerate(modules):
        if not all(part.isidentifier() for part in module.split(".")):
            raise _Wrong(f"{quoted(module)} is no Python module: write it as my_company.actions", place)
    return modules


def _hosts(value: Any) -> tuple[str, ...]:
    hosts = _list(value, "billing.example.com")
    for place, host in enumerate(hosts):
        if not origins(host):
            raise _Wrong(f"{quoted(host)} is no host: write billing.example.com or billing.example.com:8443", place)
    return hosts


def _targets(value: Any) -> dict[str, str | None]:
    for name, target in _pairs(value, "person: sofia/gateway/pstn/02112345678"):
        if not isinstance(target, str) or not re.fullmatch(r"|(?!loopback/)[^\r\n\0$/]+/[^\r\n\0$]+", target):
            raise _Wrong(f"the target {quoted(name)} is no dial string: write sofia/gateway/pstn/02112345678", name)
    return {name: target or None for name, target in value.items()}


def _voices(value: Any) -> dict[str, Voice]:
    voices = dict(DEFAULT_VOICES)
    for language, fields in _pairs(value, "zh: {engine: espeak, voice: cmn}"):
        if language not in LANGUAGES:
            raise _Wrong(f"{quoted(language)} is no language of ivrkit: {', '.join(LANGUAGES)}", language)
        voices[language] = _voice(language, fields)
    return voices


def _voice(language: str, fields: Any) -> Voice:
    known = {"engine": "espeak", "voice": None, "country": LANGUAGES[language].country, "rate": "160", "pitch": ""}
    for name, value in _pairs(fields, "engine: espeak", language):
        if name not in known:
            raise _Wrong(f"{quoted(name)} is no setting of a voice{did_you_mean(name, known)}", language, name)
        known[name] = value
    engines = [*ENGINES, *entry_points(group="ivrkit.tts").names]
    if known["engine"] not in engines:
        raise _Wrong(f"{quoted(known['engine'])} is no engine: {', '.join(engines)}", language, "engine")
    if not isinstance(known["voice"], str):
        raise _Wrong("name the voice: voice: cmn", language)
    try:
        pitch = int(str(known["pitch"])) if known["pitch"] else None
        return Voice(str(known["engine"]), known["voice"], str(known["country"]), int(str(known["rate"])), pitch)
    except (ValueError, PromptError) as error:
        raise _Wrong(str(error) if isinstance(error, PromptError) else "rate and pitch are numbers", language) from None


def _pairs(value: Any, example: str, *where: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping):
        raise _Wrong(f"write names and values here, such as {example}", *where)
    return iter(value.items())


def _list(value: Any, example: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise _Wrong(f"write a list here, such as [{example}]")
    return tuple(value)


_FIELDS: dict[str, Callable[[Any], Any]] = {
    "numbers": _numbers,
    "listen": _listen,
    "allow": _allow,
    "store": _text,
    "sounds": _text,
    "recorded": _text,
    "voices": _voices,
    "actions": _actions,
    "hosts": _hosts,
    "targets": _targets,
}
