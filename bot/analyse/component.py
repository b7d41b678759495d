"""The reader as a spaCy component: ``nlp.add_pipe("nutgraf_reader")``.

spaCy knows the name once this module is imported, or through the package's entry point. It looks at the annotations of
what makes a component and, in some versions, does not understand them as strings: so they are none in this module.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from bot.analyse.decoding import ROLES, Linked
from bot.analyse.grammar import text_of
from bot.analyse.quotation import Quotation, find_quotations
from bot.analyse.reader import DESCRIPTION, FOLDER, Found, Reader
from bot.models import CharSpan, Spans, split_paragraphs

NAME = "nutgraf_reader"

VECTORS = "nutgraf_vectors"

Find = Callable[[str, Spans, tuple[Quotation, ...]], Found]
"""How attributions are found in a text with its paragraphs and quotations: ``Reader.find``."""

WIDTH = 384
"""Numbers in a vector of the reader that the models beside it were made with."""


class ReaderComponent:
    """Leaves the attributions of a ``Doc`` on it.

    ``doc.spans["nutgraf_source"]``, ``["nutgraf_cue"]`` and ``["nutgraf_content"]`` hold the tokens, each span with
    its attribution's number as ``id``. ``doc.user_data["nutgraf_reader"]`` holds the very characters, in plain values
    that spaCy can write to disk and send between processes; ``linked_of`` makes them ``Linked`` again.
    ``vectors_of`` gives what the reader made of each token. (``doc.tensor`` is left to spaCy's own components.)
    """

    def __init__(self, find: Find) -> None:
        self._find = find

    def __call__(self, doc: Doc) -> Doc:
        """Read *doc*; a paragraph ends where a line does."""
        text = text_of(doc)
        paragraphs = split_paragraphs(text)
        return self.read(doc, paragraphs, find_quotations(text, paragraphs))

    def read(self, doc: Doc, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> Doc:
        """Read *doc* with the paragraphs and the quotations that are known of it."""
        found = self._find(text_of(doc), paragraphs, quotations)
        for role in ROLES:
            spans = [
                doc.char_span(span.start, span.end, role, span_id=number, alignment_mode="expand")
                for number, one in enumerate(found.attributions)
                for span in getattr(one, role)
            ]
            key = f"nutgraf_{role}"
            doc.spans[key] = SpanGroup(doc, name=key, spans=[span for span in spans if span is not None])
        doc.user_data[NAME] = [_plain(one) for one in found.attributions]
        if found.vectors is not None:
            doc.user_data[VECTORS] = token_vectors(doc, found.starts, found.vectors)
        return doc


def linked_of(doc: Doc) -> tuple[Linked, ...]:
    """Return what the reader left on *doc*; nothing where it has not read it."""
    return tuple(
        Linked(_spans(one["source"]), _spans(one["cue"]), _spans(one["content"]), one["confidence"])
        for one in doc.user_data.get(NAME, ())
    )


def vectors_of(doc: Doc) -> NDArray[np.float32] | None:
    """Return what the reader made of each token where it stands, ``(len(doc), hidden)``; None without the reader."""
    return doc.user_data.get(VECTORS)


def seen_in(doc: Doc) -> NDArray[np.float32] | None:
    """Return the same, ``(len(doc), WIDTH)``; None too where another reader made vectors that our models don't know."""
    vectors = vectors_of(doc)
    return vectors if vectors is not None and vectors.shape[1] == WIDTH else None


def token_vectors(doc: Doc, starts: NDArray[np.int32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return for each token the mean of the *vectors* of the pieces that begin in it, zeros where none does."""
    firsts = np.fromiter((token.idx for token in doc), np.int64, len(doc))
    owners = np.searchsorted(firsts, starts, side="right") - 1
    counts = np.bincount(owners, minlength=len(doc))
    runs = np.flatnonzero(np.diff(owners, prepend=-1))
    means = np.zeros((len(doc), vectors.shape[1]), np.float32)
    means[owners[runs]] = np.add.reduceat(vectors, runs) / counts[owners[runs], None]
    return means


def _plain(one: Linked) -> dict[str, Any]:
    places = {role: [[span.start, span.end] for span in getattr(one, role)] for role in ROLES}
    return {**places, "confidence": one.confidence}


def _spans(pairs: list[list[int]]) -> Spans:
    return tuple(CharSpan(start, end) for start, end in pairs)


@Language.factory(NAME, default_config={"folder": None}, assigns=["doc.spans", "doc.user_data"])
def make_component(nlp: Language, name: str, folder: str | None) -> ReaderComponent:
    """Load the reader from *folder*, by default the one that ships; raises ``SettingsError`` like ``Reader``."""
    return ReaderComponent(Reader(Path(folder) if folder else FOLDER).find)


def load_component(folder: Path) -> ReaderComponent | None:
    """Load the reader from *folder*; None where there is none.

    Raises:
        SettingsError: there is one, but it is damaged.
    """
    return ReaderComponent(Reader(folder).find) if (folder / DESCRIPTION).exists() else None
