"""Chaos in Discord: people give commands and mention the bot, connections break, and calls are refused.

Discord delivers nothing a second time to whoever was away: who is not heard asks again. Each try has a link of its own.
What was acknowledged, by the deferred reply or by a message below a mention, must be answered in the thread of just
that message, once; what was not acknowledged, or refused in words while the database was away, once at most.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import ArchiveUnavailable
from tests.chaos.tally import GIVEN_UP, OFTEN, SELDOM, Outcome, link_in
from tests.discord_newsroom import NAMED
from tests.discord_standin import DiscordStandIn
from tests.discord_things import APPLICATION, PUBLIC_THREAD, TOKEN, Channel, Fault, Interaction, Message

REFUSED = (
    {"status": 429, "body": {"retry_after": 1.0, "global": False}, "headers": {"Via": "1.1 google"}},
    {"status": 500, "body": {"message": "500: Internal Server Error", "code": 0}},
    {"status": 503, "body": {"message": "upstream connect error", "code": 0}},
    {"status": 500, "body": {"message": "500: Internal Server Error", "code": 0}, "after": True},
)
CALLS = (
    ("POST", r"/channels/\d+/messages$"),
    ("PATCH", r"/channels/\d+/messages/"),
    ("PATCH", r"@original$"),
    ("POST", r"/threads$"),
)
CHANNELS = tuple(f"31000000000000000{number}" for number in range(7))

EXPECTED = frozenset({10015, 10062, 40060, 160004})
"""What Discord refuses where a bot was killed between storing, acknowledging and making the thread."""

UNHEARD, UNSEEN = 4.0, 15.0
"""Seconds after which people ask again: a command that Discord says nobody answered, a mention with nothing below."""

TICK, BREATH = 0.05, 1.0

DEFERRED = 5
"""The first answer to a command by which Discord shows that the bot is at it."""


AWAY = str(ArchiveUnavailable())
"""What people are told while the database is away."""


@dataclass
class Asked:
    """One try to be heard."""

    way: Interaction | Message
    channel: str


class DiscordPeople:
    """Who asks in Discord."""

    def __init__(self, discord: DiscordStandIn, chance: random.Random) -> None:
        self.outcome = Outcome()
        self._discord = discord
        self._chance = chance
        self._asked: dict[str, Asked] = {}  # by the link in it
        self._links = 0
        discord.expected = set(EXPECTED)
        discord.threads_left = 1_000_000  # Discord archives them after a day; here nothing lasts so long
        discord.channels |= {id_: Channel(id_, f"desk-{id_[-1]}") for id_ in CHANNELS}

    @property
    def settings(self) -> Mapping[str, str]:
        """How a bot reaches them."""
        discord = self._discord
        return {
            "DISCORD_TOKEN": TOKEN,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": discord.gateway_url,
        }

    def is_heard(self) -> bool:
        """Tell whether a bot is connected."""
        return bool(self._discord.gateway.socket and self._discord.commands)

    async def live(self) -> None:
        """Let time pass, after which Discord refuses first answers and tokens, until cancelled."""
        began, then = time.monotonic(), self._discord.now
        while True:
            self._discord.now = then + timedelta(seconds=time.monotonic() - began)
            await asyncio.sleep(TICK)

    async def ask(self, number: int) -> None:
        """Ask for a story, and again until it is acknowledged."""
        self.outcome.asked += 1
        self._misbehave()
        for again in range(200):
            self.outcome.asked_again += bool(again)
            if await self._ask_once(CHANNELS[number % len(CHANNELS)], is_command=bool(number % 2)):
                return
            await asyncio.sleep(BREATH)
        raise AssertionError("the bot does not come back to Discord")

    async def _ask_once(self, channel: str, *, is_command: bool) -> bool:
        self._links += 1
        link = f"post.example/discord/{self._links}z"
        with suppress(ConnectionError):  # the bot has gone this moment
            way = (
                await self._discord.command("brief", {"links": f"https://{link}"}, channel=channel)
                if is_command
                else await self._discord.say(f"{NAMED} https://{link}", channel=channel)
            )
            asked = self._asked[link] = Asked(way, channel)
            with suppress(TimeoutError):
                await self._discord.until(lambda: self._acknowledgement(asked), UNHEARD if is_command else UNSEEN)
                await self._break_connection(asked)
                return True
        return False

    def _acknowledgement(self, asked: Asked) -> Message | None:
        """Return the message by which the bot said that it is at it."""
        way, messages = asked.way, self._discord.channels[asked.channel].messages
        if isinstance(way, Interaction):  # a deferred reply that turns out to be a refusal is taken away
            return next((one for one in messages if one is way.original and way.answer == DEFERRED), None)
        return next((one for one in messages if one.below == way.id and not _is_refusal(one)), None)

    def _misbehave(self) -> None:
        if self._chance.random() < OFTEN:
            self.outcome.faults += 1
            self._discord.faults.append(Fault(*self._chance.choice(CALLS), **self._chance.choice(REFUSED)))  # type: ignore[arg-type]

    async def _break_connection(self, asked: Asked) -> None:
        """Have the bot connect anew now and then; what was delivered before may then be delivered again."""
        if self._chance.random() < SELDOM and self._discord.gateway.socket:
            await self._discord.gateway.ask_to_reconnect()
        if self._chance.random() < OFTEN and isinstance(asked.way, Interaction):
            self.outcome.repeated += 1
            await self._discord.again(asked.way)

    # What is to be seen --------------------------------------------------------------------------------------

    def unanswered(self) -> list[str]:
        """Return the links of what was acknowledged and has no answer yet."""
        answers = self._answers()
        return [link for link, asked in self._asked.items() if self._acknowledgement(asked) and link not in answers]

    def count(self) -> Outcome:
        """Return what became of it all."""
        answers, replies = self._answers(), self._replies()
        self.outcome.lost = len(self.unanswered())
        for link, asked in self._asked.items():
            ours = answers.get(link, ())
            self.outcome.twice += len(ours) > 1 or len(replies.get(link, ())) > 1
            self.outcome.wrong += any(not self._is_in_its_thread(one, asked) for one in ours)
            self.outcome.given_up += any(GIVEN_UP in one.content for one in ours)
        self.outcome.twice += len(answers.get("", ())) + len(replies.get("", ()))  # begun, and left as it was
        return self.outcome

    def _is_in_its_thread(self, answer: Message, asked: Asked) -> bool:
        if acknowledgement := self._acknowledgement(asked):
            return answer.channel == acknowledgement.id  # a thread has the id of the message that it was made from
        return self._discord.channels[answer.channel].parent == asked.channel

    def _answers(self) -> Mapping[str, Sequence[Message]]:
        """Return what stands in threads, by the link that it is about; of placeholders, by none."""
        return self._by_link([one for one in self._discord.channels.values() if one.type == PUBLIC_THREAD])

    def _replies(self) -> Mapping[str, Sequence[Message]]:
        """Return what stands above threads, by the link that it is about."""
        return self._by_link([self._discord.channels[id_] for id_ in CHANNELS])

    def _by_link(self, channels: Sequence[Channel]) -> Mapping[str, Sequence[Message]]:
        found: defaultdict[str, list[Message]] = defaultdict(list)
        for message in (message for channel in channels for message in channel.messages):
            if message.author == APPLICATION and not _is_refusal(message):
                found[link_in(message.content, message.embeds)].append(message)
        return found

    def complaints(self) -> list[str]:
        """Return which of the bot's calls Discord would not expect, however much goes wrong."""
        return [words for _, words in self._discord.unexpected]

    def seen_of(self, link: str) -> str:
        """Tell what is to be seen of the request for *link*."""
        asked = self._asked[link]
        reply = self._acknowledgement(asked)
        thread = self._discord.channels.get(reply.id) if reply else None
        return f"{asked.way.id} {reply and reply.content} {[one.content for one in thread.messages] if thread else ''}"


def _is_refusal(message: Message) -> bool:
    return AWAY in message.content
