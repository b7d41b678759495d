"""Pages that hold no story, or only its beginning: each told by its own evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from bot.errors import (
    BotWall,
    ConsentWall,
    ListPage,
    MissingPage,
    NoArticle,
    NotText,
    PaywallStub,
    ScriptShell,
    SignInWall,
    TooShort,
)
from bot.extract.blocks import Block, clean, count_words, is_linked
from bot.extract.furniture import is_prose
from bot.extract.metadata import Metadata
from bot.models import Page

MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
)
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
TEXTS = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
PAGES = frozenset({"", "text/html", "application/xhtml+xml", "application/xml", "text/xml", "application/octet-stream"})

FEWEST = 40
"""Words below which nothing can be said honestly about a text. A guess: short news pieces have 50."""

STUB = 150
"""Words up to which a page with a paywall's words counts as its teaser. A guess: teasers run to 120."""

LONG_STUB = 400
"""The same where the page itself declares, besides, that the article is not free. A guess."""

WALL = 300
"""Words of a whole page up to which it can be a wall by a phrase in its midst. A guess: pages with a story's
frame, where "captcha" stands in the comment form, have more."""

STORY = 250
"""Words of running sentences from which a page is a story, whatever else stands on it. A guess."""

MANY_LINKS = 12
"""Linked titles that make a list of stories. A guess: related links beside an article are fewer, or it is longer."""

PAYWALL = re.compile(
    r"subscribe (?:now |today )?(?:to|and) (?:continue|keep|read|unlock|finish)|"
    r"(?:to|and) (?:continue|keep) reading[^.]{0,60}(?:subscri|register|sign|log ?in|account)|"
    r"already (?:a |have a )?(?:subscriber|subscription|member)\b|"
    r"(?:for|available to|exclusive to|reserved for|only for) (?:our )?(?:paid |paying )?(?:subscribers|members)\b|"
    r"(?:subscriber|member|premium)[- ](?:only|exclusive)|subscribers only|"
    r"(?:unlock|read|access) (?:this|the) (?:full |whole |entire )?(?:article|story) (?:with|by|for|now)|"
    r"this (?:article|story|content) is (?:for|only|exclusive|locked|available)|"
    r"you(?:.ve| have) (?:reached|read|used) (?:your|all|the)[^.]{0,40}(?:free|limit|articles)|"
    r"(?:register|create an? (?:free )?account) (?:for free )?to (?:continue|keep) reading",
    re.I,
)
PAYWALL_SIGNS = re.compile(
    r"pay-?wall|reg-?wall|meter(?:ed)?-?wall|subscriber-?only|premium-?(?:content|wall)|piano-", re.I
)
SCRIPTS = re.compile(
    r"(?:you (?:need|have) to |please |must )?enable javascript|javascript (?:is|must be|has been|needs to be) "
    r"(?:disabled|enabled|required|turned on|not enabled|not available)|requires javascript|turn on javascript",
    re.I,
)
PROOF = re.compile(
    r"checking (?:your browser|if the site connection is secure)|verif(?:y|ying|ication)[^.]{0,30}(?:human|robot|"
    r"browser)|"
    r"are you (?:a )?(?:human|robot)|just a moment\b|(?:complete|solve) the (?:captcha|challenge)|captcha|"
    r"unusual (?:traffic|activity)|"
    r"access (?:to this (?:page|site) has been )?denied|ddos protection|attention required|pardon our interruption|"
    r"request (?:has been |was )?blocked|you have been blocked",
    re.I,
)
CONSENT = re.compile(
    r"before you continue|we (?:value|care about|respect) your privacy|(?:accept|agree to|consent to|reject)(?: all|"
    r" the use of)? "
    r"(?:cookies|and continue|all)|your (?:privacy|consent|cookie) (?:choices|preferences|settings)|use of cookies|"
    r"(?:we|our partners) (?:and our \d+ partners )?(?:use|store)[^.]{0,60}cookies|consent",
    re.I,
)
SIGN_IN = re.compile(
    r"(?:please |you must |you need to )?(?:be )?(?:log|sign)(?:ged|ed)?[ -]?in\b.{0,40}|create an account",
    re.I,
)
PASSWORD = re.compile(r"forgot(?:ten)? (?:your )?password|stay (?:logged|signed) in|keep me (?:logged|signed) in", re.I)
FRAME = re.compile(r"\b(?:header|nav|footer|menu|navigation|masthead|topbar)\b")
MISSING = re.compile(
    r"(?:page|article|story|content|url|link|resource|document)\b[^.]{0,50}(?:not (?:be )?found|not exist|"
    r"no longer (?:exists?|available|here)|"
    r"(?:has|have) been (?:moved|removed|deleted)|isn.t (?:here|available)|cannot be found|couldn.t be found|"
    r"not available|unavailable)|"
    r"^(?:error )?404\b|\b404 (?:error|not found|page)|not found\W*$|nothing (?:was )?found|page (?:not|can.t)|"
    r"we can.?t (?:find|seem to find)|we couldn.t find|(?:lost|gone|missing) page",
    re.I,
)


