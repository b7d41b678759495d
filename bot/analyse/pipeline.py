"""The reading, step by step: what each step finds, the later ones build on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import cast

import spacy
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc
from thinc.api import NumpyOps, set_current_ops

from bot.analyse.antecedents import Discourse
from bot.analyse.attribution import LEAST_CONFIDENCE, find_attributions, take_attributions
from bot.analyse.chains import with_chains
from bot.analyse.claims import find_claims, tell_more
from bot.analyse.component import ReaderComponent, linked_of, load_component, seen_in
from bot.analyse.coreference import Spoken, resolve, with_references
from bot.analyse.dates import find_dates
from bot.analyse.entities import find_entities
from bot.analyse.lifting import Lifter
from bot.analyse.names import correct, find_names
from bot.analyse.notes import find_notes
from bot.analyse.parts import LEMMATIZER, REPLACED, replaceable, write_lemmas, write_parts
from bot.analyse.plain import read_plainly
from bot.analyse.quotation import Quotation, find_quotations
from bot.analyse.reader import FOLDER
from bot.analyse.replies import Replies
from bot.analyse.sentences import find_sentences
from bot.analyse.signed import find_signed
from bot.analyse.sources import mend_sources
from bot.analyse.speakers import find_speakers
from bot.analyse.summary import USUAL, find_summary
from bot.analyse.worth import Story, Worth, debate_inputs, load_worth
from bot.errors import SettingsError
from bot.models import Analysis, Article, CharSpan, Entity, Spans, SummaryLength, split_paragraphs

PARAGRAPHS_AT_ONCE = 64
"""Paragraphs that spaCy reads in one batch. More is not faster."""

LONGEST_PIECE = 50_000
"""Characters that are parsed at once. spaCy needs about a gigabyte for a million."""


BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
"""Blanks that spaCy takes for words, which part a title from its name; each becomes a plain one, in its place."""

ENGLISH = "en"
"""The language that the reader was made for."""


def load_pipeline(
    model: str,
    *,
    folder: Path = FOLDER,
    least: float = LEAST_CONFIDENCE,
    worth: Worth | None = None,
    length: SummaryLength = USUAL,
) -> Pipeline:
    """Load the installed spaCy pipeline *model*, and the reader from *folder* if it is there and *model* is English.

    Whom the reader gives a statement to with less confidence than *least* is not named. *worth* takes the place of the
    model that ranks claims; *length* is the summary's.

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
    reader = load_component(folder) if nlp.lang == ENGLISH else None
    return Pipeline(nlp, reader, least=least, worth=worth, length=length)


class Pipeline:
    """A loaded spaCy pipeline and what is read with it."""

    def __init__(
        self,
        nlp: Language,
        reader: ReaderComponent | None = None,
        *,
        least: float = LEAST_CONFIDENCE,
        worth: Worth | None = None,
        length: SummaryLength = USUAL,
    ) -> None:
        """Read with *nlp*, and with *reader* where it can; it stands apart from *nlp*, which sees paragraphs alone.

        *worth* ranks the claims; by default the model that ships. *length* is the summary's.
        """
        self.nlp = nlp
        self.length = length
        self.worth = worth or load_worth()
        self._reader = reader
        self._least = least
        self._left_out = [REPLACED, LEMMATIZER] if replaceable(nlp) else []

    def parse(self, text: str, paragraphs: Spans) -> Doc:
        """Parse *text* paragraph by paragraph, so that no sentence runs over a paragraph's end."""
        pieces = _cut(text.translate(BLANKS), paragraphs)
        docs = list(self.nlp.pipe(pieces, batch_size=PARAGRAPHS_AT_ONCE, disable=self._left_out))
        doc = Doc.from_docs(docs, ensure_whitespace=False) or self.nlp.make_doc(text)
        if not self._left_out:
            return doc
        return write_lemmas(write_parts(doc), cast("Lemmatizer", self.nlp.get_pipe(LEMMATIZER)))

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
            found = linked_of(_see(reader, doc, article.paragraphs, quotations))
            signed = find_signed(article.text, article.paragraphs, quotations)
            attributions = take_attributions(article.text, found, quotations, signed=signed, least=self._least)
        attributions = with_chains(doc, mend_sources(doc, attributions))
        entities = find_entities(doc, headline, quotations)
        speakers = find_speakers(doc, article.paragraphs, attributions, entities, headline)
        story = Story(doc, find_sentences(doc, article.paragraphs, ()), headline)  # sentences inside quotations apart
        named = frozenset(index for speaker in speakers for index in speaker.attributions)
        entities = self._referred(doc, article.paragraphs, quotations, entities, Spoken(attributions, speakers))
        claims, set_aside = find_claims(story, self.worth, attributions, quotations, named)
        lifter = Lifter(doc, article.paragraphs, quotations, attributions, speakers, entities, by_rules=reader is None)
        replies = Replies(doc, story.sentences, attributions, speakers, entities)
        summary = find_summary(Story(doc, sentences, headline), lifter, quotations, attributions, length=self.length)
        return Analysis(
            attributions=tuple(attributions),
            speakers=tuple(speakers),
            claims=tuple(tell_more(claims, lifter, replies, article.published)),
            entities=(*entities, *find_dates(doc)),
            summary=tuple(summary),
            notes=tuple(find_notes(doc, article, by_rules=reader is None)),
            set_aside=tuple(set_aside),
        )

    def _referred(
        self, doc: Doc, paragraphs: Spans, quotations: tuple[Quotation, ...], entities: list[Entity], spoken: Spoken
    ) -> list[Entity]:
        """Add to *entities* what else stands for them."""
        discourse = Discourse(doc, paragraphs, quotations, entities)
        vectors = seen_in(doc)
        return with_references(discourse, resolve(discourse, vectors) if vectors is not None else [], spoken)

    def debate_score(self, text: str) -> float:
        """Return how check-worthy a lone sentence is, as somebody may say it in a debate; in (0, 1).

        Raises:
            ValueError: there is no reader, which this rests on.
        """
        if not text.strip():
            return 0.0
        shown, seen = debate_inputs(self.seen(text), (CharSpan(0, len(text)),))
        return 1 / (1 + math.exp(-self.worth.debate(shown, seen)))

    def seen(self, text: str) -> Doc:
        """Return the parse of *text* with what the reader saw in it.

        Raises:
            ValueError: there is no reader.
        """
        if self._reader is None:
            raise ValueError("there is no reader")
        paragraphs = split_paragraphs(text)
        return _see(self._reader, self.parse(text, paragraphs), paragraphs, find_quotations(text, paragraphs))


def _see(reader: ReaderComponent, doc: Doc, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> Doc:
    """Have *reader* read *doc*, and correct its names by what the reader saw."""
    reader.read(doc, paragraphs, quotations)
    if (vectors := seen_in(doc)) is not None:
        correct(doc, find_names(doc, vectors))
    return doc


def _cut(text: str, paragraphs: Spans) -> Iterator[str]:
    """Cut *text* before each paragraph, and very long ones at blanks; the pieces joined are the text."""
    starts = [0, *(paragraph.start for paragraph in paragraphs[1:]), len(text)]
    for start, end in pairwise(starts):
        while end - start > LONGEST_PIECE:
            blank = text.rfind(" ", start + 1, start + LONGEST_PIECE) + 1 or start + LONGEST_PIECE
            yield text[start:blank]
            start = blank
        yield text[start:end]
