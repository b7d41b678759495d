"""What a brief looks like in Slack, and that no article can make it something that Slack refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import yaml
from jsonschema import Draft7Validator

from adapters.slack.blocks import Message, clean, cut, escape_within, size, split, text
from adapters.slack.inbound import plain_text
from adapters.slack.pages import VIEWS, render_page
from adapters.slack.render import render_brief, render_placeholder, render_problem
from bot.brief import Brief, DroppedText, NoteCard, Passage, SummaryLine
from bot.models import QuoteType, Wanted
from tests.fakes import a_brief
from tests.slack_rules import SlackRules
from tests.slack_standin import BOT_USER, Post
from tests.slack_standin import buttons as buttons_of
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


def all_pages(brief: Brief, view: str) -> list[Message]:
    pages = [render_page(brief, "b1", view, 1)]
    while any(button["action_id"] == "turn_page_on" for button in _buttons(pages[-1])):
        pages.append(render_page(brief, "b1", view, len(pages) + 1))
    return pages


def _buttons(message: Message) -> list[dict[str, Any]]:
    return buttons_of(Post("C1", "1.0", BOT_USER, "", message.blocks))


def words_of(messages: list[Message]) -> str:
    """Return all that *messages* say, continuations joined again."""
    return "".join("".join(_texts(message.blocks)).replace("(continued) ", "") for message in messages)


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


def passage(words: str, paragraph: int = 1) -> Passage:
    return Passage(text=words, start=0, end=len(words), paragraph=paragraph)


def huge() -> Brief:
    """Return a brief in which everything is long and there is much of everything."""
    brief = a_brief()
    long = "A harbour wall & a ferry <b> “sail” at dawn, " * 70  # some 3,000 characters
    quote = brief.quotes[1]
    types = (QuoteType.DIRECT, QuoteType.INDIRECT, QuoteType.MIXED)
    quotes = [
        quote.model_copy(
            update={
                "id": f"q{n}",
                "type": types[n % 3],
                "speaker": f"s{n % 12 + 1}" if n % 13 else None,
                "content": [passage(f"N{n}. {long}", n)],
                "quoted": [passage(f"N{n}. {long}", n)] if n % 3 == 0 else [],
                "cue": [passage("said " * 50)],
            }
        )
        for n in range(60)
    ]
    speakers = [
        brief.speakers[0].model_copy(
            update={"id": f"s{n}", "name": f"Name{n} " * 40, "role": passage("chief of the harbour " * 40)}
        )
        for n in range(1, 13)
    ]
    claims = [
        brief.claims[n % 2].model_copy(update={"id": f"c{n}", "content": [passage(f"K{n}. {long}")]}) for n in range(40)
    ]
    entities = [
        brief.entities[n % 4].model_copy(
            update={"name": f"E{n} {'x' * 200}", "mentions": [passage("ferry", p) for p in range(20)]}
        )
        for n in range(80)
    ]
    return brief.model_copy(
        update={
            "article": brief.article.model_copy(
                update={
                    "title": "T & " * 300,
                    "outlet": "O" * 500,
                    "byline": "B " * 500,
                    "dropped": [DroppedText(reason=f"reason {n}", text=long) for n in range(30)],
                }
            ),
            "summary": [SummaryLine(passage=passage(long, n), shown=f"S{n}. {long}") for n in range(12)],
            "quotes": quotes,
            "speakers": speakers,
            "claims": claims,
            "entities": entities,
            "notes": [NoteCard(code="undated", text=f"L{n}. {long}", passage=None) for n in range(20)],
        }
    )


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
  *Summary*
    • The new harbour wall in Port Ellery will cost 48 million pounds, twice the sum that voters were told in 2024, \
the town council admitted on Tuesday. ¶1
    • She [Maren Holt] added that the wall would be finished by 2028. ¶3
  *Who says what*
  *Maren Holt*, the council's finance chief
    • said: “We got the numbers wrong, and I am sorry for that,” “Nobody has pocketed a penny.” ¶2
    • added that the wall would be finished by 2028 ¶3
  *the town council*
    • admitted: The new harbour wall in Port Ellery will cost 48 million pounds ¶1
  *Tomas Reyl*, who leads the harbour union
    • called the plan “a disaster for every boat in the bay” ¶4
  1 quote unattributed
  *Worth checking*
    • The new harbour wall in Port Ellery will cost 48 million pounds — the town council admitted ¶1
    • 40 boats had left since March — The Ellery Post writes ¶4
  *Mentioned*
    • People: Maren Holt, Tomas Reyl
    • Places: Port Ellery
    • Money: 48 million pounds
  Note: “Tuesday” has no date in the text. This is a plain reading by rules on grammar.
  2 pieces of furniture left out: subscribe box, comment form
  [ All quotes (5) ]  [ All claims (2) ]  [ All entities (4) ]  [ About this reading ]

"""
    )


