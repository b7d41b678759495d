"""What people say is wrong in a brief, and the brief as it is then. Plain functions from brief to brief."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from bot.analyse.quotation import find_quotations
from bot.brief import Brief, Passage, Quote, SpeakerCard
from bot.catalogue import mark
from bot.errors import CannotCorrect
from bot.models import Correction, Kind, Mistake, QuoteType, split_paragraphs

INTERRUPTED = "…"
"""Stands between the pieces of a quote that the article interrupts."""

MAY_SPEAK = (Kind.PERSON, Kind.ORGANISATION, Kind.GROUP)


def correct(brief: Brief, correction: Correction) -> Brief:
    """Return *brief* with what *correction* says put right. Ids do not move: q3 stays q3 when q2 goes.

    Raises:
        CannotCorrect: there is no such quote or claim, or what is right does not stand in the article.
    """
    if correction.mistake is Mistake.WRONG_CLAIM:
        claims = [claim for claim in brief.claims if claim.id != correction.ref]
        if len(claims) == len(brief.claims):
            raise CannotCorrect(mark("This brief has no claim {ref}."), ref=correction.ref)
        return brief.model_copy(update={"claims": claims})
    quote = next((one for one in brief.quotes if one.id == correction.ref), None)
    if quote is None:
        raise CannotCorrect(mark("This brief has no quote {ref}."), ref=correction.ref)
    brief = _not_retold(brief, quote)
    if correction.mistake is Mistake.NOT_A_QUOTE:
        return _without(brief, quote)
    if correction.mistake is Mistake.WRONG_WORDS:
        return _in_words(brief, quote, correction.right or "")
    return _said_by(brief, quote, correction.right)


def candidates(brief: Brief, quote_id: str) -> list[str]:
    """Return whose words a quote may be, by their names in the article, the likeliest first; never who is named now.

    First whoever the reader took for the source without being sure, then those who speak elsewhere, then the people,
    organisations and groups that are only mentioned.

    Raises:
        CannotCorrect: there is no such quote.
    """
    quote = next((one for one in brief.quotes if one.id == quote_id), None)
    if quote is None:
        raise CannotCorrect(mark("This brief has no quote {ref}."), ref=quote_id)
    named = [brief.article.text[at.start : at.end] for at in quote.candidate]
    named += [speaker.name for speaker in brief.speakers]
    named += [entity.name for entity in brief.entities if entity.kind in MAY_SPEAK]
    now = brief.speaker(quote.speaker)
    once = {name.casefold(): name for name in reversed(named)}
    if now:
        once.pop(now.name.casefold(), None)
    return [name for name in dict.fromkeys(named) if name in once.values()]


def key_of(name: str) -> str:
    """Return what stands for *name* in a dialogue: short, and unlike a place in a list not moved by a correction."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def name_of(brief: Brief, quote_id: str, key: str) -> str:
    """Return the name that *key* stands for, also if the brief was corrected since the dialogue was opened.

    Raises:
        CannotCorrect: there is no such quote, or nobody of that name any more.
    """
    quote = next((one for one in brief.quotes if one.id == quote_id), None)
    now = brief.speaker(quote.speaker) if quote else None  # whom somebody else may just have chosen as well
    for name in [*candidates(brief, quote_id), *([now.name] if now else [])]:
        if key_of(name) == key:
            return name
    raise CannotCorrect(
        mark("Somebody has corrected this brief since you began, so nothing was changed. Look at it again.")
    )


def before(brief: Brief, correction: Correction) -> str | None:
    """Return what the brief says now of what is to be corrected: the speaker's name, or the words."""
    if correction.mistake is Mistake.WRONG_SPEAKER:
        quote = next((one for one in brief.quotes if one.id == correction.ref), None)
        speaker = brief.speaker(quote.speaker) if quote else None
        return speaker.name if speaker else None
    return words_of(brief, correction) or None


def words_of(brief: Brief, correction: Correction) -> str:
    """Return the words that a correction is about, by which they are known again in another brief of the article."""
    cards = brief.claims if correction.mistake is Mistake.WRONG_CLAIM else brief.quotes
    return next((_words(card.content) for card in cards if card.id == correction.ref), "")


def find(brief: Brief, mistake: Mistake, words: str) -> str | None:
    """Return the id of the quote or claim that has just those words; None where none has, or several have."""
    cards = brief.claims if mistake is Mistake.WRONG_CLAIM else brief.quotes
    found = [card.id for card in cards if _words(card.content) == words]
    return found[0] if len(found) == 1 else None


def _words(passages: Sequence[Passage]) -> str:
    return " … ".join(" ".join(passage.text.split()) for passage in passages)


def _not_retold(brief: Brief, quote: Quote) -> Brief:
    """Leave out what a language model made of *quote*: it was checked against what is wrong."""
    if brief.retold is None:
        return brief
    lines = [line for line in brief.retold.lines if not _overlap(line.evidence, quote.content)]
    return brief.model_copy(update={"retold": brief.retold.model_copy(update={"lines": lines}) if lines else None})


