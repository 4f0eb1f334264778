"""The languages that ivrkit speaks. Another one is a file beside these and a row here."""

from __future__ import annotations

from ivrkit.prompts.language import Language
from ivrkit.prompts.languages.en import ENGLISH
from ivrkit.prompts.languages.zh import CHINESE

LANGUAGES: dict[str, Language] = {language.code: language for language in (CHINESE, ENGLISH)}
