# ruff: noqa: E501 - markup stays as sites send it
"""Pages without an article that the rules were written with."""

from __future__ import annotations

import json

from bot.errors import (
    AgeGate,
    AppWall,
    BotWall,
    CaptchaWall,
    ConsentWall,
    GalleryPage,
    IssueViewer,
    ListPage,
    MediaPage,
    MissingPage,
    NotText,
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
from tests.refusals.frame import MENU, TEASERS, Case, bare, broadsheet, linked_data, paragraphs, portal

HEADLINE = "Harbour wall in Port Ellery will cost twice as much, council admits"
LEAD = (
    "The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told two years "
    "ago, the town council admitted on Tuesday, hours before a debate that had been put off three times."
)
SECOND = (
    "“We got the numbers wrong, and I am sorry for that,” said Maren Holt, the council’s finance chief, at a meeting "
    "to which some two hundred people had come. Nobody had pocketed a penny, she added."
)
THIRD = (
    "Fishermen fear the delay more than the cost. Tomas Reyl, who leads the harbour union, said that forty boats had "
    "left the bay since March, and that the rest would follow if the second survey of the sea bed took another year."
)
NOT_FREE = linked_data(
    headline=HEADLINE,
    isAccessibleForFree=False,
    hasPart={"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".article-body"},
)

PAYWALLS = (
    Case(
        "metered wall under a lead",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><p class='byline'>By Ida Quill</p>{paragraphs(LEAD)}"
            "<div class='meter-gate'><h2>You have reached your limit of free articles</h2>"
            "<p>Subscribe for £1 a week and read as much as you like.</p><a href='/subscribe'>See offers</a></div></article>",
            title=f"{HEADLINE} | The Ellery Post",
        ),
        (PaywallStub,),
    ),
    Case(
        "hard wall that declares itself",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(LEAD, SECOND)}<div class='offer-slot' id='offer-mount'></div></article>",
            title=HEADLINE,
            head=NOT_FREE,
        ),
        (PaywallStub,),
    ),
    Case(
        "fading teaser with an overlay's words",
        portal(
            f"<h1>{HEADLINE}</h1><div class='fade'>{paragraphs(LEAD, SECOND, THIRD[:90] + '…')}</div>"
            "<div class='tp-modal'><p>This article is exclusive to subscribers.</p><p>Already a subscriber? Log in</p></div>",
            title=HEADLINE,
        ),
        (PaywallStub,),
    ),
    Case(
        "registration wall",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(LEAD, SECOND)}<section class='reg'><h2>Register for free to keep "
            "reading</h2><p>It takes a minute and costs nothing. You get five stories a month and the morning letter.</p>"
            "<form><input type=email><button>Create account</button></form></section></article>",
            title=HEADLINE,
            head="<meta property='og:type' content='article'>",
        ),
        (PaywallStub, SignInWall),
    ),
    Case(
        "wall of a vendor, told only by its container",
        broadsheet(
            f"<article class='story'><h1>{HEADLINE}</h1><p>{LEAD[:150]}…</p><div id='piano-inline-wall' "
            "class='tp-container-inner'></div></article>",
            title=HEADLINE,
            head="<meta property='og:type' content='article'><script src='https://cdn.tinypass.com/api/tinypass.min.js'></script>",
        ),
        (PaywallStub,),
    ),
    Case(
        "plea in the middle, teasers of other stories below",
        portal(
            f"<h1>{HEADLINE}</h1>{paragraphs(LEAD)}<div class='x9'><b>Want to read the rest?</b><br>Unlock this story "
            "with a day pass.</div><p>Read more in our premium section:</p>"
            + "".join(f"<p><a href='/p/{n}'>{name}</a></p><p>{text}</p>" for n, (name, text) in enumerate(TEASERS[:4])),
            title=HEADLINE,
        ),
        (PaywallStub,),
    ),
    Case(
        "German plus article",
        broadsheet(
            "<article><h1>Hafenmauer wird doppelt so teuer</h1><p>Die neue Hafenmauer in Ellerhafen kostet 48 Millionen "
            "Euro, das Doppelte dessen, was den Wählern vor zwei Jahren gesagt wurde. Das räumte der Stadtrat am Dienstag "
            "ein, Stunden vor einer dreimal verschobenen Debatte.</p><div class='plus-box'><h3>Weiterlesen mit Küstenblatt "
            "Plus</h3><p>Jetzt abonnieren und alle Artikel lesen. Sie sind bereits Abonnent? Hier anmelden.</p></div></article>",
            title="Hafenmauer wird doppelt so teuer | Küstenblatt",
            lang="de",
            outlet="Küstenblatt",
        ),
        (PaywallStub,),
    ),
    Case(
        "French subscribers' article",
        broadsheet(
            "<article><h1>Le mur du port coûtera deux fois plus cher</h1><p>Le nouveau mur du port de Valmer coûtera 48 "
            "millions d’euros, le double de la somme annoncée aux électeurs il y a deux ans, a reconnu mardi le conseil "
            "municipal, quelques heures avant un débat trois fois reporté.</p><div class='poool-widget'><p>Cet article est "
            "réservé aux abonnés. Il vous reste 80 % à lire.</p><a>Je m’abonne pour 1 €</a></div></article>",
            title="Le mur du port coûtera deux fois plus cher",
            lang="fr",
            outlet="Le Courrier de Valmer",
        ),
        (PaywallStub,),
    ),
)

