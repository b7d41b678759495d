"""Pages that hold no story, or only its beginning: each told by its own evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from bot.catalogue import mark
from bot.errors import ListPage, NoArticle, NotText, ScriptShell, TooShort
from bot.extract.blocks import Block, clean
from bot.extract.lists import refuse_list, refuse_media
from bot.extract.metadata import Metadata
from bot.extract.paywalls import refuse_teaser
from bot.extract.sight import Sight, count_all
from bot.extract.walls import FEWEST, LONGEST, refuse_wall
from bot.models import Page

__all__ = ["FEWEST", "count_all", "refuse", "refuse_feed", "text_type"]

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

BELIEVED = 400
"""Words from which a page that declares itself an article is believed. A guess: longer walls and teasers are rare."""

CODE = 0.04
"""Share of braces, semicolons and so on from which a text is a program's or a style sheet. A guess: prose has .002."""

ROOT = (
    "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='gatsby-focus-wrapper' or @id='svelte' or "
    "@id='react-root' or @id='ember-app' or @data-reactroot or self::app-root or @ng-app or @ng-version]"
)
"""Elements that a script fills."""

SCRIPTS = re.compile(
    r"(?:you (?:need|have) to |please |must )?(?:enable|activate|turn on|allow) (?:javascript|js)\b|(?:javascript|"
    r"js) (?:is|must be|has been|needs to be|to be|seems to be) "
    r"(?:disabled|enabled|required|turned on|turned off|not enabled|not available|activated)|(?:requires|needs|"
    r"without|works best with|relies on) javascript|"
    r"(?:aktivieren sie|bitte) .{0,20}javascript|javascript .{0,30}(?:aktivieren|aktiviert|deaktiviert)|(?:activer|"
    r"activez|désactivé).{0,20}javascript|javascript .{0,30}(?:activer|désactivé|activé)|"
    r"(?:active|activar|habilite|habilitar|habilita|necesita) .{0,20}javascript|javascript .{0,30}(?:activado|"
    r"desactivado|habilitar)",
    re.I,
)
LOADING = re.compile(
    r"(?:please wait\W+)?(?:the )?(?:content |page |story |article |data |live ?blog |more )?(?:is )?(?:loading|wird "
    r"geladen|lädt|chargement(?: en cours)?|cargando)(?: .{1,40})?\s*(?:…|\.{2,3})\W*|loading\W*|please wait\W*",
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
    if found := found or _machine_type(page):
        raise NotText(found)
    if page.media_type in TEXTS:
        return True
    if page.media_type not in PAGES:
        raise NotText(page.media_type)
    return page.media_type in ("", "application/octet-stream", "text/html") and b"<" not in page.body


def _machine_type(page: Page) -> str | None:
    """Name the kind of bytes, data or code that a machine was meant to read, whatever label it came under."""
    start = page.body[:4000].strip()
    wide = start[:2] in (b"\xff\xfe", b"\xfe\xff") or (page.charset or "").lower().startswith(("utf-16", "utf-32"))
    if not wide and start.count(b"\0") * 20 > len(start) and b"<\0" not in start:
        return "application/octet-stream"
    if start[:1] in (b"{", b"[") and _is_json(page.body):
        return "application/json"
    marks = sum(start.count(mark) for mark in (b"{", b"}", b";", b"=", b"(", b")"))
    if (
        start[:1] != b"<"
        and len(start) >= FEWEST
        and marks > CODE * len(start)
        and not re.search(rb"<(?:p|html|div)\b", start)
    ):
        return (
            "text/css"
            if re.search(rb"[{;]\s*[a-z-]+\s*:[^;{}]+[;}]", start) and b"function" not in start
            else "text/javascript"
        )
    return None


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def refuse_feed(text: str) -> None:
    """Raise ``ListPage`` for a news feed."""
    if re.match(
        r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", text[:2000], re.S
    ):
        raise ListPage(mark("a feed"))


def refuse(story: Sequence[Block], shown: Sequence[Block], tree: HtmlElement, metadata: Metadata, page: Page) -> None:
    """Raise a ``Refusal`` if *story*, what extraction found on *page*, must not be summed up.

    Args:
        story: the blocks left after furniture was cut, without the headline.
        shown: all blocks of the page.
        tree: the page.
        metadata: what it says of itself.
        page: where it came from.
    """
    sight = Sight(story, shown, tree, metadata, page)
    words = count_all(story)
    if metadata.is_article and words >= BELIEVED:
        return
    if sight.words < LONGEST:
        refuse_wall(sight)
        refuse_teaser(sight)
    if sight.words < FEWEST:
        _refuse_loading(sight)
    refuse_media(sight)
    refuse_list(sight)
    if sight.loose < FEWEST:
        _refuse_scripts(sight)
        words = sight.words or count_all(sight.told_elsewhere)
        raise TooShort(words) if 0 < words < FEWEST else NoArticle(mark("its text does not read like a story"))


def _refuse_loading(sight: Sight) -> None:
    """Raise ``ScriptShell`` where the story's place is kept free for a script."""
    empty = [element for element in sight.tree.xpath(ROOT) if not clean(element.text_content())]
    waiting = [block.text for block in sight.inner if LOADING.fullmatch(block.text)]
    if waiting:
        raise ScriptShell(waiting[0])
    if empty and count_all(sight.inner) < FEWEST:
        raise ScriptShell(_said_without_scripts(sight) or "")


def _refuse_scripts(sight: Sight) -> None:
    seen = _said_without_scripts(sight)
    if seen and count_all(sight.inner) < 2 * FEWEST:
        raise ScriptShell(seen)
    if count_all(sight.shown) < FEWEST / 2 and next(sight.tree.iter("script"), None) is not None:
        raise ScriptShell("")


def _said_without_scripts(sight: Sight) -> str | None:
    """Return what the page says to browsers that run no scripts."""
    hidden = (clean(element.text_content()) for element in sight.tree.iter("noscript"))
    matches = (SCRIPTS.search(text) for text in [*(block.text for block in sight.inner), *hidden])
    return next((match.group() for match in matches if match), None)
