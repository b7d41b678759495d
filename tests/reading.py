"""Made-up text in, brief out: what the tests of the analysis share."""

from __future__ import annotations

from bot.analyse.pipeline import Pipeline
from bot.brief import Brief, write_brief
from bot.models import Article, split_paragraphs


def article(text: str, *, headline: bool = False) -> Article:
    """Take *text* for an article as it stands; its first paragraph is the *headline* if so told."""
    paragraphs = split_paragraphs(text)
    return Article(text=text, paragraphs=paragraphs, headline=paragraphs[0] if headline else None)


def read(pipeline: Pipeline, text: str, *, headline: bool = False) -> Brief:
    """Read *text* and write the brief of it."""
    story = article(text, headline=headline)
    return write_brief(story, pipeline.analyse(story))


def said(brief: Brief) -> list[tuple[str, str]]:
    """Return who is named as source and what he says, for each attribution: pieces are joined by " … "."""
    return [
        (" … ".join(one.text for one in quote.source), " … ".join(one.text for one in quote.content))
        for quote in brief.quotes
    ]


def voices(brief: Brief) -> list[tuple[str | None, str]]:
    """Return the speaker's name (None: unattributed) and the first words said, for each attribution."""
    found = []
    for quote in brief.quotes:
        speaker = brief.speaker(quote.speaker)
        found.append((speaker.name if speaker else None, quote.content[0].text))
    return found
