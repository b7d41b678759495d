"""Find why somebody is not named, in the article's own words: "on condition of anonymity because …".

Newsrooms ask it of every unnamed source; style books (the AP's among them) want the reason in the story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Span

from bot.analyse.grammar import text_of
from bot.models import CharSpan, Spans

REASON = re.compile(
    r"""
    (?: (?:spoke|speaking|talked|talking|agreed\ to\ (?:speak|talk))\ )?
    (?:on|under)\ (?:the\ )?condition\ (?:of\ anonymity|(?:that\ )?(?:\w+\ )?not\ be(?:ing)?\ (?:named|identified))
    | (?:ask|request|insist|demand)(?:ed|ing|s)?\ (?:not\ to\ be\ (?:named|identified)|(?:for\ |on\ )?anonymity)
    | (?:declin|refus)(?:ed|ing|es)\ to\ be\ (?:named|identified)
    | (?:was|were|is|are)\ not\ (?:being\ )?(?:named|identified)(?=[,.;]|\ (?:because|by|for|out|since)\b)
    | (?:was|were|is|are)\ not\ authori[sz]ed\ to\ (?:speak|discuss|comment|talk)
    | whose\ (?:name|identity)\ [^,.;]{0,40}?withheld
    """,
    re.X | re.I,
)
"""How newspapers say that somebody is not to be named."""

GOES_ON = re.compile(r"[^,.;:“”\"()—\n]*?(?=\s(?:added|argued|said|says|told|warned|wrote)\b|[,.;:“”\"()—\n]|$)")
"""What follows, as far as it is sure to belong to it."""

SENTENCES_AFTER = 2
"""Sentences after a mention in which "the official" may be said to be unnamed. A guess."""


def find_reason(doc: Doc, mentions: Spans) -> CharSpan | None:
    """Return why whoever has *mentions* is not named; None where the article does not say.

    It stands in the sentence of a mention, or soon after it with the same noun: "The official spoke on condition of …".
    """
    for mention in mentions:
        span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
        for sentence in _sentences(doc, span) if span is not None else ():
            if match := REASON.search(sentence.text):
                start = sentence.start_char + match.start()
                end = GOES_ON.match(text_of(doc), sentence.start_char + match.end())
                return CharSpan(start, start + len(text_of(doc)[start : end.end() if end else start].rstrip()))
    return None


def asks_not_to_be_named(words: str) -> bool:
    """Tell whether *words* say that somebody is not to be named, and nothing else."""
    return REASON.fullmatch(words.strip(" ,.")) is not None


def _sentences(doc: Doc, mention: Span) -> Iterator[Span]:
    """Yield the mention's own sentence, then those after it that speak of the same noun."""
    yield mention.sent
    at = mention.sent.end
    for _ in range(SENTENCES_AFTER):
        if at >= len(doc):
            return
        sentence = doc[at].sent
        if any(token.lemma_ == mention.root.lemma_ and token.dep_.startswith("nsubj") for token in sentence):
            yield sentence
        at = sentence.end
