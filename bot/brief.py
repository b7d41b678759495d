"""The brief: the one result, the same for every adapter, versioned JSON (``brief/1``)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from importlib.metadata import version
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.models import (
    Amount,
    AmountKind,
    Analysis,
    Article,
    CharSpan,
    Claim,
    Kind,
    Note,
    Origin,
    QuoteType,
    Reply,
    Resolved,
    Sort,
    Spans,
    split_paragraphs,
)
from bot.shipped import models_sha256


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)  # logs hold no article text


class Passage(_Part):
    """Words of the article, verbatim, and where they stand in ``article.text``."""

    text: str
    start: int = Field(ge=0, description="First character.")
    end: int = Field(gt=0, description="One past the last character.")
    paragraph: int = Field(ge=0, description="0 is the headline; the body's paragraphs count from 1.")


class DroppedText(_Part):
    """A stretch of the page that was left out, and why."""

    reason: str
    text: str


class ArticleCard(_Part):
    """What was read, and from where."""

    title: str | None
    byline: str | None
    outlet: str | None
    published: date | None
    language: str | None
    url: str | None = Field(description="As asked for; null for pasted text.")
    canonical_url: str | None
    fetched_at: datetime | None
    words: int = Field(description="Words read, the headline not counted.")
    paragraphs: int = Field(description="Paragraphs read, the headline not counted.")
    text: str = Field(description="The text that every position points into.")
    text_sha256: str
    dropped: list[DroppedText]
    fingerprint: str | None = Field(None, description="Sketch of the text: texts of one story share much of it.")
    snapshot_sha256: str | None = Field(None, description="Of the bytes that were read, where they are kept.")
    published_sure: bool = Field(
        False, description="Whether two places of the page name that day, or the author of a file gave it."
    )


class SummaryLine(_Part):
    """A sentence of the summary: verbatim, and as it is shown, with dangling pronouns resolved in brackets."""

    passage: Passage
    shown: str


class RetoldLine(_Part):
    """A sentence that a language model wrote and the article bears out. What stands in marks in it is verbatim."""

    text: str
    evidence: list[Passage] = Field(description="The article's sentences that bear it out.")


class RetoldCard(_Part):
    """The story in other words, by a language model that the operator named, beside the summary."""

    model: str = Field(description="As the operator calls it.")
    lines: list[RetoldLine]


class SpeakerCard(_Part):
    """Somebody who says something in the article."""

    id: str = Field(description="s1, s2 …, most quoted first.")
    name: str
    kind: Kind
    role: Passage | None = Field(description="In the article's own words.")
    name_at: Passage
    quotes: list[str] = Field(description="Ids of this speaker's quotes, in text order.")
    anonymity: Passage | None = Field(
        None, description="Why a speaker is not named, in the article's own words, where it says so."
    )
    words_quoted: int = Field(0, description="Words of this speaker's that stand in quotation marks.")


class LinkCard(_Part):
    """A source within what a speaker says, on whom he in turn relies."""

    source: Passage
    cue: Passage = Field(description='How the statement has it from there: "has intercepted communications".')


class Quote(_Part):
    """An attribution: source, cue and content."""

    id: str = Field(description="q1, q2 …, in text order.")
    speaker: str | None = Field(description="Id of the speaker; null is unattributed.")
    type: QuoteType
    source: list[Passage]
    cue: list[Passage]
    content: list[Passage]
    quoted: list[Passage] = Field(description="The parts inside quotation marks: these may be shown in marks.")
    confidence: float | None = Field(
        None, ge=0, le=1, description="How likely content and source are right; null: found by rules, which cannot say."
    )
    candidate: list[Passage] = Field(
        default=[], description="The likeliest source, where it was too doubtful to be the source."
    )
    chain: list[LinkCard] = Field(default=[], description="Whom the speaker in turn relies on, as the content says.")


class FactCheckCard(_Part):
    """A published fact-check of a claim: what its outlet says, never what this program says."""

    claim: str = Field(description="The claim that it looked at, in its own words.")
    claimant: str | None = Field(description="Who made that claim, as it says.")
    publisher: str
    rating: str = Field(description="In the outlet's own words.")
    url: str
    reviewed: date | None
    found_in: str = Field(description='"imported fact-checks", or the service that named it.')


class ResolvedCard(_Part):
    """Words that need their place in the article to be understood, and what they mean there."""

    passage: Passage
    meaning: str = Field(description='Whom "he" stands for, by name, or which day, month or year "last year" is.')


class AmountCard(_Part):
    """A number, sum, percentage or date of a claim, as a program reads it."""

    passage: Passage
    kind: AmountKind
    value: str = Field(description="A plain decimal; of a date as much as is known: 2016, 2016-09, 2016-09-26.")
    unit: str | None = Field(None, description="A sum's currency (ISO 4217).")
    relative: bool = Field(False, description="Whether a date was counted back from the day of publication.")


class ReplyCard(_Part):
    """What the article has from whom a claim accuses."""

    accused: Passage
    quote: str | None = Field(description="Id of the quote that answers; null: the article has none.")
    no_comment: Passage | None = Field(None, description="The sentence that says that they did not answer.")


class ClaimCard(_Part):
    """A statement, and whose it is."""

    id: str = Field(description="c1, c2 …, the most deserving first.")
    content: list[Passage]
    quoted: list[Passage] = Field(description="The parts inside quotation marks, as in quotes.")
    quote: str | None = Field(description="Id of the quote it is made in; null: the outlet says it itself.")
    claimer: str | None = Field(description="Id of the speaker; null: the outlet, or unattributed if there is a quote.")
    cue: list[Passage]
    score: float = Field(ge=0, le=1, description="How much it deserves a check; never its truth.")
    reasons: list[str]
    checks: list[FactCheckCard] | None = Field(
        None,
        description="Published fact-checks of this very claim. Empty: none was found, which says nothing about its "
        "truth; null: none was looked for.",
    )
    sort: Sort = Field(Sort.CLAIM, description="Only a claim can be checked today.")
    shown: str = Field("", description="The words, with what is resolved in brackets.")
    resolved: list[ResolvedCard] = []
    amounts: list[AmountCard] = []
    repeats: list[list[Passage]] = Field(default=[], description="Where else in the article it is claimed.")
    reply: ReplyCard | None = Field(None, description="Of an accusation: whether the accused are heard.")


class KnowledgeCard(_Part):
    """What Wikidata has under an entity's name: the one that is certainly meant, or how many may be."""

    sure: bool = Field(description="Whether name, kind, role and context agree with one alone.")
    namesakes: int = Field(ge=1, description="How many have that name and may be meant, as far as they were looked at.")
    id: str | None = Field(None, description="Of the one that is meant, as Q64; null where that is not sure.")
    url: str | None = None
    label: str | None = Field(None, description="As it stands there.")
    description: str | None = Field(None, description="As it stands there.")


