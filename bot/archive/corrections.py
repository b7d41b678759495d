"""Corrections: kept with who, when, before and after, applied to the stored brief, and to later ones of the article."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.archive.audit import note
from bot.archive.database import Database
from bot.archive.search import index
from bot.archive.tables import briefs, corrections, items, requests
from bot.brief import Brief
from bot.corrections import before, correct, find, words_of
from bot.errors import BriefNotFound, CannotCorrect
from bot.models import Corrected, Correction, Mistake


class Corrections:
    """What people said is wrong."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, workspace: str, brief_id: str, who: str, correction: Correction) -> Brief:
        """Correct a stored brief, keep the correction, and have every message that was posted from it edited.

        Raises:
            BriefNotFound: there is none of that workspace.
            CannotCorrect: it has no such quote or claim, or the right speaker's name does not stand in the article.
        """
        async with self._database.writing() as connection:
            one = (briefs.c.workspace == workspace, briefs.c.id == brief_id)
            stored = await connection.execute(select(briefs.c.json, briefs.c.story).where(*one).with_for_update())
            row = stored.one_or_none()
            if row is None:
                raise BriefNotFound
            brief = Brief.model_validate_json(row.json)
            corrected = correct(brief, correction)
            await connection.execute(update(briefs).where(*one).values(json=corrected.model_dump_json()))
            await connection.execute(
                insert(corrections).values(
                    id=uuid4().hex,
                    workspace=workspace,
                    brief=brief_id,
                    story=row.story,
                    mistake=correction.mistake,
                    ref=correction.ref,
                    words=words_of(brief, correction),
                    before=before(brief, correction),
                    after=correction.right,
                    who=who,
                    at=datetime.now(UTC),
                )
            )
            await index(connection, workspace, brief_id, corrected)
            await _deliver_again(connection, workspace, brief_id)
            await note(
                connection,
                workspace,
                "corrected",
                who=who,
                brief=brief_id,
                mistake=correction.mistake,
                ref=correction.ref,
            )
        return corrected

    async def all(self, workspace: str) -> list[Corrected]:
        """Return the corrections of *workspace*, in order, each with the brief as it now is."""
        query = select(corrections).where(corrections.c.workspace == workspace).order_by(corrections.c.at)
        stored = select(briefs.c.json).where(briefs.c.workspace == workspace)
        made = []
        async with self._database.reading() as connection:
            for row in (await connection.execute(query)).mappings().all():
                json = (await connection.execute(stored.where(briefs.c.id == row["brief"]))).scalar_one()
                made.append(
                    Corrected(
                        mistake=Mistake(row["mistake"]),
                        ref=row["ref"],
                        words=row["words"],
                        before=row["before"],
                        after=row["after"],
                        who=row["who"],
                        at=row["at"],
                        brief=json,
                    )
                )
        return made


Made = tuple[str, str, str | None]
"""A mistake, the words that it was in, and what is right."""


async def corrections_of(
    connection: AsyncConnection, stories: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], Sequence[Made]]:
    """Return what was corrected, in order, in each story of a workspace."""
    wanted = {"of": [*{workspace for workspace, _ in stories}], "which": [*{story for _, story in stories}]}
    made = defaultdict(list)
    for row in await connection.execute(MADE, wanted):
        made[row.workspace, row.story].append((row.mistake, row.words, row.after))
    return made


MADE = (
    select(corrections)
    .where(corrections.c.workspace.in_(bindparam("of", expanding=True)))
    .where(corrections.c.story.in_(bindparam("which", expanding=True)))
    .order_by(corrections.c.at)
)


def apply(brief: Brief, made: Sequence[Made]) -> Brief:
    """Apply to a new *brief* what was corrected in earlier ones of the same article, where it has the same words."""
    for mistake, words, right in made:
        ref = find(brief, Mistake(mistake), words)
        if ref is not None:
            try:
                brief = correct(brief, Correction(Mistake(mistake), ref, right))
            except CannotCorrect:  # the article has changed, and the right speaker is not in it any more
                continue
    return brief


async def _deliver_again(connection: AsyncConnection, workspace: str, brief_id: str) -> None:
    """Owe the answer anew: whoever works on the request edits the messages that stand in its thread."""
    answered = (items.c.workspace == workspace, items.c.brief == brief_id, items.c.delivered.is_(True))
    asked = select(items.c.request).where(*answered)
    await connection.execute(
        update(requests)
        .where(requests.c.workspace == workspace, requests.c.id.in_(asked))
        .values(finished_at=None, reopened=requests.c.reopened + 1)
    )
    await connection.execute(update(items).where(*answered).values(delivered=False))
