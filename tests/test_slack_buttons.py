"""Buttons, menus and dialogues below a brief in Slack."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.slack.correcting import NO_CLAIM, NO_QUOTE, RIGHT, WHAT
from adapters.slack.pages import ENTRIES
from bot.brief import Brief
from bot.errors import BriefNotFound, MayNotDelete, Unreachable
from bot.models import Correction, Mistake
from tests.fakes import QuickDesk, TwoOutlets, a_brief, a_long_brief
from tests.slack_newsroom import GONE, OTHER, STORY, TITLE, a_brief_of, answered, next_in, ours, running
from tests.slack_standin import SlackStandIn
from tests.slack_things import USER, Fault, Post, buttons, event_of, menus, options_of

pytestmark = pytest.mark.anyio


def shown_to(slack: SlackStandIn, post: Post, user: str = "U1") -> list[Post]:
    return [one for one in slack.thread(post, user=user) if one.only_for]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("All quotes (5)", "“Nobody has pocketed a penny.”"),
        ("All claims (2)", "40 boats had left since March"),
        ("All entities (4)", "Port Ellery"),
        ("About this reading", "Sign up for our newsletter"),
    ],
)
async def test_button_shows_everything_of_its_sort_to_whoever_pressed_it(
    desk: QuickDesk, slack: SlackStandIn, mode: str, label: str, words: str
) -> None:
    async with running(desk, slack, mode):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)
        await slack.press(reply, label, user="U2")
        await slack.until(lambda: shown_to(slack, post, "U2"))

    (page,) = shown_to(slack, post, "U2")
    assert words in page.text
    assert shown_to(slack, post, "U1") == []
    assert TITLE in reply.text


async def test_pages_are_turned_in_place_and_hold_every_quote(desk: QuickDesk, slack: SlackStandIn) -> None:
    quote = a_brief().quotes[1]
    many = [quote.model_copy(update={"id": f"q{number}"}) for number in range(1, 40)]
    desk.story = a_brief().model_copy(update={"quotes": many})
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)
        await slack.press(reply, "All quotes (39)")
        await slack.until(lambda: shown_to(slack, post))
        (page,) = shown_to(slack, post)
        seen = [page.text.count("Nobody has pocketed")]
        while any(button["text"]["text"] == "Next" for button in buttons(page)):
            before = page.text
            await slack.press(page, "Next")
            await slack.until(lambda: page.text != before)  # noqa: B023 - waited for in this turn of the loop
            seen.append(page.text.count("Nobody has pocketed"))
        last = page.text
        await slack.press(page, "Previous")
        await slack.until(lambda: page.text != last)

    assert sum(seen) == 39
    assert max(seen) <= ENTRIES
    assert f"Page {len(seen)} of {len(seen)}" in last
    assert f"Page {len(seen) - 1} of {len(seen)}" in page.text
    assert len(shown_to(slack, post)) == 1


async def test_button_works_after_a_restart(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)
    await slack.until(lambda: not slack.sockets)

    async with running(desk, slack):
        await slack.connected(times=2)
        await slack.press(reply, "All quotes")
        await slack.until(lambda: shown_to(slack, post))

    assert "Maren Holt" in shown_to(slack, post)[0].text


async def test_brief_of_another_workspace_stays_hidden(desk: QuickDesk, slack: SlackStandIn) -> None:
    """Whoever learns the id of a brief must not read what another newsroom read."""
    async with running(desk, slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)
        await slack.press(reply, "All quotes", team="T2")
        await slack.until(lambda: shown_to(slack, post))

    assert shown_to(slack, post)[0].text.strip() == str(BriefNotFound())


async def test_problem_is_shown_with_its_link_and_nothing_pings(desk: QuickDesk, slack: SlackStandIn) -> None:
    class Rude(QuickDesk):
        async def brief(self, url: str, **_: object) -> Brief:
            raise Unreachable(f"{url}?<!channel>")

    async with running(Rude(desk.archive), slack):
        post = await slack.mention("C1", STORY)
        (reply,) = await answered(slack, post)

    assert "&lt;!channel&gt;" in reply.text
    assert "<" not in reply.text


async def test_the_menu_below_a_brief_has_everything_that_has_no_button(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)

    (menu,) = menus(brief)
    assert [option["text"]["text"] for option in options_of(menu)] == [
        "Who is heard (3)",
        "Save as Word",
        "Save as Markdown",
        "Save as CSV",
        "Save as JSON",
        "Correct something",
        "Delete this brief",
    ]


async def test_a_menu_names_the_speakers_and_shows_what_one_says(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.press(brief, "All quotes")
        page = await next_in(slack, asked, 1)
        (menu,) = menus(page)
        first, second, *_ = (option["text"]["text"] for option in options_of(menu))
        await slack.choose(page, second)
        await slack.until(lambda: page.edits)

    assert second in page.text
    assert first not in page.text
    assert first in [option["text"]["text"] for option in options_of(menus(page)[0])]


@pytest.mark.parametrize(
    ("label", "ending"), [("Save as Word", ".docx"), ("Save as CSV", ".csv"), ("Save as JSON", ".json")]
)
async def test_a_brief_is_saved_from_the_menu(desk: QuickDesk, slack: SlackStandIn, label: str, ending: str) -> None:
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, label)
        await slack.until(lambda: slack.uploads and slack.uploads[0].channel)

    assert slack.uploads[0].name.endswith(ending)
    assert slack.uploads[0].thread_ts == asked.ts


async def test_a_wrong_speaker_is_corrected_in_the_dialogue(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
        _, brief = await a_brief_of(slack)
        edits = brief.edits
        await slack.choose(brief, "Correct something")
        await slack.until(lambda: slack.dialogue)
        quote = desk.story.quotes[0]
        name = desk.story.speaker(quote.speaker).name  # type: ignore[union-attr]
        await slack.choose_in_dialogue(WHAT, name)
        await slack.until(lambda: slack.dialogue and slack.dialogue.get("submit"))
        assert slack.dialogue is not None
        offered = [option["text"]["text"] for option in options_of(slack.dialogue["blocks"][-2]["element"])]
        await slack.choose_in_dialogue(RIGHT, offered[0])
        await slack.submit()
        await slack.until(lambda: brief.edits > edits)

    (made,) = await desk.records.corrections("slack:T1")
    assert (made["mistake"], made["who"], made["before"]) == ("wrong-speaker", USER, name)
    assert offered[0] == f"Said by {made['after']}"
    assert offered[-1] == NO_QUOTE


async def test_a_dialogue_that_slack_does_not_open_is_told(desk: QuickDesk, slack: SlackStandIn) -> None:
    slack.misbehave("views.open", Fault(error="expired_trigger_id"))
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, "Correct something")
        told = await next_in(slack, asked, 1)

    assert told.only_for == USER
    assert "Slack" in told.text
    assert slack.dialogue is None


async def test_a_choice_means_the_same_person_where_somebody_else_corrected_meanwhile(
    desk: QuickDesk, slack: SlackStandIn
) -> None:
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)
        await slack.choose(brief, "Correct something")
        await slack.until(lambda: slack.dialogue)
        await slack.choose_in_dialogue(WHAT, "Maren Holt")
        await slack.until(lambda: slack.dialogue and slack.dialogue.get("submit"))
        await slack.choose_in_dialogue(RIGHT, "Said by the town council")
        (kept,) = await desk.archive.threads.recent("slack:T1", USER, limit=1)
        await desk.archive.corrections.make(
            "slack:T1", kept, "U2", Correction(Mistake.WRONG_SPEAKER, "q2", "Tomas Reyl")
        )
        await slack.submit()
        await slack.until(lambda: brief.edits > 1)

    made = await desk.archive.corrections.all("slack:T1")
    assert [(one.who, one.before, one.after) for one in made] == [
        ("U2", "Maren Holt", "Tomas Reyl"),
        (USER, "Tomas Reyl", "the town council"),
    ]


async def test_a_claim_is_taken_out_in_the_dialogue(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)
        edits = brief.edits
        await slack.choose(brief, "Correct something")
        await slack.until(lambda: slack.dialogue)
        assert slack.dialogue is not None
        *_, claim = options_of(slack.dialogue["blocks"][0]["element"])
        await slack.choose_in_dialogue(WHAT, claim["text"]["text"])
        await slack.until(lambda: slack.dialogue and slack.dialogue.get("submit"))
        await slack.choose_in_dialogue(RIGHT, NO_CLAIM)
        await slack.submit()
        await slack.until(lambda: brief.edits > edits)

    (made,) = await desk.records.corrections("slack:T1")
    assert made["mistake"] == "wrong-claim"


async def test_a_brief_is_deleted_by_whoever_asked_for_it(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, "Delete this brief")
        sure = await next_in(slack, asked, 1)
        (button,) = buttons(sure)
        await slack.press(sure, "Delete it")
        await slack.until(lambda: brief not in slack.posts)

    assert button["confirm"]["text"]["text"] == "Delete this brief for everybody?"
    assert await desk.archive.threads.recent("slack:T1", USER, limit=5) == []


@pytest.mark.parametrize(("facts", "goes"), [({}, False), ({"is_admin": True}, True)])
async def test_somebody_elses_brief_is_deleted_by_administrators_alone(
    desk: QuickDesk, slack: SlackStandIn, facts: dict[str, bool], goes: bool
) -> None:
    slack.people["U2"] = facts
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, "Delete this brief", user="U2")
        sure = await next_in(slack, asked, 1, user="U2")
        await slack.press(sure, "Delete it", user="U2")
        await slack.until(lambda: brief not in slack.posts if goes else sure.edits)

    assert (brief in slack.posts) is not goes
    assert goes or str(MayNotDelete(True)) in sure.text


async def test_what_could_not_be_read_is_tried_again(desk: QuickDesk, slack: SlackStandIn, mode: str) -> None:
    async with running(desk, slack, mode):
        asked, answer = await a_brief_of(slack, GONE)
        await slack.press(answer, "Try again")
        told = await next_in(slack, asked, 1)
        await slack.until(lambda: len(desk.read) == 2)

    assert "trying again" in told.text


async def test_a_hostile_brief_keeps_to_the_limits_of_dialogues_and_menus(desk: QuickDesk, slack: SlackStandIn) -> None:
    quote = desk.story.quotes[0]
    many = [quote.model_copy(update={"id": f"q{number}"}) for number in range(1, 461)]
    desk.story = desk.story.model_copy(update={"quotes": many, "version": desk.story.version})
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)
        await slack.choose(brief, "Correct something")
        await slack.until(lambda: slack.dialogue)
        assert slack.dialogue is not None
        offered = options_of(slack.dialogue["blocks"][0]["element"])

    assert len([one for one in offered if one["value"].startswith("q")]) == 400
    assert "60 more" in json.dumps(slack.dialogue["blocks"][-1])


def _event(post: Post, thread: Post) -> dict[str, object]:

    return event_of(replace(post, thread_ts=thread.ts), "app_mention")


async def test_the_menu_shows_who_is_heard(desk: QuickDesk, slack: SlackStandIn) -> None:
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, "Who is heard")
        shown = await next_in(slack, asked, 1)
        await slack.until(lambda: slack.uploads and slack.uploads[0].channel)

    assert shown.only_for == USER
    assert "Maren Holt: 2 statements" in shown.text


async def test_pages_of_a_search_are_turned_after_a_restart(desk: QuickDesk, slack: SlackStandIn) -> None:
    desk.story = a_long_brief("word ", quotes=40)
    async with running(desk, slack):
        await desk.archive.search.turn_on("slack:T1")
        asked, _ = await a_brief_of(slack)
        await slack.mention("C1", "search word", thread=asked)
        shown = await next_in(slack, asked, 1)
        first = shown.text
    async with running(desk, slack):
        await slack.press(shown, "Next")
        await slack.until(lambda: shown.text != first)

    assert "Page 2 of" in str(shown.blocks)


async def test_pages_of_a_comparison_are_turned(desk: QuickDesk, slack: SlackStandIn) -> None:
    versions = TwoOutlets(desk.archive)
    versions.story = a_long_brief("word ", quotes=40)
    async with running(versions, slack):
        asked = await slack.mention("C1", f"{STORY} {OTHER}")
        await answered(slack, asked)
        known = len(ours(slack, asked))
        await slack.mention("C1", "compare", thread=asked)
        shown = await next_in(slack, asked, known)
        first = shown.text
        await slack.press(shown, "Next")
        await slack.until(lambda: shown.text != first)

    assert "Page 2 of" in str(shown.blocks)


@pytest.mark.parametrize("word", ["expired_trigger_id", "exchanged_trigger_id"])
async def test_dialogue_that_slack_does_not_open_is_told_of(desk: QuickDesk, slack: SlackStandIn, word: str) -> None:
    """Slack gives three seconds for it."""
    slack.misbehave("views.open", Fault(error=word))
    async with running(desk, slack):
        asked, brief = await a_brief_of(slack)
        await slack.choose(brief, "Correct something")
        told = await next_in(slack, asked, 1)

    assert told.only_for == USER
    assert "Slack does not let me do that" in told.text


@pytest.mark.parametrize("word", ["not_found", "hash_conflict"])
async def test_dialogue_that_is_closed_meanwhile_is_left_alone(
    desk: QuickDesk, slack: SlackStandIn, word: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack.misbehave("views.update", Fault(error=word))
    async with running(desk, slack):
        _, brief = await a_brief_of(slack)
        await slack.choose(brief, "Correct something")
        await slack.until(lambda: slack.dialogue)
        await slack.choose_in_dialogue(WHAT, "Maren Holt")
        await slack.until(lambda: "views.update" in slack.calls)
        await answered(slack, await slack.mention("C2", STORY))

    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
