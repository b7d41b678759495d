# ruff: noqa: E501 - markup stays as sites send it
"""Pages without an article that were written after the rules, in one go, to check them."""

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
    NoArticle,
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
from tests.refusals.frame import STATE, TEASERS, Case, bare, broadsheet, linked_data, paragraphs, portal

HEADLINE = "Tram line under Mill Street put off for the fourth time"
LEAD = (
    "Dunmere’s council has put off its vote on the tram line under Mill Street for the fourth time, after a surveyor told "
    "members that nobody knows how deep the old mine shafts are."
)
SECOND = (
    "Work was to begin in June. It now cannot start before the spring of next year, the town’s engineer said, and the price, "
    "which stood at 90 million pounds when the line was first drawn, will have to be counted again."
)
THIRD = (
    "Shopkeepers on Mill Street, who have lived with fences since last autumn, were in the gallery. “I have sold three hats "
    "since Easter,” said Greta Lund, whose shop is older than the town hall. “I would like somebody to tell me for what.”"
)
ARTICLE = "<meta property='og:type' content='article'>"

PAYWALLS = (
    Case(
        "gift-link plea after two paragraphs",
        broadsheet(
            f"<article class='art'><header><h1>{HEADLINE}</h1><p>By Tomas de Witt</p></header>{paragraphs(LEAD, SECOND)}</article>"
            "<div class='gateway'><h2>Thanks for reading The Ellery Post</h2><p>Create your free account or log in to read the full "
            "story. You get three stories a month.</p><a>Continue</a></div>",
            title=HEADLINE,
            head=ARTICLE,
        ),
        (PaywallStub, SignInWall),
    ),
    Case(
        "trial offer under a fading third paragraph",
        broadsheet(
            f"<div class='content'><h1>{HEADLINE}</h1>{paragraphs(LEAD, SECOND, THIRD)}</div><div class='barrier'><p>To read on, start "
            "your 30-day trial for £1.</p><p>Then £9.99 a month. Cancel at any time.</p><button>Try now</button></div>",
            title=HEADLINE,
            head=linked_data(headline=HEADLINE, isAccessibleForFree="False"),
        ),
        (PaywallStub,),
    ),
    Case(
        "members' newsletter platform",
        bare(
            f"<nav>The Dunmere Dispatch</nav><article><h1>{HEADLINE}</h1>{paragraphs(LEAD)}<div class='gh-post-upgrade-cta'><h2>This post "
            "is for paying subscribers only</h2><a>Subscribe now</a><p>Already have an account? Sign in</p></div></article>",
            title=HEADLINE,
            head=ARTICLE,
        ),
        (PaywallStub,),
    ),
    Case(
        "lock sign and one sentence",
        portal(
            f"<h1>{HEADLINE}</h1><p>{LEAD} [...]</p><p class='lock'>Premium</p><p>The full text is available to our subscribers. Digital "
            "subscriptions from £4.</p>",
            title=HEADLINE,
        ),
        (PaywallStub,),
    ),
    Case(
        "counter that has run out",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(LEAD)}<div><p><b>0 of 3</b> free stories left this month</p><p>Keep reading for less than "
            "a coffee a week.</p></div></article>",
            title=HEADLINE,
        ),
        (PaywallStub,),
    ),
    Case(
        "German registration wall",
        broadsheet(
            "<article><h1>Tram unter der Mühlstraße zum vierten Mal verschoben</h1><p>Der Stadtrat von Dünmoor hat die Abstimmung über die "
            "Straßenbahn unter der Mühlstraße zum vierten Mal verschoben, nachdem ein Gutachter erklärt hatte, niemand wisse, wie tief die "
            "alten Schächte reichen …</p><div class='reg'><h2>Registrieren Sie sich kostenlos, um diesen Artikel zu lesen</h2><p>Schon "
            "registriert? Hier einloggen.</p></div></article>",
            title="Tram zum vierten Mal verschoben",
            lang="de",
            outlet="Dünmoorer Bote",
        ),
        (PaywallStub, SignInWall),
    ),
    Case(
        "Spanish subscribers' article",
        broadsheet(
            "<article><h1>El muro del puerto costará el doble</h1><p>El nuevo muro del puerto de Valmar costará 48 millones de euros, el doble "
            "de lo que se dijo a los votantes hace dos años, admitió el martes el ayuntamiento, pocas horas antes de un debate tres veces "
            "aplazado.</p><div class='muro'><p>Contenido exclusivo para suscriptores</p><p>Suscríbete para seguir leyendo desde 1 € al mes.</p>"
            "</div></article>",
            title="El muro del puerto costará el doble",
            lang="es",
            outlet="El Faro de Valmar",
        ),
        (PaywallStub,),
    ),
)

