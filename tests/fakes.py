"""What several tests need: a made-up story, the brief of it, written by hand, briefs at the limits, a desk."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import httpx
from sqlalchemy.exc import OperationalError

from bot.answers import Answer
from bot.archive.archive import Archive
from bot.brief import Brief, write_brief
from bot.commands import FollowUp
from bot.desk import Desk, Tell
from bot.errors import PageNotFound
from bot.models import (
    Analysis,
    Article,
    Ask,
    Attribution,
    CharSpan,
    Claim,
    Dropped,
    Entity,
    Kind,
    Note,
    Person,
    QuoteType,
    Request,
    Resolved,
    Speaker,
    Stage,
    SummarySentence,
    split_paragraphs,
)

STORY = """\
Harbour wall will cost twice as much, council admits

The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, the \
town council admitted on Tuesday.

“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council's finance chief. “Nobody has \
pocketed a penny.”

She added that the wall would be finished by 2028.

Fishermen fear the delay. Tomas Reyl, who leads the harbour union, called the plan “a disaster for every boat in \
the bay” and said 40 boats had left since March.\
"""


def span(words: str, text: str = STORY, nth: int = 0) -> CharSpan:
    """Find the *nth* place where *words* stand in *text*."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return CharSpan(start, start + len(words))


def an_article() -> Article:
    """Return the story as extracted."""
    paragraphs = split_paragraphs(STORY)
    return Article(
        text=STORY,
        paragraphs=paragraphs,
        headline=paragraphs[0],
        byline="Ida Quill",
        outlet="The Ellery Post",
        published=date(2026, 3, 17),
        published_sure=True,
        language="en",
        url="https://post.example/harbour?utm_source=x",
        canonical_url="https://post.example/harbour",
        fetched_at=datetime(2026, 3, 18, 9, 30, tzinfo=UTC),
        dropped=(Dropped("subscribe box", "Sign up for our newsletter"), Dropped("comment form", "Leave a reply")),
    )


def an_analysis() -> Analysis:
    """Return the reading of the story, as it should be."""
    sorry = span("“We got the numbers wrong, and I am sorry for that,”")
    penny = span("“Nobody has pocketed a penny.”")
    return Analysis(
        attributions=(
            Attribution(
                source=(span("the town council"),),
                cue=(span("admitted"),),
                content=(span("The new harbour wall in Port Ellery will cost 48 million pounds"),),
                quoted=(),
                type=QuoteType.INDIRECT,
            ),
            Attribution(
                source=(span("Maren Holt"),),
                cue=(span("said"),),
                content=(sorry, penny),
                quoted=(CharSpan(sorry.start + 1, sorry.end - 1), CharSpan(penny.start + 1, penny.end - 1)),
                type=QuoteType.DIRECT,
            ),
            Attribution(
                source=(span("She"),),
                cue=(span("added"),),
                content=(span("that the wall would be finished by 2028"),),
                quoted=(),
                type=QuoteType.INDIRECT,
            ),
            Attribution(
                source=(span("Tomas Reyl"),),
                cue=(span("called"),),
                content=(span("the plan “a disaster for every boat in the bay”"),),
                quoted=(span("a disaster for every boat in the bay"),),
                type=QuoteType.MIXED,
            ),
            Attribution(
                source=(),
                cue=(span("fear"),),
                content=(span("the delay"),),
                quoted=(),
                type=QuoteType.INDIRECT,
            ),
        ),
        speakers=(
            Speaker(
                name=span("Maren Holt"),
                kind=Kind.PERSON,
                role=span("the council's finance chief"),
                mentions=(span("Maren Holt"), span("She")),
                attributions=(1, 2),
            ),
            Speaker(
                name=span("the town council"),
                kind=Kind.ORGANISATION,
                role=None,
                mentions=(span("the town council"),),
                attributions=(0,),
            ),
            Speaker(
                name=span("Tomas Reyl"),
                kind=Kind.PERSON,
                role=span("who leads the harbour union"),
                mentions=(span("Tomas Reyl"),),
                attributions=(3,),
            ),
        ),
        claims=(
            Claim(
                content=(span("The new harbour wall in Port Ellery will cost 48 million pounds"),),
                quoted=(),
                attribution=0,
                score=0.91,
                reasons=("figure",),
            ),
            Claim(
                content=(span("40 boats had left since March"),),
                quoted=(),
                attribution=None,
                score=0.64,
                reasons=("figure",),
            ),
        ),
        entities=(
            Entity(name=span("Maren Holt"), kind=Kind.PERSON, mentions=(span("Maren Holt"),)),
            Entity(name=span("Tomas Reyl"), kind=Kind.PERSON, mentions=(span("Tomas Reyl"),)),
            Entity(name=span("Port Ellery"), kind=Kind.PLACE, mentions=(span("Port Ellery"),)),
            Entity(name=span("48 million pounds"), kind=Kind.MONEY, mentions=(span("48 million pounds"),)),
        ),
        summary=(
            SummarySentence(
                span(
                    "The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were "
                    "told in 2024, the town council admitted on Tuesday."
                )
            ),
            SummarySentence(
                span("She added that the wall would be finished by 2028."),
                (Resolved(span("She"), span("Maren Holt")),),
            ),
        ),
        notes=(
            Note("undated", "“Tuesday” has no date in the text.", span("Tuesday")),
            Note("plain-reading", "This is a plain reading by rules on grammar.", None),
        ),
    )


