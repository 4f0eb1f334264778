"""Flows: YAML that people write, read with its places, checked, compiled to a Script."""

from ivrkit.flow.artifact import dump, load
from ivrkit.flow.compile import Compiled, compile_file, compile_flow
from ivrkit.flow.diagnostic import Diagnostic, as_github, as_json
from ivrkit.flow.head import prompts_name
from ivrkit.flow.models import ActionFacts, World
from ivrkit.flow.source import Source, load_source, parse_source

__all__ = [
    "ActionFacts",
    "Compiled",
    "Diagnostic",
    "Source",
    "World",
    "as_github",
    "as_json",
    "compile_file",
    "compile_flow",
    "dump",
    "load",
    "load_source",
    "parse_source",
    "prompts_name",
]
