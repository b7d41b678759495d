"""Where the parse knows better than the reader who the source is: who is told something neither says it nor is it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from spacy.tokens import Doc, Span, Token

from bot.analyse.anonymity import asks_not_to_be_named
from bot.analyse.cues import SAYING
from bot.analyse.grammar import chars, subject_of, text_of
from bot.analyse.nominals import Phrase, phrase_of
from bot.models import Attribution, CharSpan, Spans

TOLD = frozenset({"dobj", "dative"})
"""Relations of those to whom something is said."""

IF = frozenset({"if", "unless"})

TELLING = frozenset({"ask", "assure", "inform", "notify", "remind", "tell", "warn"})
"""Verbs whose object is who is told; what is told him is another clause."""

BETWEEN = frozenset({",", "and"})
"""Tokens that may stand before a name that closes a statement."""


def mend_sources(doc: Doc, attributions: Iterable[Attribution]) -> list[Attribution]:
    """Return *attributions* with better sources where the parse has them.

    Who is the object of the cue, or stands in another sentence than the cue and its named subject, gives way to the
    subject; where that closes the statement ("…, Jane Doe, the mayor, tells the Post"), the content ends before it.
    Who is named amid a statement says it, not what it begins with ("Members, said Jane Doe, are asked to pay"). A
    source that is an article only becomes the whole phrase, the first of two who say it together becomes both. What
    stands in marks behind "if somebody wants" is not his. Where nothing is left but who was told, or that somebody
    asks not to be named, nothing was said, and the attribution is left out.
    """
    text = text_of(doc)
    mended = (_mended(doc, text, attribution) for attribution in attributions)
    return [one for one in mended if not _says_nothing(doc, text, one)]


def _says_nothing(doc: Doc, text: str, one: Attribution) -> bool:
    """Tell whether all that is there is who was told ("did not tell passengers") or "asked not to be named"."""
    verb = _verb(doc, one.cue)
    if verb is None or one.quoted or len(one.content) != 1:
        return False
    if asks_not_to_be_named(text[min(one.cue[0].start, one.content[0].start) : one.content[0].end]):
        return True
    told = _span(doc, one.content[0])
    return (
        told is not None
        and verb.lemma_ in TELLING
        and told.root.head == verb
        and told.root.dep_ in TOLD
        and not any(token.pos_ == "VERB" and token.dep_ != "relcl" for token in verb.children)
    )


def _mended(doc: Doc, text: str, one: Attribution) -> Attribution:
    span = _span(doc, one.source[0]) if len(one.source) == 1 else None
    verb = _verb(doc, one.cue)
    if span is None:
        return one
    if verb is not None and one.quoted and any(child.lower_ in IF and child.dep_ == "mark" for child in verb.children):
        first, *rest = one.content  # the whole sentence is what is said
        whole = CharSpan(min(first.start, verb.sent.start_char), first.end)
        return replace(one, source=(), cue=(), content=(whole, *rest))
    if verb is not None and (sayer := _inserted_sayer(doc, one.content, verb)) is not None:
        first, *rest = one.content
        return replace(one, source=(_chars(sayer),), content=(one.source[0], _from(doc, sayer.end, first), *rest))
    after = verb is not None and span.root.head == verb and span.root.i > verb.i
    if verb is not None and after and (closing := _closing_name(doc, one.content, verb)) is not None:
        *rest, last = one.content
        end = last.start + len(text[last.start : closing.start_char].rstrip(", "))
        return replace(one, source=(_chars(closing),), content=(*rest, CharSpan(last.start, end)))
    if verb is not None and after and span.root.dep_ in TOLD:
        subject = subject_of(verb)
        if subject is not None and subject.pos_ in {"PROPN", "NOUN", "PRON"}:
            return _with_source(one, phrase_of(subject).span)
    elif verb is not None and span.root.sent != verb.sent:
        subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
        if subject is not None and subject.pos_ == "PROPN":
            return _with_source(one, phrase_of(subject).span)
    elif span.root.dep_ == "det" and span.root.head.i > span.root.i:
        return _with_source(one, phrase_of(span.root.head).span)
    elif verb is not None and span.root.dep_ == "nsubj" and (second := _second_subject(span)) is not None:
        return _with_source(one, CharSpan(one.source[0].start, second.span.end))
    return one


def _inserted_sayer(doc: Doc, content: Spans, verb: Token) -> Span | None:
    """Return who says it where that stands between commas: "Members, said Jane Doe, are asked to pay"."""
    after = next((name for name in doc.ents if name.start == verb.i + 1 and name.label_ == "PERSON"), None)
    if after is None or not verb.i or doc[verb.i - 1].text != "," or verb.lemma_ not in SAYING:
        return None
    ends = after.end + 1 < len(doc) and doc[after.end].text == ","
    return after if ends and content[0].start == after.start_char and content[0].end > doc[after.end + 1].idx else None


def _from(doc: Doc, token: int, content: CharSpan) -> CharSpan:
    """Return *content* from behind the comma at *token* on."""
    return CharSpan(doc[token + 1].idx, content.end)


def _second_subject(first: Span) -> Phrase | None:
    """Return whoever stands behind *first* and "and" as subject of the same verb: "Cole and other residents"."""
    doc, at = first.doc, first.end
    if at + 1 >= len(doc) or doc[at].lower_ != "and":
        return None
    second = next((child for child in first.root.children if child.dep_ == "conj" and child.i > at), None)
    if second is None or second.pos_ not in {"NOUN", "PROPN"} or second.left_edge.i != at + 1:
        return None
    phrase = phrase_of(second)
    return phrase if phrase.end <= first.root.head.i else None


def _with_source(one: Attribution, source: CharSpan) -> Attribution:
    taken = any(source.overlaps(part) for part in (*one.content, *one.cue))
    return one if taken else replace(one, source=(source,))


def _verb(doc: Doc, cue: Spans) -> Token | None:
    """Return the verb of a cue that is one piece."""
    span = _span(doc, cue[0]) if len(cue) == 1 else None
    return span.root if span is not None and span.root.pos_ == "VERB" else None


def _closing_name(doc: Doc, content: Spans, verb: Token) -> Span | None:
    """Return the person's name that closes *content*, with nothing but what he is between it and *verb*."""
    last = _span(doc, content[-1])
    if last is None or not 0 <= verb.i - last.end <= 1:
        return None
    for name in reversed(last.ents):
        if name.label_ != "PERSON" or not name.start or doc[name.start - 1].text not in BETWEEN:
            continue
        explained = doc[name.end : last.end]
        starts = not len(explained) or explained[0].text == ","
        return name if starts and not any(token.pos_ in {"VERB", "AUX"} for token in explained) else None
    return None


def _span(doc: Doc, position: CharSpan) -> Span | None:
    return doc.char_span(position.start, position.end, alignment_mode="expand")


def _chars(span: Span) -> CharSpan:
    return CharSpan(chars(span[0]).start, chars(span[-1]).end)
