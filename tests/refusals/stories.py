# ruff: noqa: E501 - markup stays as sites send it
"""Stories that look like something else: short ones, live ones, and those about walls. Each must be read."""

from __future__ import annotations

from tests.refusals.frame import TEASERS, Case, bare, broadsheet, linked_data, paragraphs, portal

HEADLINE = "Bakers in Northmouth end their strike"
BRIEF = (
    "Bakers in Northmouth went back to work on Thursday after two nights of strike. The guild said that its members "
    "would be paid a third more for the shift before dawn. “We are tired, but we are content,” said Alma Brandt, who "
    "speaks for the guild. The owners did not want to comment on the deal, which holds until next spring."
)
REST = (
    "The strike had left eleven schools and the county hospital without bread. Parents had baked for the lunch rooms, "
    "and the harbour trust had lent its canteen.",
    "The guild had asked for half as much again. Its members voted by 212 to 40 for the offer, which was made after a "
    "night of talks in the customs house.",
    "Mayor Joris Pell called the result fair to both sides. He said that the town would look into a subsidy for the "
    "bakeries that cannot afford the rise, but gave no sum.",
    "Three of the four owners are members of the chamber of trade, which has warned that prices will go up by summer. "
    "A loaf now costs 2.40 pounds on average.",
)
ARTICLE = "<meta property='og:type' content='article'>"


def _about(name: str, headline: str, *texts: str) -> tuple[Case, Case]:
    """Return the same story about a wall twice: under its headline alone, and in a paper's frame."""
    inside = f"<article><h1>{headline}</h1>{paragraphs(*texts)}</article>"
    return (
        Case(f"{name}, bare", bare(inside, title=headline)),
        Case(f"{name}, framed", broadsheet(inside, title=f"{headline} | The Ellery Post", head=ARTICLE)),
    )


ABOUT = (
    *_about(
        "about paywalls",
        "Papers on the coast take down their paywalls",
        "Three papers on the coast will stop asking readers to subscribe to continue reading, their owner said on Monday. "
        "The paywall had brought in less than the printing of the Sunday supplement. “Nobody likes to see the words that "
        "this article is for subscribers only,” said Piet Roos, who runs the group.",
        "Readers who had a subscription will get their money back by June. The group hopes to live on events and on a "
        "members’ club, as two papers inland already do.",
    ),
    *_about(
        "about cookies",
        "Regulator fines three sites over cookie banners",
        "The privacy regulator fined three news sites on Tuesday because their banners did not let readers reject all "
        "cookies. The sites and their 812 partners had stored data on the devices of two million people without consent, "
        "the office said. “Accept all was the only button that worked,” said its head, Runa Falk.",
        "The publishers have four weeks to appeal. One of them said that it had already changed its settings.",
    ),
    *_about(
        "about captchas",
        "Captchas now take people longer than machines",
        "People need twice as long as programs to solve a captcha, a study at the university of Dunmere has found. "
        "Volunteers picked traffic lights out of 40 pictures; a program did the same in a third of the time. The test "
        "that shall prove that a visitor is human now mostly proves that he is patient, said Dr Wim Aker, who led it.",
        "Two banks told him that they would drop the puzzles this year.",
    ),
    *_about(
        "about missing pages",
        "Council’s records vanish behind page not found",
        "More than 900 council records could not be opened on Wednesday after the town moved its site. Whoever followed "
        "an old link saw the words “404 page not found” and a drawing of a gull. The clerk, Edda Moll, said that the "
        "documents were safe and that the links would work again within a week.",
        "Among them are the minutes of the harbour debate, which campaigners had asked for since March.",
    ),
    *_about(
        "about an outage",
        "Bank’s site down for maintenance on pay day",
        "Customers of the Coast Savings Bank could not log in to their accounts for nine hours on Friday, when wages are "
        "paid. The bank had announced maintenance for the night, which then ran into the afternoon. It said that a "
        "server had failed and that no money was lost.",
        "The ombudsman asked for a report. Some 40,000 people had been affected, the bank said.",
    ),
    *_about(
        "about a withdrawn article",
        "Journal retracts study on harbour seals",
        "A journal has retracted a study that said harbour seals were spreading a parasite to sheep. The article was "
        "removed on Monday after two readers found that the same photograph had been used for three flocks. Its author, "
        "Dr Hanne Vries, said that she stood by her results and would publish the raw data.",
        "The ministry had used the study to argue for a cull, which is now on hold.",
    ),
)

