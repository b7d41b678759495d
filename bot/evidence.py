"""Where the evidence stands: links that open the publisher's page at a passage."""

from __future__ import annotations

from urllib.parse import quote

from bot.brief import ArticleCard

WHOLE_WORDS = 10
"""Words up to which a passage is named in full. A guess: chat messages bound the length of links, too."""

EDGE_WORDS = 5
"""Words that name the beginning, and the end, of a longer passage. A guess: fewer are found elsewhere as well."""


def page_address(article: ArticleCard) -> str | None:
    """Return the address of the publisher's page; None for pasted text.

    The canonical address is what the page says of itself, so it is taken only where it is a web address.
    """
    for url in (article.canonical_url, article.url):
        if url and url.lower().startswith(("http://", "https://")):
            return url
    return None


def text_fragment_link(url: str, passage: str) -> str:
    """Return *url* so that a browser scrolls to *passage* and marks it.

    A long passage, or one over several paragraphs, is named by its first and its last words. Where *url* has a
    fragment already it is kept; where it names another passage, this one takes its place.

    Source:
        URL Fragment Text Directives, W3C Web Incubator Community Group.
    """
    page, mark, fragment = url.partition("#")
    fragment = fragment.partition(":~:")[0]
    words = passage.split()
    if not words:
        return page + mark + fragment
    if len(words) <= WHOLE_WORDS and "\n" not in passage.strip():
        text = _encoded(words)
    else:
        # At most half of the words each, so that the end is looked for after the beginning.
        edge = min(EDGE_WORDS, max(len(words) // 2, 1))
        text = f"{_encoded(words[:edge])},{_encoded(words[-edge:])}" if len(words) > 1 else _encoded(words)
    return f"{page}#{fragment}:~:text={text}"


def _encoded(words: list[str]) -> str:
    # A dash next to a comma marks a prefix or a suffix, and "," and "&" part the directive's pieces.
    return quote(" ".join(words), safe="").replace("-", "%2D")