WALLS = (
    Case(
        "consent manager over an empty page",
        bare(
            "<div class='qc-cmp2-container'><h2>We respect your privacy</h2><p>We and our partners use technology such as cookies on our site "
            "to personalise content and ads, provide social media features, and analyse our traffic. Click below to consent to the use of "
            "this technology across the web. You can change your mind and change your consent choices at any time.</p><button>I accept"
            f"</button><button>Show purposes</button></div><div id='app'></div><script>{STATE}</script>",
            title="The Ellery Post",
        ),
        (ConsentWall,),
    ),
    Case(
        "gateway of a large portal",
        bare(
            "<div class='wizard-body'><h1>Northmouth Online is part of the Tidewater family of brands</h1><p>When you use our sites and apps, we "
            "use cookies to provide our sites and apps to you, authenticate users, and measure your use of them.</p><p>If you click “Accept "
            "all”, we and our partners, including 237 who are part of a framework, will also store and access information on a device and use "
            "precise geolocation data, for personalised advertising and content.</p><form><button name='agree'>Accept all</button><button "
            "name='reject'>Reject all</button><a>Manage privacy settings</a></form></div>",
            title="Tidewater is part of your day",
        ),
        (ConsentWall,),
    ),
    Case(
        "Spanish consent page",
        bare(
            "<h1>Su privacidad es importante para nosotros</h1><p>Nosotros y nuestros 890 socios almacenamos y accedemos a información en un "
            "dispositivo, como cookies, y tratamos datos personales para anuncios y contenido personalizados. Puede retirar su consentimiento "
            "en cualquier momento.</p><button>Aceptar y cerrar</button><button>Rechazar y suscribirse</button>",
            title="El Faro de Valmar",
            lang="es",
        ),
        (ConsentWall,),
    ),
    Case(
        "cookies switched off",
        bare(
            "<h1>Cookies are disabled</h1><p>Your browser does not accept cookies. To view this page, please turn cookies on in your browser’s "
            "settings and load the page again.</p>",
            title="The Ellery Post",
        ),
        (ConsentWall, BotWall),
    ),
    Case(
        "shield of a hosting firm",
        bare(
            "<h1>Sorry, you have been blocked</h1><h2>You are unable to access post.example</h2><h3>Why have I been blocked?</h3><p>This website is "
            "using a security service to protect itself from online attacks. The action you just performed triggered the security solution. "
            "There are several actions that could trigger this block including submitting a certain word or phrase.</p><h3>What can I do to "
            "resolve this?</h3><p>You can email the site owner to let them know you were blocked.</p>",
            title="Attention Required!",
        ),
        (BotWall,),
    ),
    Case(
        "browser interrupted",
        bare(
            "<h1>Pardon Our Interruption...</h1><p>As you were browsing something about your browser made us think you were a bot. There are a few "
            "reasons this might happen:</p><ul><li>You're a power user moving through this website with super-human speed.</li><li>You've disabled "
            "cookies in your web browser.</li><li>A third-party browser plugin is preventing JavaScript from running.</li></ul>",
            title="Pardon Our Interruption",
        ),
        (BotWall,),
    ),
    Case(
        "business paper's robot question",
        bare(
            "<div class='box'><h1>To carry on, please click the box below to let us know you’re not a robot.</h1><div id='c'></div><h3>Why did this "
            "happen?</h3><p>Please make sure your browser supports JavaScript and cookies and that you are not blocking them from loading. For "
            "more information you can review our terms of service.</p><p>Block reference ID: 5f1c-9a</p></div>",
            title="Tidewater Business - Are you a robot?",
        ),
        (BotWall, CaptchaWall),
    ),
    Case(
        "letters in a picture",
        portal(
            "<h2>Please verify</h2><p>Type the letters shown in the picture to proceed to the page.</p><img src='/captcha.php?s=1'><input><input "
            "type='submit' value='Send'>",
            title="Verification",
        ),
        (CaptchaWall, BotWall),
    ),
    Case(
        "bare refusal",
        "<html><head><title>403 Forbidden</title></head><body><h1>Forbidden</h1><p>You don't have permission to access this resource.</p></body></html>",
        (BotWall,),
    ),
    Case(
        "French check for robots",
        bare(
            "<h1>Un instant…</h1><p>Nous vérifions que vous n’êtes pas un robot. Cette opération ne prend que quelques secondes.</p><div "
            "class='cf-turnstile'></div>",
            title="Un instant…",
            lang="fr",
        ),
        (BotWall, CaptchaWall),
    ),
    Case(
        "sign-in page of a publisher's account service",
        bare(
            "<div id='auth'><h1>Enter your email to continue</h1><form><label for='e'>Email address</label><input id='e' type='email'><button>"
            "Continue</button></form><p>or</p><button>Continue with Findwell</button><button>Continue with Orchard</button><p>By continuing, you "
            "agree to the Terms of Service.</p></div>",
            title="Ellery Account",
        ),
        (SignInWall,),
    ),
    Case(
        "members' area",
        portal(
            "<h1>Members’ area</h1><p>You must be logged in to view this page.</p><form>User name <input name='u'> Password <input type='password'>"
            "<input type='submit' value='Log in'></form><p>Lost your password?</p>",
            title="Members’ area",
        ),
        (SignInWall,),
    ),
    Case(
        "French log-in page",
        bare(
            "<h1>Se connecter</h1><form><label>Adresse e-mail</label><input><label>Mot de passe</label><input type='password'></form><a>Mot de passe "
            "oublié ?</a><p>Pas encore de compte ? Créez-en un gratuitement.</p>",
            title="Connexion | Le Courrier de Valmer",
            lang="fr",
        ),
        (SignInWall,),
    ),
    Case(
        "closed to Europe",
        bare(
            "<img src='/logo.svg'><p>Our European visitors are important to us.</p><p>This site is currently unavailable to visitors from the European "
            "Economic Area while we work to ensure your data is protected in accordance with applicable EU laws.</p>",
            title="Dunmere Herald",
        ),
        (RegionBlocked,),
    ),
    Case(
        "rights end at the border",
        broadsheet(
            "<h1>Sorry!</h1><p>For rights reasons, this programme page can’t be shown in your country.</p><p>If you think that this is a mistake, "
            "read our help pages.</p>",
            title="Tidewater TV",
        ),
        (RegionBlocked,),
    ),
    Case(
        "date of birth",
        bare(
            "<form><h2>Please enter your date of birth</h2><select><option>1990</option></select><p>You must be of legal drinking age to enter this "
            "site. By entering you agree to our terms.</p><button>Enter</button></form>",
            title="The Cellar Review",
        ),
        (AgeGate,),
    ),
    Case(
        "reading goes on in the app",
        broadsheet(
            f"<h1>{HEADLINE}</h1><div class='sheet'><p>Get the full experience</p><p>Download our app to continue reading this story.</p><a>App Store</a>"
            "<a>Play Store</a></div>",
            title=HEADLINE,
        ),
        (AppWall, PaywallStub),
    ),
    Case(
        "checkout",
        bare(
            "<h1>Your order</h1><p>The Ellery Post, all digital: £1 for four weeks, then £10 every four weeks. Renews automatically unless cancelled."
            "</p><h2>Your details</h2><form>Name <input> Card number <input></form><p>By placing this order you accept the terms of sale.</p><button>"
            "Buy now</button>",
            title="Checkout",
        ),
        (OfferPage,),
    ),
    Case(
        "German subscription shop",
        broadsheet(
            "<h1>Unsere Abos im Überblick</h1><h2>Digital</h2><p>Alle Artikel und die App für 9,90 € pro Monat. Jederzeit kündbar.</p><h2>Print</h2><p>"
            "Die Zeitung ins Haus für 39,90 € pro Monat, Lieferung frei.</p><button>Jetzt bestellen</button>",
            title="Abo-Shop | Küstenblatt",
            lang="de",
        ),
        (OfferPage,),
    ),
)