WALLS = (
    Case(
        "consent dialog over everything",
        bare(
            "<div id='cmp'><h1>We value your privacy</h1><p>We and our 1,214 partners store and access information on a "
            "device, such as cookies, and process personal data, such as unique identifiers, for personalised ads and "
            "content, ad measurement and audience insights. With your permission we and our partners may use precise "
            "location data. You may click to consent to our processing as described above, or refuse.</p>"
            "<button>More options</button><button>Agree</button><button>Disagree</button></div><script src='/cmp.js'></script>",
            title="The Ellery Post",
        ),
        (ConsentWall,),
    ),
    Case(
        "before you continue",
        bare(
            "<div><h1>Before you continue to Findwell</h1><p>We use cookies and data to</p><ul><li>Deliver and maintain "
            "our services</li><li>Track outages and protect against spam</li></ul><p>If you choose to accept all, we will "
            "also use cookies and data to develop new services and show personalised content.</p><form><button>Reject all"
            "</button><button>Accept all</button></form></div>",
            title="Before you continue",
        ),
        (ConsentWall,),
    ),
    Case(
        "pay or consent",
        broadsheet(
            "<div class='por'><h2>Choose how to read The Ellery Post</h2><h3>Accept and read with ads</h3><p>Read for "
            "free if you allow us and 137 partners to use cookies and similar technologies to show you personalised "
            "advertising. You can change your choice at any time.</p><h3>Reject and subscribe</h3><p>Read without "
            "personalised advertising for £5 a month. You can cancel whenever you like.</p><button>Accept all</button>"
            "<button>Reject and pay</button></div>",
            title="The Ellery Post",
        ),
        (ConsentWall,),
    ),
    Case(
        "German consent page",
        bare(
            "<h1>Mit Werbung und Cookies weiterlesen</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Details "
            "finden Sie in der Datenschutzerklärung. Ihre Zustimmung ist jederzeit widerrufbar.</p><button>Akzeptieren und "
            "weiter</button><h2>… oder Pur-Abo</h2><p>Nutzen Sie uns ganz ohne Werbetracking für 4,99 Euro im Monat.</p>",
            title="Küstenblatt: Einwilligung",
            lang="de",
        ),
        (ConsentWall,),
    ),
    Case(
        "French consent page",
        bare(
            "<div class='didomi'><h2>Votre vie privée nous importe</h2><p>Avec votre accord, nos 642 partenaires et nous "
            "utilisons des cookies ou technologies similaires pour stocker et accéder à des informations personnelles "
            "comme votre visite sur ce site. Vous pouvez retirer votre consentement à tout moment.</p><button>Tout "
            "refuser</button><button>Tout accepter</button></div>",
            title="Le Courrier de Valmer",
            lang="fr",
        ),
        (ConsentWall,),
    ),
    Case(
        "check of the connection",
        bare(
            "<div class='main-wrapper'><h1>www.post.example</h1><h2>Checking if the site connection is secure</h2><p>"
            "www.post.example needs to review the security of your connection before proceeding.</p></div><div "
            "class='footer'>Ray ID: 8a1c55d2ef01</div><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/jsch/v1'></script>",
            title="Just a moment...",
        ),
        (BotWall,),
    ),
    Case(
        "press and hold",
        bare(
            "<div id='px-captcha'></div><h1>Before we continue...</h1><p>Press &amp; Hold to confirm you are a human (and "
            "not a bot).</p><p>Reference ID 77aa-19</p><script src='//captcha.px-cdn.net/PX0000/captcha.js'></script>",
            title="Access to this page has been denied",
        ),
        (CaptchaWall, BotWall),
    ),
    Case(
        "empty page of a bot filter",
        bare(
            "<p id='cmsg'>Please enable JS and disable any ad blocker</p><script>var dd={'rt':'c','host':"
            "'geo.captcha-delivery.com'}</script><script src='https://ct.captcha-delivery.com/c.js'></script>",
            title="post.example",
        ),
        (BotWall, CaptchaWall),
    ),
    Case(
        "edge server's denial",
        bare(
            '<H1>Access Denied</H1>You don\'t have permission to access "http&#58;&#47;&#47;www.post.example" on this '
            "server.<P>Reference&#32;&#35;18&#46;2d1 <P>https://errors.edge.example/18.2d1",
            title="Access Denied",
        ),
        (BotWall,),
    ),
    Case(
        "incident number",
        "<html style='height:100%'><head><META NAME='ROBOTS' CONTENT='NOINDEX, NOFOLLOW'></head><body><iframe id='main-iframe' "
        "src='/_Incapsula_Resource?SWUDNSAI=31'>Request unsuccessful. Incapsula incident ID: 4270-11</iframe></body></html>",
        (BotWall,),
    ),
    Case(
        "unusual traffic",
        bare(
            "<hr><b>About this page</b><p>Our systems have detected unusual traffic from your computer network. This page "
            "checks to see if it's really you sending the requests, and not a robot.</p><p>IP address: 203.0.113.9</p>",
            title="https://www.post.example/news",
        ),
        (BotWall,),
    ),
    Case(
        "captcha in the site's frame",
        broadsheet(
            "<h1>One more step</h1><p>Please complete the security check to access this page.</p><div class='g-recaptcha' "
            "data-sitekey='x'></div><p>I'm not a robot</p><button>Submit</button>",
            title="Security check",
        ),
        (CaptchaWall, BotWall),
    ),
    Case(
        "log-in page in the site's frame",
        broadsheet(
            "<h1>Welcome back</h1><p>Log in to your account to carry on.</p><form action='/login' method='post'><label>"
            "E-mail<input type='email'></label><label>Password<input type='password'></label><button>Log in</button></form>"
            "<a href='/reset'>Forgotten your password?</a><p>New here? <a href='/register'>Create an account</a></p>",
            title="Log in | The Ellery Post",
        ),
        (SignInWall,),
    ),
    Case(
        "German log-in page",
        bare(
            "<h1>Anmelden</h1><form><label>E-Mail-Adresse</label><input><label>Passwort</label><input type='password'>"
            "<button>Einloggen</button></form><a href=/x>Passwort vergessen?</a><a href=/y>Noch kein Konto? Jetzt "
            "registrieren</a>",
            title="Anmelden | Küstenblatt",
            lang="de",
        ),
        (SignInWall,),
    ),
    Case(
        "region block",
        bare(
            "<h1>Unavailable due to legal reasons</h1><p>We recognize you are attempting to access this website from a "
            "country belonging to the European Economic Area (EEA) including the EU which enforces the General Data "
            "Protection Regulation (GDPR) and therefore access cannot be granted at this time.</p><p>For any issues, "
            "contact web@dunmere-herald.example or call 555-0100.</p>",
            title="451: Unavailable due to legal reasons",
        ),
        (RegionBlocked,),
    ),
    Case(
        "age gate",
        broadsheet(
            "<div class='gate'><h1>Are you over 18?</h1><p>This page holds content that is meant for adults. Please enter "
            "your date of birth to continue.</p><button>Yes, I am 18 or older</button><button>No</button></div>",
            title="Age check",
        ),
        (AgeGate,),
    ),
    Case(
        "app wall",
        bare(
            "<img src=/logo.png><h1>This story is better in the app</h1><p>Open this story in the Ellery Post app to keep "
            "reading.</p><a href='https://apps.example/x'>Get it on the App Store</a><a href=''>Continue in app</a>",
            title="Open in app",
        ),
        (AppWall,),
    ),
    Case(
        "offers",
        broadsheet(
            "<h1>Choose your subscription</h1><h2>Digital</h2><p>£1 for your first month, then £8 a month. Cancel any "
            "time.</p><ul><li>Unlimited access to all stories</li><li>The app without ads</li></ul><button>Subscribe now"
            "</button><h2>Digital and weekend paper</h2><p>£14 a month. Billed monthly until you cancel.</p><h2>Payment "
            "method</h2><p>Card, direct debit or voucher. VAT is included.</p>",
            title="Subscribe | The Ellery Post",
        ),
        (OfferPage,),
    ),
)

