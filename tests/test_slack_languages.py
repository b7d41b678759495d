"""What somebody who has Slack in another language reads, through slack-bolt, from the first word to the last."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from adapters.slack.correcting import WHAT
from adapters.slack.listeners import COMMAND, READ_LINKS
from bot.catalogue import _, speaking
from bot.errors import BriefNotFound, NothingToRead
from tests.catalogues import translated
from tests.fakes import QuickDesk
from tests.slack_newsroom import GONE, a_brief_of, answered, next_in, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import USER, Fault, Post, options_of

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("language", ["de", "fr"])]

SHORTEST = 12
"""Letters from which a message of ours cannot stand in an article by chance."""


CARRIED = ("value", "type", "style", "action_id", "block_id", "callback_id", "private_metadata")
"""What Slack hands back, and shows nobody."""


def english_in(shown: str, language: str) -> Iterator[str]:
    """Yield our own English words in what somebody reads in *language*."""
    for message in translated(language):
        wordings = [message.id] if isinstance(message.id, str) else list(message.id)
        for words in wordings:
            parts = [part for part in _parts(words) if len(part) >= SHORTEST]
            yield from (part for part in parts if part in shown and part not in str(message.string))


def _parts(words: str) -> list[str]:
    return [part.partition("}")[2].strip() if "}" in part else part.strip() for part in words.split("{")]


def seen(slack: SlackStandIn) -> str:
    """Return all that Slack was sent for people to read."""
    posts: list[object] = [[post.text, post.blocks] for post in slack.posts if post.user != USER]
    return json.dumps(_shown([*posts, slack.dialogue, slack.homes]), ensure_ascii=False)


def _shown(sent: object) -> object:
    if isinstance(sent, dict):
        return [_shown(value) for key, value in sent.items() if key not in CARRIED]
    return [_shown(one) for one in sent] if isinstance(sent, list) else sent


def speaks(slack: SlackStandIn, language: str) -> None:
    slack.people[USER] = {"locale": f"{language}-{language.upper()}", "is_admin": True}


async def whispered(slack: SlackStandIn) -> Post:
    await slack.until(lambda: [post for post in slack.posts if post.only_for])
    return next(post for post in slack.posts if post.only_for)


async def test_a_brief_and_all_that_hangs_on_it_have_no_english_words_of_ours(
    desk: QuickDesk, slack: SlackStandIn, language: str
) -> None:
    speaks(slack, language)
    with speaking(language):
        correct, sure, delete = _("Correct something"), _("Delete this brief"), _("Delete it")
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, correct)
        await slack.until(lambda: slack.dialogue)
        assert slack.dialogue is not None
        first = options_of(slack.dialogue["blocks"][0]["element"])[0]
        await slack.choose_in_dialogue(WHAT, first["text"]["text"])
        await slack.until(lambda: slack.dialogue and slack.dialogue.get("submit"))
        await slack.open_home()
        await slack.until(lambda: slack.homes)
        await slack.choose(brief, sure)
        question = await next_in(slack, asked, 1)
        shown = seen(slack)
        await slack.press(question, delete)
        await slack.until(lambda: brief not in slack.posts)

    assert list(english_in(shown, language)) == []


async def test_why_a_link_was_not_read_is_told_with_its_facts(
    desk: QuickDesk, slack: SlackStandIn, language: str
) -> None:
    speaks(slack, language)
    async with running(desk, slack):
        (answer,) = await answered(slack, await slack.mention("C1", GONE))

    assert "post.example/gone" in answer.text
    assert list(english_in(seen(slack), language)) == []


async def test_links_past_the_limit_are_named(desk: QuickDesk, slack: SlackStandIn, language: str) -> None:
    speaks(slack, language)
    links = " ".join(f"<https://post.example/{number}>" for number in range(3))
    async with running(desk, slack, max_links=2):
        answers = await answered(slack, await slack.mention("C1", links))

    assert "post.example/2" in answers[2].text
    assert list(english_in(seen(slack), language)) == []


async def test_the_shortcut_on_a_message_without_links_says_so(
    desk: QuickDesk, slack: SlackStandIn, language: str
) -> None:
    speaks(slack, language)
    async with running(desk, slack):
        await slack.shortcut(slack.says("C1", "Lunch?", user=USER), READ_LINKS)
        told = await whispered(slack)

    with speaking(language):
        nothing = str(NothingToRead())
    assert nothing in told.text


async def test_why_slack_does_not_let_us_is_told(desk: QuickDesk, slack: SlackStandIn, language: str) -> None:
    speaks(slack, language)
    slack.misbehave("chat.postMessage", Fault(error="not_in_channel"))
    async with running(desk, slack):
        await slack.command(COMMAND, "https://post.example/harbour")
        told = await whispered(slack)

    assert "/invite @nutgraf" in told.text
    assert list(english_in(told.text, language)) == []


async def test_a_wrong_choice_is_refused_in_the_dialogue(desk: QuickDesk, slack: SlackStandIn, language: str) -> None:
    """Somebody has deleted the brief while the dialogue was open."""
    speaks(slack, language)
    with speaking(language):
        correct = _("Correct something")
    async with running(desk, slack):
        _asked, brief = await a_brief_of(slack)
        await slack.choose(brief, correct)
        await slack.until(lambda: slack.dialogue)
        assert slack.dialogue is not None
        first = options_of(slack.dialogue["blocks"][0]["element"])[0]["text"]["text"]
        await desk.archive.erase.workspace("slack:T1")
        await slack.choose_in_dialogue(WHAT, first)
        await slack.until(lambda: slack.dialogue and not slack.dialogue.get("callback_id"))

    with speaking(language):
        gone = str(BriefNotFound())
    assert gone in seen(slack)