SHORT = (
    Case("brief, bare", bare(f"<h1>{HEADLINE}</h1><p>{BRIEF}</p>", title=HEADLINE)),
    Case(
        "brief in a paper's frame", broadsheet(f"<article><h1>{HEADLINE}</h1><p>{BRIEF}</p></article>", title=HEADLINE)
    ),
    Case("brief in an old site's frame", portal(f"<h1>{HEADLINE}</h1><p>{BRIEF}</p>", title=HEADLINE)),
    Case(
        "brief in single sentences",
        broadsheet(
            f"<h1>{HEADLINE}</h1>" + paragraphs(*(sentence + "." for sentence in BRIEF.rstrip(".").split(". "))),
            title=HEADLINE,
            head=linked_data(headline=HEADLINE, isAccessibleForFree=True),
        ),
    ),
    Case(
        "brief with a player above",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><video src='/v.mp4'></video><p>{BRIEF}</p></article>",
            title=HEADLINE,
            head=ARTICLE,
        ),
    ),
    Case(
        "two sentences of police news",
        portal(
            "<h1>Church bells found in scrap dealer’s shed</h1><p>Police in Velden have found two church bells that were stolen "
            "in January, in the shed of a scrap dealer forty miles away. A man of 54 and a woman of 31 were held and later let "
            "go, and the bells, which were cast in 1742 and weigh some 600 pounds each, will hang again by the autumn fair.</p>",
            title="Church bells found in scrap dealer’s shed",
        ),
    ),
)

PLEAS = (
    Case(
        "whole story with a plea for a subscription below",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(BRIEF, *REST)}<div class='promo'><h3>Support local journalism</h3>"
            "<p>If you value our reporting, subscribe today and get unlimited access to all our stories.</p></div></article>",
            title=HEADLINE,
            head=ARTICLE,
        ),
    ),
    Case(
        "whole story with a count of free ones below",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(BRIEF, *REST)}<div class='meter-note'>You have read 2 of 5 free articles "
            "this month. <a href='/s'>Subscribe</a></div></article>",
            title=HEADLINE,
        ),
    ),
    Case(
        "brief with a newsletter's plea in its midst",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><p>{BRIEF}</p><div class='nl'><h3>The morning letter</h3><p>Sign up for our free "
            f"newsletter and start the day informed.</p></div>{paragraphs(*REST[:2])}</article>",
            title=HEADLINE,
        ),
    ),
    Case(
        "story under a consent banner",
        bare(
            "<div class='cookie-bar'><p>We use cookies to improve your experience. By continuing you accept our cookie policy.</p>"
            f"<button>Accept all</button><button>Settings</button></div><article><h1>{HEADLINE}</h1>{paragraphs(BRIEF)}</article>",
            title=HEADLINE,
        ),
    ),
    Case(
        "story above a long consent dialog",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(BRIEF, *REST)}</article><div class='cmp'><h2>We value your privacy</h2><p>We "
            "and our 812 partners store and access information on a device, such as cookies, and process personal data for "
            "personalised ads and content, ad measurement and audience insights. You may click to consent or refuse.</p>"
            "<button>Accept all</button><button>Reject all</button></div>",
            title=HEADLINE,
            head=ARTICLE,
        ),
    ),
    Case(
        "subscribers' story that is all there",
        broadsheet(
            f"<article class='premium-content'><h1>{HEADLINE}</h1>{paragraphs(BRIEF, *REST)}</article>",
            title=HEADLINE,
            head=linked_data(headline=HEADLINE, isAccessibleForFree=False),
        ),
    ),
)