ABSENT = (
    Case(
        "lost at sea",
        broadsheet(
            "<div class='err'><img src='/boat.svg'><h1>404</h1><h2>You seem to be lost at sea</h2><p>The page you were looking for has sunk without a "
            "trace. Here is what others are reading instead.</p></div>",
            title="The Ellery Post",
        ),
        (MissingPage,),
    ),
    Case(
        "this story has moved",
        portal(
            "<h1>This article has moved</h1><p>We have a new site. You can find our archive at archive.northmouth.example.</p>",
            title="Moved",
        ),
        (MissingPage,),
    ),
    Case(
        "expired agency text",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><p>This content has expired. Agency reports are kept on our site for 30 days only.</p></article>",
            title=HEADLINE,
            head=ARTICLE,
        ),
        (MissingPage,),
    ),
    Case(
        "French soft 404",
        broadsheet(
            "<h1>Oups !</h1><p>La page que vous recherchez n’existe plus ou a changé d’adresse. Retournez à l’accueil ou utilisez la recherche.</p>",
            title="Page introuvable",
            lang="fr",
        ),
        (MissingPage,),
    ),
    Case(
        "Spanish soft 404",
        bare(
            "<h1>Error 404</h1><p>Lo sentimos, la página que busca no existe o ha sido movida.</p>",
            title="Página no encontrada",
            lang="es",
        ),
        (MissingPage,),
    ),
    Case(
        "empty search of an old site",
        portal(
            "<h1>Search the archive</h1><p>Your search for <b>tram mill street</b> did not match any documents.</p>",
            title="Archive",
        ),
        (ListPage, MissingPage),
        path="/cgi/search?q=tram",
    ),
    Case(
        "works on the site",
        bare(
            "<h1>Down for a bit</h1><p>We are upgrading our systems tonight. The site will be back by 6 am. Thank you for your patience.</p>",
            title="Ellery Post",
        ),
        (SiteDown,),
    ),
    Case(
        "cache's error page",
        "<?xml version='1.0' encoding='utf-8'?><!DOCTYPE html><html><head><title>503 Backend fetch failed</title></head><body><h1>Error 503 Backend fetch "
        "failed</h1><p>Backend fetch failed</p><h3>Guru Meditation:</h3><p>XID: 39120</p><hr><p>Varnish cache server</p></body></html>",
        (SiteDown,),
    ),
    Case(
        "server's apology",
        "<html><head><title>500 Internal Server Error</title></head><body><h1>Internal Server Error</h1><p>The server encountered an internal error or "
        "misconfiguration and was unable to complete your request.</p><p>Please contact the server administrator to inform them of the time this error "
        "occurred.</p><hr><address>Apache/2.4 Server at www.post.example Port 443</address></body></html>",
        (SiteDown,),
    ),
    Case(
        "parked with adverts",
        bare(
            "<div id='ads'></div><h2>dunmere-dispatch.example</h2><p>The owner of this domain has parked it.</p><a>Loans</a><a>Holiday homes</a><a>Tram "
            "tickets</a><p>Interested in this name? Enquire here.</p><script src='https://www.bodis.com/park.js'></script>",
            title="dunmere-dispatch.example - parked",
        ),
        (ParkedDomain,),
        path="/",
    ),
    Case(
        "taken down",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><p>Editor’s note: We have taken down this story while we look into complaints about its accuracy. We will "
            "report here what we find.</p></article>",
            title=HEADLINE,
            head=ARTICLE,
        ),
        (WithdrawnStory, MissingPage),
    ),
    Case(
        "correction without its story",
        portal(
            "<h1>Correction</h1><p>A report on the tram line gave the wrong year. The line was first drawn in 1998, not in 1989.</p>",
            title="Correction",
        ),
        (TooShort,),
    ),
)

