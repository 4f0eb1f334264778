"""A file of prompts, read: variables, closed lists and the prompts themselves, in all their languages.

    prompts: water
    variables: {company: {zh: 市自来水公司, en: City Water}}
    lists: {customer_class: {residential: {zh: 居民, en: residential}}}      # for {{ … | text("customer_class") }}
    bill.due: {zh: "您本期应缴水费{{ bill.amount | money }}。", en: "You owe {{ bill.amount | money }}."}

Mistakes are Problems with the keys that lead to them, all of a file at once; nothing here raises for an author.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ivrkit.prompts.cut import cut
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.phrases import CATEGORY
from ivrkit.prompts.plan import SAY
from ivrkit.prompts.problems import Path, Problem, did_you_mean
from ivrkit.prompts.segments import Blank, Fixed, Lists, Prompt, Segments, sound_id

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PROMPT_ID = re.compile(r"[a-z][a-z0-9_.]*")
_OWN_KEYS = ("prompts", "variables", "lists")
_RESERVED = (CATEGORY, SAY)

Variables = Mapping[str, Mapping[str, str]]
"Name, language: the words."


@dataclass(frozen=True, slots=True)
class Catalog:
    """The prompts of one file, ready for scripts."""

    name: str
    variables: Variables = field(default_factory=dict)
    lists: Lists = field(default_factory=dict)
    prompts: Mapping[str, Prompt] = field(default_factory=dict)


def read_catalog(data: object) -> tuple[Catalog, tuple[Problem, ...]]:
    """The catalogue in a file's plain data (dicts, lists, strings), and everything that is wrong with it."""
    if not isinstance(data, Mapping) or not data:
        message = 'a prompt file begins with "prompts: its-name" and then has one line for each prompt'
        return Catalog(""), (Problem((), message, "bad-prompt-file"),)
    reader = _Reader(_languages_in(data))
    name = reader.name(data.get("prompts"))
    variables = reader.variables(data.get("variables", {}))
    lists = reader.lists(data.get("lists", {}), name)
    entries = {str(key): words for key, words in data.items() if key not in _OWN_KEYS}
    catalog = Catalog(name, variables, lists)
    prompts = {key: reader.prompt(key, words, catalog) for key, words in entries.items()}
    catalog = Catalog(name, variables, lists, prompts)
    return catalog, (*reader.problems, *_same_sounds(catalog))


def read_words(
    words: object, sound: str, languages: Collection[str], catalog: Catalog, path: Path = ()
) -> tuple[Prompt, tuple[Problem, ...]]:
    """Words that stand in a flow: `{zh: 您好, en: Hello}`, in each of its `languages`.

    `sound` names the sounds without the language: `hotline/welcome`, both parts by `sound_id`. `path` leads to `words`.
    """
    reader = _Reader(languages)
    prompt = reader.words(words, sound, catalog, path, "these words")
    return prompt, tuple(reader.problems)


