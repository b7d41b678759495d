"""Pages that lead to stories, or show pictures or a film, and hold no story themselves."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.catalogue import mark
from bot.errors import GalleryPage, ListPage, MediaPage
from bot.extract.sight import Sight, count_all
from bot.extract.walls import FEWEST, STORY

MANY_LINKS = 12
"""Linked titles that make a list of stories. A guess: related links beside an article are fewer, or it is longer."""

MANY_TEASERS = 4
"""Teasers that make a list of stories where there is hardly any other text. A guess."""

PICTURES = 4
"""Captions that make a gallery where there is hardly any other text. A guess."""

INTRODUCTION = 80
"""Words that may stand above a film or a gallery and still be no story. A guess."""

LISTS = frozenset({"collectionpage", "searchresultspage", "profilepage", "profile", "itemlist"})
FILMS = frozenset(
    "video videoobject video.other video.movie video.episode video.tv_show audioobject podcastepisode radioepisode "
    "tvepisode "
    "music.song music.radio_station broadcastevent clip".split()
)
GALLERIES = frozenset({"imagegallery", "mediagallery"})
LIST_PATH = re.compile(
    r"/(?:tags?|topics?|categor(?:y|ies)|sections?|authors?|by|profiles?|search|suche|recherche|buscar|archives?|"
    r"thema|auteurs?|autor(?:es)?|"
    r"latest|newest|page/\d+)(?:/|$)|/page/\d+",
    re.I,
)
FRONT = re.compile(r"/(?:index|home|default|start)(?:\.\w{2,5})?/?", re.I)
NO_RESULTS = re.compile(
    r"(?:no|0|zero) (?:results?|stories|articles|matches|posts)(?: (?:were|was))?(?: found| match| for\b)|(?:found|"
    r"returned) (?:no|0) (?:results|matches)|"
    r"did(?: not|n.t) match any|nothing matched|keine (?:ergebnisse|treffer)|aucun résultat|(?:sin|ningún|no hay) "
    r"resultados?",
    re.I,
)
RESULTS = re.compile(r"\W*(?:search(?: results)?|suche|suchergebnisse|recherche|búsqueda|resultados)\b.{0,80}", re.I)
CAPTION = re.compile(r"\bfigcaption\b|caption|slide-(?:text|description)")
GALLERY_TITLE = re.compile(
    r"(?:in pictures|in photos|photos|pictures|gallery|photo gallery|slideshow|picture gallery|photo essay|bilder|"
    r"fotos|en images|en imágenes)\b.*|"
    r".*\W(?:in (?:pictures|photos)|photos|gallery|slideshow|bilderstrecke|fotogalerie)\W*",
    re.I,
)
MEDIA_TITLE = re.compile(r"(?:watch|video|listen|podcast|audio|episode|ep\.?)\b.*|.*\W(?:video|podcast|audio)\W*", re.I)
PLAYER = (
    "//video | //audio | //iframe[contains(@src, 'play') or contains(@src, 'embed') or contains(@src, 'video') or "
    "contains(@src, "
    "'podcast')] | //*[contains(@class, 'player') or contains(@id, 'player') or contains(@class, 'jwplayer')]"
)


def refuse_media(sight: Sight) -> None:
    """Raise ``GalleryPage`` or ``MediaPage`` for pictures or films with nothing but a few words about them."""
    captions = [block for block in sight.shown if CAPTION.search("  ".join(block.within.split("  ")[-2:]))]
    names = {block.text for block in captions}
    told = count_all([block for block in sight.own if block.text not in names])
    headed = [title for title in sight.titles if title in sight.titles[0] or title == sight.metadata.headline]
    shows = bool(sight.kinds & GALLERIES) or any(GALLERY_TITLE.fullmatch(title) for title in headed)
    if len(names) >= PICTURES and told < (INTRODUCTION if shows else FEWEST):
        raise GalleryPage(f"{len(names)} captions")
    declared = next(iter(sorted(sight.kinds & FILMS)), None)
    titled = next((title for title in sight.titles if MEDIA_TITLE.fullmatch(title)), None)
    longest = (
        STORY / 2 if not sight.head.articles and (declared and (titled or not sight.metadata.is_article)) else FEWEST
    )
    if titled and not sight.metadata.is_article:
        longest = INTRODUCTION
    if (
        told < longest
        and (declared or titled or told)
        and (declared or (sight.has(PLAYER) and not sight.metadata.is_article))
    ):
        raise MediaPage(f"declared as {declared}" if declared else (titled or mark("a player")))


def refuse_list(sight: Sight) -> None:
    """Raise ``ListPage`` for links to stories; a declared article is believed if it has the words."""
    if sight.metadata.is_article and count_all(sight.story) >= FEWEST:
        return
    path = urlsplit(sight.page.final_url).path
    front = not path.strip("/") or bool(FRONT.fullmatch(path))
    declared = sight.metadata.is_list or bool(sight.kinds & LISTS) or bool(LIST_PATH.search(path))
    if sight.words < FEWEST:
        for block in sight.inner:
            if seen := NO_RESULTS.search(block.text):
                raise ListPage(seen.group())
    few = sight.words < FEWEST or (front and sight.words < 3 * STORY) or (declared and sight.words < STORY)
    if sight.listed >= MANY_TEASERS and few:
        raise ListPage(f"{sight.listed} teasers")
    if sight.links >= MANY_LINKS and few:
        raise ListPage(f"{sight.links} linked titles")
    if declared and sight.words < FEWEST and sight.links >= MANY_TEASERS:
        raise ListPage(f"{sight.links} linked titles")
