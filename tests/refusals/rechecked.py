# ruff: noqa: E501 - markup stays as sites send it
"""A few more pages without an article, written after the rules had been mended, to check them once more."""

from __future__ import annotations

from bot.errors import (
    AgeGate,
    BotWall,
    CaptchaWall,
    ConsentWall,
    ListPage,
    MediaPage,
    MissingPage,
    NoArticle,
    OfferPage,
    ParkedDomain,
    PaywallStub,
    RegionBlocked,
    ScriptShell,
    SignInWall,
    SiteDown,
    TooShort,
    WithdrawnStory,
)
from tests.refusals.frame import TEASERS, Case, bare, broadsheet, linked_data, paragraphs, portal

HEADLINE = "Church bells of Velden come home"
LEAD = (
    "Two bells that were stolen from Velden’s parish church in January came home on Sunday, on the back of a milk lorry and "
    "to the applause of some four hundred people, many of whom had not been inside the church for years."
)
SECOND = (
    "One of them has a crack as long as a hand. A founder from Northmouth will try to weld it, the vicar said, and if he "
    "fails it will stand by the door, where children may ring it with a stick."
)

CASES = (
    Case(
        "story goes on for supporters",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(LEAD, SECOND)}<div><h4>The rest of this story is for supporters.</h4><p>Join from £3 a month and read on straight away.</p></div></article>",
            title=HEADLINE,
        ),
        (PaywallStub,),
    ),
    Case(
        "log in to read on",
        portal(
            f"<h1>{HEADLINE}</h1><p>{LEAD}</p><p>Please log in or buy a subscription to read the complete article.</p>",
            title=HEADLINE,
        ),
        (PaywallStub, SignInWall),
    ),
    Case(
        "one free story a month",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><p>{LEAD}</p></article><dialog open><h2>You’ve had your free story this month</h2><p>Subscribers get every story, every day.</p><a>Subscribe</a></dialog>",
            title=HEADLINE,
        ),
        (PaywallStub,),
    ),
    Case(
        "German premium story",
        portal(
            "<h1>Glocken kehren heim</h1><p>Zwei im Januar gestohlene Glocken sind am Sonntag nach Velden zurückgekehrt, auf einem Milchwagen und unter dem Beifall von vierhundert Menschen.</p><p>Sie möchten diesen Artikel lesen? Wählen Sie eines unserer Angebote.</p><p>Digital-Abo ab 1 Euro im Monat</p>",
            title="Glocken kehren heim",
            lang="de",
        ),
        (PaywallStub,),
    ),
    Case(
        "cookie question in plain words",
        bare(
            "<h1>Cookies and you</h1><p>To bring you the Herald for free we rely on cookies, ours and those of 96 advertisers. Say yes and read on, or say no and see fewer but duller adverts.</p><button>Yes, that’s fine</button><button>No, thanks</button>",
            title="Dunmere Herald",
        ),
        (ConsentWall,),
    ),
    Case(
        "Italian-style banner in English",
        bare(
            "<div role='dialog'><p>With your agreement, we and our 174 partners use cookies or similar technologies to store, access and process personal data like your visit on this website.</p><span>Continue without agreeing</span><span>Learn more</span><span>Agree and close</span></div>",
            title="The Velden Times",
        ),
        (ConsentWall,),
    ),
    Case(
        "quick check",
        bare(
            "<h1>One moment, please</h1><p>Please wait while your request is being verified…</p>",
            title="One moment, please...",
        ),
        (BotWall,),
    ),
    Case(
        "too many requests",
        bare(
            "<h1>Slow down</h1><p>We have noticed a lot of requests from your address. Prove that you are human to go on.</p>",
            title="Slow down",
        ),
        (BotWall, CaptchaWall),
    ),
    Case(
        "slider",
        bare("<p>Drag the slider to fit the puzzle piece</p><div id='captcha-box'></div>", title="Captcha"),
        (CaptchaWall, BotWall),
    ),
    Case(
        "log in first",
        broadsheet(
            "<h1>This page is for registered readers</h1><p>Log in or register for free to see it.</p><label>Email</label><input><label>Password</label><input type='password'>",
            title="Log in",
        ),
        (SignInWall, PaywallStub),
    ),
    Case(
        "outside the country",
        bare(
            "<p>We’re sorry, but this content is only available to readers in the United Kingdom.</p>",
            title="Tidewater",
        ),
        (RegionBlocked,),
    ),
    Case(
        "adults",
        bare(
            "<h1>For adults only</h1><p>Some of what follows is not suitable for minors. Confirm that you are of age.</p><button>Confirm</button>",
            title="Confirm",
        ),
        (AgeGate,),
    ),
    Case(
        "prices",
        broadsheet(
            "<h1>Two ways to read us</h1><h3>Web</h3><p>$5 per month</p><p>All stories and the archive</p><h3>Web and paper</h3><p>$18 per month</p><p>Delivery on Saturdays</p><p>You can cancel at any time.</p>",
            title="Plans",
        ),
        (OfferPage,),
    ),
    Case(
        "gone fishing",
        broadsheet(
            "<h1>Gone fishing</h1><p>We looked everywhere, but there is nothing at this address. Perhaps the link is old.</p>",
            title="Not found",
        ),
        (MissingPage,),
    ),
    Case(
        "pulled",
        broadsheet(
            f"<h1>{HEADLINE}</h1><p>The Ellery Post has withdrawn this article pending a review of its sources.</p>",
            title=HEADLINE,
        ),
        (WithdrawnStory, MissingPage),
    ),
    Case(
        "outage",
        bare(
            "<h1>Technical difficulties</h1><p>Our site is having a bad day. Our engineers are on it; please come back in a little while.</p>",
            title="Technical difficulties",
        ),
        (SiteDown,),
    ),
    Case(
        "name for sale",
        bare(
            "<h1>velden-times.example</h1><p>Get this domain. Price: $2,400. Secure checkout, transfer in 24 hours.</p>",
            title="velden-times.example is available",
        ),
        (ParkedDomain,),
        path="/",
    ),
    Case(
        "Vue root",
        bare(
            "<noscript><strong>We're sorry but velden-times doesn't work properly without JavaScript enabled. Please enable it to continue.</strong></noscript><div id=app></div><script src=/js/app.js></script>",
            title="velden-times",
        ),
        (ScriptShell,),
    ),
    Case(
        "archive by month",
        portal(
            "<h1>March 2026</h1><ul>"
            + "".join(f"<li>{n + 1} March: <a href='/{n}'>{name}</a></li>" for n, (name, _) in enumerate(TEASERS))
            + "</ul>",
            title="Archive: March 2026",
        ),
        (ListPage,),
        path="/archive/2026/03",
    ),
    Case(
        "clip",
        broadsheet(
            f"<h1>Bells ring again</h1><div class='video-player'><iframe src='https://films.example/embed/9'></iframe></div><p>{SECOND}</p>",
            title="VIDEO: Bells ring again",
            head=linked_data(**{"@type": "VideoObject"}, name="Bells"),
        ),
        (MediaPage,),
    ),
    Case(
        "teaser card alone",
        broadsheet(f"<h1>{HEADLINE}</h1><p>The bells are back. Our report follows.</p>", title=HEADLINE),
        (TooShort, NoArticle),
    ),
)