class _Reader:
    """Reads one file's data and collects what is wrong on the way."""

    def __init__(self, languages: Collection[str]) -> None:
        self.languages = languages
        self.problems: list[Problem] = []

    def report(self, path: Path, message: str, check: str) -> None:
        self.problems.append(Problem(path, message, check))

    def name(self, name: object) -> str:
        if not isinstance(name, str) or not name:
            self.report((), 'the file does not say its name: begin it with "prompts: its-name"', "bad-prompt-file")
            return ""
        if not _NAME.fullmatch(sound_id(name)) or sound_id(name) in _RESERVED:
            self.report(
                ("prompts",), f'"{name}" is kept for ivrkit\'s own sounds: choose another name', "bad-prompt-id"
            )
        return name

    def mapping(self, data: object, path: Path, what: str) -> Mapping[str, object]:
        if isinstance(data, Mapping):
            return {str(key): value for key, value in data.items()}
        self.report(path, what, "bad-prompt-file")
        return {}

    def variables(self, data: object) -> Variables:
        example = "write variables as {company: {zh: 市自来水公司, en: City Water}}"
        return {
            name: self.texts(words, ("variables", name), f'the variable "{name}"')
            for name, words in self.mapping(data, ("variables",), example).items()
            if self.is_name(name, ("variables", name))
        }

    def lists(self, data: object, catalog_name: str) -> Lists:
        example = "write lists as {customer_class: {residential: {zh: 居民, en: residential}}}"
        return {
            name: {
                value: self.list_value(words, catalog_name, name, value)
                for value, words in self.mapping(values, ("lists", name), example).items()
            }
            for name, values in self.mapping(data, ("lists",), example).items()
            if self.is_name(name, ("lists", name))
        }

    def list_value(self, words: object, catalog_name: str, name: str, value: str) -> Mapping[str, Fixed]:
        path = ("lists", name, value)
        sound = f"{sound_id(catalog_name)}/{name}_{sound_id(value)}"
        prompt = self.words(words, sound, Catalog(catalog_name), path, f'"{value}"')
        return {
            code: Fixed(first.text, first.sound, fragment=True)
            for code, (first, *_) in ((code, segments) for code, segments in prompt.items() if segments)
            if isinstance(first, Fixed)
        }

    def prompt(self, key: str, words: object, catalog: Catalog) -> Prompt:
        if not _PROMPT_ID.fullmatch(key):
            message = f'"{key}" cannot name a prompt: use small letters, digits, points and "_", a letter first'
            self.report((key,), message, "bad-prompt-id")
        elif key.split(".")[0] == CATEGORY:
            self.report(
                (key,), f'"{CATEGORY}." is kept for ivrkit\'s own prompts: choose another name', "bad-prompt-id"
            )
        return self.words(words, f"{sound_id(catalog.name)}/{sound_id(key)}", catalog, (key,), f'the prompt "{key}"')

    def words(self, data: object, sound: str, catalog: Catalog, path: Path, called: str) -> Prompt:
        texts = self.texts(data, path, called)
        prompt = {code: self.cut(text, f"{code}/{sound}", catalog, (*path, code)) for code, text in texts.items()}
        self.compare_blanks(prompt, path, called)
        return prompt

    def cut(self, text: str, sound: str, catalog: Catalog, path: Path) -> Segments:
        language = path[-1]
        constants = {name: next((words[code] for code in (language, *words) if code in words), "")
                     for name, words in catalog.variables.items()}  # fmt: skip
        segments, faults = cut(text, sound, constants, catalog.lists)
        for fault in faults:
            self.report(path, fault.message, fault.check)
        return segments

    def texts(self, data: object, path: Path, called: str) -> dict[str, str]:
        """Language to text, for languages that ivrkit speaks; a text in each of `self.languages` is asked for."""
        if not isinstance(data, Mapping) or not data:
            self.report(path, f"write {called} by language: {{zh: …, en: …}}", "bad-prompt-file")
            return {}
        for code in data.keys() - LANGUAGES.keys():
            near = did_you_mean(str(code), LANGUAGES) or f": it speaks {', '.join(LANGUAGES)}"
            self.report((*path, str(code)), f'ivrkit does not speak "{code}"{near}', "unknown-language")
        for code in data.keys() & LANGUAGES.keys():
            if not isinstance(data[code], str) or not data[code].strip():
                self.report((*path, code), f"{called} has no words in {code}", "missing-language")
        for code in self.languages:
            if code not in data:
                self.report(path, f'{called} is missing in {code}: add {code}: "…"', "missing-language")
        return {
            code: text for code, text in data.items() if code in LANGUAGES and isinstance(text, str) and text.strip()
        }

    def compare_blanks(self, prompt: Prompt, path: Path, called: str) -> None:
        values = {code: _values(segments) for code, segments in prompt.items()}
        everything = frozenset().union(*values.values())
        for code, said in values.items():
            for value in sorted(everything - said):
                others = ", ".join(other for other in values if value in values[other])
                self.report((*path, code), f"{called} says {value} in {others} but not in {code}", "blanks-differ")

    def is_name(self, name: str, path: Path) -> bool:
        if _NAME.fullmatch(name):
            return True
        message = f'"{name}" cannot be a name here: use small letters, digits and "_", a letter first'
        self.report(path, message, "bad-prompt-id")
        return False


def _languages_in(data: Mapping[object, object]) -> tuple[str, ...]:
    """The languages that any prompt of the file is written in: every other must then have them too."""
    used = {
        code for key, words in data.items() if key not in _OWN_KEYS and isinstance(words, Mapping) for code in words
    }
    return tuple(code for code in LANGUAGES if code in used)


def _values(segments: Segments) -> frozenset[str]:
    return frozenset(segment.expression.source for segment in segments if isinstance(segment, Blank))


def _same_sounds(catalog: Catalog) -> Iterator[Problem]:
    owners: dict[str, Path] = {}
    reported: set[tuple[Path, Path]] = set()
    for path, sound in _owned_sounds(catalog):
        owner = owners.setdefault(sound, path)
        if owner != path and (owner, path) not in reported:
            reported.add((owner, path))
            message = f'"{path[-1]}" would have the same sound file as "{owner[-1]}": rename one of them'
            yield Problem(path, message, "same-sound")


def _owned_sounds(catalog: Catalog) -> Iterator[tuple[Path, str]]:
    for key, prompt in catalog.prompts.items():
        for segments in prompt.values():
            yield from (((key,), sound) for sound in _sounds(segments))
    for name, values in catalog.lists.items():
        for value, words in values.items():
            yield from ((("lists", name, value), sound) for sound in _sounds(words.values()))


def _sounds(segments: Iterable[Blank | Fixed]) -> Iterator[str]:
    return (segment.sound for segment in segments if isinstance(segment, Fixed) and segment.sound)
