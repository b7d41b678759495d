"""What a brief looks like in Slack, and that no article can make it something that Slack refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from adapters.slack.blocks import Message, escape_within, size, split, text
from adapters.slack.inbound import plain_text
from adapters.slack.pages import render_page
from adapters.slack.render import render_brief, render_placeholder, render_problem
from bot.brief import Brief
from bot.models import Wanted
from bot.typography import plain
from bot.wording import LISTS, List
from tests.fakes import a_brief, a_hostile_brief, a_long_brief
from tests.slack_rules import SlackRules
from tests.slack_things import BOT_USER, Post
from tests.slack_things import buttons as buttons_of
from tests.transcript import slack_transcript

NASTY = "<!channel> <@U1> & *bold* _it_ ~no~ `code` <https://evil.example|click> @here \u202egnp.exe\u200b\x07 :tada:"
SHOWN = "<!channel> <@U1> & *bold* _it_ ~no~ `code` <https://evil.example|click> @here gnp.exe :tada:"


@pytest.fixture(scope="module")
def rules(shared: Path) -> SlackRules:
    return SlackRules(shared / "specs")


def seen(message: Message) -> str:
    """Return what a reader sees."""
    return slack_transcript([Post("C1", "1.0", BOT_USER, message.text, message.blocks)])


def faults(rules: SlackRules, message: Message) -> list[str]:
    post = {"text": message.text, "blocks": message.blocks, "unfurl_links": False, "unfurl_media": False}
    return [*rules.post_faults("chat.postMessage", post), *rules.block_faults(message.blocks)]


def all_pages(brief: Brief, which: List) -> list[Message]:
    pages = [render_page(brief, "b1", which, 1)]
    while any(button["action_id"] == "turn_page_on" for button in _buttons(pages[-1])):
        pages.append(render_page(brief, "b1", which, len(pages) + 1))
    return pages


def _buttons(message: Message) -> list[dict[str, Any]]:
    return buttons_of(Post("C1", "1.0", BOT_USER, "", message.blocks))


def words_of(messages: list[Message]) -> str:
    """Return all that *messages* say, continuations joined again."""
    texts = [text for message in messages for text in _texts(message.blocks[1:]) if not text.endswith("(continued)")]
    return re.sub(r"”?\(continued\) “?", " ", "".join(texts))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str) and value["type"] in ("text", "link"):
            yield value["text"]
        else:
            yield from _texts(list(value.values()))


def changed(**more: Any) -> Brief:
    return a_brief().model_copy(update=more)


def card(**more: Any) -> Brief:
    brief = a_brief()
    return brief.model_copy(update={"article": brief.article.model_copy(update=more)})


def test_brief_links_to_its_own_page_where_there_is_one() -> None:
    page = "https://nutgraf.example/b/b1?t=token"
    assert f"<{page}|See it in the text>" in json.dumps(render_brief(a_brief(), "b1", page).blocks)
    assert "See it in the text" not in json.dumps(render_brief(a_brief(), "b1").blocks)


# What is shown -------------------------------------------------------------------------------------------------


def test_brief_reads_like_this() -> None:
    shown = re.sub(r" <[^>]*>", "", seen(render_brief(a_brief(), "b1")))

    assert (
        shown
        == """\
Nutgraf
  Harbour wall will cost twice as much, council admits
  ====================================================
  The Ellery Post · 17 March 2026 · by Ida Quill · 90 words read · Open the article
  *What the story says*
    • The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, \
the town council admitted on Tuesday. ¶1
    • She [Maren Holt] added that the wall would be finished by 2028. ¶3
  *Who says what*
  *Maren Holt*, the council's finance chief
    • said: “We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.” ¶2
    • added that the wall would be finished by 2028 ¶3
  *the town council*
    • admitted: The new harbour wall in Port Ellery will cost 48 million pounds ¶1
  *Tomas Reyl*, who leads the harbour union
    • called the plan “a disaster for every boat in the bay” ¶4
  1 quote unattributed
  *Worth checking*, most deserving first, never a verdict
    • The new harbour wall in Port Ellery will cost 48 million pounds — the town council admitted ¶1
    • 40 boats had left since March — The Ellery Post, in its own voice ¶4
  *Who and what is mentioned*
    • People: Maren Holt, Tomas Reyl
    • Places: Port Ellery
    • Sums: 48 million pounds
  To be noted: “Tuesday” has no date in the text. This is a plain reading by rules on grammar.
  Left out, 2 parts of the page: subscribe box, comment form
  [ All quotes (5) ]  [ All claims (2) ]  [ All entities (4) ]  [ About this reading ]  [ More … ▾ ]