SHELLS = (
    Case(
        "Angular root",
        "<!doctype html><html><head><base href='/'><title>Dunmere Dispatch</title></head><body><app-root></app-root><script src='runtime.js' "
        "type='module'></script><script src='main.js' type='module'></script></body></html>",
        (ScriptShell,),
    ),
    Case(
        "plea for JavaScript",
        bare(
            "<div id='main'></div><noscript><h1>JavaScript is not available.</h1><p>We’ve detected that JavaScript is disabled in this browser. Please "
            f"enable it or switch to a supported browser.</p></noscript><script>{STATE}</script>",
            title="",
        ),
        (ScriptShell,),
    ),
    Case(
        "skeleton in the site's frame",
        broadsheet(
            "<div class='skeleton'><div class='line'></div><div class='line'></div></div><noscript>This site requires JavaScript.</noscript><script>"
            + "window.__data="
            + json.dumps({"body": [LEAD, SECOND, THIRD]})
            + "</script>",
            title=HEADLINE,
        ),
        (ScriptShell,),
    ),
    Case(
        "live ticker's shell",
        portal("<h1>Live ticker: the tram vote</h1><div id='ticker'>Please wait, loading…</div>", title="Live ticker"),
        (ScriptShell,),
    ),
)

ROWS = "".join(
    f"<li class='river__row'><a class='river__link' href='/2026/{n}'><img src='/{n}.jpg'><span class='river__title'>{name}</span></a><div "
    f"class='river__dek'>{text}</div><div class='river__meta'>Ida Quill · {n + 2} March</div></li>"
    for n, (name, text) in enumerate(TEASERS)
)

