"""What Slack and Discord are sent for thirty briefs: taken by both platforms, the same story, nothing lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from adapters.discord.progress import placeholder, problem
from adapters.slack.blocks import Message
from adapters.slack.pages import render_comparison
from adapters.slack.render import render_placeholder, render_problem
from bot.archive.archive import open_archive
from bot.models import Ask, Item, Wanted
from bot.typography import INVISIBLE, JOINERS, plain
from bot.versions import compared
from bot.wording import label, lists
from tests.briefs import BRIEFS, HOSTILE
from tests.discord_rules import Rules, check_message
from tests.messages import discord_brief, discord_pages_of, slack_brief, slack_pages_of, strings
from tests.slack_rules import SlackRules

POST = "/channels/{channel_id}/messages"
EVERY = pytest.mark.parametrize("name", BRIEFS)

LABEL = re.compile(r"¶\d+|\(headline\)|Read it|the publisher’s page|[\w.-]+\.example")
"""What a link is called: never anything that a page says."""


@pytest.fixture(scope="module")
def slack_rules(shared: Path) -> SlackRules:
    return SlackRules(shared / "specs")


@pytest.fixture(scope="module")
def discord_rules(shared: Path) -> Rules:
    return Rules(shared / "specs")


def test_there_are_thirty() -> None:
    assert len(BRIEFS) >= 30


@cache
def in_slack(name: str) -> dict[str, list[Message]]:
    """Return every message that Slack shows of a brief: the brief itself under "", and the pages of each list."""
    brief = BRIEFS[name]
    return {"": [slack_brief(brief)], **{which: list(slack_pages_of(brief, which)) for which in lists(brief)}}


@cache
def in_discord(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return the bodies of every message that Discord shows of a brief, likewise."""
    brief = BRIEFS[name]
    return {"": [discord_brief(brief)], **{which: list(discord_pages_of(brief, which)) for which in lists(brief)}}


def all_in_slack(name: str) -> list[Message]:
    return [message for messages in in_slack(name).values() for message in messages]


def all_in_discord(name: str) -> list[dict[str, Any]]:
    return [body for bodies in in_discord(name).values() for body in bodies]


# What the platforms take ----------------------------------------------------------------------------------


@EVERY
def test_slack_takes_every_message(slack_rules: SlackRules, name: str) -> None:
    for message in all_in_slack(name):
        post = {"channel": "C1", "text": message.text, "blocks": message.blocks}
        post |= {"unfurl_links": False, "unfurl_media": False}
        assert [*slack_rules.post_faults("chat.postMessage", post)] == []
        assert [*slack_rules.block_faults(message.blocks)] == []


@EVERY
def test_discord_takes_every_message(discord_rules: Rules, name: str) -> None:
    for body in all_in_discord(name):
        discord_rules.check("POST", POST, body)
        check_message(body)
        assert len(body["components"]) <= 5
        assert sum(len(row["components"]) for row in body["components"]) <= 40


@EVERY
def test_slack_takes_every_page_of_a_comparison(slack_rules: SlackRules, name: str) -> None:
    versions = compared([("0" * 32, BRIEFS["usual"]), ("1" * 32, BRIEFS[name])])
    for number in range(1, 100):
        page = render_comparison(versions, number)
        assert [*slack_rules.block_faults(page.blocks)] == []
        if "Next" not in str(page.blocks[-1]):
            break


@pytest.mark.parametrize("words", [*HOSTILE.values(), "x" * 20_000], ids=[*HOSTILE, "long"])
def test_both_take_problems_and_placeholders_with_strangers_words(
    slack_rules: SlackRules, discord_rules: Rules, words: str
) -> None:
    link = f"https://evil.example/{words}"
    for message in (render_problem(words), render_placeholder(Wanted(link=link))):
        post = {"channel": "C1", "text": message.text, "blocks": message.blocks}
        post |= {"unfurl_links": False, "unfurl_media": False}
        assert [*slack_rules.post_faults("chat.postMessage", post)] == []
        assert [*slack_rules.block_faults(message.blocks)] == []
        assert not re.search(r"<[!@#]", message.text)
    for content in (problem(words), placeholder(Item("i1", Wanted(link=link)))):
        body = {"content": content, "allowed_mentions": {"parse": []}}
        discord_rules.check("POST", POST, body)
        check_message(body)


# The same story -------------------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_json_behind_both_is_the_same(tmp_path: Path) -> None:
    async with open_archive(f"sqlite+aiosqlite:///{tmp_path}/archive.sqlite3") as archive:
        for brief in BRIEFS.values():
            written = brief.model_dump_json()
            for workspace, show in (("slack:T1", slack_brief), ("discord:1", discord_brief)):
                asked = await archive.requests.accept(
                    Ask(workspace, workspace.split(":")[0], uuid4().hex, "U1", {}, (Wanted(link="https://a.example"),))
                )
                assert asked
                brief_id = (await archive.briefs.keep(workspace, asked.items[0].id, brief)).id
                kept = await archive.briefs.get(workspace, brief_id)
                show(kept)
                assert kept.model_dump_json() == written


