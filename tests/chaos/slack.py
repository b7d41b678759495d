"""Chaos in Slack: people mention the bot, Slack delivers until it is acknowledged, and refuses or cuts calls."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress

from tests.chaos.tally import GIVEN_UP, OFTEN, SELDOM, Outcome, link_in
from tests.slack_standin import SlackStandIn
from tests.slack_things import APP_TOKEN, BOT_TOKEN, BOT_USER, Fault, Post, event_of

FAULTS = (
    Fault(status=429, retry_after=1),
    Fault(status=500),
    Fault(status=503),
    Fault(cut=True),
    Fault(error="internal_error"),
)
CHANNELS = 7

REDELIVER = 0.2
"""Seconds after which what was not acknowledged is delivered again; Slack itself takes longer."""


class SlackPeople:
    """Who asks in Slack. A request is acknowledged when Slack's delivery of it is; until then Slack delivers again."""

    def __init__(self, slack: SlackStandIn, chance: random.Random) -> None:
        self.outcome = Outcome()
        self._slack = slack
        self._chance = chance
        self._asked: dict[str, Post] = {}  # by the link in it

    @property
    def settings(self) -> Mapping[str, str]:
        """How a bot reaches them."""
        return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": self._slack.api_url}

    def is_heard(self) -> bool:
        """Tell whether a bot is connected."""
        return bool(self._slack.sockets)

    async def ask(self, number: int) -> None:
        """Mention the bot with a link; return once that was acknowledged."""
        link = f"post.example/slack/{number}z"
        post = self._asked[link] = self._slack.says(f"C{number % CHANNELS}", f"<@{BOT_USER}> <https://{link}>")
        self.outcome.asked += 1
        self._misbehave()
        await self._deliver(post)
        if self._chance.random() < OFTEN:
            self.outcome.repeated += 1
            await self._deliver(post)

    def _misbehave(self) -> None:
        if self._chance.random() < OFTEN:
            self.outcome.faults += 1
            method = self._chance.choice(("chat.update", "chat.postMessage"))
            self._slack.misbehave(method, self._chance.choice(FAULTS))

    async def _deliver(self, post: Post) -> None:
        for retry in range(1000):
            with suppress(IndexError, ConnectionError, RuntimeError):  # nobody is connected, or not any more
                if await self._slack.deliver(event_of(post, "app_mention"), retry=retry) == 200:
                    if self._chance.random() < SELDOM:
                        await self._slack.refresh()
                    return
            self.outcome.repeated += 1
            await asyncio.sleep(REDELIVER)
        raise AssertionError("the bot does not come back to Slack")

    def unanswered(self) -> list[str]:
        """Return the links of what has no answer yet."""
        answers = self._answers()
        return [link for link in self._asked if link not in answers]

    def count(self) -> Outcome:
        """Return what became of it all."""
        answers = self._answers()
        for link, asked in self._asked.items():
            self.outcome.lost += link not in answers
            self.outcome.twice += len(self._slack.thread(asked)) > 1
            self.outcome.wrong += any(not _is_in_its_thread(one, asked) for one in answers.get(link, ()))
            self.outcome.given_up += any(GIVEN_UP in one.text for one in answers.get(link, ()))
        return self.outcome

    def _answers(self) -> Mapping[str, Sequence[Post]]:
        """Return what was written in the place of placeholders, by the link that it is about."""
        found: defaultdict[str, list[Post]] = defaultdict(list)
        for post in self._slack.posts:
            if post.user == BOT_USER and post.edits:
                found[link_in(post.text, post.blocks)].append(post)
        return found

    def complaints(self) -> list[str]:
        """Return which of the bot's calls Slack would not expect, however much goes wrong."""
        return [one for one in self._slack.violations if "was not acknowledged" not in one]

    def seen_of(self, link: str) -> str:
        """Tell what is to be seen of the request for *link*."""
        asked = self._asked[link]
        return f"{asked.ts} {asked.reactions} {[(one.text, one.edits) for one in self._slack.thread(asked)]}"


def _is_in_its_thread(answer: Post, asked: Post) -> bool:
    return (answer.channel, answer.thread_ts) == (asked.channel, asked.ts)
