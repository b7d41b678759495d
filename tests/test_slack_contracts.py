"""Slack takes its dialogues, home page, search results and failures, for thirty briefs and in each language."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.slack.blocks import Message
from adapters.slack.correcting import render_dialogue, render_refusal
from adapters.slack.home import render_home
from adapters.slack.pages import render_findings, render_page
from adapters.slack.places import Place
from adapters.slack.render import render_problem, render_remark
from adapters.slack.replies import render_told
from bot.answers import Found
from bot.brief import Brief
from bot.catalogue import LANGUAGES, _, later, speaking
from bot.findings import Finding
from bot.instructions import HELP, hint
from bot.models import Question
from bot.versions import compared, in_short
from tests.briefs import BRIEFS, HOSTILE
from tests.messages import slack_pages_of
from tests.slack_rules import SlackRules
from tests.test_errors import KINDS, make

ID = "0123456789abcdef0123456789abcdef"
PLACE = Place("C0123456789", "1700000000.000100", "U0123456789")

pytestmark = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def rules(shared: Path) -> SlackRules:
    return SlackRules(shared / "specs")


def faults_of(rules: SlackRules, message: Message) -> list[str]:
    post = {"channel": "C1", "text": message.text, "blocks": message.blocks, "unfurl_links": False}
    post |= {"unfurl_media": False}
    return [*rules.post_faults("chat.postMessage", post), *rules.block_faults(message.blocks)]


def refs(brief: Brief) -> list[str]:
    """Return what is first and last in the dialogue."""
    listed = [one.id for one in (*brief.quotes, *brief.claims)]
    return [listed[0], listed[-1]]


CORRECTABLE = [name for name, brief in BRIEFS.items() if brief.quotes or brief.claims]


@pytest.mark.parametrize("name", CORRECTABLE)
def test_slack_takes_the_dialogue_before_and_after_the_choice(rules: SlackRules, name: str, language: str) -> None:
    brief = BRIEFS[name]
    with speaking(language):
        views = [render_dialogue(brief, ID, PLACE, chosen) for chosen in ("", *refs(brief))]

    assert [fault for view in views for fault in rules.view_faults(view)] == []


def test_slack_takes_the_home_page(rules: SlackRules, language: str) -> None:
    settings = [later("Nothing but the request for a page leaves the machine that I run on.")]
    with speaking(language):
        pages = [render_home([(ID, brief, "https://nutgraf.example/b/1")] * 12, settings) for brief in BRIEFS.values()]

    assert [fault for page in [*pages, render_home([], settings)] for fault in rules.view_faults(page)] == []


@pytest.mark.parametrize("name", BRIEFS)
def test_slack_takes_every_page_of_a_search(rules: SlackRules, name: str, language: str) -> None:
    brief = BRIEFS[name]
    found = [Finding(ID, brief, "quote", one.id) for one in brief.quotes[:50]]
    found += [Finding(ID, brief, "claim", one.id) for one in brief.claims[:50]]
    question = Question(words="harbour wall", speaker="Holt")
    with speaking(language):
        pages = [render_findings(Found(tuple(found), "", 7), question, number) for number in (1, 2, 999)]

    assert [fault for page in pages for fault in faults_of(rules, page)] == []


@pytest.mark.parametrize("words", [*HOSTILE.values(), "x" * 5000], ids=str.__len__)
def test_slack_takes_every_failure_with_strangers_words(rules: SlackRules, words: str, language: str) -> None:
    with speaking(language):
        told = [str(make(kind, evidence=words, name=words, host=words, url=words, reason=words)) for kind in KINDS]
        shown = [render_problem(one, "item") for one in told]
        dialogue = render_refusal(told[0])

    assert [fault for one in shown for fault in faults_of(rules, one)] == []
    assert list(rules.view_faults(dialogue)) == []


@pytest.mark.parametrize("name", BRIEFS)
def test_slack_takes_the_remark_on_versions_and_the_pages_of_each_speaker(
    rules: SlackRules, name: str, language: str
) -> None:
    brief = BRIEFS[name]
    with speaking(language):
        shown = [render_remark(in_short(compared([("0" * 32, BRIEFS["usual"]), ("1" * 32, brief)])))]
        shown += [render_page(brief, ID, "quotes", 1, speaker.id) for speaker in brief.speakers[:20]]

    assert [fault for one in shown for fault in faults_of(rules, one)] == []


@pytest.mark.parametrize("name", BRIEFS)
def test_slack_takes_who_is_heard(rules: SlackRules, name: str, language: str) -> None:
    with speaking(language):
        shown = list(slack_pages_of(BRIEFS[name], "heard"))

    assert [fault for one in shown for fault in faults_of(rules, one)] == []


def test_slack_takes_help_and_hints(rules: SlackRules, language: str) -> None:
    say: list[Callable[[], str]] = [lambda: _(HELP), *(lambda words=words: hint(words) for words in HOSTILE.values())]
    with speaking(language):
        shown = [render_told(one()) for one in say]

    assert [fault for one in shown for fault in faults_of(rules, one)] == []