class EntityCard(_Part):
    """Who or what is mentioned, once."""

    name: str
    kind: Kind
    mentions: list[Passage]
    references: list[Passage] = Field(
        default=[], description='What else stands for it: "she", "the company", "Russian".'
    )
    knowledge: KnowledgeCard | None = Field(
        None, description="null: it was not asked for, or nothing there has that name."
    )


class NoteCard(_Part):
    """Something the reader of the brief must know."""

    code: str
    text: str
    passage: Passage | None


class ReadingCard(_Part):
    """Which reading a brief is of: another version of the program, or of its models, may find other things."""

    program: str = Field(description="Version of the program.")
    models_sha256: str = Field(description="Over the digests of all model files that ship with it.")


class Brief(_Part):
    """One article summed up: who says what in it, what is worth checking, who and what is mentioned."""

    version: Literal["brief/1"] = "brief/1"
    article: ArticleCard
    summary: list[SummaryLine]
    speakers: list[SpeakerCard]
    quotes: list[Quote]
    claims: list[ClaimCard]
    entities: list[EntityCard]
    notes: list[NoteCard]
    set_aside: list[ClaimCard] = Field(
        default=[], description="What nobody can check today (forecasts, opinions, promises …), in text order."
    )
    reading: ReadingCard | None = Field(None, description="null: of before this was kept.")
    retold: RetoldCard | None = Field(
        None, description="null: no language model was asked, or what it wrote was not borne out."
    )

    def speaker(self, id: str | None) -> SpeakerCard | None:  # noqa: A002 - the field's own name
        """Return the speaker with that id; None for None."""
        return next((speaker for speaker in self.speakers if speaker.id == id), None)

    def passage(self, start: int, end: int) -> Passage:
        """Return the words of the article from *start* to *end* (exclusive), with their place."""
        text = self.article.text
        before = sum(paragraph.start <= start for paragraph in split_paragraphs(text))
        return Passage(text=text[start:end], start=start, end=end, paragraph=before - bool(self.article.title))

    def quotes_of(self, speaker: SpeakerCard | None) -> list[Quote]:
        """Return what *speaker* says, in text order; None asks for what is unattributed."""
        return [quote for quote in self.quotes if quote.speaker == (speaker.id if speaker else None)]


