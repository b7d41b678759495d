"""Something stands between the reader and the article: a sign-in, a question, a script, an app."""

from __future__ import annotations

from bot.catalogue import mark
from bot.errors.error import PASTE
from bot.errors.refusals import NoArticle, Refusal, seen


class SignInWall(NoArticle):
    """A page that asks for an account first."""

    def __init__(self, evidence: str) -> None:
        words = mark("The site wants readers to sign in before it shows this page{seen}. {paste}")
        Refusal.__init__(self, words, evidence, seen=seen(evidence), paste=PASTE)


class ConsentWall(NoArticle):
    """A page that asks for consent to cookies first."""

    def __init__(self, evidence: str) -> None:
        words = mark("The site asks for consent to cookies before it shows the article{seen}. {paste}")
        Refusal.__init__(self, words, evidence, seen=seen(evidence), paste=PASTE)


class BotWall(NoArticle):
    """A page that turns programs away, or wants proof that a person is reading."""

    def __init__(self, evidence: str) -> None:
        words = mark(
            "The site turns programs like me away, or wants proof that a person is reading{seen}. {paste}",
        )
        Refusal.__init__(self, words, evidence, seen=seen(evidence), paste=PASTE)


class CaptchaWall(NoArticle):
    """A puzzle that only a person can solve."""

    def __init__(self, evidence: str) -> None:
        words = mark(
            "The site wants a puzzle solved (a captcha) before it shows the article{seen}. "
            "You can solve it in your browser. {paste}"
        )
        Refusal.__init__(self, words, evidence, seen=seen(evidence), paste=PASTE)


class RegionBlocked(NoArticle):
    """A page that is not shown in the country where this program runs."""

    def __init__(self, evidence: str) -> None:
        words = mark(
            "The site does not show this page in the country where I run{seen}. "
            "If you can open it where you are: paste the article's text and I will read that instead."
        )
        Refusal.__init__(self, words, evidence, seen=seen(evidence))


class AgeGate(NoArticle):
    """A page that asks for the reader's age first."""

    def __init__(self, evidence: str) -> None:
        words = mark("The site asks for the reader’s age before it shows this page{seen}. {paste}")
        Refusal.__init__(self, words, evidence, seen=seen(evidence), paste=PASTE)


class AppWall(NoArticle):
    """A page that sends readers to the outlet's app."""

    def __init__(self, evidence: str) -> None:
        words = mark("The site shows this story only in its app{seen}. {paste}")
        Refusal.__init__(self, words, evidence, seen=seen(evidence), paste=PASTE)


class OfferPage(NoArticle):
    """Subscriptions for sale, and no story."""

    def __init__(self, evidence: str) -> None:
        words = mark("The link leads to an offer of subscriptions, not to the article{seen}. {paste}")
        Refusal.__init__(self, words, evidence, seen=seen(evidence), paste=PASTE)


class ScriptShell(NoArticle):
    """A page whose text only comes by JavaScript."""

    def __init__(self, evidence: str) -> None:
        words = mark("This page has no text until a browser runs its scripts, which I do not do{seen}. {paste}")
        Refusal.__init__(self, words, evidence, seen=seen(evidence), paste=PASTE)
