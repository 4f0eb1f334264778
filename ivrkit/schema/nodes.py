"""A node as a schema: the keyword that it has decides which fields it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce

from ivrkit.flow.diagnostic import listed, quoted
from ivrkit.flow.documented import is_needed, summary, written_fields
from ivrkit.flow.kinds import node_kinds
from ivrkit.schema.models import properties
from ivrkit.schema.snippets import body, example
from ivrkit.schema.types import NODE, Schema, told
from ivrkit.script import Node


def nodes() -> Schema:
    """What stands under `nodes:`."""
    return {
        "title": "nodes",
        "description": "The nodes by their names. A node has exactly one keyword, which says what it does.",
        "type": "object",
        "errorMessage": "Write the nodes here, a line with its name for each.",
        "propertyNames": {
            "pattern": NODE,
            "errorMessage": "A name is letters, digits, _ and -, and begins with a letter.",
            "doNotSuggest": True,
        },
        "additionalProperties": {"$ref": "#/definitions/node"},
        "defaultSnippets": [
            {
                "label": f"{name} node",
                "description": summary(kind),
                "body": {"${1:name}": body(example(kind), first=2)},
            }
            for name, kind in node_kinds().items()
        ],
    }


def definitions() -> dict[str, Schema]:
    """The schema of any node, and of each kind."""
    kinds = {f"{name} node": _kind(name, kind) for name, kind in node_kinds().items()}
    return {"node": _node()} | kinds


def defaults() -> dict[str, Schema]:
    """What may stand under `defaults:`: the fields that some kind of node inherits."""
    found: dict[str, list[Schema]] = {}
    for kind in node_kinds().values():
        for name, schema in properties(kind).items():
            if name not in kind.not_inherited and name not in node_kinds():
                found.setdefault(name, []).append({key: schema[key] for key in schema if key != "default"})
    return {name: _any(schemas) for name, schemas in sorted(found.items())}


def needs() -> list[Schema]:
    """That each node has the fields its kind needs, unless they stand under `defaults:`."""
    names = dict.fromkeys(name for kind in node_kinds().values() for name in _needed(kind))
    return [_need(name) for name in names]


def _node() -> Schema:
    chain = reduce(_or_else, reversed([*node_kinds()]), _without_keyword())
    return {
        "title": "node",
        "type": "object",
        "errorMessage": f"Say what this node does, in lines below its name. {_keywords()}",
        **chain,
    }


def _or_else(rest: Schema, keyword: str) -> Schema:
    return {"if": {"required": [keyword]}, "then": {"$ref": f"#/definitions/{keyword} node"}, "else": rest}


def _without_keyword() -> Schema:
    """A node that says nothing yet, or says it with a wrong word: it is told at that word."""
    keywords = {name: _fields(kind)[name] for name, kind in node_kinds().items()}
    others = sorted({name for kind in node_kinds().values() for name in written_fields(kind)} - keywords.keys())
    rule = f"This node does not say what it does. {_keywords()}"
    return {
        "properties": keywords,
        "defaultSnippets": [
            {"label": f"{name} …", "description": summary(kind), "body": body(example(kind))}
            for name, kind in node_kinds().items()
        ],
        "if": {"propertyNames": {"enum": others}},
        "then": {"anyOf": [{"required": [name], "errorMessage": rule} for name in keywords]},
        "else": {
            "propertyNames": {
                "enum": [*keywords, *others],
                "errorMessage": f"No node has a keyword or a field of this name. {_keywords()}",
            }
        },
    }


def _keywords() -> str:
    return f"Its keyword is one of {listed(node_kinds(), 'or')}."


def _kind(name: str, kind: type[Node]) -> Schema:
    here = _fields(kind)
    return {
        **told(f"`{name}`: {summary(kind)}"),
        "properties": here,
        "additionalProperties": False,
        "errorMessage": f"A {quoted(name)} node has no field of this name. It has {listed(here)}.",
        "examples": [{"name": example(kind)}],
    }


def _fields(kind: type[Node]) -> dict[str, Schema]:
    """Its fields; a keyword that nothing is said about is what the kind is about."""
    here = properties(kind)
    here[kind.kind] = told(summary(kind)) | here[kind.kind]
    written = example(kind)
    for name, schema in here.items():
        if isinstance(written.get(name), Mapping) and "defaultSnippets" not in schema:
            schema.update(_written_like(name, written[name]))
    return here


def _written_like(name: str, written: Mapping[str, str]) -> Schema:
    """What is offered in a field that holds names and values; of `on:` each way out too."""
    whole: Schema = {"defaultSnippets": [{"label": f"{name} …", "body": body(written, depth=0)}]}
    ways = {way: {"title": way, "description": "A way out.", "type": "string"} for way in written if name == "on"}
    return whole | ({"allOf": [{"properties": ways}]} if ways else {})


def _needed(kind: type[Node]) -> Iterator[str]:
    return (name for name, field in written_fields(kind).items() if is_needed(field) and name != kind.kind)


def _need(field: str) -> Schema:
    needing = [
        {
            "if": {"required": [name]},
            "then": {
                "required": [field],
                "errorMessage": f'A {quoted(name)} node needs "{field}:", here or under defaults:.',
            },
        }
        for name, kind in node_kinds().items()
        if field in _needed(kind)
    ]
    return {
        "if": {"properties": {"defaults": {"required": [field]}}, "required": ["defaults"]},
        "else": {"properties": {"nodes": {"additionalProperties": {"allOf": needing}}}},
    }


def _any(schemas: list[Schema]) -> Schema:
    """A field that several kinds have: one schema when all write it alike."""
    unlike = [one for number, one in enumerate(schemas) if _rule(one) not in map(_rule, schemas[:number])]
    first = unlike[0]
    if len(unlike) == 1:
        return first
    told = {key: first[key] for key in ("title", "description") if key in first}
    return told | {"anyOf": [_rule(one) for one in unlike]}


def _rule(schema: Mapping[str, object]) -> Schema:
    return {key: value for key, value in schema.items() if key not in ("title", "description")}