def write_brief(article: Article, analysis: Analysis) -> Brief:
    """Turn a reading into the brief: every span becomes its words with their place."""
    return _Writer(article, analysis).brief()


class _Writer:
    """Holds what every part needs: the article, for words and paragraphs, and the numbering of the rest."""

    def __init__(self, article: Article, analysis: Analysis) -> None:
        self.article = article
        self.analysis = analysis
        said = Counter(attribution for speaker in analysis.speakers for attribution in speaker.attributions)
        self.speaker_of = {
            attribution: f"s{number}"
            for number, speaker in enumerate(analysis.speakers, 1)
            for attribution in speaker.attributions
            if said[attribution] == 1  # where two lay claim to it, a wrong name is the worse error
        }

    def brief(self) -> Brief:
        return Brief(
            article=self.card(),
            summary=self.summary(),
            speakers=self.speakers(),
            quotes=self.quotes(),
            claims=self.claims(self.analysis.claims, "c"),
            entities=self.entities(),
            notes=self.notes(),
            set_aside=self.claims(self.analysis.set_aside, "a"),
            reading=ReadingCard(program=version("nutgraf"), models_sha256=models_sha256()),
        )

    def passage(self, span: CharSpan) -> Passage:
        return Passage(
            text=span.of(self.article.text),
            start=span.start,
            end=span.end,
            paragraph=self.article.paragraph_of(span),
        )

    def passages(self, spans: Spans) -> list[Passage]:
        return [self.passage(span) for span in spans]

    def card(self) -> ArticleCard:
        article = self.article
        return ArticleCard(
            title=article.title,
            byline=article.byline,
            outlet=article.outlet,
            published=article.published,
            language=article.language,
            url=article.url,
            canonical_url=article.canonical_url,
            fetched_at=article.fetched_at,
            words=article.words,
            paragraphs=len(article.paragraphs) - bool(article.headline),
            text=article.text,
            text_sha256=hashlib.sha256(article.text.encode()).hexdigest(),
            dropped=[DroppedText(reason=drop.reason, text=drop.text) for drop in article.dropped],
            fingerprint=article.fingerprint,
            snapshot_sha256=article.snapshot_sha256,
            published_sure=article.published_sure,
        )

    def summary(self) -> list[SummaryLine]:
        return [
            SummaryLine(
                passage=self.passage(line.sentence),
                shown=resolve(self.article.text, line.sentence, line.resolved),
            )
            for line in self.analysis.summary
        ]

    def speakers(self) -> list[SpeakerCard]:
        return [
            SpeakerCard(
                id=f"s{number}",
                name=speaker.name.of(self.article.text),
                kind=speaker.kind,
                role=self.passage(speaker.role) if speaker.role else None,
                name_at=self.passage(speaker.name),
                quotes=[f"q{index + 1}" for index in speaker.attributions if index in self.speaker_of],
                anonymity=self.passage(speaker.anonymity) if speaker.anonymity else None,
                words_quoted=sum(map(self.words_quoted, speaker.attributions)),
            )
            for number, speaker in enumerate(self.analysis.speakers, 1)
        ]

    def words_quoted(self, index: int) -> int:
        quoted = self.analysis.attributions[index].quoted
        return sum(len(part.of(self.article.text).split()) for part in quoted)

    def quotes(self) -> list[Quote]:
        return [
            Quote(
                id=f"q{index + 1}",
                speaker=self.speaker_of.get(index),
                type=attribution.type,
                source=self.passages(attribution.source),
                cue=self.passages(attribution.cue),
                content=self.passages(attribution.content),
                quoted=self.passages(attribution.quoted),
                confidence=None if attribution.confidence is None else round(attribution.confidence, 3),
                candidate=self.passages(attribution.candidate),
                chain=[
                    LinkCard(source=self.passage(link.source), cue=self.passage(link.cue)) for link in attribution.chain
                ],
            )
            for index, attribution in enumerate(self.analysis.attributions)
        ]

    def claims(self, claims: Sequence[Claim], letter: str) -> list[ClaimCard]:
        cards = []
        for number, claim in enumerate(claims, 1):
            said = None if claim.attribution is None else self.analysis.attributions[claim.attribution]
            told = self.told(claim)
            cards.append(
                ClaimCard(
                    id=f"{letter}{number}",
                    content=self.passages(claim.content),
                    quoted=self.passages(claim.quoted),
                    quote=None if claim.attribution is None else f"q{claim.attribution + 1}",
                    claimer=None if claim.attribution is None else self.speaker_of.get(claim.attribution),
                    cue=self.passages(said.cue) if said else [],
                    score=round(claim.score, 3),
                    reasons=list(claim.reasons),
                    sort=claim.sort,
                    shown=" … ".join(bracketed(self.article.text, piece, told) for piece in claim.content),
                    resolved=[ResolvedCard(passage=self.passage(span), meaning=meaning) for span, meaning in told],
                    amounts=[self.amount(amount) for amount in claim.amounts],
                    repeats=[self.passages(content) for content in claim.repeats],
                    reply=self.reply(claim.reply) if claim.reply else None,
                )
            )
        return cards

    def told(self, claim: Claim) -> list[tuple[CharSpan, str]]:
        """Return whom a claim's pronouns mean, and which days those of its dates that count from the publication's."""
        told = [(one.pronoun, one.name.of(self.article.text)) for one in claim.resolved]
        return sorted([*told, *((one.span, one.value) for one in claim.amounts if one.relative)])

    def amount(self, amount: Amount) -> AmountCard:
        return AmountCard(
            passage=self.passage(amount.span),
            kind=amount.kind,
            value=amount.value,
            unit=amount.unit,
            relative=amount.relative,
        )

    def reply(self, reply: Reply) -> ReplyCard:
        return ReplyCard(
            accused=self.passage(reply.accused),
            quote=None if reply.attribution is None else f"q{reply.attribution + 1}",
            no_comment=self.passage(reply.no_comment) if reply.no_comment else None,
        )

    def entities(self) -> list[EntityCard]:
        return [
            EntityCard(
                name=entity.name.of(self.article.text),
                kind=entity.kind,
                mentions=self.passages(entity.mentions),
                references=self.passages(entity.references),
            )
            for entity in self.analysis.entities
        ]

    def notes(self) -> list[NoteCard]:
        notes = [*map(_republished, self.article.origins), *self.analysis.notes]
        return [
            NoteCard(code=note.code, text=note.text, passage=self.passage(note.span) if note.span else None)
            for note in notes
        ]


def _republished(origin: Origin) -> Note:
    told = f"The page names {origin.name} as the original." if origin.address else f"Credited to {origin.name}."
    return Note("republished", told)


def resolve(text: str, sentence: CharSpan, resolved: tuple[Resolved, ...]) -> str:
    """Return *sentence* with each pronoun in it followed by whom it stands for: "he [Jane Doe]"."""
    return bracketed(text, sentence, [(one.pronoun, one.name.of(text)) for one in resolved])


def bracketed(text: str, passage: CharSpan, told: Iterable[tuple[CharSpan, str]]) -> str:
    """Return *passage* with what is *told* of some of its words behind them in brackets; nothing else is changed."""
    out, at = "", passage.start
    for words, meaning in sorted(told):
        if passage.covers(words) and words.start >= at:
            out += f"{text[at : words.end]} [{meaning}]"
            at = words.end
    return " ".join((out + text[at : passage.end]).split())