LISTS = (
    Case(
        "river of stories", broadsheet(f"<ul class='river'>{ROWS}</ul>", title="The Ellery Post"), (ListPage,), path="/"
    ),
    Case(
        "front page of blocks",
        portal(
            "".join(
                f"<div class='b{n % 3}'><a href='/x{n}'>{name}</a><br>{text} <a href='/x{n}'>more</a></div>"
                for n, (name, text) in enumerate(TEASERS * 3)
            ),
            title="Northmouth Online",
        ),
        (ListPage,),
        path="/index.html",
    ),
    Case(
        "search results",
        broadsheet(f"<h1>Results for “harbour”</h1><p>1–12 of 340 results</p><ol>{ROWS}</ol>", title="Search"),
        (ListPage,),
        path="/search?q=harbour",
    ),
    Case(
        "section page that calls itself a collection",
        broadsheet(
            f"<h1>Business</h1>{ROWS}",
            title="Business | The Ellery Post",
            head=linked_data(**{"@type": "CollectionPage"}, name="Business"),
        ),
        (ListPage,),
        path="/business",
    ),
    Case(
        "cards that are links as a whole",
        broadsheet(
            "<h1>Opinion</h1>"
            + "".join(
                f"<a class='tile' href='/o/{n}'><h3>{name}</h3><p>{text}</p></a>"
                for n, (name, text) in enumerate(TEASERS)
            ),
            title="Opinion",
        ),
        (ListPage,),
        path="/opinion",
    ),
    Case(
        "slides with captions",
        portal(
            "<h1>The storm in twelve pictures</h1>"
            + "".join(
                f"<div class='slide'><img src='/{n}.jpg'><div class='slide-caption'>{text} ({n + 1}/12)</div></div>"
                for n, (_, text) in enumerate(TEASERS)
            ),
            title="The storm in twelve pictures",
        ),
        (GalleryPage,),
    ),
    Case(
        "film with a description",
        bare(
            f"<h1>{HEADLINE}</h1><iframe src='https://films.example/embed/7' allowfullscreen></iframe><p>{LEAD} Ida Quill went to see what is left of "
            "the shops.</p><p>Camera: Jonas Weir. Published on 3 March.</p>",
            title=f"Video: {HEADLINE}",
            head=linked_data(**{"@type": "VideoObject"}, name=HEADLINE, description=LEAD),
        ),
        (MediaPage,),
    ),
    Case(
        "radio programme",
        broadsheet(
            "<h1>The Morning Tide</h1><audio controls src='/t.mp3'></audio><p>Tuesday’s edition with Ida Quill: the tram, the seals and the price of a loaf. "
            "First broadcast on 3 March.</p>",
            title="Listen: The Morning Tide",
        ),
        (MediaPage,),
    ),
    Case(
        "digital edition",
        bare(
            "<div class='toolbar'><button>Single page</button><button>Zoom</button><button>Print</button></div><div id='epaper-viewer'><img "
            "src='/p1.jpg' alt='Page 1'></div><p>Page 1 / 32</p>",
            title="Digital edition | Dunmere Herald",
        ),
        (IssueViewer,),
    ),
)

FILES = (
    Case(
        "program as HTML",
        "(function(w,d){'use strict';var a=d.createElement('script');a.async=true;a.src='/x.js';d.body.appendChild(a);})(window,document);"
        * 9,
        (NotText,),
    ),
    Case(
        "list in JSON under text/plain",
        json.dumps([{"id": n, "title": name, "text": text} for n, (name, text) in enumerate(TEASERS)]),
        (NotText,),
        "text/plain",
    ),
    Case("picture as HTML", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20, (NotText,)),
    Case(
        "site map",
        "<?xml version='1.0' encoding='UTF-8'?>\n<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://www.post.example/</loc></url></urlset>",
        (ListPage,),
        "application/xml",
    ),
    Case(
        "headline alone",
        broadsheet(f"<article><h1>{HEADLINE}</h1></article>", title=HEADLINE, head=ARTICLE),
        (NoArticle, TooShort),
    ),
    Case("one sentence", portal(f"<h1>{HEADLINE}</h1><p>{LEAD}</p>", title=HEADLINE), (TooShort,)),
)

CASES = (*PAYWALLS, *WALLS, *ABSENT, *SHELLS, *LISTS, *FILES)
