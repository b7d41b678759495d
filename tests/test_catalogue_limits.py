"""Translations are longer than their English: the platforms must take a brief in each language all the same."""

from pathlib import Path

import pytest

from bot.catalogue import LANGUAGES, speaking
from tests.briefs import BRIEFS
from tests.discord_rules import Rules, check_message
from tests.messages import discord_brief, slack_brief
from tests.slack_rules import SlackRules

POST = "/channels/{channel_id}/messages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_a_brief_in_each_language(shared: Path, language: str) -> None:
    rules = SlackRules(shared / "specs")
    for brief in BRIEFS.values():
        with speaking(language):
            message = slack_brief(brief)
        post = {"channel": "C1", "text": message.text, "blocks": message.blocks, "unfurl_links": False}
        post |= {"unfurl_media": False}
        assert [*rules.post_faults("chat.postMessage", post), *rules.block_faults(message.blocks)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_discord_takes_a_brief_in_each_language(shared: Path, language: str) -> None:
    rules = Rules(shared / "specs")
    for brief in BRIEFS.values():
        with speaking(language):
            body = discord_brief(brief)
        rules.check("POST", POST, body)
        check_message(body)