def test_whatever_is_not_shown_is_counted() -> None:
    shown = seen(render_brief(huge(), "b1"))

    assert "and 7 more sentences" in shown
    assert re.search(r"and 7 more speakers with \d+ quotes; 5 quotes unattributed", shown)
    assert "and 37 more" in shown
    assert "and 14 more" in shown  # of the 20 entities of a kind
    assert "and 16 more notes" in shown
    assert "30 pieces of furniture left out" in shown
    assert "[ All quotes (60) ]  [ All claims (40) ]  [ All entities (80) ]" in shown


@pytest.mark.parametrize("brief", [a_brief(), huge()], ids=["usual", "huge"])
def test_only_words_of_the_article_stand_in_quotation_marks(brief: Brief) -> None:
    """One invented quotation ends a newsroom's trust."""
    source = [clean(one.text) for quote in brief.quotes for one in (*quote.quoted, *quote.content)]
    notes = " ".join(note.text for note in brief.notes)
    known = " ".join([*source, notes, *(clean(line.shown) for line in brief.summary)])
    pages = [page for view in ("quotes", "claims") for page in all_pages(brief, view)]
    for message in [render_brief(brief, "b1"), *pages]:
        for words in re.findall("“([^“”]*)”", "".join(_texts(message.blocks))):
            assert words in known


def test_cut_quotation_is_verbatim_inside_its_marks_and_says_that_it_goes_on() -> None:
    words = "The sea gives and the sea takes, as my mother used to say. " * 20
    quote = a_brief().quotes[1].model_copy(update={"quoted": [passage(words)]})
    shown = words_of([render_brief(changed(quotes=[quote]), "b1")])

    kept = re.search(r"said: “([^”]+)” \[…\]", shown)
    assert kept is not None
    assert kept.group(1) in words


def test_direct_quotations_come_before_paraphrases() -> None:
    brief = a_brief()
    direct, indirect = brief.quotes[1], brief.quotes[2]
    many = [indirect.model_copy(update={"id": f"q{n}"}) for n in range(3)] + [direct]
    shown = words_of([render_brief(changed(quotes=many), "b1")])

    assert "Nobody has pocketed a penny" in shown
    assert "and 2 more" in shown


def test_most_quoted_speaker_comes_first() -> None:
    brief = a_brief()
    shown = words_of([render_brief(changed(speakers=brief.speakers[::-1]), "b1")])

    assert shown.index("Maren Holt, the council") < shown.index("Tomas Reyl, who leads")


def test_article_without_quotes_says_so_and_has_no_button_for_them() -> None:
    message = render_brief(changed(quotes=[], speakers=[], claims=[], entities=[]), "b1")

    assert "nobody quoted" in seen(message)
    assert [button["action_id"] for button in _buttons(message)] == ["show_reading"]


def test_unattributed_claim_gets_no_name() -> None:
    claim = a_brief().claims[0].model_copy(update={"claimer": None})
    shown = words_of([render_brief(changed(claims=[claim]), "b1")])

    assert "million pounds — unattributed, the article’s word is: admitted" in shown


def test_claim_of_an_article_without_outlet_is_the_articles_own() -> None:
    assert "— the article writes" in words_of([render_brief(card(outlet=None), "b1")])


def test_passages_open_the_publishers_page_at_their_words() -> None:
    blocks = json.dumps(render_brief(a_brief(), "b1").blocks)
    links = re.findall(r"https://post\.example/harbour#:~:text=([^\"]+)", blocks)

    assert "40 boats had left since March" in [unquote(link) for link in links]


def test_pasted_text_has_paragraph_numbers_without_links() -> None:
    message = render_brief(card(url=None, canonical_url=None), "b1")

    assert "http" not in json.dumps(message.blocks)
    assert "¶2" in seen(message)


def test_passage_in_the_headline_is_said_to_stand_there() -> None:
    line = SummaryLine(passage=passage("Harbour wall", 0), shown="Harbour wall")

    assert "Harbour wall headline" in words_of([render_brief(changed(summary=[line]), "b1")])


# What articles try ---------------------------------------------------------------------------------------------


