"""A source to a CheckedFlow: the head, then node by node, every field against its type, all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.findings import Findings
from ivrkit.flow.head import NAME, NAME_RULE, default_names, prompts_name, read_header, usable_defaults
from ivrkit.flow.kinds import node_kinds
from ivrkit.flow.models import Header, adapter
from ivrkit.flow.said import Speech, read_speech
from ivrkit.flow.sentences import BELOW, LATER, Mistake, field_names, mistakes, not_yet
from ivrkit.flow.source import Source
from ivrkit.flow.ways import ways_out, ways_out_of_broken
from ivrkit.flow.words import Words
from ivrkit.nodes.fields import NodeName
from ivrkit.prompts.catalog import Catalog, read_catalog
from ivrkit.prompts.problems import did_you_mean
from ivrkit.script import Node, World


def read_flow(source: Source, prompts: Source | None, world: World | None) -> tuple[CheckedFlow, list[Diagnostic]]:
    """The flow in `source`, with the prompts in `prompts`, and what is wrong with either."""
    findings = Findings(source, list(source.faults))
    header = read_header(findings)
    catalog = _catalog(prompts, findings)
    words = Words(source, catalog.prompts)
    defaults = usable_defaults(header, findings)
    nodes = {name: _node(name, raw, defaults, words, findings) for name, raw in header.nodes.items()}
    speech, faults = read_speech(source, header, catalog, words.used)
    findings.diagnostics += faults
    return _flow(findings, header, catalog, prompts, nodes, speech, world), findings.once()


def _flow(
    findings: Findings,
    header: Header,
    catalog: Catalog,
    prompts: Source | None,
    nodes: Mapping[str, Node | None],
    speech: Speech,
    world: World | None,
) -> CheckedFlow:
    default = header.defaults.get("give_up")
    give_up = NodeName(default) if isinstance(default, str) and default else None
    ways = {
        name: ways_out(node, header.keys, give_up) if node else ways_out_of_broken(header.nodes[name], header)
        for name, node in nodes.items()
    }
    return CheckedFlow(
        source=findings.source,
        header=header,
        give_up=give_up,
        nodes={name: node for name, node in nodes.items() if node},
        broken=frozenset(name for name, node in nodes.items() if not node),
        catalog=catalog,
        prompts_source=prompts or Source(""),
        speech=speech,
        ways=ways,
        world=world,
    )


def _catalog(prompts: Source | None, findings: Findings) -> Catalog:
    if prompts is None:
        if name := prompts_name(findings.source):
            findings.error(("prompts",), f"there is no prompt file {quoted(name)}", "no-file")
        return Catalog("")
    if missing := next((fault for fault in prompts.faults if fault.check == "no-file"), None):
        findings.error(("prompts",), f"{missing.path}: {missing.message}", missing.check)
        return Catalog("")
    findings.diagnostics += prompts.faults
    if not prompts.tree:
        return Catalog("")
    catalog, problems = read_catalog(prompts.tree)
    findings.diagnostics += [prompts.error(problem.path, problem.message, problem.check) for problem in problems]
    return catalog


# --- nodes -----------------------------------------------------------------------------------------------------------


def _node(name: str, raw: Any, defaults: Mapping[str, Any], words: Words, findings: Findings) -> Node | None:
    place = ("nodes", name)
    if not NAME.fullmatch(name):
        findings.error(place, f"{quoted(name)} cannot name a node; {NAME_RULE}", "bad-name", key=True)
    if not isinstance(raw, Mapping) or not raw:
        _empty(name, raw, findings)
        return None
    kind = _kind(name, raw, findings)
    if kind is None:
        return None
    model = node_kinds()[kind]
    if not raw[kind]:
        findings.error((*place, kind), f"{quoted(kind)} is empty; {BELOW}", "wrong-value")
        return None
    inheritable = set(field_names(model)) - model.not_inherited
    inherited = {field: value for field, value in defaults.items() if field in inheritable}
    try:
        node: Node = adapter(model).validate_python(inherited | dict(raw), context={"words": words.name})
    except ValidationError as error:
        for mistake in mistakes(error, f"node {quoted(name)}", model):
            findings.tell(mistake, ("defaults",) if _from_defaults(mistake, raw, inherited) else place, kind)
        return None
    return node


def _empty(name: str, raw: Any, findings: Findings) -> None:
    message = f"node {quoted(name)} has nothing in it; {BELOW}: play: …, menu: …"
    if raw and (name in node_kinds() or name in default_names()):
        message = f"{quoted(name)} belongs to the node above: write it two spaces further right"
    findings.error(("nodes", name), message, "kind", key=True)


def _from_defaults(mistake: Mistake, raw: Mapping[str, Any], inherited: Mapping[str, Any]) -> bool:
    field = mistake.path[0] if mistake.path else None
    return field in inherited and field not in raw


def _kind(name: str, raw: Mapping[str, Any], findings: Findings) -> str | None:
    """The keyword of a node; None, and a message, when it has none or several."""
    kinds = [word for word in raw if word in node_kinds()]
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        shown = listed(map(quoted, kinds))
        message = f"node {quoted(name)} has {len(kinds)} keywords, {shown}; make a node of each"
        findings.error(("nodes", name, kinds[1]), message, "kind", key=True)
        return None
    for word, message in _misspelt(name, raw):
        findings.error(("nodes", name, word), message, "kind", key=True)
        return None
    message = f"node {quoted(name)} does not say what it does; it needs one of {listed(node_kinds(), 'or')}"
    findings.error(("nodes", name), message, "kind", key=True)
    return None


def _misspelt(name: str, raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word in raw:
        if word in LATER:
            yield word, not_yet(word)
    for word in raw:
        near = did_you_mean(word, node_kinds())
        if near and word not in default_names():
            yield word, f"node {quoted(name)}: there is no keyword {quoted(word)}{near}"
