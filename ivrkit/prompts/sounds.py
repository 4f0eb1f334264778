"""The sounds that prompts are made of: what the build must render and the plan may name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sound:
    """One file to render: a whole sentence, or a fragment that sentences are spliced from."""

    name: str
    "`<language>/<category>/<id>`, such as `zh/water/bill_due_1`; each id `[a-z][a-z0-9_]*`."
    text: str
    "The words, ready for an engine: never digits."
    fragment: bool
    "Fragments keep less silence at their ends."

    @property
    def language(self) -> str:
        return self.name.split("/", 1)[0]