ABSENT = (
    Case(
        "soft 404 in the site's frame",
        broadsheet(
            "<h1>Sorry, we can’t find that page</h1><p>It may have been moved, or the address may be mistyped. Try the "
            "search, or start again from the front page.</p>",
            title="Page not found | The Ellery Post",
        ),
        (MissingPage,),
    ),
    Case(
        "story no longer available",
        portal(
            "<h1>Oops!</h1><p>This story is no longer available on our site. Our licence for it has run out.</p>",
            title="Northmouth Online",
        ),
        (MissingPage,),
    ),
    Case(
        "German soft 404",
        broadsheet(
            "<h1>Seite nicht gefunden</h1><p>Die von Ihnen aufgerufene Seite existiert leider nicht oder wurde verschoben. "
            "Bitte prüfen Sie die Adresse oder nutzen Sie die Suche.</p>",
            title="Fehler 404 | Küstenblatt",
            lang="de",
        ),
        (MissingPage,),
    ),
    Case(
        "empty search",
        broadsheet(
            "<h1>Search</h1><p>No results found for “harbour-wall-cost”. Check the spelling or try fewer words.</p>",
            title="Search results",
        ),
        (ListPage, MissingPage),
        path="/search?q=harbour-wall-cost",
    ),
    Case(
        "maintenance",
        bare(
            "<h1>We’ll be back soon</h1><p>Sorry for the inconvenience. We are performing scheduled maintenance at the "
            "moment and will be back online shortly.</p><p>The web team</p>",
            title="Site maintenance",
        ),
        (SiteDown,),
    ),
    Case(
        "server's error page",
        "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.24.0</center></body></html>",
        (SiteDown,),
    ),
    Case(
        "parked domain",
        bare(
            "<h1>northmouth-news.example</h1><p>This domain is for sale. Buy this domain today, or make an offer.</p>"
            "<h2>Related searches</h2><ul><li><a>Car insurance</a></li><li><a>Cheap flights</a></li><li><a>Local news</a></li></ul>",
            title="northmouth-news.example",
        ),
        (ParkedDomain,),
        path="/",
    ),
    Case(
        "withdrawn story",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><p>This article has been retracted because it did not meet our editorial "
            "standards. The Ellery Post apologises to Ms Holt. A corrected story will be published once the facts have been "
            "checked.</p></article>",
            title=HEADLINE,
            head="<meta property='og:type' content='article'>",
        ),
        (WithdrawnStory,),
    ),
)

