"""The plainest reading, for languages that neither reader nor rules know: words in marks, names, a first sentence.

Nobody is named for a quotation: who speaks is told by grammar, and there is none for the language here.
"""

from __future__ import annotations

import re
from collections import defaultdict

from babel import Locale
from spacy.tokens import Doc

from bot.analyse.quotation import Quotation, find_quotations, overlapping
from bot.models import (
    Analysis,
    Article,
    Attribution,
    CharSpan,
    Entity,
    Kind,
    Note,
    QuoteType,
    SummarySentence,
)

KINDS = {
    "PER": Kind.PERSON,
    "PERSON": Kind.PERSON,
    "ORG": Kind.ORGANISATION,
    "LOC": Kind.PLACE,
    "GPE": Kind.PLACE,
}
"""What spaCy's pipelines for news call names; what they call MISC can be anything."""

STATEMENT_WORDS = 4
"""Words from which a quotation is taken for a statement, not a title or a turn of phrase. A guess."""

LEAD_WORDS = 8
"""Words that a sentence has at least that can tell what a story is about. A guess."""

WORD = re.compile(r"[^\W_]+")
SMALL = re.compile(r"[a-zà-ÿ’']+")


def read_plainly(doc: Doc, article: Article) -> Analysis:
    """Read *article*, parsed as *doc* by its language's own pipeline."""
    quotations = find_quotations(article.text, article.paragraphs)
    language = Locale("en").languages.get(article.language or doc.lang_, doc.lang_)
    note = Note(
        "plain-reading",
        f"This article is in {language}, which I read more plainly: the words in quotation marks and the names, "
        "without who says what.",
    )
    return Analysis(
        attributions=tuple(_statements(article.text, quotations)),
        speakers=(),
        claims=(),
        entities=tuple(_entities(doc, article)),
        summary=tuple(_lead(doc, article, quotations)),
        notes=(note,),
    )


def _statements(text: str, quotations: tuple[Quotation, ...]) -> list[Attribution]:
    return [
        Attribution((), (), (quotation.outer,), (quotation.inner,), QuoteType.DIRECT)
        for quotation in quotations
        if len(WORD.findall(quotation.inner.of(text))) >= STATEMENT_WORDS
    ]


def _entities(doc: Doc, article: Article) -> list[Entity]:
    """Group names that are written alike; capitals in the headline prove no name."""
    mentions: dict[tuple[str, Kind], list[CharSpan]] = defaultdict(list)
    for found in doc.ents:
        words = list(found)
        while words and (not words[-1].text[0].isalnum() or SMALL.fullmatch(words[-1].text)):
            words.pop()  # "préfecture du"
        kind = KINDS.get(found.label_)
        if not words or kind is None or not words[0].text[:1].isupper():
            continue
        span = CharSpan(words[0].idx, words[-1].idx + len(words[-1].text))
        if article.headline is None or not article.headline.covers(span):
            mentions[span.of(article.text), kind].append(span)
    entities = [Entity(spans[0], kind, tuple(spans)) for (_, kind), spans in mentions.items()]
    return sorted(entities, key=lambda entity: (-len(entity.mentions), entity.mentions[0]))


def _lead(doc: Doc, article: Article, quotations: tuple[Quotation, ...]) -> list[SummarySentence]:
    """Return the body's first sentence that is long enough and nobody's quotation."""
    for sentence in doc.sents:
        start, end = sentence.start_char, sentence.start_char + len(sentence.text.rstrip())
        if end <= start or (article.headline and start < article.headline.end):
            continue
        span = CharSpan(start, end)
        if len(WORD.findall(span.of(article.text))) >= LEAD_WORDS and not overlapping(quotations, span):
            return [SummarySentence(span)]
    return []
