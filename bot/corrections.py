"""What people say is wrong in a brief, and the brief as it is then. Plain functions from brief to brief."""

from __future__ import annotations

from collections.abc import Sequence

from bot.brief import Brief, Passage, Quote, SpeakerCard
from bot.errors import CannotCorrect
from bot.models import Correction, Kind, Mistake, split_paragraphs

MAY_SPEAK = (Kind.PERSON, Kind.ORGANISATION, Kind.GROUP)


def correct(brief: Brief, correction: Correction) -> Brief:
    """Return *brief* with what *correction* says put right. Ids do not move: q3 stays q3 when q2 goes.

    Raises:
        CannotCorrect: there is no such quote or claim, or the right speaker's name does not stand in the article.
    """
    if correction.mistake is Mistake.WRONG_CLAIM:
        claims = [claim for claim in brief.claims if claim.id != correction.ref]
        if len(claims) == len(brief.claims):
            raise CannotCorrect(f"This brief has no claim {correction.ref}.")
        return brief.model_copy(update={"claims": claims})
    quote = next((one for one in brief.quotes if one.id == correction.ref), None)
    if quote is None:
        raise CannotCorrect(f"This brief has no quote {correction.ref}.")
    if correction.mistake is Mistake.NOT_A_QUOTE:
        return _without(brief, quote)
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
        raise CannotCorrect(f"This brief has no quote {quote_id}.")
    named = [brief.article.text[at.start : at.end] for at in quote.candidate]
    named += [speaker.name for speaker in brief.speakers]
    named += [entity.name for entity in brief.entities if entity.kind in MAY_SPEAK]
    now = brief.speaker(quote.speaker)
    once = {name.casefold(): name for name in reversed(named)}
    if now:
        once.pop(now.name.casefold(), None)
    return [name for name in dict.fromkeys(named) if name in once.values()]


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
    text = brief.article.text
    start = text.find(name)
    if start < 0:
        raise CannotCorrect(f"“{name}” does not stand in the article, so I cannot name that as the speaker.")
    before = sum(paragraph.start <= start for paragraph in split_paragraphs(text))
    at = Passage(text=name, start=start, end=start + len(name), paragraph=before - bool(brief.article.title))
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
