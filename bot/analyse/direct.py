"""Give each quotation its cue and its source: quotation marks are certain, so they come before the parse."""

from __future__ import annotations

from bisect import bisect_right
from itertools import zip_longest

from spacy.tokens import Doc, Token

from bot.analyse.cues import SAYING
from bot.analyse.grammar import chars, is_word, name_of, subject_of, text_of
from bot.analyse.quotation import Quotation
from bot.analyse.signed import Found, find_spoken_lines
from bot.models import CharSpan, Spans, covered

SENTENCE_END = frozenset({".", "?", "!", "…", ";"})
REACH = 14
"""Words between a quotation and its cue. A guess: longer than "said Jane Doe, the town's mayor since 2004"."""

STATEMENT_WORDS = 4
"""Words from which a sentence in marks without any cue is taken for a statement, not a title. A guess."""


def find_direct(doc: Doc, paragraphs: Spans, quotations: tuple[Quotation, ...]) -> list[Found]:
    """Find the attributions whose content is a quotation, or begins with one.

    Args:
        doc: the article, with lemmas and a dependency parse.
        paragraphs: as in ``Article.paragraphs``.
        quotations: as ``find_quotations`` gives them.

    Returns:
        In text order. A quotation that belongs to a sentence around it ("called it “a disaster”") is left to
        the parse; whole sentences in marks without a cue or anything to go on from have neither source nor cue.
    """
    text = text_of(doc)
    transcript = find_spoken_lines(text, paragraphs)
    found: list[Found] = []
    before: Quotation | None = None
    in_transcript = covered(len(text), (line.content[0] for line in transcript))
    for quotation, after in zip_longest(quotations, quotations[1:]):
        if any(in_transcript[quotation.outer.start : quotation.outer.end]):
            continue
        paragraph = paragraphs[bisect_right(paragraphs, quotation.outer.start, key=lambda one: one.start) - 1]
        one = _Place(doc, text, paragraph, quotation, (before, after))
        if cue := one.cue():
            found.append(_with_cue(found, one, cue))
        elif one.left_words:
            pass  # part of a sentence: the parse reads it
        elif found and one.goes_on_from(found[-1]):
            found[-1] = Found(found[-1].source, found[-1].cue, (*found[-1].content, quotation.outer))
        elif cue := one.cue_in_paragraph_before(paragraphs):
            found.append(_with_cue(found, one, cue))
        elif one.is_statement():
            found.append(Found((), (), (quotation.outer,)))
        before = quotation
    return sorted(_merged(found) + transcript, key=lambda one: one.content[0])


def _with_cue(found: list[Found], place: _Place, cue: Token) -> Found:
    """Return the quotation as *cue*'s, and take the paragraphs before that were left open for it from *found*."""
    led_up = bool(found) and not found[-1].cue and place.leads_on_from(found[-1])
    before = found.pop().content if led_up else ()
    return Found(place.source_of(cue), (chars(cue),), (*before, place.content(cue)))


def _merged(found: list[Found]) -> list[Found]:
    """Join the pieces around one cue: "“A,” she said, “B.”"."""
    merged: list[Found] = []
    for one in found:
        if merged and one.cue and merged[-1].cue == one.cue:
            merged[-1] = Found(merged[-1].source or one.source, one.cue, merged[-1].content + one.content)
        else:
            merged.append(one)
    return merged


