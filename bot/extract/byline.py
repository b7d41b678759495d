"""Whose by-line a story carries: told by JSON-LD, by meta tags and by what is printed near the headline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from bot.extract.blocks import Block, clean, is_linked
from bot.extract.dates import MONTHS, find_day
from bot.extract.head import Head, fold, types_of, words_of
from bot.extract.places import LONGEST, Place, around

_WORDS = (
    "https http coordinator director manager founder ceo columnist journalism journalist officer collective specialist "
    "engineer analyst consultant producer api "
    "staff editor editorial desk team newsroom news admin administrator agency agencies reporter correspondent "
    "contributor writer author bureau guest press reuters afp bloomberg media magazine daily times post online web "
    "webmaster published updated posted by com net org www inc ltd llc company group service association user "
    "unknown anonymous read more about follow view share menu home blog department university institute policy "
    "condition expert developer attorney reviewed licensed strategy development marketing content written head "
    "foundation international solution kitchen comment minute date tag category photo image archive website twitter "
    "facebook instagram linkedin youtube profile video podcast newsletter contact source redaktion redaktions "
    "redacción redaccion rédaction redakcja redazione redactie pressestelle agenturen zeitung verlag gmbh verein "
    "verband bundesverband feuerwehr ministerium partei kanzlei artikel stiftung autor autorin autoren auteur "
    "gastautor gastautorin gastbeitrag mitarbeiter veröffentlicht aktualisiert kommentar kommentare minuten uhr "
    "datum kategorie kategorien foto mehr quelle impressum kontakt"
).split()
NOBODY = frozenset(_WORDS) | {f"{word}s" for word in _WORDS}
"""Words of desks, agencies, companies and of what stands beside by-lines; no name of a person has them."""

AGENCIES = frozenset("ap afp dpa apa sid epd kna ansa efe upi pa pti ani jiji tass reuters xinhua ots lno".split())
NAME_PARTICLES = frozenset(
    "de da do dos das del della di du la le van von der den ter ten bin ibn al el y e i st mac af av zu".split()
)
NO_BEGINNING = frozenset("The Die Der Das El La Los Las Le Les Il Lo den der die das the".split())
NAMES_APART = re.compile(
    r"\s*(?:;|\||\n|[•·]|\band\b|\bund\b|\bet\b|\by\b(?= \w+ \w)|&|\bwith\b|,(?!\s*(?:jr|sr|ii|iii|phd|md)\b))\s*", re.I
)
BY = re.compile(
    r"^(?:(?:\w+ (?=by\b|(?:von|par|por) (?!D[eao])[A-Z\xc0-\xde][\w-]+ [A-Z\xc0-\xde]))?"
    r"(?:(?:[Bb]y|BY|[Vv]on)(?=[A-ZÄÖÜ][a-zäöü])|\b(?i:by|from|von|par|por|door|autor(?:in(?:nen)?|en)?|auteurs?|authors?|text|texte|texto|words|about|[uü]ber)\b)[:\s]*)+"
)
"""What stands before the names: "By", "Written by", "Artikel von"; in "Ida von Quill" it is part of one."""

UNPARTED = re.compile(r"\b([Bb]y|BY|[Vv]on)(?=[A-ZÄÖÜ][a-zäöü])")
SIGNED = re.compile(
    r"^(?:.*\d.*?|(?:posted|published|written|filed|veröffentlicht|gespeichert|geschrieben|erstellt|gepostet|publi[eé]|"
    r"publicado)\b.*?|.*\s(?=(?-i:By|Von|Par|Por)\b))\b(?:by|von|par|por|autor(?:in)?:|author:?)\s+(?=\S)",
    re.I,
)
"""What stands before the name in "Published on 12 June 2017 by Ida Quill"."""

NOT_WRITTEN = re.compile(
    r"\b(?:video|foto|photo|bild|image|illustration|graphic|grafik|kamera|camera|edited|translat|übersetz|hrsg|updated|"
    r"aktualisiert|actualizado)\w*"
)
"""What people do to a story beside writing it."""

REST = re.compile(
    r"(?:\s*(?:[|•·(\[*@]|[–—/-](?=\s)|\s[–—/-]|//)|,?\s+\d|,\s*\d"
    r"|,?\s+(?:(?-i:[Oo]n|am|[Ii]n|im|at|um|vom|f[uü]r|for|mit|under)\b|le(?=\s\d)|el(?=\s\d)|for(?=\sthe\b)|(?:says|said|sagt|"
    r"hace|datum|stand|search)\b|(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun)\b(?=[.,]*\s\d)"
    rf"|(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b(?=[.,]?\s*\d))).*",
    re.I,
)
"""What stands behind the names in "Ida Quill on 12 June 2017 in News"."""

AUTHORED = frozenset({"discussionforumposting", "howto", "recipe", "review", "podcastepisode"})
"""Types of schema.org that are no story and have an author all the same."""

PEN_NAME = re.compile(r"[^\W\d_](?:[\w-]{1,24}|[\w-]{0,15}\.[^\W\d_][\w-]{2,15})")
NO_NAME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag "
    "sonntag lunes martes miércoles jueves viernes sábado sabado domingo lundi mardi mercredi jeudi vendredi samedi "
    "dimanche mo di mi do fr sa so mon tue wed thu fri sat sun stand heute gestern today yesterday hoy ayer presse "
    "print drucken teilen anónimo anonym de at ch".split()
)
"""Single words that stand in by-lines and are no pen name."""

META_NAMES = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dc:creator", "dcterms.creator",
    "citation_author", "byl", "authors", "og:article:author", "creator", "article:author_name",
    "shareaholic:article_author_name",
)  # fmt: skip
PRINTED, JSON_LD = "printed", "JSON-LD"
"""Places beside the meta tags where a by-line can stand."""

AUTHOR_ALONE = re.compile(r"(?:^|[\s_-])(?:author|autor|vcard|byline|(?:author|autor)[_-]?_?name)(?:\s|$)", re.I)
APART = re.compile(r"\s*[|•·–—]\s*|\s-\s|,\s")


def find_byline(
    head: Head,
    shown: Sequence[Block],
    printed: Sequence[Place],
    headline: str | None,
    outlet: str | None,
    site: set[tuple[str, ...]],
) -> tuple[str | None, bool]:
    """Find the authors' names: "Ida Quill and Tom Reyl"; None where only a desk, an agency or the outlet is named.

    Args:
        head: what the page declares.
        shown: what it shows.
        printed: the places that it marks as by-lines.
        headline: its headline, as it is shown.
        outlet: the name of the site.
        site: all names of the site, folded.

    Returns:
        The by-line, and whether two places of the page agree on it.
    """
    names = {"".join(name) for name in site}
    bylines = [place for place in printed if place.is_byline]
    nodes = [*head.articles, *(node for node in head.nodes if types_of(node) & AUTHORED)]
    persons = [name for node in nodes for name in _author_names(head, node, "person")]
    others = [name for node in nodes for name in _author_names(head, node, None)]
    metas = {name: head.metas[name] for name in META_NAMES if "://" not in head.metas.get(name, "://")}
    found = [
        (PRINTED, _nearest(bylines, outlet, names)),
        (JSON_LD, _persons(persons, None) or _pen_name(persons, names)),  # a blog may well have its author's name
        (PRINTED, _signed(shown, headline, outlet, names)),
        (JSON_LD, _persons(others, outlet)),
        *((tag, _persons([words], outlet)) for tag, words in metas.items()),
        (PRINTED, next(filter(None, (_line(block.text, outlet) for block in around(shown, headline))), [])),
    ]
    if not any(authors for _, authors in found):
        far = (place for place in bylines if not place.near)
        found = [
            (PRINTED, _if_alike(_line(block.text, outlet) for block in shown)),
            (PRINTED, _if_alike(_names_in(place, outlet, names) for place in far)),
        ]
    return _settle([(where, authors) for where, authors in found if authors])


def _settle(found: Sequence[tuple[str, list[str]]]) -> tuple[str | None, bool]:
    """Take the first names that were *found*, or what says more of the same; tell whether another place agrees.

    What is printed is one place, however often it says the same; so is JSON-LD, while each meta tag is its own.
    """
    if not found:
        return None, False
    _, best = found[0]
    for _, other in found[1:]:
        if _says_more(other, best):
            best = other
    agreed = {where for where, other in found if _same(best, other)}
    return join_names(best), len(agreed) > 1


def _says_more(one: list[str], other: list[str]) -> bool:
    """Tell whether *one* has every name of *other*, and has it longer or has more of them."""
    longer, shorter = [set(fold(name)) for name in one], [set(fold(name)) for name in other]
    has_all = all(any(name <= words for words in longer) for name in shorter)
    return has_all and len(one) >= len(other) and sum(map(len, longer)) > sum(map(len, shorter))


def _same(one: list[str], other: list[str]) -> bool:
    return {fold(name) for name in one} == {fold(name) for name in other}


def _nearest(printed: Sequence[Place], outlet: str | None, site: set[str]) -> list[str]:
    """Return the names in the marked by-line nearest to the headline."""
    near = [place for place in printed if place.near]
    for number, place in enumerate(near):
        if names := _names_in(place, outlet, site):
            rest = near[number + 1 :]
            inside = [other for other in rest if place.element in other.element.iterancestors()]
            inner = [names for other in inside if (names := _names_in(other, outlet, site))]
            if inner:  # it has a title or a place as well, then
                return _merged(inner) or inner[0]
            return _with_siblings(place, names, rest, outlet)
    return []


def _merged(found: Sequence[list[str]]) -> list[str]:
    return list(dict.fromkeys(name for names in found for name in names if " " in name))


def _with_siblings(place: Place, names: list[str], rest: Sequence[Place], outlet: str | None) -> list[str]:
    """Return *names* and those in the places that are marked likewise beside *place*."""
    for other in rest:
        if _position(other) == _position(place):
            names = list(dict.fromkeys([*names, *_persons([_unwrapped(other.text)], outlet)]))
    return names


def _position(place: Place) -> tuple[object, ...]:
    ancestors = list(islice(place.element.iterancestors(), 2))
    return place.element.tag, place.element.get("class"), ancestors[-1] if ancestors else None


def _if_alike(found: Iterable[list[str]]) -> list[str]:
    """Return the names that were *found*, if they were the same everywhere."""
    names = list(filter(None, found))
    return names[0] if names and all(_same(names[0], other) for other in names) else []


def _line(text: str, outlet: str | None) -> list[str]:
    """Return the names in *text* if it is nothing but "By" and names."""
    if len(text) > LONGEST or not BY.match(text) or NOT_WRITTEN.search(text.lower()):
        return []
    parts = split_names(_unwrapped(text))
    names = [name for name in parts if is_person(name, outlet)]
    return names if len(names) >= max(len(parts) - 1, 1) else []


def _signed(shown: Sequence[Block], headline: str | None, outlet: str | None, site: set[str]) -> list[str]:
    """Return the names in a line near the headline that has a day and names: "12 June 2017 by Ida Quill"."""
    for block in around(shown, headline):
        if len(block.text) <= LONGEST and find_day(block.text):
            words = UNPARTED.sub(r"\1 ", block.text)
            if SIGNED.match(words):
                if names := _persons([_unwrapped(words)], outlet) or _pen_name([_unwrapped(words)], site):
                    return names
            elif not is_linked(block):
                parts = [part for part in APART.split(block.text) if not re.search(r"\d", part)]
                if len(parts) == 1 and is_person(parts[0], outlet) and "&" not in parts[0]:
                    return parts
    return []


def _names_in(place: Place, outlet: str | None, site: set[str]) -> list[str]:
    if NOT_WRITTEN.search(place.text.lower()):
        return []
    words = _unwrapped(place.text)
    return _persons([words], outlet) or (_pen_name([words], site) if _is_strong(place, words) else [])


def _is_strong(place: Place, words: str) -> bool:
    """Tell whether *place* is one where nothing but a name can stand, so that a single word is one."""
    element = place.element
    signs = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('rel') or ''}"
    return bool(AUTHOR_ALONE.search(signs)) or "author/" in (element.get("href") or "") or words != place.text


def _unwrapped(text: str) -> str:
    """Return *text* without what stands before and behind the names of a by-line."""
    return REST.sub("", BY.sub("", SIGNED.sub("", UNPARTED.sub(r"\1 ", text)))).strip(" ,:-–—")


def _persons(texts: Sequence[str], outlet: str | None) -> list[str]:
    return list(dict.fromkeys(name for words in texts for name in split_names(words) if is_person(name, outlet)))


def _pen_name(texts: Sequence[str], site: set[str]) -> list[str]:
    """Return the single name that *texts* are, if it is nobody's function and not the site's."""
    names = dict.fromkeys(name for words in texts for name in split_names(words))
    if len(names) != 1:
        return []
    name = next(iter(names))
    words = set(fold(name))
    if not PEN_NAME.fullmatch(name) or words & (NOBODY | AGENCIES | NO_NAME | MONTHS.keys()):
        return []
    if "admin" in name.lower() or "".join(fold(name)) in site or (name.isupper() and len(name) < 5):
        return []
    return [" ".join(word[0].upper() + word[1:] for word in name.split("."))] if "." in name else [name]


def split_names(words: str) -> list[str]:
    """Split "By Ida Quill and Tom Reyl" into its names."""
    parts = (REST.sub("", BY.sub("", part.strip())).strip(" ,:-–—") for part in NAMES_APART.split(clean(words)))
    return [part for part in parts if re.search(r"[^\W\d_]", part)]


def join_names(names: list[str]) -> str:
    """Join names as a byline has them."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def is_person(name: str, outlet: str | None) -> bool:
    """Tell whether *name* can be a person's: two to five capitalised words, no desk, no outlet, no address."""
    words = name.split()
    if not 2 <= len(words) <= 5 or re.search(r"[\d@/:?!<>()©]", name) or NOBODY & set(fold(name)):
        return False
    if outlet and (set(fold(name)) <= set(fold(outlet)) or set(fold(outlet)) <= set(fold(name))):
        return False
    if words[0] in NO_BEGINNING or words[-1].lower() in NAME_PARTICLES - {"i", "y", "e"}:
        return False
    return all(_is_name_word(word) for word in words)


def _is_name_word(word: str) -> bool:
    return not word[0].islower() or word.lower() in NAME_PARTICLES


def _author_names(head: Head, node: Mapping[str, Any], kind: str | None) -> Iterator[str]:
    """Yield the names of the authors of a node that are of *kind* ("person"); None for those of no kind at all."""
    authors = node.get("author")
    for author in authors if isinstance(authors, list) else [authors]:
        if isinstance(author, str) and kind is None:
            yield words_of(author)
        elif isinstance(author, dict):
            whole = _whole(head, author)
            if kind in types_of(whole) if kind else "@type" not in whole:
                names = whole.get("name")
                yield from filter(None, map(words_of, names if isinstance(names, list) else [names]))


def _whole(head: Head, author: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the node that *author* points to by its ``@id``, or *author* itself."""
    if "@type" in author or "@id" not in author:
        return author
    return next((node for node in head.nodes if node.get("@id") == author["@id"]), author)
