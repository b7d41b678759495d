"""Who said what about what: full text over the stored briefs of one workspace, if it wants that.

SQLite searches by FTS5, PostgreSQL by tsvector, both over the same folded words and with Porter's stemmer
("harbours" finds "harbour"), so that a workspace finds the same on either.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Select,
    and_,
    bindparam,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.audit import note
from bot.archive.database import Database
from bot.archive.tables import briefs, statements, workspaces
from bot.brief import Brief, Passage
from bot.errors import NothingToSearch, SearchIsOff
from bot.models import Hit, Question

AT_A_TIME = 50
"""Stored briefs that are made searchable in one transaction. A guess: others do not wait for long."""

MOST_COUNTED = 1000
"""Statements that are counted; whoever finds more asks more narrowly. A guess."""

UNTOLD = frozenset(
    "a about an and are as at be been but by did do does for from had has have he her him his how i in is it its of on "
    "or our said say says she that the their them they this to was we were what when where which who whom why will "
    "with you".split()
)
"""Words of a question that say nothing of what is looked for. PostgreSQL's index has none of most of them."""

PART = re.compile(r'"([^"]*)"|“([^”]*)”|([^\s"“”]+)')
"""A phrase in quotation marks, or a word."""

ENGLISH: ColumnClause[Any] = literal_column("'english'::regconfig")
FULL_TEXT = table("statement_words", column("rowid"))  # SQLite's index, which is a table of its own


