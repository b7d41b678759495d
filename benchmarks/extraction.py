"""Compare the extraction with what others make of the same pages: scores and CPU time, in one run.

    python -m benchmarks.extraction [article-extraction article-fulltext article-metadata article-dates] [--pages N]

Beside Nutgraf: trafilatura, readability-lxml, newspaper4k (dependency group "benchmarks") and, for dates, htmldate,
each as its own documentation has it. A page that Nutgraf refuses counts as empty. The shipped model for blocks has
seen the pages of the first two; ``training/blocks.py evaluate`` prints what it does on pages that it has not seen.

For article-metadata and article-dates it is headlines, by-lines and dates: "right" is the share of the pages that
have the fact, "wrong" the share of what was given that is not right. A headline is right with the site's name behind
it, too; a by-line only with all names and no other. trafilatura, htmldate and Nutgraf's own rules were developed on
these pages, so that their figures here are optimistic.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import trafilatura
from htmldate import find_date
from lxml.html import fromstring
from trafilatura.meta import reset_caches

from bot.errors import Refusal
from bot.extract.blocks import find_blocks
from bot.extract.decode import decode
from bot.extract.extract import extract
from bot.extract.metadata import find_metadata
from bot.models import Page

SHARED = Path(__file__).resolve().parents[2] / "shared"
TEXTS, FACTS = ("article-extraction", "article-fulltext"), ("article-metadata", "article-dates")
"""Data sets with the text of each page, and with its headline, authors and date."""

Pages = dict[str, tuple[bytes, dict[str, Any]]]
Facts = dict[str, Any]
Extractor = Callable[[bytes, str], Any]
"""From a page and its address to its text, or to its title, author and date."""


# Texts ----------------------------------------------------------------------------------------------------


def nutgraf(body: bytes, url: str) -> str:
    """Read a page as Nutgraf does, whatever its language."""
    try:
        return extract(_page(body, url), languages=None).body
    except Refusal:
        return ""


def with_trafilatura(body: bytes, _url: str) -> str:
    """Return trafilatura's text, comments left out."""
    return trafilatura.extract(body, include_comments=False) or ""


def with_readability(body: bytes, _url: str) -> str:
    """Return readability-lxml's text, a line a block."""
    from readability import Document

    tree = fromstring(Document(body.decode("utf-8", "replace")).summary(html_partial=True))
    for element in tree.iter("p", "div", "li", "h1", "h2", "h3", "h4", "blockquote", "tr", "br"):
        element.tail = f"\n{element.tail or ''}"
    return str(tree.text_content())


def with_newspaper(body: bytes, url: str) -> str:
    """Return newspaper4k's text."""
    return str(_newspaper(body, url).text)


# Facts ----------------------------------------------------------------------------------------------------


def nutgraf_facts(body: bytes, url: str) -> Facts:
    """Return what Nutgraf's brief would show."""
    try:
        article = extract(_page(body, url), languages=None)
    except Refusal:
        return {}
    return {"title": article.title, "author": article.byline, "date": article.published}


def nutgraf_head(body: bytes, url: str) -> Facts:
    """Return what Nutgraf's finder of headlines, by-lines and dates says, the story not being looked for."""
    tree = trafilatura.load_html(decode(body, None))
    if tree is None:
        return {}
    found = find_metadata(tree, find_blocks(tree if tree.find("body") is None else tree.find("body")), url)
    return {"title": found.headline, "author": found.byline, "date": found.published}


def trafilatura_facts(body: bytes, url: str) -> Facts:
    """Return trafilatura's metadata with its text, which is how it is mostly used."""
    found = trafilatura.bare_extraction(body, url=url, include_comments=False, with_metadata=True)
    return {name: getattr(found, name, None) for name in ("title", "author", "date")}


def trafilatura_head(body: bytes, url: str) -> Facts:
    """Return trafilatura's metadata, the text not being looked for."""
    tree = trafilatura.load_html(body)
    if tree is None:
        return {}
    found = trafilatura.extract_metadata(tree, default_url=url)
    return {"title": found.title, "author": found.author, "date": found.date}


def newspaper_facts(body: bytes, url: str) -> Facts:
    """Return newspaper4k's metadata."""
    found = _newspaper(body, url)
    return {"title": found.title, "author": found.authors, "date": found.publish_date}


def htmldate_facts(body: bytes, url: str) -> Facts:
    """Return htmldate's date; it is told that publication is asked for, not the last change."""
    return {"date": find_date(body, original_date=True, url=url)}


def _newspaper(body: bytes, url: str) -> Any:
    """Parse a page with newspaper4k, which is told not to fetch pictures."""
    from newspaper import Article

    article = Article(url, fetch_images=False)
    article.download(input_html=body.decode("utf-8", "replace"))
    with suppress(ImportError):  # a language (Japanese, Korean) for which it wants further packages
        article.parse()
    return article


