"""Brief → what its page shows. Words are decided by ``bot.wording``; the templates escape all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.web.marks import colour, excerpt, mark_article
from bot import wording
from bot.brief import Brief, EntityCard, Passage, Quote, SpeakerCard
from bot.counts import counted
from bot.evidence import page_address
from bot.export import cite_source, cite_speaker
from bot.models import Kind, QuoteType
from bot.rows import publishers_page, web_address
from bot.typography import plain
from bot.wording import Line

BAR = 100
"""Width of the picture of one speaker's share, in its own units: percent of the longest."""

NAMED = frozenset({Kind.PERSON, Kind.ORGANISATION, Kind.GROUP, Kind.DOCUMENT})
"""Kinds that may be the right speaker of a quotation."""

HOW = {QuoteType.DIRECT: "direct", QuoteType.MIXED: "partly direct", QuoteType.INDIRECT: "indirect"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the paragraph, on this page and on the publisher's."""

    name: str
    anchor: str
    outside: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the side, and where it stands."""

    id: str
    text: str
    places: Sequence[Place]
    whose: str = ""
    marks: Sequence[str] = ()  # how a quotation is given; what makes a claim checkable
    checks: Sequence[tuple[str, str]] = ()  # fact-checks: words and address


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who says something, and how much."""

    id: str
    number: str
    name: str
    role: str
    colour: str
    words: int
    share: str  # of the article's words
    bar: int  # of the longest voice's, in units of ``BAR``
    quotes: Sequence[Told]
    cited: str  # how a citation of his words begins


@dataclass(frozen=True, slots=True)
class Named:
    """Who or what is mentioned."""

    id: str
    name: str
    places: Sequence[Place]
    known: Line | None  # what Wikidata has under that name


@cache
def templates() -> Environment:
    """Return the templates; what they do not know is an error, and everything in them is escaped."""
    loader = PackageLoader("adapters.web")
    environment = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["plain"] = plain
    return environment


def render_page(name: str, *, searchable: bool = False, **told: object) -> str:
    """Fill the template *name*; *searchable* says whether there is an archive to lead to."""
    return templates().get_template(name).render(release=version("nutgraf"), searchable=searchable, **told)


def render_brief(brief: Brief, brief_id: str, *, token: str, budget: int = 0, unfolded: bool, searchable: bool) -> str:
    """Write the whole page of *brief*; *token* is for the form that corrects it, *budget* as in ``excerpt``."""
    told = _view(brief, brief_id) | {"paragraphs": excerpt(mark_article(brief), budget)}
    return render_page("brief.html", searchable=searchable, token=token, open=unfolded, **told)


def _view(brief: Brief, brief_id: str) -> dict[str, Any]:
    article = brief.article
    address = page_address(article)
    voices = list(_voices(brief))
    unclear = wording.unattributed(brief)
    return {
        "id": brief_id,
        "title": wording.title(brief),
        "origin": wording.origin(brief),
        "language": article.language or "en",
        "address": web_address(address) if address else None,
        "has_headline": article.title is not None,
        "summary": [
            Told(f"u{number}", line.text, _places(brief, line.evidence))
            for number, line in enumerate(wording.summary_lines(brief), 1)
        ],
        "retold": [Told("", line.text, _places(brief, line.evidence)) for line in wording.retold_lines(brief)],
        "retold_by": wording.retold_by(brief),
        "voices": voices,
        "source": cite_source(brief),
        "nobody": cite_speaker(None),
        "unattributed": [_told(brief, quote) for quote in unclear],
        "unattributed_words": sum(map(_words, unclear)),
        "claims": [
            Told(
                claim.id,
                line.text,
                _places(brief, line.evidence),
                line.whose,
                list(map(plain, claim.reasons)),
                checks=[(check.text, _safe(check.link)) for check in line.below],
            )
            for claim, line in zip(brief.claims, wording.claim_lines(brief), strict=True)
        ],
        "names": _names(brief),
        "checked": wording.checked(brief),
        "entities": _entities(brief),
        "entity_count": len(brief.entities),
        "notes": [Told("", line.text, _places(brief, line.evidence)) for line in wording.note_lines(brief)],
        "dropped": [(plain(drop.reason), plain(drop.text) or "(no words)") for drop in article.dropped],
        "left_out": wording.left_out(brief),
        "article": article,
        "form": brief.version,
        "reading": brief.reading,
        "headings": wording,
        "counts": _counts(brief),
    }


def _voices(brief: Brief) -> list[Voice]:
    speakers = wording.speaking(brief)
    words = {speaker.id: sum(map(_words, brief.quotes_of(speaker))) for speaker in speakers}
    longest = max(words.values(), default=1) or 1
    return [_voice(brief, speaker, words[speaker.id], longest) for speaker in speakers]


def _voice(brief: Brief, speaker: SpeakerCard, words: int, longest: int) -> Voice:
    return Voice(
        id=speaker.id,
        number=speaker.id[1:],
        name=plain(speaker.name),
        role=wording.role_of(speaker),
        colour=colour(speaker.id),
        words=words,
        share=f"{words / max(brief.article.words, 1):.0%}",
        bar=round(BAR * words / longest),
        quotes=[_told(brief, quote) for quote in brief.quotes_of(speaker)],
        cited=cite_speaker(speaker),
    )


def _words(quote: Quote) -> int:
    return sum(len(passage.text.split()) for passage in quote.content)


def _told(brief: Brief, quote: Quote) -> Told:
    line = wording.quote_line(brief, quote)
    return Told(quote.id, line.text, _places(brief, line.evidence, quote.id), marks=[HOW[quote.type]])


def _safe(link: str | None) -> str:
    """Return *link* if it is a web address: a fact-check's comes from whoever published it."""
    return web_address(link) if link and link.lower().startswith(("http://", "https://")) else ""


def _names(brief: Brief) -> list[str]:
    """Return whom a quotation may belong to, for whoever corrects its speaker."""
    found = [(one.name, one.kind) for one in brief.speakers] + [(one.name, one.kind) for one in brief.entities]
    return sorted({plain(name) for name, kind in found if kind in NAMED})


def _entities(brief: Brief) -> list[tuple[str, list[Named]]]:
    number = {id(entity): at for at, entity in enumerate(brief.entities, 1)}
    return [
        (heading, [_named(brief, one, f"e{number[id(one)]}") for one in same])
        for heading, same in wording.by_kind(brief.entities)
    ]


def _named(brief: Brief, entity: EntityCard, id: str) -> Named:  # noqa: A002 - the field's own name
    known = wording.known_line(entity)
    shown = replace(known, link=_safe(known.link)) if known else None
    return Named(id, plain(entity.name), _places(brief, entity.mentions), shown)


def _places(brief: Brief, evidence: Sequence[Passage], anchor: str = "") -> list[Place]:
    """Return each paragraph that has evidence; the first leads to the words themselves, if these have an *anchor*."""
    page = publishers_page(brief.article)
    return [
        Place(
            name,
            anchor if anchor and not number else f"p{passage.paragraph}",
            page.at(passage) if page else None,
        )
        for number, (name, passage) in enumerate(wording.places(evidence))
    ]


def _counts(brief: Brief) -> dict[str, str]:
    kinds = [quote.type for quote in brief.quotes]
    return {
        "direct": counted(kinds.count(QuoteType.DIRECT) + kinds.count(QuoteType.MIXED), "quotation"),
        "indirect": counted(kinds.count(QuoteType.INDIRECT), "paraphrase"),
    }