def fold(text: str) -> list[str]:
    """Return the words of *text* without case, accents and punctuation: "Müller's" is ["muller", "s"]."""
    bare = (char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", "".join(bare).casefold())


class Search:
    """The statements of stored briefs. None are kept of a workspace that has not turned this on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def turn_on(self, workspace: str) -> int:
        """Make the stored briefs of *workspace* searchable, and those to come; return how many are stored."""
        async with self._database.writing() as connection:
            await _set_searchable(connection, workspace, True)
            await note(connection, workspace, "archive", on=True)
            stored = select(briefs.c.id).where(briefs.c.workspace == workspace).order_by(briefs.c.written_at)
            found = (await connection.execute(stored)).scalars().all()
        for start in range(0, len(found), AT_A_TIME):
            async with self._database.writing() as connection:
                for brief_id in found[start : start + AT_A_TIME]:
                    query = select(briefs.c.json).where(briefs.c.workspace == workspace, briefs.c.id == brief_id)
                    if json := (await connection.execute(query)).scalar_one_or_none():
                        with suppress(ValidationError):  # damaged, and told to whoever asks for it
                            await index(connection, workspace, brief_id, Brief.model_validate_json(json))
        return len(found)

    async def turn_off(self, workspace: str) -> None:
        """Erase the index of *workspace*, and index nothing more; its briefs stay."""
        async with self._database.writing() as connection:
            await _set_searchable(connection, workspace, False)
            await note(connection, workspace, "archive", on=False)
            await connection.execute(delete(statements).where(statements.c.workspace == workspace))
        await self._database.settle()

    async def is_on(self, workspace: str) -> bool:
        """Tell whether the briefs of *workspace* can be searched."""
        async with self._database.reading() as connection:
            return await is_searchable(connection, workspace)

    async def find(self, workspace: str, question: Question, *, limit: int = 20) -> list[Hit]:
        """Find what answers *question*, the newest first.

        All words of it must occur; those in quotation marks one after the other.

        Raises:
            SearchIsOff: the workspace has not turned it on.
            NothingToSearch: the question has no word that could be looked for.
        """
        query = (
            select(statements.c.brief, statements.c.kind, statements.c.ref)
            .where(statements.c.workspace == workspace)
            .limit(limit)
        )
        query = self._asking(query, question)
        async with self._database.reading() as connection:
            if not await is_searchable(connection, workspace):
                raise SearchIsOff
            return [Hit(*row) for row in await connection.execute(query)]

    async def count(self, workspace: str, question: Question) -> int:
        """Count what answers *question*, up to ``MOST_COUNTED``; raises like ``find``."""
        query = select(statements.c.id).where(statements.c.workspace == workspace).limit(MOST_COUNTED)
        found = self._asking(query, question).subquery()
        async with self._database.reading() as connection:
            if not await is_searchable(connection, workspace):
                raise SearchIsOff
            return int((await connection.execute(select(func.count()).select_from(found))).scalar_one())

    def _asking(self, query: Select[Any], question: Question) -> Select[Any]:
        topic, speaker, outlet = _phrases(question.words), fold(question.speaker), fold(question.outlet)
        if not (topic or speaker or outlet):
            raise NothingToSearch
        by = [([[word] for word in speaker], "speaker"), ([[word] for word in outlet], "outlet")]
        if self._database.is_sqlite:
            parts = [_in_sqlite(topic, "words speaker"), *(_in_sqlite(words, where) for words, where in by)]
            match = literal_column("statement_words").op("MATCH")(" AND ".join(filter(None, parts)))
            # Ordered by the index's own number: by the table's, SQLite would look up all of the workspace in the index.
            query = query.join(FULL_TEXT, FULL_TEXT.c.rowid == statements.c.id).where(match)
            query = query.order_by(FULL_TEXT.c.rowid.desc())
        else:
            words_and_speaker = statements.c.words.op("||")(literal_column("' '")).op("||")(statements.c.speaker)
            query = query.where(
                _in_postgresql(topic, words_and_speaker),
                *(_in_postgresql(words, statements.c[where]) for words, where in by),
            ).order_by(statements.c.id.desc())
        if question.since:
            query = query.where(statements.c.day >= question.since)
        if question.until:
            query = query.where(statements.c.day <= question.until)
        return query


async def is_searchable(connection: AsyncConnection, workspace: str) -> bool:
    """Tell whether *workspace* wants its briefs searchable."""
    return workspace in await _searchable(connection, {workspace})


async def _searchable(connection: AsyncConnection, asked: Collection[str]) -> set[str]:
    return set((await connection.execute(SEARCHABLE, {"of": [*asked]})).scalars())


SEARCHABLE = select(workspaces.c.workspace).where(
    workspaces.c.workspace.in_(bindparam("of", expanding=True)), workspaces.c.searchable
)


async def index(connection: AsyncConnection, workspace: str, brief_id: str, brief: Brief) -> None:
    """Make *brief* searchable as it is now, where its workspace wants that."""
    await connection.execute(
        delete(statements).where(statements.c.workspace == workspace, statements.c.brief == brief_id)
    )
    await add_statements(connection, [(workspace, brief_id, brief)])


async def add_statements(connection: AsyncConnection, added: Sequence[tuple[str, str, Brief]]) -> None:
    """Make new briefs, each with its workspace and id, searchable where their workspaces want that."""
    wanted = await _searchable(connection, {workspace for workspace, _, _ in added})
    rows = [row for one in added if one[0] in wanted for row in _rows(*one)]
    if rows:
        await connection.execute(insert(statements), rows)


def _rows(workspace: str, brief_id: str, brief: Brief) -> Iterator[dict[str, Any]]:
    outlet = _folded(brief.article.outlet)
    for one in _statements(brief):
        yield {"workspace": workspace, "brief": brief_id, "day": day_of(brief), "outlet": outlet, **one}


def day_of(brief: Brief) -> Any:
    """Return the day that a brief's statements are of."""
    article = brief.article
    return article.published or (article.fetched_at or datetime.now(UTC)).date()


def _statements(brief: Brief) -> Iterator[dict[str, str]]:
    names = {speaker.id: speaker.name for speaker in brief.speakers}
    for quote in brief.quotes:
        yield _row("quote", quote.id, quote.content, names.get(quote.speaker or ""))
    for claim in brief.claims:
        yield _row("claim", claim.id, claim.content, names.get(claim.claimer or ""))
    for entity in brief.entities:
        yield {"kind": "entity", "ref": entity.name, "words": _folded(entity.name), "speaker": ""}


def _row(kind: str, ref: str, content: Sequence[Passage], speaker: str | None) -> dict[str, str]:
    words = _folded(" ".join(passage.text for passage in content))
    return {"kind": kind, "ref": ref, "words": words, "speaker": _folded(speaker)}


def _folded(text: str | None) -> str:
    return " ".join(fold(text or ""))


async def _set_searchable(connection: AsyncConnection, workspace: str, on: bool) -> None:
    known = await connection.execute(
        update(workspaces).where(workspaces.c.workspace == workspace).values(searchable=on)
    )
    if not known.rowcount:
        await connection.execute(insert(workspaces).values(workspace=workspace, searchable=on))


def _phrases(words: str) -> list[list[str]]:
    """Return what must occur: each word by itself, or several one after the other."""
    found = []
    for curly, straight, word in PART.findall(words):
        folded = fold(curly or straight or word)
        if len(folded) > 1 or (folded and folded[0] not in UNTOLD):
            found.append(folded)
    return found


def _in_sqlite(phrases: Sequence[Sequence[str]], where: str) -> str:
    quoted = " AND ".join(f'"{" ".join(phrase)}"' for phrase in phrases)
    return f"{{{where}}} : ({quoted})" if quoted else ""


def _in_postgresql(phrases: Sequence[Sequence[str]], where: ColumnElement[str]) -> ColumnElement[bool]:
    if not phrases:
        return and_(True)
    wanted = " & ".join(f"({' <-> '.join(phrase)})" for phrase in phrases)
    return func.to_tsvector(ENGLISH, where).op("@@")(func.to_tsquery(ENGLISH, wanted))