def _without(brief: Brief, quote: Quote) -> Brief:
    """Leave out a quote and what was claimed in it: it is nobody's statement."""
    return brief.model_copy(
        update={
            "quotes": [one for one in brief.quotes if one.id != quote.id],
            "claims": [claim for claim in brief.claims if claim.quote != quote.id],
            "speakers": _assigned(brief.speakers, quote.id, None),
        }
    )


def _said_by(brief: Brief, quote: Quote, name: str | None) -> Brief:
    speakers = list(brief.speakers)
    speaker = None
    if name:
        speaker = next((one for one in speakers if one.name.casefold() == name.casefold()), None)
        if speaker is None:
            speaker = _named(brief, name)
            speakers.append(speaker)
    to = speaker.id if speaker else None
    moved = quote.model_copy(update={"speaker": to, "confidence": None, "candidate": []})
    return brief.model_copy(
        update={
            "quotes": [moved if one.id == quote.id else one for one in brief.quotes],
            "claims": [
                claim.model_copy(update={"claimer": to}) if claim.quote == quote.id else claim for claim in brief.claims
            ],
            "speakers": _assigned(speakers, quote.id, to),
        }
    )


def _named(brief: Brief, name: str) -> SpeakerCard:
    """Make a speaker of a name that stands in the article: in the article's words, like everybody else."""
    start = brief.article.text.find(name)
    if start < 0:
        raise CannotCorrect(
            mark("“{name}” does not stand in the article, so I cannot name that as the speaker."), name=name
        )
    at = brief.passage(start, start + len(name))
    number = 1 + max((int(one.id[1:]) for one in brief.speakers), default=0)
    return SpeakerCard(id=f"s{number}", name=name, kind=Kind.PERSON, role=None, name_at=at, quotes=[])


def _assigned(speakers: Sequence[SpeakerCard], quote_id: str, to: str | None) -> list[SpeakerCard]:
    assigned = []
    for speaker in speakers:
        quotes = [one for one in speaker.quotes if one != quote_id]
        if speaker.id == to:
            quotes = sorted([*quotes, quote_id], key=lambda one: int(one[1:]))
        assigned.append(speaker.model_copy(update={"quotes": quotes}))
    return assigned


def _in_words(brief: Brief, quote: Quote, words: str) -> Brief:
    """Let *quote* begin and end as *words* do, which must stand in the article where it is.

    Quotation marks stand where the article has them. What was claimed in words that are no more in it goes.
    """
    text = brief.article.text
    content = _placed(brief, quote, words)
    paragraphs = split_paragraphs(text)
    inner = [quotation.inner for quotation in find_quotations(text, paragraphs)]
    quoted = [
        brief.passage(max(one.start, piece.start), min(one.end, piece.end))
        for piece in content
        for one in inner
        if one.start < piece.end and piece.start < one.end
    ]
    kind = QuoteType.INDIRECT if not quoted else QuoteType.DIRECT
    if quoted and any(char.isalnum() for char in _between(text, content, quoted)):
        kind = QuoteType.MIXED
    more = sum(map(_count, quoted)) - sum(map(_count, quote.quoted))
    new = quote.model_copy(update={"content": content, "quoted": quoted, "type": kind, "confidence": None})
    return brief.model_copy(
        update={
            "quotes": [new if one.id == quote.id else one for one in brief.quotes],
            "claims": [one for one in brief.claims if one.quote != quote.id or _overlap(one.content, content)],
            "speakers": [
                one.model_copy(update={"words_quoted": max(one.words_quoted + more, 0)})
                if one.id == quote.speaker
                else one
                for one in brief.speakers
            ],
        }
    )


def _placed(brief: Brief, quote: Quote, words: str) -> list[Passage]:
    """Find *words* in the article where *quote* is; between pieces that the article interrupts stands an ellipsis."""
    for pieces in ([words], words.split(INTERRUPTED)):
        found: list[Passage] = []
        for piece in pieces:
            pattern = re.compile(r"\s+".join(map(re.escape, piece.split())) or r"(?!)")
            after = found[-1].end if found else 0
            places = [at.span() for at in pattern.finditer(brief.article.text, after)]
            if not places:
                break
            at = min(places, key=lambda place: abs(place[0] - (found[-1].end if found else quote.content[0].start)))
            found += [brief.passage(*line) for line in _lines(brief.article.text, *at)]
        else:
            if _overlap(found, quote.content):
                return found
    raise CannotCorrect(
        mark(
            "Those words do not stand in the article where this quote is. Copy them from its text, from first to last."
        )
    )


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part a stretch where paragraphs end."""
    for paragraph in split_paragraphs(text):
        if paragraph.start < end and start < paragraph.end:
            yield max(start, paragraph.start), min(end, paragraph.end)


def _between(text: str, content: Sequence[Passage], quoted: Sequence[Passage]) -> str:
    """Return what of *content* is outside of quotation marks."""
    inside = {at for passage in quoted for at in range(passage.start, passage.end)}
    return "".join(text[at] for piece in content for at in range(piece.start, piece.end) if at not in inside)


def _overlap(some: Sequence[Passage], others: Sequence[Passage]) -> bool:
    return any(one.start < other.end and other.start < one.end for one in some for other in others)


def _count(passage: Passage) -> int:
    return len(passage.text.split())
