"""The published fact-checks that were imported, found by the words of the claims that they looked at.

The only table without a workspace: what was published is nobody's secret, and one import serves all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, RowMapping, Select, bindparam, delete, func, literal_column, select, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.archive.database import Database
from bot.archive.tables import factchecks
from bot.factchecks.review import Review

WORD = re.compile(r"[^\W_]{2,}")

STOP_WORDS = frozenset(
    "a about after again all also an and any are as at be because been before being between both but by can could did "
    "do does doing down during each few for from further had has have having he her here hers him his how i if in into "
    "is it its itself just me more most my no nor not now of off on once only or other our out over own per s same she "
    "should so some such t than that the their them then there these they this those through to too under until up us "
    "very was we were what when where which while who whom why will with would you your said says told".split()
)
"""Words that stand everywhere, and find nothing but time."""

MOST_WORDS = 24
"""Words of a claim that are looked for. A guess: claims have some 25, a third of them stop words."""

CANDIDATES = 60
"""Fact-checks that are handed on to be compared. A guess, far beyond what is looked at."""


class FactChecks:
    """Imported fact-checks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, batch: Sequence[tuple[Review, bytes]], imported: str) -> int:
        """Store reviews with their vectors, those that are known by address and claim anew; return how many were new.

        *imported* names the import that they are of.
        """
        if not batch:
            return 0
        rows = {
            key: {"key": key, "imported": imported, "vector": vector, **asdict(review)}
            for review, vector in batch
            if (key := _key(review))
        }
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        statement = insert(factchecks)
        changed = {name: statement.excluded[name] for name in factchecks.c.keys() if name not in {"id", "key"}}  # noqa: SIM118
        async with self._database.writing() as connection:
            known = await connection.execute(
                select(func.count()).where(factchecks.c.key.in_(bindparam("keys", expanding=True))),
                {"keys": list(rows)},
            )
            old: int = known.scalar_one()
            upsert = statement.on_conflict_do_update(index_elements=["key"], set_=changed)
            await connection.execute(upsert, list(rows.values()))
        return len(rows) - old

    async def remove_replaced(self, imported: str) -> int:
        """Remove what older imports had of the addresses that the import *imported* has; return how many these were."""
        seen = select(factchecks.c.url).where(factchecks.c.imported == imported)
        old = delete(factchecks).where(factchecks.c.imported != imported, factchecks.c.url.in_(seen))
        return await self._database.write(old)

    async def is_filled(self) -> bool:
        """Tell whether there is any."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(factchecks.c.id).limit(1))).first() is not None

    async def count(self) -> int:
        """Return how many there are."""
        async with self._database.reading() as connection:
            number: int = (await connection.execute(select(func.count()).select_from(factchecks))).scalar_one()
            return number

    async def find(self, claim: str) -> list[tuple[Review, bytes]]:
        """Return those that share most words with *claim*, with their vectors; at most ``CANDIDATES``."""
        words = [word for word in dict.fromkeys(WORD.findall(claim.lower())) if word not in STOP_WORDS][:MOST_WORDS]
        if not words:
            return []
        query = self._in_sqlite(words) if self._database.is_sqlite else self._in_postgresql(words)
        async with self._database.reading() as connection:
            return [(_review(row), row["vector"]) for row in (await connection.execute(query)).mappings()]

    def _in_sqlite(self, words: Sequence[str]) -> Select[tuple[object, ...]]:
        wanted = " OR ".join(f'"{word}"' for word in words)
        nearest = text(
            "SELECT rowid FROM factcheck_words WHERE factcheck_words MATCH :wanted ORDER BY rank LIMIT :most"
        ).bindparams(wanted=wanted, most=CANDIDATES)
        return select(factchecks).where(factchecks.c.id.in_(nearest.columns(literal_column("rowid"))))

    def _in_postgresql(self, words: Sequence[str]) -> Select[tuple[object, ...]]:
        language: ColumnElement[str] = literal_column("'english'::regconfig")
        there = func.to_tsvector(language, factchecks.c.claim)
        wanted = func.to_tsquery(language, " | ".join(words))
        return (
            select(factchecks)
            .where(there.op("@@")(wanted))
            .order_by(func.ts_rank_cd(there, wanted).desc())
            .limit(CANDIDATES)
        )


def _key(review: Review) -> str:
    told = " ".join(WORD.findall(review.claim.lower()))
    return hashlib.sha256(f"{review.url}\n{told}".encode()).hexdigest()


def _review(row: RowMapping) -> Review:
    return Review(**{name: row[name] for name in Review.__slots__})
