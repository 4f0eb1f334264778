"""A question for digits that says neither how many nor which key ends them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.nodes.collect import Collect
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.segments import written

CHECK = "unsaid-digits"

_END_KEYS = {"#": r"井号?|#|pound|hash|number sign", "*": r"星号?|米字|\*|star|asterisk"}
"What people call the end keys, in any language."


def unsaid_digits(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        if isinstance(node, Collect) and node.most > 1:
            silent = [code for code in flow.languages if code in LANGUAGES and not _says(flow, node, code)]
            if silent:
                message = f"the question of node {quoted(name)} does not say {_wanted(node)}, in {listed(silent)}"
                yield flow.warning(name, ("collect",), message, CHECK, key=True)


def _wanted(node: Collect) -> str:
    if node.least == node.most:
        return f"that {node.most} digits are wanted"
    if node.end_key:
        return f"that {node.end_key} ends the entry"
    return f"that at most {node.most} digits are wanted"


def _says(flow: CheckedFlow, node: Collect, language: str) -> bool:
    prompts = [flow.speech.prompts.get(name, {}) for name in node.collect]
    texts = [written(prompt[language]) for prompt in prompts if language in prompt]
    text = " ".join(texts)
    numbers = [_number(number, language) for number in {node.least, node.most} if number > 1]
    keys = [_END_KEYS[node.end_key]] if node.end_key in _END_KEYS else []
    return not texts or any(re.search(pattern, text, re.IGNORECASE) for pattern in (*numbers, *keys))


def _number(number: int, language: str) -> str:
    """A pattern for a number as people write it: 8, eight, 八, 两."""
    spoken = LANGUAGES[language]
    counted = [spoken.join(spoken.ways["number"].say(Decimal(number)))]
    counted += ["两"] if number == 2 else []
    return rf"(?<!\d){number}(?!\d)|" + "|".join(rf"(?<![A-Za-z]){re.escape(word)}(?![a-z])" for word in counted)
