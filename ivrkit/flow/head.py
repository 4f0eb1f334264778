"""Read the top of a flow file: its name, languages, start, keys and defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from ivrkit.flow.diagnostic import quoted
from ivrkit.flow.findings import Findings
from ivrkit.flow.kinds import node_kinds
from ivrkit.flow.models import Header, adapter
from ivrkit.flow.sentences import field_names, kinds_with, mistakes
from ivrkit.flow.source import Source
from ivrkit.flow.tree import Path
from ivrkit.nodes.fields import LanguageCode, NodeName
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.problems import did_you_mean, nearest

NAME = re.compile(r"[^\W\d_][\w-]*")
NAME_RULE = "use letters, digits, _ and -, and begin with a letter"
"What flows, nodes and prompt files may be called."


def prompts_name(source: Source) -> str | None:
    """The name of the prompt file that a flow asks for."""
    name = source.tree.get("prompts")
    return name if isinstance(name, str) and NAME.fullmatch(name) else None


def read_header(findings: Findings) -> Header:
    tree = dict(findings.source.tree)
    try:
        header: Header = adapter(Header).validate_python(tree)
    except ValidationError as error:
        found = mistakes(error, "the flow", Header)
        for mistake in found:
            findings.tell(mistake, ())
        header = _mended(tree, {mistake.path for mistake in found})
    for name, part in (("flow", header.flow), ("prompts", header.prompts)):
        if part and not NAME.fullmatch(part):
            findings.error((name,), f"{quoted(part)} cannot be a name; {NAME_RULE}", "bad-name")
    return header


def _mended(tree: Mapping[str, Any], wrong: set[Path]) -> Header:
    """The head without what is wrong in it, so that the rest of the file can be checked."""
    parts = {path[0] for path in wrong if len(path) == 1 or path[:1] not in ((), ("keys",))}
    kept = {name: value for name, value in tree.items() if name not in parts}
    if "keys" in kept:
        kept["keys"] = {key: target for key, target in kept["keys"].items() if ("keys", key) not in wrong}
    nodes = kept.get("nodes")
    missing: dict[str, Any] = {
        "flow": "flow",
        "languages": _languages(tree),
        "start": next(iter(nodes or {}), "-"),
        "nodes": {},
    }
    try:
        header: Header = adapter(Header).validate_python(missing | kept)
    except ValidationError:
        header = Header(flow="flow", languages=tuple(map(LanguageCode, LANGUAGES)), start=NodeName("-"), nodes={})
    return header


def _languages(tree: Mapping[str, Any]) -> list[str]:
    """The languages that are meant: what stands behind `languages`, else those that any words are written in."""
    raw = tree.get("languages")
    if isinstance(raw, list):
        readable = [code for code in raw if isinstance(code, str) and code]
    else:
        readable = [code for code in LANGUAGES if code in str(raw)]
    return readable or [code for code in LANGUAGES if _is_name(code, tree)] or list(LANGUAGES)


def _is_name(name: str, value: Any) -> bool:
    """Whether anything inside a part of the file is called so."""
    if isinstance(value, Mapping):
        return name in value or any(_is_name(name, item) for item in value.values())
    return isinstance(value, list) and any(_is_name(name, item) for item in value)


def usable_defaults(header: Header, findings: Findings) -> Mapping[str, Any]:
    """Those that some kind of node has, also under a name that is misspelt: that mistake is told here."""
    kept = {}
    for name, value in header.defaults.items():
        if name == "visits" or name in node_kinds():
            message = f"{quoted(name)} belongs to one node and cannot be a default"
            findings.error(("defaults", name), message, "unknown-field", key=True)
        elif kinds_with(name):
            kept[name] = value
        else:
            near = did_you_mean(name, default_names())
            findings.error(("defaults", name), f"no node has a field {quoted(name)}{near}", "unknown-field", key=True)
            if meant := nearest(name, default_names()):
                kept.setdefault(meant, value)
    return kept


@cache
def default_names() -> tuple[str, ...]:
    names = {name for kind in node_kinds().values() for name in field_names(kind)}
    return tuple(sorted(names - {"visits", *node_kinds()}))
