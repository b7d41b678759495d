"""Article extraction over a folder of saved pages, by the very code that reads links."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import Refusal
from bot.extract.extract import extract
from bot.models import Article, Page


def predict_articles(folder: Path) -> dict[str, dict[str, str]]:
    """Extract every page of *folder* (``html/<id>.html.gz``; addresses in ``ground-truth.json``).

    Returns:
        Page id to articleBody, title, author, date and site, as ``score_articles.py`` takes them. A refused
        page has no prediction at all, since a reader would see none; only the language is not asked.
    """
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    predictions = {}
    for file in sorted((folder / "html").glob("*.html.gz")):
        page_id = file.name.removesuffix(".html.gz")
        url = truth.get(page_id, {}).get("url") or f"https://{page_id}.example/story"
        try:
            predictions[page_id] = _fields(extract(_page(file, url), languages=None))
        except Refusal as refusal:
            print(f"{page_id}: {type(refusal).__name__}: {refusal.evidence}")
    return predictions


def _page(file: Path, url: str) -> Page:
    return Page(
        url=url,
        final_url=url,
        body=gzip.decompress(file.read_bytes()),
        media_type="text/html",
        charset=None,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _fields(article: Article) -> dict[str, str]:
    fields = {
        "articleBody": article.body,
        "title": article.title,
        "author": article.byline,
        "date": article.published.isoformat() if article.published else None,
        "site": article.outlet,
    }
    return {name: value for name, value in fields.items() if value}