@EVERY
def test_each_list_is_one_click_away_with_its_number(name: str) -> None:
    called = [label(BRIEFS[name], which) for which in lists(BRIEFS[name])]
    slack = [*strings(in_slack(name)[""][0].blocks, "text")]
    discord = [*strings(in_discord(name)[""][0]["components"], "label")]
    assert [one for one in called if one not in slack or one not in discord] == []


# Nothing is lost ------------------------------------------------------------------------------------------


def solid(words: str) -> str:
    """Leave out blanks and quotation marks, which a page's end may add or take, and what cannot be seen."""
    return re.sub(r"[\s“”\u200b]", "", plain(words))


def read_in_slack(name: str, which: str) -> str:
    """Return what all pages of a list say, what was parted joined again."""
    blocks = [block for page in in_slack(name)[which] for block in page.blocks[1:] if block["type"] == "rich_text"]
    said = [text for text in strings(blocks, "text") if not text.endswith(" (continued)")]
    return solid(re.sub(r"\(continued\)", "", "".join(said)))


def read_in_discord(name: str, which: str) -> str:
    """Return what all pages of a list say, what was parted joined again, escapes undone."""
    pages = "".join(words for body in in_discord(name)[which] for words in strings(body, "description"))
    joined = re.sub(r" \*\(goes on\)\*|• \*\(continued\)\* |\*\*(?:\\.|[^*\\])*\*\* \(continued\)", "", pages)
    return solid(re.sub(r"\\([^0-9A-Za-z\s])", r"\1", joined))


@EVERY
@pytest.mark.parametrize("read", [read_in_slack, read_in_discord])
def test_words_of_every_quote_are_on_its_pages(name: str, read: Callable[[str, str], str]) -> None:
    quotes = BRIEFS[name].quotes
    told = read(name, "quotes") if quotes else ""
    assert [one.text for quote in quotes for one in quote.content if solid(one.text) not in told] == []


@EVERY
@pytest.mark.parametrize("read", [read_in_slack, read_in_discord])
def test_every_name_note_and_dropped_stretch_is_on_its_pages(name: str, read: Callable[[str, str], str]) -> None:
    brief = BRIEFS[name]
    wanted = {
        "reading": [*(one.text for one in brief.notes), *(one.text for one in brief.article.dropped)],
        "entities": [one.name for one in brief.entities],
    }
    for which, words in wanted.items():
        told = read(name, which) if words else ""
        assert [one for one in words if solid(one) not in told] == []


# Strangers' words are words -------------------------------------------------------------------------------


def sent(name: str) -> Iterator[str]:
    """Yield every string that both platforms are sent for a brief."""
    yield from _leaves([[message.text, message.blocks] for message in all_in_slack(name)])
    yield from _leaves(all_in_discord(name))


def _leaves(told: object) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        yield from _leaves(list(told.values()))
    elif isinstance(told, list | tuple):
        for one in told:
            yield from _leaves(one)


@EVERY
def test_nothing_invisible_is_sent(name: str) -> None:
    """But for the blank that keeps "@everyone" from being one, line ends, and what joins letters and emoji."""
    allowed = {"\n", "\u200b", *JOINERS}
    found = {char for words in sent(name) for char in words if unicodedata.category(char) in INVISIBLE}
    assert found <= allowed


@EVERY
def test_nobody_is_pinged(name: str) -> None:
    for message in all_in_slack(name):
        assert not re.search(r"<[!@#]", message.text)
        for parsed in _of_type("mrkdwn", message.blocks):
            assert not re.search(r"<[!@#]", parsed["text"])
    for body in all_in_discord(name):
        assert body["allowed_mentions"] == {"parse": []}
        for words in (*strings(body, "description"), *strings(body, "title")):
            assert not re.search(r"@(?:everyone|here)|(?<!\\)<(?:@|#|t:)", words)


@EVERY
def test_links_are_called_what_we_call_them(name: str) -> None:
    called = [link.get("text", "¶1") for message in all_in_slack(name) for link in _of_type("link", message.blocks)]
    for body in all_in_discord(name):
        for words in strings(body, "description"):
            called += [re.sub(r"\\", "", one) for one in re.findall(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\(", words)]
    assert [one for one in called if not LABEL.fullmatch(one)] == []


def _of_type(kind: str, told: object) -> Iterator[dict[str, str]]:
    if isinstance(told, list):
        for one in told:
            yield from _of_type(kind, one)
    elif isinstance(told, dict):
        if told.get("type") == kind:
            yield told
        else:
            yield from _of_type(kind, list(told.values()))