def text_type(page: Page) -> bool:
    """Tell whether *page* is plain text; False for HTML.

    Raises:
        NotText: it is neither, by its label or, since labels lie, by its first bytes.
    """
    start = page.body[:512].lstrip()
    found = next((kind for magic, kind in MAGIC if start.startswith(magic)), None)
    if start.startswith(b"RIFF"):
        found = RIFF.get(start[8:12], found)
    if start[4:8] == b"ftyp":
        found = "image/avif" if start[8:12] in (b"avif", b"heic", b"mif1") else "video/mp4"
    if found:
        raise NotText(found)
    if page.media_type in TEXTS:
        return True
    if page.media_type not in PAGES:
        raise NotText(page.media_type)
    return page.media_type in ("", "application/octet-stream", "text/html") and b"<" not in page.body


def refuse_feed(text: str) -> None:
    """Raise ``ListPage`` for a news feed."""
    if re.match(
        r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", text[:2000], re.S
    ):
        raise ListPage("a feed")


def refuse(story: Sequence[Block], shown: Sequence[Block], tree: HtmlElement, metadata: Metadata, page: Page) -> None:
    """Raise a ``Refusal`` if *story*, what extraction found on *page*, must not be summed up.

    Args:
        story: the blocks left after furniture was cut, without the headline.
        shown: all blocks of the page.
        tree: the page.
        metadata: what it says of itself.
        page: where it came from.
    """
    words = count_all(story)
    told = count_all([block for block in story if is_prose(block.text)])
    titles = [clean(" ".join(tree.xpath("//title//text()"))), metadata.headline or ""]
    if told < STORY and not (metadata.is_article and words >= FEWEST):
        # Little text, or none: the whole page is asked what it is. More text: only its beginning is.
        evidence = [*titles, *(block.text for block in (shown if words < FEWEST else story[:2]))]
        _refuse_wall(titles, evidence, story)
    _refuse_paywall(words, told, shown, tree, metadata)
    _refuse_list(story, shown, metadata, page)
    if words < FEWEST:
        _refuse_scripts(shown, tree)
        raise TooShort(words) if told else NoArticle("its text does not read like a story")


def count_all(blocks: Sequence[Block]) -> int:
    """Count the words of *blocks*."""
    return sum(count_words(block.text) for block in blocks)


def _refuse_wall(titles: Sequence[str], evidence: Sequence[str], story: Sequence[Block]) -> None:
    """Raise for a page that stands in front of another, or in place of it."""
    small = sum(map(count_words, evidence)) < WALL
    if seen := _first(PROOF, evidence if small else titles):
        raise BotWall(seen)
    if seen := _first(MISSING, [*titles, *evidence[len(titles) : len(titles) + 8]]):
        raise MissingPage(seen)
    consenting = [block for block in story if CONSENT.search(block.text)]
    if (consenting or small) and count_all(consenting) * 2 >= count_all(story) and (seen := _first(CONSENT, evidence)):
        raise ConsentWall(seen)
    if any(SIGN_IN.match(title) for title in titles) or (small and _first(PASSWORD, evidence)):
        raise SignInWall(_first(SIGN_IN, evidence) or "sign in")


def _first(pattern: re.Pattern[str], texts: Sequence[str]) -> str | None:
    """Return the first words in *texts* that *pattern* finds."""
    matches = (pattern.search(text[:2000]) for text in texts)
    return next((match.group() for match in matches if match), None)


def _refuse_paywall(words: int, told: int, shown: Sequence[Block], tree: HtmlElement, metadata: Metadata) -> None:
    """Raise for a teaser. The page's frame is not asked: "Already a subscriber?" stands above free stories, too."""
    inner = [block.text for block in shown if not FRAME.search(block.within)]
    said = _first(PAYWALL, inner)
    signs = [sign for sign in tree.xpath("//body//@class | //body//@id") if PAYWALL_SIGNS.search(sign)]
    if words < LONG_STUB and said and not metadata.is_free:
        raise PaywallStub(said)
    if words < STUB and (said or not metadata.is_free):
        raise PaywallStub(said or "declared as not free")
    if 0 < told < STUB / 2 and signs and metadata.is_article:
        raise PaywallStub(signs[0])


def _refuse_list(story: Sequence[Block], shown: Sequence[Block], metadata: Metadata, page: Page) -> None:
    """Raise for a page of links to stories; one that declares itself an article is believed if it has the words."""
    if metadata.is_article and count_all(story) >= FEWEST:
        return
    links = {block.text for block in shown if is_linked(block) and 4 <= len(block.text.split()) <= 30}
    if len(links) < MANY_LINKS:
        return
    told = [block for block in story if is_prose(block.text)]
    front = not urlsplit(page.final_url).path.strip("/") and count_all(told) < 3 * STORY
    before = dict(zip(map(id, shown[1:]), shown, strict=False))
    teasers = sum(id(block) in before and is_linked(before[id(block)]) for block in told)
    if front or metadata.is_list or count_all(told) < FEWEST or teasers * 2 > len(told):
        raise ListPage(f"{len(links)} linked titles")


def _refuse_scripts(shown: Sequence[Block], tree: HtmlElement) -> None:
    texts = [*(block.text for block in shown), *(clean(element.text_content()) for element in tree.iter("noscript"))]
    if seen := _first(SCRIPTS, texts):
        raise ScriptShell(seen)
    if count_all(shown) < FEWEST / 2 and next(tree.iter("script"), None) is not None:
        raise ScriptShell("no text, but scripts")