def nasty() -> Brief:
    brief = a_brief()
    speaker = brief.speakers[0].model_copy(update={"name": NASTY, "role": passage(NASTY)})
    quotes = [
        quote.model_copy(update={"content": [passage(NASTY)], "quoted": [passage(NASTY)], "cue": [passage(NASTY)]})
        for quote in brief.quotes
    ]
    return brief.model_copy(
        update={
            "article": brief.article.model_copy(
                update={
                    "title": NASTY,
                    "outlet": NASTY,
                    "byline": NASTY,
                    "canonical_url": "https://post.example/a|b<!channel>&c d",
                    "dropped": [DroppedText(reason=NASTY, text=NASTY)],
                }
            ),
            "summary": [SummaryLine(passage=passage(NASTY), shown=NASTY)],
            "speakers": [speaker, *brief.speakers[1:]],
            "quotes": quotes,
            "claims": [claim.model_copy(update={"content": [passage(NASTY)]}) for claim in brief.claims],
            "entities": [entity.model_copy(update={"name": NASTY}) for entity in brief.entities],
            "notes": [NoteCard(code="undated", text=NASTY, passage=passage(NASTY))],
        }
    )


@pytest.mark.parametrize("view", [None, *VIEWS])
def test_page_text_is_shown_as_text_and_never_parsed(rules: SlackRules, view: str | None) -> None:
    message = render_page(nasty(), "b1", view, 1) if view else render_brief(nasty(), "b1")

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


def test_unseen_characters_are_left_out() -> None:
    assert clean("a\u202eb\u2066c\u200bd\ufeffe\x00f\n\tg") == "abcdef g"


# Limits --------------------------------------------------------------------------------------------------------


def test_largest_brief_is_within_every_limit(rules: SlackRules) -> None:
    message = render_brief(huge(), "b1")

    assert faults(rules, message) == []
    assert sum(map(size, (block.get("elements", []) for block in message.blocks))) < 13_000
    assert len(message.text) < 4_000


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_of_the_largest_brief_is_within_every_limit(rules: SlackRules, view: str) -> None:
    pages = all_pages(huge(), view)

    assert [fault for page in pages for fault in faults(rules, page)] == []
    assert len(pages) > 1


def test_long_address_costs_the_links_and_not_the_brief(rules: SlackRules) -> None:
    message = render_brief(card(canonical_url=f"https://post.example/{'a' * 5000}"), "b1")

    assert faults(rules, message) == []
    assert "¶2" in seen(message)


@pytest.mark.parametrize(
    ("view", "marks"), [("quotes", "N{}. A"), ("claims", "K{}. A"), ("entities", "E{} x"), ("reading", "S{}. A")]
)
def test_pages_lose_nothing(view: str, marks: str) -> None:
    brief = huge()
    words = words_of(all_pages(brief, view))
    counts = {"quotes": 60, "claims": 40, "entities": 80, "reading": 12}

    assert all(words.count(marks.format(number)) == 1 for number in range(counts[view]))


def test_long_quotation_is_whole_over_its_pages() -> None:
    brief = huge()
    words = words_of(all_pages(brief, "quotes"))

    assert all(clean(one.text) in words for quote in brief.quotes for one in quote.content)


def test_page_past_the_end_is_the_last() -> None:
    assert render_page(a_brief(), "b1", "quotes", 99) == render_page(a_brief(), "b1", "quotes", 1)


def test_split_keeps_every_character() -> None:
    words = "one two three " * 50 + "x" * 90
    runs = split([text(words), text("end", bold=True)], 40)

    assert "".join(element["text"] for run in runs for element in run) == words + "end"
    assert all(size(run) <= 40 for run in runs)


def test_cut_marks_what_is_missing() -> None:
    assert cut("short", 10) == "short"
    assert cut("a harbour wall and a ferry", 20) == "a harbour wall […]"


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


# The manifest --------------------------------------------------------------------------------------------------


def test_manifest_is_valid_and_asks_for_what_the_bot_uses(shared: Path) -> None:
    manifest = yaml.safe_load((Path(__file__).parents[1] / "docs" / "slack-manifest.yaml").read_text())
    schema = json.loads((shared / "specs" / "slack-manifest.schema.2.0.0.json").read_text())

    assert [error.message for error in Draft7Validator(schema).iter_errors(manifest)] == []
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == {"app_mention", "message.im"}
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == {
        "app_mentions:read",
        "chat:write",
        "im:history",
        "reactions:write",
    }
