"""Read the words of one prompt in all its languages, and collect what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ivrkit.prompts.cut import cut
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.problems import Path, Problem, did_you_mean
from ivrkit.prompts.segments import Blank, Prompt, Segments

Texts = Mapping[str, str]
"Language: words."


class Reader:
    """Reads prompts that share their languages, constants and lists. `problems` grows with each."""

    def __init__(
        self, languages: Collection[str], variables: Mapping[str, Texts] | None = None, lists: Collection[str] = ()
    ) -> None:
        """Each prompt must have words in every one of `languages`; `variables` and `lists` are a catalogue's."""
        self.languages = languages
        self.constants = {code: _constants(variables or {}, code) for code in LANGUAGES}
        self.lists = lists
        self.problems: list[Problem] = []

    def report(self, path: Path, message: str, check: str) -> None:
        self.problems.append(Problem(path, message, check))

    def words(self, data: object, sound: str, path: Path, called: str) -> Prompt:
        """`{zh: …, en: …}` as a prompt; `sound` is `water/bill_due`, `called` names it in messages."""
        before = len(self.problems)
        texts = self.texts(data, path, called)
        prompt = {code: self._cut(text, f"{code}/{sound}", (*path, code)) for code, text in texts.items()}
        if len(self.problems) == before:
            self._compare_blanks(prompt, path, called)
        return prompt

    def texts(self, data: object, path: Path, called: str) -> dict[str, str]:
        """`{zh: …, en: …}` as plain text, without what cannot be used."""
        if not isinstance(data, Mapping):
            self.report(path, f"write the words of {called} by language: {{zh: …, en: …}}", "bad-prompt-file")
            return {}
        for code in self.languages:
            if code not in data:
                self.report(path, f'{called} is missing in {code}: add {code}: "…"', "missing-language")
        return {str(code): text for code, text in data.items() if self._usable(str(code), text, path, called)}

    def _usable(self, code: str, text: object, path: Path, called: str) -> bool:
        if code not in LANGUAGES:
            near = did_you_mean(code, LANGUAGES) or f": it speaks {', '.join(LANGUAGES)}"
            self.report((*path, code), f'ivrkit does not speak "{code}"{near}', "unknown-language")
            return False
        if not isinstance(text, str) or not text.strip():
            self.report((*path, code), f'{called} has no words in {code}: write {code}: "…"', "missing-language")
            return False
        return True

    def _cut(self, text: str, sound: str, path: Path) -> Segments:
        segments, faults = cut(text, sound, self.constants[path[-1]], self.lists)
        for fault in faults:
            self.report(path, fault.message, fault.check)
        return segments

    def _compare_blanks(self, prompt: Prompt, path: Path, called: str) -> None:
        values = {code: _values(segments) for code, segments in prompt.items()}
        for code, said in values.items():
            for value in sorted(frozenset().union(*values.values()) - said):
                others = " and ".join(other for other in values if value in values[other])
                message = f'{called} says "{value}" in {others}, but not in {code}'
                self.report((*path, code), message, "blanks-differ")


def _constants(variables: Mapping[str, Texts], language: str) -> Texts:
    """The variables in a language; one that is missing there, which is a problem of its own, in any."""
    return {name: words.get(language) or next(iter(words.values())) for name, words in variables.items() if words}


def _values(segments: Segments) -> frozenset[str]:
    return frozenset(segment.expression.source for segment in segments if isinstance(segment, Blank))
