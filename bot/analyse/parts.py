"""Coarse parts of speech from fine ones, for spaCy's English pipelines.

They find the fine ones with a model and the coarse ones by matching patterns for each word, which takes longer. For
what is asked of them here, the fine part, the relation and the word tell enough.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.pipeline import Lemmatizer
from spacy.tokens import Doc

COARSE = {
    **dict.fromkeys(("''", ",", "-LRB-", "-RRB-", ".", ":", "HYPH", "NFP", "``"), "PUNCT"),
    **dict.fromkeys(("$", "SYM"), "SYM"),
    **dict.fromkeys(("ADD", "FW", "LS", "XX", "AFX"), "X"),
    **dict.fromkeys(("JJ", "JJR", "JJS"), "ADJ"),
    **dict.fromkeys(("RB", "RBR", "RBS"), "ADV"),
    **dict.fromkeys(("NN", "NNS"), "NOUN"),
    **dict.fromkeys(("NNP", "NNPS"), "PROPN"),
    **dict.fromkeys(("VB", "VBD", "VBG", "VBN", "VBP", "VBZ"), "VERB"),
    **dict.fromkeys(("EX", "PRP", "PRP$", "WDT", "WP", "WP$"), "PRON"),
    **dict.fromkeys(("DT", "PDT"), "DET"),
    **dict.fromkeys(("IN", "RP"), "ADP"),
    **dict.fromkeys(("POS", "TO"), "PART"),
    "CC": "CCONJ",
    "CD": "NUM",
    "MD": "AUX",
    "UH": "INTJ",
    "WRB": "SCONJ",
    "_SP": "SPACE",
}
"""Each part of speech in Universal Dependencies' terms, unless the relation says more (``_coarse``)."""

FEATURES = {
    "NN": "Number=Sing",
    "NNP": "Number=Sing",
    "NNS": "Number=Plur",
    "NNPS": "Number=Plur",
    "VB": "VerbForm=Inf",
    "VBD": "Tense=Past|VerbForm=Fin",
    "VBG": "Aspect=Prog|Tense=Pres|VerbForm=Part",
    "VBN": "Aspect=Perf|Tense=Past|VerbForm=Part",
    "VBP": "Tense=Pres|VerbForm=Fin",
    "VBZ": "Number=Sing|Person=3|Tense=Pres|VerbForm=Fin",
    "MD": "VerbForm=Fin",
    "JJ": "Degree=Pos",
    "JJR": "Degree=Cmp",
    "JJS": "Degree=Sup",
}
"""What lemmas depend on."""

LEMMAS = {
    **dict.fromkeys("be am is are was were been being 's ’s 're ’re 'm ’m".split(), "be"),
    **dict.fromkeys("have has had having 've ’ve".split(), "have"),
    **dict.fromkeys("do does did doing done".split(), "do"),
    **dict.fromkeys("will wo 'll ’ll".split(), "will"),
    **dict.fromkeys("would 'd ’d".split(), "would"),
    "ca": "can",
}
"""Of auxiliary verbs."""
NOT = frozenset({"not", "n't", "n’t"})
REPLACED = "attribute_ruler"
"""The pipe whose work is done here."""

LEMMATIZER = "lemmatizer"
"""The pipe that needs it."""

FINE = frozenset(COARSE)


def replaceable(nlp: Language) -> bool:
    """Tell whether *nlp* has the parts of speech that are known here, and finds lemmas after them."""
    if nlp.lang != "en" or not {REPLACED, LEMMATIZER, "tagger", "parser"} <= set(nlp.pipe_names):
        return False
    known = set(getattr(nlp.get_pipe("tagger"), "labels", ())) <= FINE
    lemmatizer = nlp.get_pipe(LEMMATIZER)
    by_rules = isinstance(lemmatizer, Lemmatizer) and lemmatizer.mode == "rule" and not lemmatizer.overwrite
    return known and by_rules and nlp.pipe_names.index(LEMMATIZER) > nlp.pipe_names.index(REPLACED)


def write_parts(doc: Doc) -> Doc:
    """Write coarse parts of speech, what lemmas depend on, and the lemmas of auxiliary verbs on the tagged *doc*."""
    strings, morphology = doc.vocab.strings, doc.vocab.morphology
    features = {part: morphology.add(words) for part, words in FEATURES.items()}
    plain = morphology.add("")
    rows = np.zeros((len(doc), 3), np.uint64)
    for number, token in enumerate(doc):
        part, word = token.tag_, token.lower_
        coarse = _coarse(word, part, token.dep_)
        lemma = LEMMAS.get(word) if coarse == "AUX" else None
        rows[number] = strings.add(coarse), features.get(part, plain), strings.add(lemma) if lemma else 0
    return doc.from_array(["POS", "MORPH", "LEMMA"], cast("Any", rows))


def write_lemmas(doc: Doc, lemmatizer: Lemmatizer) -> Doc:
    """Write the lemmas that spaCy's rules find of the words of *doc* that have none yet.

    spaCy's own loop asks for each word again what it remembers; that takes five times as long. What it remembers of a
    word, its part of speech and its form is looked up here.
    """
    strings, known = doc.vocab.strings, lemmatizer.cache
    words = doc.to_array(["ORTH", "POS", "MORPH", "LEMMA"])
    lemmas = words[:, 3].copy()
    for number, (word, part, form, lemma) in enumerate(words.tolist()):
        if not lemma:
            found = known.get((word, part, form)) or lemmatizer.lemmatize(doc[number])
            lemmas[number] = strings.add(found[0])
    return doc.from_array(["LEMMA"], cast("Any", lemmas))


def _coarse(word: str, part: str, relation: str) -> str:
    """Return the part of speech in Universal Dependencies' terms."""
    if part[:2] == "VB" and (relation in {"aux", "auxpass"} or LEMMAS.get(word) == "be"):
        return "AUX"
    if part == "IN" and relation == "mark":
        return "SCONJ"
    if part in {"DT", "PDT", "WDT"} and relation not in {"det", "predet"}:
        return "PRON"
    if part == "WDT" and relation == "det":
        return "DET"
    if part == "RB" and word in NOT:
        return "PART"
    return COARSE[part]