"""
    )


def test_lines_part_what_is_said_from_what_is_told_around_it() -> None:
    """Else, to the eye, “Worth checking” is one more speaker."""
    kinds = [block["type"] for block in render_brief(a_brief(), "b1").blocks]
    assert kinds.count("divider") == 3
    assert all(below == "rich_text" for kind, below in pairwise(kinds) if kind == "divider")


def test_list_reads_like_this() -> None:
    shown = re.sub(r" <[^>]*>", "", seen(render_page(a_brief(), "b1", "quotes", 1)))

    assert (
        shown
        == """\
Nutgraf
  *All quotes (5)* · Harbour wall will cost twice as much, council admits
  *Maren Holt*, the council's finance chief ¶2
    • said: “We got the numbers wrong, and I am sorry for that,” … “Nobody has pocketed a penny.” ¶2
    • added that the wall would be finished by 2028 ¶3
  *the town council* ¶1
    • admitted: The new harbour wall in Port Ellery will cost 48 million pounds ¶1
  *Tomas Reyl*, who leads the harbour union ¶4
    • called the plan “a disaster for every boat in the bay” ¶4
  *Unattributed*
    • fear the delay ¶4
  [ One speaker only … ▾ ]

"""
    )


def test_whatever_is_not_shown_is_counted() -> None:
    shown = seen(render_brief(a_long_brief(), "b1"))

    assert "and 7 more sentences" in shown
    assert len(re.findall("and [23] more quotes", shown)) == 5
    assert "and 7 more speakers with 35 quotes; 4 quotes unattributed" in shown
    assert "and 37 more claims" in shown
    assert "and 54 more" in shown  # of the 60 entities of a kind
    assert "and 16 more notes" in shown
    assert "Left out, 30 parts of the page" in shown
    assert "[ All quotes (60) ]  [ All claims (40) ]  [ All entities (80) ]" in shown


@pytest.mark.parametrize("brief", [a_brief(), a_long_brief()], ids=["usual", "huge"])
def test_only_words_of_the_article_stand_in_quotation_marks(brief: Brief) -> None:
    """One invented quotation ends a newsroom's trust."""
    known = plain(brief.article.text) + " ".join(note.text for note in brief.notes)
    for message in [render_brief(brief, "b1"), *all_pages(brief, "quotes"), *all_pages(brief, "claims")]:
        for words in re.findall("“([^“”]*)”", " ".join(_texts(message.blocks))):
            assert words in known


def test_article_without_quotes_says_so_and_has_no_button_for_them() -> None:
    message = render_brief(changed(quotes=[], speakers=[], claims=[], entities=[]), "b1")

    assert "I found nobody in this text who says something." in seen(message)
    assert [button["action_id"] for button in _buttons(message)] == ["show_reading"]


def test_passages_open_the_publishers_page_at_their_words() -> None:
    blocks = json.dumps(render_brief(a_brief(), "b1").blocks)
    links = re.findall(r"https://post\.example/harbour#:~:text=([^\"]+)", blocks)

    assert "40 boats had left since March" in [unquote(link) for link in links]


def test_pasted_text_has_paragraph_numbers_without_links() -> None:
    message = render_brief(card(url=None, canonical_url=None), "b1")

    assert "http" not in json.dumps(message.blocks)
    assert "¶2" in seen(message)


# What articles try ---------------------------------------------------------------------------------------------


def nasty() -> Brief:
    return a_hostile_brief(NASTY, url="https://post.example/a|b<!channel>&c d")


@pytest.mark.parametrize("which", [None, *LISTS])
def test_page_text_is_shown_as_text_and_never_parsed(rules: SlackRules, which: List | None) -> None:
    message = render_page(nasty(), "b1", which, 1) if which else render_brief(nasty(), "b1")

    assert faults(rules, message) == []
    assert SHOWN[:60] in seen(message).replace("\n", "")
    for parsed in _parsed(message):
        assert not re.search("<[!@#]", parsed)
        assert "evil.example" not in re.sub("&lt;.*?&gt;", "", parsed)
        assert "\u202e" not in parsed
    assert not {"user", "broadcast", "channel", "usergroup"} & set(_types(message.blocks))


def _parsed(message: Message) -> Iterator[str]:
    """Return the strings in which Slack looks for mentions and links."""
    yield message.text
    for block in message.blocks:
        if block["type"] in ("header", "context", "section"):
            yield from (part["text"] for part in block.get("elements", [block.get("text")]))