def _page(body: bytes, url: str) -> Page:
    return Page(url, url, body, "text/html", None, datetime.now(UTC))


# The run --------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each extractor."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", default=TEXTS, help=f"of {', '.join((*TEXTS, *FACTS))}")
    parser.add_argument("--pages", metavar="N", type=int, help="only the first N pages of each")
    args = parser.parse_args(arguments)
    if unknown := set(args.names) - {*TEXTS, *FACTS}:
        parser.error(f"there is no {' or '.join(sorted(unknown))}")
    scorer = load_scorer()
    for name in args.names:
        pages = _load(SHARED / "data" / name, args.pages)
        print(f"{name}: {len(pages)} pages")
        measured = _measure(pages, _text_extractors() if name in TEXTS else _fact_extractors())
        base = measured["trafilatura"][0]
        for label, (seconds, found) in measured.items():
            scores = (score_texts if name in TEXTS else score_facts)(pages, found, scorer)
            cpu = f"CPU {seconds / len(pages) * 1000:6.1f} ms a page, {seconds / base:.2f} times"
            print(f"  {label:24} {scores}  {cpu}", flush=True)


def _load(folder: Path, most: int | None) -> Pages:
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    return {
        page_id: (gzip.decompress((folder / "html" / f"{page_id}.html.gz").read_bytes()), gold)
        for page_id, gold in list(truth.items())[:most]
    }


def _text_extractors() -> list[tuple[str, Extractor]]:
    found: list[tuple[str, Extractor]] = [("trafilatura", with_trafilatura), ("nutgraf", nutgraf)]
    if importlib.util.find_spec("readability"):
        found.append(("readability-lxml", with_readability))
    if importlib.util.find_spec("newspaper"):
        found.append(("newspaper4k", with_newspaper))
    return found


def _fact_extractors() -> list[tuple[str, Extractor]]:
    found: list[tuple[str, Extractor]] = [
        ("trafilatura", trafilatura_facts),
        ("trafilatura, no text", trafilatura_head),
        ("nutgraf", nutgraf_facts),
        ("nutgraf, no text", nutgraf_head),
    ]
    if importlib.util.find_spec("newspaper"):
        found.append(("newspaper4k", newspaper_facts))
    return [*found, ("htmldate", htmldate_facts)]


def _measure(pages: Pages, extractors: list[tuple[str, Extractor]]) -> dict[str, tuple[float, dict[str, Any]]]:
    """Return the seconds of CPU that each of *extractors* takes for all pages, and what it finds in each.

    They take turns at every page, each in turn the first: whatever else the machine does hits all alike, and so does
    what trafilatura and htmldate, which several of them use, remember of a page.
    """
    reset_caches()
    body, gold = next(iter(pages.values()))
    for _, extractor in extractors:
        extractor(body, gold["url"])  # what is loaded once is not counted
    seconds = dict.fromkeys([label for label, _ in extractors], 0.0)
    found: dict[str, dict[str, Any]] = {label: {} for label in seconds}
    for number, (page_id, (body, gold)) in enumerate(pages.items()):
        first = number % len(extractors)
        for label, extractor in extractors[first:] + extractors[:first]:
            began = time.process_time()
            found[label][page_id] = extractor(body, gold["url"])
            seconds[label] += time.process_time() - began
    return {label: (seconds[label], found[label]) for label in seconds}


def score_texts(pages: Pages, found: dict[str, str], scorer: ModuleType) -> str:
    """Return the scores of the texts that were *found*."""
    rows = [scorer.compare_text(gold["articleBody"], found[page_id]) for page_id, (_, gold) in pages.items()]
    figures = scorer.text_figures(rows)
    return f"F1 {figures['f1']:.3f}  P {figures['precision']:.3f}  R {figures['recall']:.3f}"


def score_facts(pages: Pages, found: dict[str, Facts], scorer: ModuleType) -> str:
    """Return how much of headlines, by-lines and dates is right, and how much of what was given is wrong."""
    figures = scorer.metadata_figures({page_id: gold for page_id, (_, gold) in pages.items()}, found)
    scores = []
    for field in ("title", "author", "date"):
        if field in figures:
            given, wrong = figures[field]["given"], figures[field]["wrong"]
            shown = f"right {given - wrong:.3f} wrong {wrong / given:.3f}" if given else "not given" + " " * 14
            scores.append(f"{field} {shown}")
    return "  ".join(scores)


def load_scorer(shared: Path = SHARED) -> ModuleType:
    """Load the scorer, which lies beside the data."""
    path = shared / "tools" / "score_articles.py"
    spec = importlib.util.spec_from_file_location("score_articles", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
