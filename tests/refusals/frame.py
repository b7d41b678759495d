# ruff: noqa: E501 - markup stays as sites send it
"""What a site puts around whatever it serves: menus, teasers, pleas, scripts. Outlets and stories are made up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.errors import Refusal
from bot.models import Page

TEASERS = (
    (
        "Ferry to Sandholm sold for a pound",
        "The last car ferry on the Ellery run goes to a breaker’s yard next week after three years in which nobody bid "
        "for it, the harbour trust says.",
    ),
    (
        "Bakers strike over night shift in Northmouth",
        "Ovens stay cold for a second day as talks between the guild and four owners end without a date for the next "
        "round, leaving schools without bread.",
    ),
    (
        "Why the lighthouse café has to close",
        "Its owner counts the winters by the roofs she lost. This one, she says, took the kitchen as well, and the "
        "insurer has stopped answering letters.",
    ),
    (
        "Council delays vote on tram line again",
        "Members wanted to see a survey of the old mine shafts under Mill Street first. It was promised for May, then "
        "for June, and now for after the holidays.",
    ),
    (
        "A choir of ninety finds a home at last",
        "After two years in a sports hall with a leaking roof the Quarry Singers move into the old customs house, "
        "whose echo, their leader says, forgives nothing.",
    ),
    (
        "Schools in Velden to start half an hour later",
        "Teachers asked for it and parents feared it; now a trial with 1,200 pupils shall tell whether half an hour of "
        "sleep is worth the chaos at the bus stops.",
    ),
    (
        "Harbour seals return after forty years",
        "Eleven pups were counted on the western sandbank this spring. Fishermen are less delighted than the biologist "
        "who found them by accident while looking for mussels.",
    ),
    (
        "The judge who reads every letter",
        "Her court hears 900 cases a year, and each begins with an envelope. A visit to the smallest courtroom in the "
        "county, where the stove is older than the law.",
    ),
    (
        "Power cut hits 4,000 homes in Dunmere",
        "A digger working on the new bypass cut the main cable on Friday morning. Engineers expect to have the last "
        "streets back by midnight, the grid company says.",
    ),
    (
        "Two held over theft of church bells",
        "The bells, cast in 1742, were found in a scrap dealer’s shed forty miles away. One has a crack that the "
        "parish hopes can be mended before the autumn fair.",
    ),
    (
        "Rents in old town rise by a fifth",
        "A new survey of 300 flats shows what tenants have long said over the garden fence. The mayor’s office "
        "disputes the figures and promises its own by summer.",
    ),
    (
        "Orchard festival moves to October",
        "Late frost took half the blossom, growers say, and what remains will ripen late. The town’s hotels had "
        "already sold most of September’s beds.",
    ),
)
"""Titles and teasers of other stories."""

MENU = ("News", "Politics", "Business", "Sport", "Culture", "Opinion", "Weather", "Podcasts", "Puzzles", "Jobs")
STATE = json.dumps(
    {
        "features": {f"flag{n}": bool(n % 3) for n in range(300)},
        "build": "2026.03.2",
        "user": None,
        "ads": list(range(400)),
    }
)
"""What sites put into their pages for their own scripts: some ten kilobytes of it."""


@dataclass(frozen=True, slots=True)
class Case:
    """A page, and the refusals that name rightly what is on it; none for a page that must be read."""

    name: str
    body: str | bytes
    kinds: tuple[type[Refusal], ...] = ()
    media_type: str = "text/html"
    path: str = "/news/2026/03/harbour-wall-cost"

    @property
    def page(self) -> Page:
        """What the fetcher would hand over."""
        url = f"https://www.post.example{self.path}"
        body = self.body.encode() if isinstance(self.body, str) else self.body
        return Page(url, url, body, self.media_type, "utf-8", datetime(2026, 3, 18, tzinfo=UTC))


def bare(body: str, *, title: str = "", head: str = "", lang: str = "en") -> str:
    """Return a page with nothing around *body*."""
    return f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'


def broadsheet(main: str, *, title: str, head: str = "", lang: str = "en", outlet: str = "The Ellery Post") -> str:
    """Return *main* in the frame of a large paper: named boxes, related stories with teasers, a big footer."""
    menu = "".join(f'<li class="nav__item"><a href="/{word.lower()}">{word}</a></li>' for word in MENU)
    related = "".join(
        f'<article class="card"><a class="card__link" href="/news/{n}"><h3 class="card__title">{name}</h3></a>'
        f'<p class="card__text">{text}</p><span class="card__time">{n + 1}h ago</span></article>'
        for n, (name, text) in enumerate(TEASERS[:6])
    )
    most = "".join(f'<li><a href="/news/m{n}">{name}</a></li>' for n, (name, _) in enumerate(TEASERS[6:]))
    return bare(
        f"""<a class="skip" href="#main">Skip to content</a>
<header class="masthead"><div class="masthead__top"><a href="/">{outlet}</a><a href="/subscribe">Subscribe</a>
<a href="/login">Log in</a></div><nav class="nav" aria-label="Sections"><ul>{menu}</ul></nav></header>
<main id="main">{main}</main>
<section class="related-stories"><h2>More from {outlet}</h2>{related}</section>
<aside class="most-read"><h2>Most read</h2><ol>{most}</ol></aside>
<div id="cmp-root" style="display:none"><h2>We value your privacy</h2><p>We and our 812 partners store cookies.</p>
<button>Accept all</button></div>
<footer class="footer"><ul><li><a href="/about">About us</a></li><li><a href="/privacy">Privacy policy</a></li>
<li><a href="/cookies">Cookie settings</a></li><li><a href="/contact">Contact us</a></li></ul>
<p>© 2026 {outlet} Media Group. All rights reserved.</p></footer>
<script>window.__STATE__={STATE}</script><script async src="https://cdn.post.example/app.9f2c.js"></script>""",
        title=title,
        head=f'<meta property="og:site_name" content="{outlet}">{head}',
        lang=lang,
    )


def portal(main: str, *, title: str, head: str = "", lang: str = "en", outlet: str = "Northmouth Online") -> str:
    """Return *main* in the frame of an old site: layout by divs without names that mean anything, links in rows."""
    menu = " | ".join(f'<a href="/s/{word.lower()}">{word}</a>' for word in MENU)
    rows = "".join(
        f'<div class="r{n % 2}"><a href="/a/{n}">{name}</a></div>' for n, (name, _) in enumerate(TEASERS[:9])
    )
    return bare(
        f"""<div class="t1"><a href="/">{outlet}</a></div><div class="t2">{menu}</div>
<div class="c1">{main}</div><div class="c2"><b>Latest</b>{rows}</div>
<div class="f1">Imprint | Contact | Privacy | Copyright 2026 {outlet}</div>
<script>var cfg={STATE};</script>""",
        title=f"{title} - {outlet}",
        head=head,
        lang=lang,
    )


def linked_data(**fields: object) -> str:
    """Return a script of JSON-LD with *fields*; the type is a news story if none is given."""
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def paragraphs(*texts: str) -> str:
    """Return *texts* as paragraphs."""
    return "".join(f"<p>{text}</p>" for text in texts)