SHELLS = (
    Case(
        "React root",
        bare(
            "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div><script src='/static/js/main.js'></script>",
            title="Ellery Post",
        ),
        (ScriptShell,),
    ),
    Case(
        "Next root with the story in its state",
        bare(
            "<div id='__next'><div class='spinner'></div></div><script id='__NEXT_DATA__' type='application/json'>"
            + json.dumps(
                {
                    "props": {
                        "pageProps": {
                            "story": {"title": HEADLINE, "body": f"<p>{LEAD}</p><p>{SECOND}</p><p>{THIRD}</p>"}
                        }
                    }
                }
            )
            + "</script><script src='/_next/static/chunks/main.js' defer></script>",
            title=HEADLINE,
            head="<meta property='og:type' content='article'><meta name='description' content='"
            + LEAD.replace("'", "’")
            + "'>",
        ),
        (ScriptShell,),
    ),
    Case(
        "frame without the story",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><div class='article-body' data-lazy='/api/story/77'><p>Loading…</p></div></article>",
            title=HEADLINE,
        ),
        (ScriptShell,),
    ),
    Case(
        "live blog's shell",
        broadsheet(
            "<h1>Live: storm reaches Port Ellery</h1><p>Follow our live coverage</p><div id='liveblog' data-src='/live/9'>"
            "<p>Loading updates…</p></div><button>Load more updates</button>",
            title="Live: storm reaches Port Ellery",
            head=linked_data(**{"@type": "LiveBlogPosting"}, headline="Live: storm reaches Port Ellery"),
        ),
        (ScriptShell,),
    ),
)

CARDS = "".join(
    f"<div class='teaser'><h2><a href='/n/{n}'>{name}</a></h2><p>{text}</p></div>"
    for n, (name, text) in enumerate(TEASERS)
)