class _Place:
    """A quotation where it stands: what is around it in its paragraph, up to the quotations beside it."""

    def __init__(
        self,
        doc: Doc,
        text: str,
        paragraph: CharSpan,
        quotation: Quotation,
        beside: tuple[Quotation | None, Quotation | None],
    ) -> None:
        self.doc = doc
        self.text = text
        before, after = beside
        self.quotation = quotation
        self.paragraph = paragraph
        same_paragraph_before = before is not None and before.outer.start >= paragraph.start
        left_from = before.outer.end if before and same_paragraph_before else paragraph.start
        right_to = min(paragraph.end, after.outer.start) if after else paragraph.end
        self.left = _last_sentence(_tokens(doc, left_from, quotation.outer.start))
        self.right = _first_sentence(_tokens(doc, quotation.outer.end, max(right_to, quotation.outer.end)))
        self.left_words = [token for token in self.left if is_word(token)]
        self.ending = text[quotation.inner.start : quotation.inner.end].rstrip()[-1:]

    def cue(self) -> Token | None:
        """Find the verb that gives the quotation to somebody, in its own sentence."""
        return self._cue_after() or self._cue_before()

    def _cue_after(self) -> Token | None:
        if self.left_words and self.left[-1].text not in {",", ":", ";"}:
            return None
        comma = self.ending == "," or (self.right and self.right[0].text == ",")
        if self.ending == "." or not (comma or self.ending in {"?", "!", "-", "–", "—", "…"}):
            return None
        words = [token for token in self.right if is_word(token)][:REACH]
        for token in words:
            if token.lemma_.lower() in SAYING and token.pos_ in {"VERB", "AUX", "NOUN", "PROPN", "ADJ", "ADV"}:
                return token
        # "“…,” he grinned": what stands right beside a quotation that ends in a comma is its cue, whatever it means
        return (
            next((token for token in words[:5] if token.pos_ == "VERB" and subject_of(token)), None) if comma else None
        )

    def _cue_before(self) -> Token | None:
        if not self.left_words:
            return None
        introduced = self.left[-1].text in {",", ":"}
        last = self.left_words[-1]
        if last.lower_ == "that" and len(self.left_words) > 1:
            last = self.left_words[-2]
        if not introduced:
            return last if last.pos_ == "VERB" and last.lemma_.lower() in SAYING else None
        return self._last_cue(self.left_words, anything=self.left[-1].text == ":")

    def _last_cue(self, words: list[Token], *, anything: bool) -> Token | None:
        for token in reversed(words[-2 * REACH :]):
            if token.lemma_.lower() in SAYING and token.pos_ in {"VERB", "AUX"}:
                return token
        return next((token for token in reversed(words) if token.pos_ == "VERB"), None) if anything else None

    def cue_in_paragraph_before(self, paragraphs: Spans) -> Token | None:
        """Find the cue of a quotation that a paragraph ending in a colon announces."""
        if self.quotation.outer.start != self.paragraph.start or self.paragraph == paragraphs[0]:
            return None
        announcing = paragraphs[paragraphs.index(self.paragraph) - 1]
        if not announcing.of(self.text).endswith(":"):
            return None
        words = [
            token for token in _last_sentence(_tokens(self.doc, announcing.start, announcing.end)) if is_word(token)
        ]
        return self._last_cue(words, anything=True)

    def content(self, cue: Token) -> CharSpan:
        """Return the quotation, from "that" on where a clause leads up to it."""
        if self.left_words and self.left_words[-1].lower_ == "that" and cue.i < self.left_words[-1].i:
            return CharSpan(self.left_words[-1].idx, self.quotation.outer.end)
        return self.quotation.outer

    def source_of(self, cue: Token) -> Spans:
        """Find who speaks: the cue's subject, or else the noun phrase beside it."""
        subject = subject_of(cue)
        if subject is not None and not self._quoted(subject):
            return (name_of(subject),)
        region = _outside_brackets(self.right if cue.idx > self.quotation.outer.start else self.left)
        nouns = [t for t in region if t.pos_ in {"NOUN", "PROPN", "PRON"} and t.dep_ != "compound" and t.i != cue.i]
        nearest = min(nouns, key=lambda token: abs(token.i - cue.i), default=None)
        return (name_of(nearest),) if nearest is not None and abs(nearest.i - cue.i) <= 3 else ()

    def _quoted(self, token: Token) -> bool:
        return self.quotation.outer.covers(chars(token))

    def goes_on_from(self, found: Found) -> bool:
        """Tell whether the quotation is a further piece of the attribution before it.

        Nothing but the cue's sentence stands between them ("“A,” she said. “B.”", also as a new paragraph), or
        the paragraph before was left open, as newspapers do when a quotation goes on in the next.
        """
        if not self.paragraph.overlaps(found.content[-1]) and self._follows(found):
            return self.leads_on_from(found)
        last = max(span.end for span in (*found.content, *found.cue, *found.source))
        between_words = _tokens(self.doc, last, self.quotation.outer.start)
        return sum(token.text in {".", "?", "!"} for token in between_words) <= 1

    def leads_on_from(self, found: Found) -> bool:
        """Tell whether the paragraph before ended in a quotation that was not closed."""
        return self._follows(found) and self.text[found.content[-1].end - 1] not in "”»\"'’"

    def _follows(self, found: Found) -> bool:
        return not self.text[found.content[-1].end : self.quotation.outer.start].strip()

    def is_statement(self) -> bool:
        """Tell whether a quotation without a cue is a sentence that somebody says."""
        words = [t for t in _tokens(self.doc, self.quotation.inner.start, self.quotation.inner.end) if is_word(t)]
        return len(words) >= STATEMENT_WORDS and (self.ending in {".", "?", "!", "…", ","} or self.quotation.open_ended)


def _tokens(doc: Doc, start: int, end: int) -> list[Token]:
    if start >= end:
        return []
    span = doc.char_span(start, end, alignment_mode="contract")
    return [token for token in span if not token.is_space] if span is not None else []


def _outside_brackets(tokens: list[Token]) -> list[Token]:
    kept, depth = [], 0
    for token in tokens:
        depth += (token.text in {"(", "["}) - (token.text in {")", "]"})
        if not depth:
            kept.append(token)
    return kept


def _last_sentence(tokens: list[Token]) -> list[Token]:
    for number in range(len(tokens) - 1, -1, -1):
        if tokens[number].text in SENTENCE_END:
            return tokens[number + 1 :]
    return tokens


def _first_sentence(tokens: list[Token]) -> list[Token]:
    for number, token in enumerate(tokens):
        if token.text in SENTENCE_END:
            return tokens[:number]
    return tokens
