"""Compare the extraction with what others make of the same pages: text scores and CPU time, in one run.

    python -m benchmarks.extraction [article-extraction | article-fulltext] [PAGES]

Beside Nutgraf: trafilatura, readability-lxml and newspaper4k (dependency group "benchmarks"), each as its own
documentation has it. A page that Nutgraf refuses counts as empty. The shipped model for blocks has seen these
pages; ``training/blocks.py evaluate`` prints what it does on pages that it has not seen.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import trafilatura
from lxml.html import fromstring

from bot.errors import Refusal
from bot.extract.extract import extract
from bot.models import Page

SHARED = Path(__file__).resolve().parents[2] / "shared"
Extractor = Callable[[bytes, str], str]


def nutgraf(body: bytes, url: str) -> str:
    """Read a page as Nutgraf does, whatever its language."""
    try:
        return extract(Page(url, url, body, "text/html", None, datetime.now(UTC)), any_language=True).body
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
    """Return newspaper4k's text; it is told not to fetch pictures."""
    from newspaper import Article

    article = Article(url, fetch_images=False)
    article.download(input_html=body.decode("utf-8", "replace"))
    try:
        article.parse()
    except ImportError:  # a language (Japanese, Korean) for which it wants further packages
        return ""
    return str(article.text)


def main() -> None:
    """Print a line for each extractor."""
    names = [name for name in sys.argv[1:] if not name.isdecimal()] or ["article-extraction", "article-fulltext"]
    most = next((int(name) for name in sys.argv[1:] if name.isdecimal()), None)
    scorer = _scorer()
    for name in names:
        folder = SHARED / "data" / name
        truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
        pages = {
            id_: (gzip.decompress((folder / "html" / f"{id_}.html.gz").read_bytes()), gold)
            for id_, gold in list(truth.items())[:most]
        }
        print(f"{name}: {len(pages)} pages")
        base = 0.0
        for label, extractor in _extractors():
            seconds, text = _measure(pages, extractor, scorer)
            base = base or seconds
            print(f"  {label:18} {text}  CPU {seconds / len(pages) * 1000:6.1f} ms a page, {seconds / base:.2f} times")


def _extractors() -> list[tuple[str, Extractor]]:
    found: list[tuple[str, Extractor]] = [("trafilatura", with_trafilatura), ("nutgraf", nutgraf)]
    if importlib.util.find_spec("readability"):
        found.append(("readability-lxml", with_readability))
    if importlib.util.find_spec("newspaper"):
        found.append(("newspaper4k", with_newspaper))
    return found


def _measure(
    pages: dict[str, tuple[bytes, dict[str, str]]], extractor: Extractor, scorer: ModuleType
) -> tuple[float, str]:
    body, gold = next(iter(pages.values()))
    extractor(body, gold["url"])  # what is loaded once is not counted
    seconds, precisions, recalls = 0.0, [], []
    for body, gold in pages.values():
        began = time.process_time()
        text = extractor(body, gold["url"])
        seconds += time.process_time() - began
        precision, recall, *_ = scorer.compare_text(gold["articleBody"], text)
        precisions += [precision] if precision is not None else []
        recalls.append(recall or 0.0)
    mean_p, mean_r = sum(precisions) / max(len(precisions), 1), sum(recalls) / len(recalls)
    return seconds, f"F1 {2 * mean_p * mean_r / (mean_p + mean_r):.3f}  P {mean_p:.3f}  R {mean_r:.3f}"


def _scorer() -> ModuleType:
    path = SHARED / "tools" / "score_articles.py"
    spec = importlib.util.spec_from_file_location("score_articles", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
