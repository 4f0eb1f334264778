"""A script as JSON and back: what `ivrkit compile` writes runs as the YAML does.

The bytes are canonical: one script has one form, so its version is their SHA-256. Names are sorted, except where their
order is heard or computed: the options of a menu, the variables of a `set`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import orjson
from pydantic import ValidationError

from ivrkit.engine.arguments import ARGUMENT_TYPES
from ivrkit.errors import ConfigError, ExpressionError, PromptError
from ivrkit.flow.gaps import gaps
from ivrkit.flow.kinds import node_kinds
from ivrkit.flow.models import adapter
from ivrkit.prompts.data import lists_from_data, lists_to_data, prompt_from_data, prompt_to_data
from ivrkit.script import Node, Script

FORMAT = 1
"Of the JSON; another number is another ivrkit's."
LARGEST = 20_000_000
"Bytes of a script."


def dump(script: Script) -> bytes:
    """The script as canonical JSON."""
    return orjson.dumps({"ivrkit": FORMAT, "version": script.version} | _content(script), option=orjson.OPT_INDENT_2)


def load(data: bytes) -> Script:
    """The script in `data`; ConfigError, in one line, when it is none."""
    parsed = _parsed(data)
    try:
        script = _script(parsed)
        flows = {name: _part(name, flow) for name, flow in _mapping(parsed, "flows").items()}
    except (ExpressionError, PromptError) as error:
        raise ConfigError(f"this script cannot be used: {error}") from None
    script = replace(script, flows=flows)
    version = fingerprint(script)
    if parsed.get("version") != version:
        raise ConfigError("this script was changed after it was compiled: compile the flow again")
    for gap in gaps(script):
        raise ConfigError(f"this script cannot be used: {gap}")
    return replace(script, version=version)


def fingerprint(script: Script) -> str:
    """SHA-256 of everything in the script, in hex."""
    return sha256(orjson.dumps(_content(script))).hexdigest()


def _content(script: Script) -> dict[str, Any]:
    return {
        "flow": script.flow,
        "languages": list(script.languages),
        "start": script.start,
        "give_up": script.give_up,
        "keys": _sorted(script.keys),
        "on_hangup": script.on_hangup,
        "arguments": _sorted(script.arguments),
        "nodes": {str(name): _node_data(node) for name, node in sorted(script.nodes.items())},
        "prompts": _sorted({name: prompt_to_data(prompt) for name, prompt in script.prompts.items()}),
        "lists": _sorted(lists_to_data(script.lists)),
        "flows": {str(name): _content(flow) for name, flow in sorted(script.flows.items())},
    }


def _sorted(data: Any) -> Any:
    """By name at every depth; names are nothing but text, as orjson wants them."""
    if isinstance(data, Mapping):
        return {str(name): _sorted(value) for name, value in sorted(data.items())}
    return [_sorted(item) for item in data] if isinstance(data, list) else data


def _node_data(node: Node) -> dict[str, Any]:
    fields = adapter(type(node)).dump_python(node, mode="json", by_alias=True)
    return {"kind": node.kind} | {name: _plain(value) for name, value in fields.items() if value is not None}


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(name): _plain(value) for name, value in data.items()}
    return [_plain(item) for item in data] if isinstance(data, list) else data


# --- reading ---------------------------------------------------------------------------------------------------------


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > LARGEST:
        raise ConfigError(f"this is no script: it is larger than {LARGEST:,} bytes")
    try:
        parsed = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise ConfigError("this is no script: it is not JSON; write it with ivrkit compile") from None
    if not isinstance(parsed, dict) or "ivrkit" not in parsed:
        raise ConfigError("this is no script: it is JSON of another kind; write it with ivrkit compile")
    if parsed["ivrkit"] != FORMAT:
        raise ConfigError(f"this script was made for another version of ivrkit (format {parsed['ivrkit']!r:.20})")
    return parsed


def _script(data: dict[str, Any]) -> Script:
    return Script(
        flow=_text(data, "flow"),
        version="",
        languages=tuple(_texts(data, "languages")),
        start=_text(data, "start"),
        give_up=None if data.get("give_up") is None else _text(data, "give_up"),
        on_hangup=None if data.get("on_hangup") is None else _text(data, "on_hangup"),
        arguments={name: _argument_type(name, kind) for name, kind in _mapping(data, "arguments").items()},
        keys={name: _word(value, "keys") for name, value in _mapping(data, "keys").items()},
        nodes={name: _node(name, value) for name, value in _mapping(data, "nodes").items()},
        prompts={name: prompt_from_data(value) for name, value in _mapping(data, "prompts").items()},
        lists=lists_from_data(data.get("lists")),
        flows={},
    )


def _part(name: str, data: Any) -> Script:
    """A flow that the script runs, with the version that it has by itself."""
    if not isinstance(data, dict) or data.get("flows"):
        raise ConfigError(f'this script cannot be used: the flow "{name}" in it is none')
    script = _script(data)
    return replace(script, version=fingerprint(script))


def _argument_type(name: str, kind: Any) -> str:
    if not isinstance(kind, str) or kind not in ARGUMENT_TYPES:
        raise ConfigError(f'this script cannot be used: the argument "{name}" in it has no type')
    return str(kind)


def _node(name: str, data: Any) -> Node:
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in node_kinds():
        raise ConfigError(f'this script cannot be used: node "{name}" is of no kind that this ivrkit knows')
    fields = {field: value for field, value in data.items() if field != "kind"}
    try:
        node: Node = adapter(node_kinds()[kind]).validate_python(fields)
    except ValidationError as error:
        where = ".".join(map(str, error.errors(include_url=False)[0]["loc"]))
        raise ConfigError(f'this script cannot be used: node "{name}" is wrong at "{where}"') from None
    return node


def _mapping(data: Any, name: str) -> dict[str, Any]:
    found = data.get(name)
    if not isinstance(found, dict):
        raise ConfigError(f'this script cannot be used: there is no "{name}" in it')
    return found


def _text(data: dict[str, Any], name: str) -> str:
    return _word(data.get(name), name)


def _texts(data: dict[str, Any], name: str) -> list[str]:
    found = data.get(name)
    if not isinstance(found, list) or not found:
        raise ConfigError(f'this script cannot be used: there is no "{name}" in it')
    return [_word(value, name) for value in found]


def _word(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise ConfigError(f'this script cannot be used: "{name}" in it is not a name')
    return value
