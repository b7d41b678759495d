"""The reading, step by step: what each step finds, the later ones build on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps, set_current_ops

from bot.analyse.attribution import LEAST_CONFIDENCE, find_attributions, take_attributions
from bot.analyse.chains import with_chains
from bot.analyse.claims import find_claims
from bot.analyse.component import ReaderComponent, linked_of, load_component
from bot.analyse.entities import find_entities
from bot.analyse.notes import find_notes
from bot.analyse.parts import LEMMATIZER, REPLACED, replaceable, write_parts
from bot.analyse.plain import read_plainly
from bot.analyse.quotation import find_quotations
from bot.analyse.reader import FOLDER
from bot.analyse.sentences import find_sentences
from bot.analyse.signed import find_signed
from bot.analyse.sources import mend_sources
from bot.analyse.speakers import find_speakers
from bot.analyse.summary import find_summary
from bot.errors import SettingsError
from bot.models import Analysis, Article, Spans

PARAGRAPHS_AT_ONCE = 64
"""Paragraphs that spaCy reads in one batch. More is not faster."""

LONGEST_PIECE = 50_000
"""Characters that are parsed at once. spaCy needs about a gigabyte for a million."""


BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
"""Blanks that spaCy takes for words, which part a title from its name; each becomes a plain one, in its place."""

ENGLISH = "en"
"""The language that the reader was made for."""


def load_pipeline(model: str, *, folder: Path = FOLDER, least: float = LEAST_CONFIDENCE) -> Pipeline:
    """Load the installed spaCy pipeline *model*, and the reader from *folder* if it is there and *model* is English.

    Whom the reader gives a statement to with less confidence than *least* is not named.

    Raises:
        SettingsError: *model* is not installed, or the reader is damaged.
    """
    set_current_ops(NumpyOps(use_blis=False))  # NumPy multiplies faster than what thinc brings along
    try:
        nlp = spacy.load(model)
    except OSError as error:
        raise SettingsError(
            f"The spaCy pipeline {model!r} is not installed; see SPACY_MODEL and SPACY_OTHER_MODELS."
        ) from error
    return Pipeline(nlp, load_component(folder) if nlp.lang == ENGLISH else None, least=least)


class Pipeline:
    """A loaded spaCy pipeline and what is read with it."""

    def __init__(
        self, nlp: Language, reader: ReaderComponent | None = None, *, least: float = LEAST_CONFIDENCE
    ) -> None:
        """Read with *nlp*, and with *reader* where it can; it stands apart from *nlp*, which sees paragraphs alone."""
        self.nlp = nlp
        self._reader = reader
        self._least = least
        self._left_out = [REPLACED, LEMMATIZER] if replaceable(nlp) else []

    def parse(self, text: str, paragraphs: Spans) -> Doc:
        """Parse *text* paragraph by paragraph, so that no sentence runs over a paragraph's end."""
        pieces = _cut(text.translate(BLANKS), paragraphs)
        docs = list(self.nlp.pipe(pieces, batch_size=PARAGRAPHS_AT_ONCE, disable=self._left_out))
        doc = Doc.from_docs(docs, ensure_whitespace=False) or self.nlp.make_doc(text)
        return self.nlp.get_pipe(LEMMATIZER)(write_parts(doc)) if self._left_out else doc

    def analyse(self, article: Article) -> Analysis:
        """Read *article*: who says what, what is worth a check, who and what is mentioned."""
        doc = self.parse(article.text, article.paragraphs)
        if self.nlp.lang != ENGLISH:
            return read_plainly(doc, article)
        headline = article.headline if len(article.paragraphs) > 1 else None
        quotations = find_quotations(article.text, article.paragraphs)
        sentences = find_sentences(doc, article.paragraphs, quotations)
        reader = self._reader if article.language in {ENGLISH, None} else None  # None: too short to tell
        if reader is None:
            attributions = find_attributions(doc, article.paragraphs, quotations)
        else:
            found = linked_of(reader.read(doc, article.paragraphs, quotations))
            signed = find_signed(article.text, article.paragraphs, quotations)
            attributions = take_attributions(article.text, found, quotations, signed=signed, least=self._least)
        attributions = with_chains(doc, mend_sources(doc, attributions))
        entities = find_entities(doc, headline, quotations)
        speakers = find_speakers(doc, article.paragraphs, attributions, entities, headline)
        statements = find_sentences(doc, article.paragraphs, ())  # those inside quotations apart
        claims = find_claims(doc, headline, statements, quotations, attributions)
        summary = find_summary(doc, headline, sentences, quotations, attributions, speakers, entities)
        return Analysis(
            attributions=tuple(attributions),
            speakers=tuple(speakers),
            claims=tuple(claims),
            entities=tuple(entities),
            summary=tuple(summary),
            notes=tuple(find_notes(doc, article, by_rules=reader is None)),
        )


def _cut(text: str, paragraphs: Spans) -> Iterator[str]:
    """Cut *text* before each paragraph, and very long ones at blanks; the pieces joined are the text."""
    starts = [0, *(paragraph.start for paragraph in paragraphs[1:]), len(text)]
    for start, end in pairwise(starts):
        while end - start > LONGEST_PIECE:
            blank = text.rfind(" ", start + 1, start + LONGEST_PIECE) + 1 or start + LONGEST_PIECE
            yield text[start:blank]
            start = blank
        yield text[start:end]
