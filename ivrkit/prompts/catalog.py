"""A file of prompts, read: variables, closed lists and the prompts themselves, in all their languages.

    prompts: water
    variables: {company: {zh: 市自来水公司, en: City Water}}
    lists: {customer_class: {residential: {zh: 居民, en: residential}}}      # for {{ … | text("customer_class") }}
    bill.due: {zh: "您本期应缴水费{{ bill.amount | money }}。", en: "You owe {{ bill.amount | money }}."}

Mistakes are Problems with the keys that lead to them, all of a file at once; nothing here raises for an author.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.phrases import CATEGORY
from ivrkit.prompts.plan import SAY
from ivrkit.prompts.problems import Path, Problem
from ivrkit.prompts.reader import Reader, Texts
from ivrkit.prompts.segments import Fixed, Lists, Prompt, sound_id

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PROMPT_ID = re.compile(r"[a-z][a-z0-9_.]*")
_OWN_KEYS = ("prompts", "variables", "lists")
_VARIABLES = "write variables like this: {company: {zh: 市自来水公司, en: City Water}}"
_LISTS = "write lists like this: {customer_class: {residential: {zh: 居民, en: residential}}}"


@dataclass(frozen=True, slots=True)
class Catalog:
    """The prompts of one file, ready for scripts."""

    name: str
    variables: Mapping[str, Texts] = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)
    prompts: Mapping[str, Prompt] = field(default_factory=dict)


def read_catalog(data: object) -> tuple[Catalog, tuple[Problem, ...]]:
    """The catalogue in a file's plain data (dicts, lists, strings), and everything that is wrong with it."""
    if not isinstance(data, Mapping) or not data:
        message = 'a prompt file begins with "prompts: its_name" and goes on with a line for each prompt'
        return Catalog(""), (Problem((), message, "bad-prompt-file"),)
    first = Reader(_languages_in(data))
    name = _name(data.get("prompts"), first)
    variables = _variables(data.get("variables", {}), first)
    lists = _lists(data.get("lists", {}), sound_id(name), first)
    reader = Reader(first.languages, variables, lists)
    prompts = {str(key): _prompt(str(key), data[key], sound_id(name), reader) for key in data if key not in _OWN_KEYS}
    catalog = Catalog(name, variables, lists, prompts)
    return catalog, (*first.problems, *reader.problems, *_same_sounds(catalog))


def read_words(
    words: object, sound: str, languages: Collection[str], catalog: Catalog, path: Path = ()
) -> tuple[Prompt, tuple[Problem, ...]]:
    """Words that stand in a flow in place of a prompt's name: `{zh: 您好, en: Hello}`, in each of its `languages`.

    `sound` names the sounds without their language: `hotline/welcome`, each part by `sound_id`.
    """
    reader = Reader(languages, catalog.variables, catalog.lists)
    prompt = reader.words(words, sound, path, "this prompt")
    return prompt, tuple(reader.problems)


def _languages_in(data: Mapping[Any, Any]) -> tuple[str, ...]:
    """The languages that any prompt of the file is written in: every other must then have them too."""
    prompts = [words for key, words in data.items() if key not in _OWN_KEYS and isinstance(words, Mapping)]
    return tuple(code for code in LANGUAGES if any(code in words for words in prompts))


def _name(name: object, reader: Reader) -> str:
    if not isinstance(name, str) or not name.strip():
        reader.report((), 'the file does not say its name: begin it with "prompts: its_name"', "bad-prompt-file")
        return "unnamed"
    if name in (CATEGORY, SAY):
        reader.report(("prompts",), f'"{name}" is kept for sounds of ivrkit: choose another name', "bad-prompt-id")
    return name


def _variables(data: object, reader: Reader) -> dict[str, Texts]:
    read: dict[str, Texts] = {}
    for name, words in _named(data, ("variables",), _VARIABLES, reader):
        path = ("variables", name)
        read[name] = reader.texts(words, path, f'the variable "{name}"')
        for code, text in read[name].items():
            if "{{" in text:
                reader.report((*path, code), "a variable is plain words, without {{ … }} in it", "bad-template")
    return read


def _lists(data: object, category: str, reader: Reader) -> dict[str, dict[str, dict[str, Fixed]]]:
    return {
        name: {
            str(value): _list_value(words, f"{category}/{name}_{sound_id(str(value))}", path, reader)
            for value, words in _mapping(values, ("lists", name), _LISTS, reader).items()
            for path in [("lists", name, str(value))]
        }
        for name, values in _named(data, ("lists",), _LISTS, reader)
    }


def _list_value(words: object, sound: str, path: Path, reader: Reader) -> dict[str, Fixed]:
    prompt = reader.words(words, sound, path, f'the value "{path[-1]}"')
    read: dict[str, Fixed] = {}
    for code, segments in prompt.items():
        match segments:
            case (Fixed(text=text, sound=name),):
                read[code] = Fixed(text, name, fragment=True)
            case (_, *_):
                reader.report((*path, code), "a list holds plain words, without {{ … }} in them", "bad-template")
    return read


def _prompt(key: str, words: object, category: str, reader: Reader) -> Prompt:
    if not _PROMPT_ID.fullmatch(key):
        message = f'"{key}" cannot name a prompt: a small letter, then small letters, digits, "_" and points'
        reader.report((key,), message, "bad-prompt-id")
    elif key.split(".")[0] == CATEGORY:
        reader.report((key,), f'"{CATEGORY}." is kept for prompts of ivrkit: choose another name', "bad-prompt-id")
    return reader.words(words, f"{category}/{sound_id(key)}", (key,), f'the prompt "{key}"')


def _named(data: object, path: Path, example: str, reader: Reader) -> Iterator[tuple[str, object]]:
    for name, value in _mapping(data, path, example, reader).items():
        if _NAME.fullmatch(str(name)):
            yield str(name), value
        else:
            message = f'"{name}" cannot be a name here: a small letter, then small letters, digits and "_"'
            reader.report((*path, str(name)), message, "bad-prompt-id")


def _mapping(data: object, path: Path, example: str, reader: Reader) -> Mapping[Any, object]:
    if isinstance(data, Mapping):
        return data
    reader.report(path, example, "bad-prompt-file")
    return {}


def _same_sounds(catalog: Catalog) -> Iterator[Problem]:
    owners: dict[str, Path] = {}
    told: set[Path] = set()
    for path, sound in _owned_sounds(catalog):
        owner = owners.setdefault(sound, path)
        if owner != path and path not in told:
            told.add(path)
            message = f'"{path[-1]}" would get the same sound file as "{owner[-1]}": rename one of them'
            yield Problem(path, message, "same-sound")


def _owned_sounds(catalog: Catalog) -> Iterator[tuple[Path, str]]:
    said = [((key,), segment) for key, p in catalog.prompts.items() for segments in p.values() for segment in segments]
    listed = [
        (("lists", name, value), fixed)
        for name, values in catalog.lists.items()
        for value, words in values.items()
        for fixed in words.values()
    ]
    for path, segment in (*said, *listed):
        if isinstance(segment, Fixed) and segment.sound:
            yield path, segment.sound
