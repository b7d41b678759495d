"""In other words: what a language model of the operator's makes of an article, as far as the article bears it out.

It stands beside the summary of the article's own sentences and never in its place; on any doubt it is left out.
"""

from __future__ import annotations

import asyncio
import logging

from bot.brief import Brief, NoteCard, Passage, RetoldCard, RetoldLine
from bot.catalogue import later, speaking
from bot.confidential import is_public
from bot.counts import count_of
from bot.errors import BotError, ReadingError, RetellingDoubtful, RetellingUnavailable
from bot.models import CharSpan, Page
from bot.readers import Readers
from bot.retelling.mask import Masked, mask
from bot.retelling.service import Service
from bot.retelling.told import Checked, Kept, Meant, Said, Telling

log = logging.getLogger(__name__)

ENGLISH = "en"
"""The language that a sentence can be checked in."""

LONGEST = 30_000
"""Characters of an article that is sent, some 5,000 words; of a longer one the model would see a part, and a summary
of a part is none. A guess."""

FEWEST = 2
"""Sentences that must be left, or what is left tells too little. A guess."""

UNASKED, LEFT_OUT = "not-retold", "retelling-left-out"
"""The codes of the notes that say why a model was not asked, and why what it wrote is not shown."""


class Retold:
    """Has a model tell a brief's article in other words, and keeps what the article bears out.

    Args:
        service: the model.
        readers: check.
        sentences: at most.
        timeout: seconds that the model may take.
        send_confidential: whether it is also sent what was not on the public web.
        inner_hosts: "host:port" that may be fetched although not public; what is there is confidential.
    """

    def __init__(
        self,
        service: Service,
        readers: Readers,
        *,
        sentences: int,
        timeout: float,
        send_confidential: bool = False,
        inner_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._service = service
        self._readers = readers
        self._sentences = sentences
        self._timeout = timeout
        self._send_confidential = send_confidential
        self._inner_hosts = inner_hosts

    async def add(self, brief: Brief, page: Page | None) -> Brief:
        """Return *brief* told in other words as well. It never fails: what could not be had is noted.

        *page* is what it was written from; None: pasted text or a file, which is nobody else's business.
        """
        if not (self._send_confidential or is_public(page, self._inner_hosts)):
            return brief
        if brief.article.language not in {ENGLISH, None} or not brief.summary:
            return brief
        if len(brief.article.text) > LONGEST:
            return _noted(brief, UNASKED, RetellingUnavailable(later("the article is too long for it.")))
        masked = mask(brief.article.text)
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._service.retell(masked.text, most=self._sentences)
        except TimeoutError:
            why = later("it took longer than {time}.", time=count_of(self._timeout, "second"))
            return _noted(brief, UNASKED, RetellingUnavailable(why))
        except RetellingUnavailable as error:
            return _noted(brief, UNASKED, error)
        try:
            checked = await self._readers.support(telling_of(brief, masked, answer, self._sentences))
        except ReadingError as error:
            log.error("a summary in other words was not checked: %s", error)
            return _noted(brief, LEFT_OUT, RetellingDoubtful())
        if checked.cut:
            log.info("a summary in other words lost sentences: %s", "; ".join(checked.cut))
        if len(checked.kept) < FEWEST or len(checked.cut) > len(checked.kept):
            return _noted(brief, LEFT_OUT, RetellingDoubtful())
        return brief.model_copy(update={"retold": _card(brief, self._service.model, checked)})


def keep_retold(fresh: Brief, stored: Brief) -> Brief:
    """Return *fresh*, the same reading once more, with what *stored* was told in other words when it was written."""
    notes = [*fresh.notes, *(note for note in stored.notes if note.code in {UNASKED, LEFT_OUT})]
    return fresh.model_copy(update={"retold": stored.retold, "notes": notes})


def telling_of(brief: Brief, masked: Masked, answer: str, most: int) -> Telling:
    """Return what is to be checked, with what the brief knows of who speaks and who is meant."""
    names = {speaker.id: speaker.name for speaker in brief.speakers}
    said = tuple(Said(names.get(quote.speaker or "", ""), _spans(quote.content)) for quote in brief.quotes)
    meant = tuple(
        Meant(CharSpan(place.start, place.end), entity.name)
        for entity in brief.entities
        for place in (*entity.mentions, *entity.references)
    )
    return Telling(answer, brief.article.text, masked.quotations, said, meant, most)


def _spans(passages: list[Passage]) -> tuple[CharSpan, ...]:
    return tuple(CharSpan(passage.start, passage.end) for passage in passages)


def _card(brief: Brief, model: str, checked: Checked) -> RetoldCard:
    return RetoldCard(model=model, lines=[_line(brief, one) for one in checked.kept])


def _line(brief: Brief, kept: Kept) -> RetoldLine:
    return RetoldLine(text=kept.words, evidence=[brief.passage(span.start, span.end) for span in kept.evidence])


def _noted(brief: Brief, code: str, problem: BotError) -> Brief:
    with speaking():  # English, as all of our own words in a stored brief
        note = NoteCard(code=code, text=str(problem), passage=None)
    return brief.model_copy(update={"notes": [*brief.notes, note]})
