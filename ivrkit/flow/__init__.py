"""Flows: YAML that people write, read with its places, checked, compiled to a Script."""

from ivrkit.flow.artifact import dump, load
from ivrkit.flow.compile import Compiled, compile_flow
from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.folder import flows_below
from ivrkit.flow.formats import as_github, as_json, as_sarif
from ivrkit.flow.head import prompts_name
from ivrkit.flow.library import compile_file
from ivrkit.flow.source import Source, load_source, parse_source
from ivrkit.script import ActionFacts, World

__all__ = [
    "ActionFacts",
    "Compiled",
    "Diagnostic",
    "Source",
    "World",
    "as_github",
    "as_json",
    "as_sarif",
    "compile_file",
    "compile_flow",
    "dump",
    "flows_below",
    "load",
    "load_source",
    "parse_source",
    "prompts_name",
]