def _types(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _types(one)
    elif isinstance(value, dict):
        yield value.get("type", "")
        yield from _types(list(value.values()))


# Limits --------------------------------------------------------------------------------------------------------


def test_largest_brief_is_within_every_limit(rules: SlackRules) -> None:
    message = render_brief(a_long_brief(), "b1")

    assert faults(rules, message) == []
    assert sum(map(size, (block.get("elements", []) for block in message.blocks))) < 13_000
    assert len(message.text) < 4_000


@pytest.mark.parametrize("which", LISTS)
def test_every_page_of_the_largest_brief_is_within_every_limit(rules: SlackRules, which: List) -> None:
    pages = all_pages(a_long_brief(), which)

    assert [fault for page in pages for fault in faults(rules, page)] == []
    assert len(pages) > 1


def test_long_address_costs_the_links_and_not_the_brief(rules: SlackRules) -> None:
    message = render_brief(card(canonical_url=f"https://post.example/{'a' * 5000}"), "b1")

    assert faults(rules, message) == []
    assert "¶2" in seen(message)


def test_pages_lose_nothing() -> None:
    brief = a_long_brief()
    words = {which: words_of(all_pages(brief, which)) for which in LISTS}

    for quote in brief.quotes:
        assert all(plain(passage.text) in words["quotes"] for passage in quote.quoted or quote.content)
    for claim in brief.claims:
        assert all(plain(passage.text) in words["claims"] for passage in claim.content)
    assert all(entity.name in words["entities"] for entity in brief.entities)
    told = [*(line.shown for line in brief.summary), *(note.text for note in brief.notes)]
    assert all(plain(one) in words["reading"] for one in [*told, *(one.text for one in brief.article.dropped)])


def test_page_that_begins_amid_a_speakers_quotes_names_the_speaker() -> None:
    brief = a_long_brief()
    names = [speaker.name for speaker in brief.speakers]
    for page in all_pages(brief, "quotes"):
        first = page.blocks[1]["elements"][0]["elements"][0]["text"]
        assert first.removesuffix(" (continued)") in [*names, "Unattributed"]


def test_page_past_the_end_is_the_last() -> None:
    assert render_page(a_brief(), "b1", "quotes", 99) == render_page(a_brief(), "b1", "quotes", 1)


def test_split_keeps_every_character() -> None:
    words = "one two three " * 50 + "x" * 90
    runs = split([text(words), text("end", bold=True)], 40)

    assert "".join(element["text"] for run in runs for element in run) == words + "end"
    assert all(size(run) <= 40 for run in runs)


@pytest.mark.parametrize("limit", range(8, 30))
def test_escape_is_never_cut_in_two(limit: int) -> None:
    shown = escape_within("<&>" * 20, limit)

    assert len(shown) <= limit
    assert re.fullmatch(r"(&(lt|gt|amp);)* \[…\]", shown)


# Other messages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "message",
    [
        render_placeholder(Wanted(link="https://post.example/a_b_c?x=1&y=2")),
        render_placeholder(Wanted(link=f"https://post.example/{'a' * 9000}")),
        render_placeholder(Wanted(text="pasted " * 900)),
        render_problem("Could not read https://post.example/a_b: it is <!channel> & gone."),
        render_problem("I read 10 links at a time. " + "https://post.example/x " * 900),
    ],
)
def test_placeholders_and_problems_are_within_every_limit(rules: SlackRules, message: Message) -> None:
    assert faults(rules, message) == []


def test_problem_links_what_it_is_about() -> None:
    assert {"type": "link", "url": "https://post.example/a_b", "text": "https://post.example/a_b"} in (
        render_problem("Could not read https://post.example/a_b: it is gone.").blocks[0]["elements"][0]["elements"]
    )


# What people write ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("<@U0BOT> <https://a.example/x?a=1&amp;b=2|a.example>", "https://a.example/x?a=1&b=2"),
        ("<https://a.example/x>,<https://b.example>", "https://a.example/x , https://b.example"),
        ("ask <@U2|ana> in <#C1|desk> <!here> <!subteam^S1|@fact>", "ask @ana in #desk @here @fact"),
        ("mail <mailto:a@b.example|a@b.example>", "mail a@b.example"),
        ("1 &lt; 2 &amp;lt; 3", "1 < 2 &lt; 3"),
        ("<@U0BOT>", ""),
    ],
)
def test_slack_markup_becomes_plain_text(written: str, plain: str) -> None:
    assert plain_text({"text": written}, "U0BOT") == plain


def test_rich_text_becomes_plain_text() -> None:
    section = {
        "type": "rich_text_section",
        "elements": [
            {"type": "user", "user_id": "U0BOT"},
            {"type": "text", "text": " two\nlines & "},
            {"type": "link", "url": "https://a.example/?x=1&y=2", "text": "label"},
            {"type": "emoji", "name": "wave", "unicode": "1f44b"},
        ],
    }
    items = [{"type": "rich_text_section", "elements": [{"type": "text", "text": word}]} for word in ("a", "b")]
    rich = {"type": "rich_text", "elements": [section, {"type": "rich_text_list", "elements": items}]}

    words = plain_text({"text": "ignored", "blocks": [rich]}, "U0BOT")

    assert words == "two\nlines &  https://a.example/?x=1&y=2 👋\na\nb"