def a_brief() -> Brief:
    """Return the brief of the story."""
    return write_brief(an_article(), an_analysis())


def another_brief() -> Brief:
    """Return the brief of another outlet's version, in which only the union's leader speaks."""
    found = an_analysis()
    return write_brief(
        replace(an_article(), outlet="Tidewatch", canonical_url="https://tide.example/wall"),
        replace(found, speakers=found.speakers[2:]),
    )


def a_long_brief(filler: str = "A harbour wall & a ferry <b> at dawn, ", *, quotes: int = 60) -> Brief:
    """Return a brief in which everything is long and there is much of everything.

    The words of quote *n* go from "N<n>." to "end<n>."; every third is direct, every third a paraphrase. At most
    twelve people speak, and every thirteenth quote is nobody's.
    """
    long = filler * (3000 // len(filler))
    opening = ("said: “", "said that ", "said the wall “")
    who = f"{'Longname ' * 30}, {'chief of the harbour ' * 40}"
    told = [f"Person{n} {who}, {opening[n % 3]}N{n}. {long}end{n}.{'' if n % 3 == 1 else '”'}" for n in range(quotes)]
    seen = " and ".join(f"E{n} {'x' * 200}" for n in range(80))
    text = "\n\n".join([("T & " * 300).strip(), *told, seen])
    paragraphs = split_paragraphs(text)
    names = [CharSpan(at.start, text.index(" ,", at.start)) for at in paragraphs[1:-1]]
    roles = [CharSpan(name.end + 3, text.index(" ,", name.end + 3)) for name in names]
    cues = [CharSpan(role.end + 3, role.end + 7) for role in roles]
    words = [
        CharSpan(text.index(f"N{n}. ", cue.end), text.index(f"end{n}.") + len(f"end{n}.")) for n, cue in enumerate(cues)
    ]
    contents = [CharSpan(cue.end + (2 if n % 3 == 0 else 1), words[n].end + (n % 3 != 1)) for n, cue in enumerate(cues)]
    types = (QuoteType.DIRECT, QuoteType.INDIRECT, QuoteType.MIXED)
    entities = [span(f"E{n} {'x' * 200}", text) for n in range(80)]
    article = Article(
        text=text,
        paragraphs=paragraphs,
        headline=paragraphs[0],
        byline="B " * 500,
        outlet="O" * 500,
        url="https://long.example/" + "a" * 300,
        dropped=tuple(Dropped(f"reason {n}", long) for n in range(30)),
    )
    analysis = Analysis(
        attributions=tuple(
            Attribution((names[n],), (cues[n],), (contents[n],), () if n % 3 == 1 else (words[n],), types[n % 3])
            for n in range(quotes)
        ),
        speakers=tuple(
            Speaker(
                names[s], Kind.PERSON, roles[s], (names[s],), tuple(n for n in range(s, quotes, 12) if n % 13 != 12)
            )
            for s in range(min(12, quotes))
        ),
        claims=tuple(
            Claim((words[n],), () if n % 3 == 1 else (words[n],), n, 0.5, ("figure",)) for n in range(min(40, quotes))
        ),
        entities=tuple(
            Entity(at, Kind.PERSON if n % 4 else Kind.PLACE, (at, *cues[:5])) for n, at in enumerate(entities)
        ),
        summary=tuple(SummarySentence(at) for at in paragraphs[1:13]),
        notes=tuple(Note("undated", f"L{n}. {long}") for n in range(20)),
    )
    return write_brief(article, analysis)


def a_hostile_brief(words: str, **changes: object) -> Brief:
    """Return a brief of an article whose every string is *words*, but for its address and what *changes*."""
    text = f"{words}\n\n“{words},” {words} {words}, {words}."
    paragraphs = split_paragraphs(text)
    quoted = CharSpan(paragraphs[1].start + 1, paragraphs[1].start + 1 + len(words))
    cue = CharSpan(quoted.end + 3, quoted.end + 3 + len(words))
    name = CharSpan(cue.end + 1, cue.end + 1 + len(words))
    role = CharSpan(name.end + 2, name.end + 2 + len(words))
    article = Article(
        text=text,
        paragraphs=paragraphs,
        headline=paragraphs[0],
        byline=words,
        outlet=words,
        url="https://a.example/",
        dropped=(Dropped(words, words),),
    )
    analysis = Analysis(
        attributions=(
            Attribution((name,), (cue,), (quoted,), (quoted,), QuoteType.DIRECT),
            Attribution((name,), (cue,), (role,), (), QuoteType.INDIRECT),
        ),
        speakers=(Speaker(name, Kind.PERSON, role, (name,), (0,)),),
        claims=(Claim((quoted,), (quoted,), 0, 0.6, (words,)), Claim((quoted,), (), None, 0.5, ())),
        entities=(Entity(name, Kind.PERSON, (name,), (role,)),),
        summary=(SummarySentence(paragraphs[1]),),
        notes=(Note("undated", words, cue),),
    )
    return write_brief(replace(article, **changes), analysis)  # type: ignore[arg-type]


class QuickDesk(Desk):
    """A desk with a real archive, whose reading takes no time, or as long as a test wants."""

    def __init__(self, archive: Archive, http: httpx.AsyncClient | None = None) -> None:
        super().__init__(http, None, None, archive)  # type: ignore[arg-type] # what fetches and reads is never asked
        self.read: list[str] = []
        self.story: Brief = a_brief()
        self.begun = asyncio.Event()
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def brief(self, url: str, *, tell: Tell = lambda stage: None) -> Brief:
        self.read.append(url)
        tell(Stage.FETCHING)
        self.begun.set()
        await self.go_on.wait()
        if "gone" in url:
            raise PageNotFound(url)
        return self.story

    async def brief_text(self, text: str, *, tell: Tell = lambda stage: None) -> Brief:
        self.read.append(text)
        return self.story

    async def brief_file(self, name: str, body: bytes, *, tell: Tell = lambda stage: None) -> Brief:
        self.read.append(f"{name}: {body.decode()}")
        return self.story


class TwoOutlets(QuickDesk):
    """A desk for which the link to the ferry leads to another outlet's version of the story."""

    async def brief(self, url: str, *, tell: Tell = lambda stage: None) -> Brief:
        return another_brief() if "ferry" in url else await super().brief(url, tell=tell)


class BrokenDesk(QuickDesk):
    """A desk whose database is locked."""

    async def accept(self, ask: Ask) -> Request | None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    async def carry_out(self, asked: FollowUp, person: Person) -> tuple[Answer, ...]:
        raise OperationalError("SELECT", {}, Exception("database is locked"))
