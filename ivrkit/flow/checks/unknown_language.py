"""A language is named that ivrkit does not speak, or that is none of the flow's."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.fields import LanguageCode
from ivrkit.nodes.language import ASK, Language
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.problems import did_you_mean

CHECK = "unknown-language"


def unknown_language(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for number, code in enumerate(flow.languages):
        if code not in LANGUAGES:
            near = did_you_mean(code, LANGUAGES) or f"; it speaks {listed(LANGUAGES)}"
            yield flow.source.error(("languages", number), f"ivrkit does not speak {quoted(code)}{near}", CHECK)
        elif code in flow.languages[:number]:
            yield flow.source.error(("languages", number), f"{quoted(code)} stands twice among the languages", CHECK)
    for name, node in flow.nodes.items():
        for path, code in walk(node, LanguageCode):
            if code not in flow.languages and not (code == ASK and isinstance(node, Language)):
                near = did_you_mean(code, flow.languages) or f"; it has {listed(flow.languages)}"
                message = f"node {quoted(name)} changes to {quoted(code)}, which is no language of this flow{near}"
                yield flow.error(name, path, message, CHECK)
