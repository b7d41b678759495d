"""Which language a text is in."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from bot.errors import NotEnglish

ENGLISH = frozenset({"en"})
"""What the reader reads."""

CLEAR = 0.9
"""Probability from which a language counts as certain. A guess: news of 40 words is above .99 as a rule."""

ENOUGH = 100
"""Characters from which a text's language can be told. A guess."""

SAMPLE = 1_200
"""Characters that are looked at. A guess: more tell nothing new, and each costs time."""


def find_language(text: str) -> str | None:
    """Return the language of *text* as ISO 639-1, if its words clearly show it."""
    language, probability = _identifier().classify(text[:SAMPLE])
    return str(language) if len(text) >= ENOUGH and probability >= CLEAR else None


def require_language(language: str | None, languages: Collection[str] | None) -> None:
    """Raise ``NotEnglish`` if *language* is none of *languages* (ISO 639-1; None: any); an unclear one may pass."""
    if language is not None and languages is not None and language not in languages:
        raise NotEnglish(language)


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
