"""Diagnostics for programs: `ivrkit check --format json|github|sarif`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import quote

import orjson

from ivrkit._version import __version__
from ivrkit.flow.diagnostic import Diagnostic, safe

SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list of objects, the position as in the text form."""
    return orjson.dumps([_fields(diagnostic) for diagnostic in diagnostics], option=orjson.OPT_INDENT_2).decode()


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Workflow commands, which GitHub shows beside the line."""
    return "\n".join(_workflow_command(diagnostic) for diagnostic in diagnostics)


def as_sarif(diagnostics: Collection[Diagnostic]) -> str:
    """SARIF 2.1.0, which code scanning services and editors read; also when nothing is wrong."""
    levels = {diagnostic.check: diagnostic.severity for diagnostic in diagnostics}
    rules = [{"id": check, "defaultConfiguration": {"level": level}} for check, level in levels.items()]
    run = {
        "tool": {"driver": {"name": "ivrkit", "version": __version__, "rules": rules}},
        # Columns are characters, not the UTF-16 units that are SARIF's default.
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, list(levels)) for diagnostic in diagnostics],
    }
    return orjson.dumps({"$schema": SARIF, "version": "2.1.0", "runs": [run]}, option=orjson.OPT_INDENT_2).decode()


def _fields(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "path": safe(diagnostic.path),
        "line": max(diagnostic.line, 1),
        "column": diagnostic.column,
        "end_column": diagnostic.column + diagnostic.width,
        "severity": diagnostic.severity,
        "message": safe(diagnostic.message),
        "check": diagnostic.check,
    }


def _workflow_command(diagnostic: Diagnostic) -> str:
    fields = _fields(diagnostic)
    place = f"file={_escaped(fields['path'])},line={fields['line']},col={fields['column']}"
    message = fields["message"].replace("%", "%25")
    return f"::{diagnostic.severity} {place},endColumn={fields['end_column']},title={diagnostic.check}::{message}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


def _result(diagnostic: Diagnostic, rules: list[str]) -> dict[str, Any]:
    fields = _fields(diagnostic)
    region = {"startLine": fields["line"], "startColumn": fields["column"], "endColumn": fields["end_column"]}
    where = {"artifactLocation": {"uri": _uri(fields["path"])}}
    return {
        "ruleId": diagnostic.check,
        "ruleIndex": rules.index(diagnostic.check),
        "level": diagnostic.severity,
        "message": {"text": fields["message"]},
        "locations": [{"physicalLocation": where | ({"region": region} if diagnostic.line else {})}],
    }


def _uri(path: str) -> str:
    return f"file://{quote(path)}" if path.startswith("/") else quote(path)
