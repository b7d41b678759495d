"""The child processes in which pages are extracted and articles are read.

Both are pure CPU work on text that strangers wrote, so neither runs in the process that talks to the
platforms: a child that takes too long or too much memory is ended, and costs one request.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from bot.children import Children, open_children
from bot.lean import leave_out_commands, settle
from bot.models import Analysis, Article, Page, SummaryLength
from bot.report import Report

if TYPE_CHECKING:
    from bot.analyse.pipeline import Pipeline
    from bot.factchecks.embed import Embedder
    from bot.factchecks.match import Matcher
    from bot.factchecks.query import Query
    from bot.retelling.support import Supporter
    from bot.retelling.told import Checked, Telling

_pipelines: dict[str, Pipeline] = {}  # by language; in each child its own, filled once by _load

_matchers: list[Matcher] = []  # in each child at most one, loaded when something is to be matched

_supporters: list[Supporter] = []  # the same

# What reads is imported in the children alone: it takes seconds and some hundred megabytes.


@asynccontextmanager
async def open_readers(
    models: Mapping[str, str],
    *,
    processes: int,
    timeout: float,
    memory_mb: int,
    least_confidence: float = 0.0,
    length: SummaryLength | None = None,
) -> AsyncIterator[Readers]:
    """Start *processes* children that load spaCy's pipelines *models*; bounds as in ``open_children``.

    *models* are names of installed packages by language (ISO 639-1), English among them. Below *least_confidence* no
    speaker is named. *length* is that of summaries, None the usual one. Loading takes seconds, in which others may get
    ready as well: ``Readers.get_ready`` waits for it.
    """
    prepare = partial(_load, dict(models), least_confidence, length or SummaryLength())
    async with open_children(prepare, processes=processes, timeout=timeout, memory_mb=memory_mb) as children:
        yield Readers(children)


def is_reader_there() -> bool:
    """Tell whether the reader's files ship with this program; without them rules read, more plainly."""
    folder = files("bot.analyse")
    return all(folder.joinpath(name).is_file() for name in ("reader.json", "reader.onnx"))


class Readers:
    """The steps that need CPU, as awaitable functions. Each raises ``ReadingError`` if its child fails."""

    def __init__(self, children: Children) -> None:
        self._children = children

    async def get_ready(self) -> None:
        """Wait until all have loaded what they read with.

        Raises:
            SettingsError: a pipeline is not installed, or the memory is not enough.
        """
        await self._children.get_ready()

    async def extract(self, page: Page) -> Article:
        """Find the article on *page*.

        Raises:
            Refusal: there is none, or it must not be summed up.
        """
        return await self._children.run(_extract, page)

    async def extract_text(self, text: str) -> Article:
        """Take pasted *text* for an article; raises like ``extract``."""
        return await self._children.run(_extract_text, text)

    async def extract_file(self, name: str, body: bytes) -> Article:
        """Find the article in a file; raises like ``extract``."""
        return await self._children.run(_extract_file, (name, body))

    async def explain(self, page: Page) -> Report:
        """Tell how the article on *page* is found, or why there is none."""
        return await self._children.run(_explain, page)

    async def explain_file(self, name: str, body: bytes) -> Report:
        """Tell the same of a file."""
        return await self._children.run(_explain_file, (name, body))

    async def analyse(self, article: Article) -> Analysis:
        """Read *article*."""
        return await self._children.run(_analyse, article)

    async def match(self, queries: Sequence[Query]) -> list[list[int]]:
        """Return for each of *queries* which of its fact-checks are of its claim, see ``Matcher.match``."""
        return await self._children.run(_match, queries)

    async def support(self, telling: Telling) -> Checked:
        """Return which sentences of *telling* its article bears out, see ``Supporter.check``."""
        return await self._children.run(_support, telling)


def _load(models: Mapping[str, str], least: float, length: SummaryLength) -> None:
    """Load all that the first page would otherwise wait for."""
    leave_out_commands()
    import bot.extract.files  # noqa: F401
    from bot.analyse.pipeline import load_pipeline
    from bot.extract.language import find_language

    _pipelines.update(
        {language: load_pipeline(model, least=least, length=length) for language, model in models.items()}
    )
    find_language("Loads the model that tells languages apart.")
    settle()


def _extract(page: Page) -> Article:
    from bot.extract.extract import extract
    from bot.extract.origin import find_origin

    return find_origin(extract(page, languages=_pipelines), page)


def _extract_text(text: str) -> Article:
    from bot.extract.extract import extract_text
    from bot.extract.origin import find_origin

    return find_origin(extract_text(text, languages=_pipelines))


def _extract_file(file: tuple[str, bytes]) -> Article:
    from bot.extract.files import extract_file
    from bot.extract.origin import find_origin

    return find_origin(extract_file(*file, languages=_pipelines))


def _explain(page: Page) -> Report:
    from bot.extract.report import explain_page

    return explain_page(page, languages=_pipelines)


def _explain_file(file: tuple[str, bytes]) -> Report:
    from bot.extract.report import explain_file

    return explain_file(*file, languages=_pipelines)


def _analyse(article: Article) -> Analysis:
    return _pipelines.get(article.language or "en", _pipelines["en"]).analyse(article)


def _match(queries: Sequence[Query]) -> list[list[int]]:
    from bot.factchecks.match import Matcher

    if not _matchers:
        _matchers.append(Matcher(_pipelines["en"].nlp, _embedder()))
    return _matchers[0].match(queries)


def _support(telling: Telling) -> Checked:
    from bot.retelling.support import Supporter

    if not _supporters:
        _supporters.append(Supporter(_pipelines["en"], _embedder()))
    return _supporters[0].check(telling)


@cache
def _embedder() -> Embedder:
    from bot.factchecks.embed import Embedder

    return Embedder()