LISTS = (
    Case("front page", broadsheet(f"<h1 class='sr'>Home</h1>{CARDS}", title="The Ellery Post"), (ListPage,), path="/"),
    Case(
        "long front page",
        broadsheet(
            "".join(
                f"<section><h2>{word}</h2>"
                + "".join(
                    f"<div class='box'><a href='/{word}/{n}'><h3>{word}: {name}</h3></a><span>{n} min read</span>"
                    f"<p>{text} Our {word.lower()} desk has more on what happened and what may come of it.</p></div>"
                    for n, (name, text) in enumerate(TEASERS[:8])
                )
                + "</section>"
                for word in MENU[:5]
            ),
            title="The Ellery Post | News from the coast",
            head="<meta property='og:type' content='website'>",
        ),
        (ListPage,),
        path="/",
    ),
    Case(
        "author's page",
        broadsheet(
            "<h1>Ida Quill</h1><p>Ida Quill has covered the coast for The Ellery Post since 2011. She won the county prize "
            "for her series on the harbour wall and lives in Dunmere with two dogs and a boat that does not float.</p>"
            + CARDS,
            title="Ida Quill, reporter",
            head="<meta property='og:type' content='profile'>",
        ),
        (ListPage,),
        path="/authors/ida-quill",
    ),
    Case(
        "tag page",
        portal(
            "<h1>Harbour wall</h1>"
            + "".join(
                f"<li><a href='/t/{n}'>{name}</a> <small>{n + 1} March</small></li>"
                for n, (name, _) in enumerate(TEASERS)
            ),
            title="Harbour wall",
        ),
        (ListPage,),
        path="/tag/harbour-wall",
    ),
    Case(
        "gallery of captions",
        broadsheet(
            "<h1>In pictures: the storm</h1><p>1 of 8</p>"
            + "".join(
                f"<figure><img src='/i/{n}.jpg'><figcaption>{text} Photo: Jonas Weir</figcaption></figure>"
                for n, (_, text) in enumerate(TEASERS[:8])
            ),
            title="In pictures: the storm",
        ),
        (GalleryPage,),
    ),
    Case(
        "video page",
        broadsheet(
            f"<h1>Watch: harbour wall debate</h1><div class='player'><video src='/v.mp4' controls></video></div><p>{LEAD}</p>"
            "<p>2:31</p>",
            title="Watch: harbour wall debate",
            head="<meta property='og:type' content='video.other'>"
            + linked_data(**{"@type": "VideoObject"}, name="Harbour wall debate"),
        ),
        (MediaPage,),
    ),
    Case(
        "podcast episode",
        portal(
            "<h1>Episode 41: who pays for the wall?</h1><iframe src='https://player.casts.example/ep41'></iframe><p>Ida Quill "
            "and Tomas de Witt talk about the price of steel, a survey that nobody read and the debate on Tuesday night. "
            "Listen wherever you get your podcasts.</p>",
            title="Episode 41",
            head=linked_data(**{"@type": "PodcastEpisode"}, name="Who pays for the wall?"),
        ),
        (MediaPage,),
    ),
    Case(
        "e-paper",
        bare(
            "<h1>The Ellery Post, 17 March 2026</h1><div id='flipbook'><canvas></canvas></div><p>Page 1 of 48</p><a>Zoom in</a><a>Next page</a><a>Thumbnails</a><a>Download issue as PDF</a>",
            title="E-paper: The Ellery Post",
        ),
        (IssueViewer,),
    ),
)

FILES = (
    Case("binary as HTML", b"\x00\x01\x02\x7fELF\x90\x80\xff" * 400, (NotText,)),
    Case("JSON as HTML", json.dumps({"error": None, "items": [{"title": HEADLINE, "text": LEAD}] * 5}), (NotText,)),
    Case(
        "feed as HTML",
        "<?xml version='1.0'?><rss version='2.0'><channel><title>Post</title></channel></rss>",
        (ListPage,),
    ),
    Case(
        "style sheet as text",
        "@charset 'utf-8';\nbody{margin:0;padding:0}\n.story p{line-height:1.5;color:#222}\n@media print{nav{display:none}}\n"
        * 20,
        (NotText,),
        "text/plain",
    ),
    Case(
        "two sentences",
        broadsheet(
            "<article><h1>Road closed</h1><p>Mill Street in Dunmere is closed until Friday. Drivers are asked to use the bypass.</p></article>",
            title="Road closed",
        ),
        (TooShort,),
    ),
)

CASES = (*PAYWALLS, *WALLS, *ABSENT, *SHELLS, *LISTS, *FILES)