OTHERS = (
    Case(
        "brief above forms that wait on every page",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1><p>{BRIEF}</p></article><form id='comment'><div class='g-recaptcha'></div></form>"
            "<div class='modal'><h3>Sign in</h3><p>Forgot your password?</p><input type='password'><p>Already registered?</p></div>",
            title=HEADLINE,
            head=ARTICLE,
        ),
    ),
    Case(
        "brief in containers with misleading names",
        bare(
            f"<div class='layout has-sidebar card'><div class='teaser-content'><h1>{HEADLINE}</h1><p>{BRIEF}</p></div></div>",
            title=HEADLINE,
        ),
    ),
    Case(
        "brief about a book for those who pay",
        portal(
            f"<h1>{HEADLINE}</h1><p>{BRIEF}</p>{paragraphs(*REST[:3])}<p>The guild’s book on the strike is available exclusively "
            "to paid subscribers of its magazine.</p>",
            title=HEADLINE,
        ),
    ),
    Case(
        "live blog with its text",
        broadsheet(
            "<h1>Storm reaches the coast: live</h1><button>Load more updates</button>"
            + "".join(
                f"<article class='update'><time>{hour}:15</time><h2>{title}</h2><p>{text}</p></article>"
                for hour, (title, text) in zip(range(18, 9, -1), TEASERS, strict=False)
            ),
            title="Storm reaches the coast: live",
            head=linked_data(**{"@type": "LiveBlogPosting"}, headline="Storm reaches the coast: live"),
        ),
    ),
    Case(
        "recipe in sentences",
        portal(
            "<h1>Ellery fish pie</h1><p>This pie feeds six and wants a day’s patience. Ask your fishmonger for the tail of a "
            "cod, and keep the bones.</p><p>Boil the potatoes until a fork goes through them, and mash them with butter. Fry "
            "the leeks slowly, until they are sweet.</p><p>Lay the fish in a deep dish and pour the cream over it. Bake it for "
            "forty minutes, and let it rest for ten before you cut it.</p>",
            title="Ellery fish pie",
        ),
        path="/food/fish-pie",
    ),
    Case(
        "story with many related links",
        portal(
            f"<h1>{HEADLINE}</h1>"
            + "".join(
                f"<p>{text}</p><p><a href='/r/{n}'>{TEASERS[n][0]}</a></p>" for n, text in enumerate((BRIEF, *REST))
            ),
            title=HEADLINE,
        ),
    ),
    Case(
        "picture story with text",
        broadsheet(
            f"<article><h1>{HEADLINE}</h1>{paragraphs(BRIEF, *REST)}"
            + "".join(
                f"<figure><img src='/i/{n}.jpg'><figcaption>{text}</figcaption></figure>"
                for n, (_, text) in enumerate(TEASERS[:6])
            )
            + "</article>",
            title=HEADLINE,
        ),
    ),
    Case(
        "interview with questions",
        broadsheet(
            "<article><h1>Ten questions for the last lighthouse keeper</h1><p><b>Are you a robot person or a book person?</b></p>"
            "<p>I have read every book in the tower twice. The robot came in 2019 and I have never spoken to it.</p>"
            "<p><b>Do you sign in when you come to work?</b></p><p>There is a ledger from 1911. We all sign it, and the gulls "
            "have signed it, too.</p><p><b>What will you miss?</b></p><p>The stairs, of all things. One counts them for thirty "
            "years and then there is nothing left to count.</p></article>",
            title="Ten questions for the last lighthouse keeper",
        ),
    ),
    Case(
        "guide that speaks to the reader",
        broadsheet(
            "<article><h1>How to get your money back after the ferry’s end</h1><p>If you bought a ticket for the Sandholm ferry, "
            "you can have your money back until the end of May. You need to log in to your account at the harbour trust and "
            "upload a picture of the ticket.</p><p>Those who paid in cash have to come to the office on Quay Street. Bring the "
            "ticket and some proof of your name; the trust says that it pays within a week.</p></article>",
            title="How to get your money back after the ferry’s end",
        ),
    ),
)

CASES = (*ABOUT, *SHORT, *PLEAS, *OTHERS)
