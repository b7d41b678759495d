"""How fact-checks are shown, on every platform: in their outlet's words, escaped, and never as a verdict of ours."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from adapters.console.render import render as render_terminal
from adapters.discord.pages import render_list
from adapters.discord.render import render as render_discord
from adapters.slack.pages import render_page
from adapters.slack.render import render_brief as render_slack
from adapters.web.render import render_brief as render_web
from bot import wording
from bot.answers import Listing
from bot.brief import Brief, FactCheckCard
from bot.export import render_csv, render_json, render_markdown
from tests.fakes import a_brief, a_long_brief
from tests.slack_rules import SlackRules

HOSTILE = "<!channel> @everyone **bold** [x](https://evil.example) </script><b> \x1b[31m\u202e=1+1"


def a_check(**changes: object) -> FactCheckCard:
    check = FactCheckCard(
        claim="Port Ellery's new harbour wall will cost £48 million",
        claimant="Maren Holt",
        publisher="Tidewatch",
        rating="Half the story",
        url="https://tidewatch.example/checks/1",
        reviewed=date(2026, 3, 20),
        found_in="imported fact-checks",
    )
    return check.model_copy(update=changes)


def with_checks(brief: Brief, *checks: list[FactCheckCard] | None) -> Brief:
    claims = [
        claim.model_copy(update={"checks": checks[number] if number < len(checks) else None})
        for number, claim in enumerate(brief.claims)
    ]
    return brief.model_copy(update={"claims": claims})


def shown_everywhere(brief: Brief) -> dict[str, str]:
    console = Console(width=100, highlight=False, force_terminal=False)
    with console.capture() as captured:
        console.print(render_terminal(brief))
    embeds = [*render_discord(brief), *render_list(Listing("0" * 32, brief, "claims"))]
    return {
        "terminal": " ".join(captured.get().split()),
        "markdown": render_markdown(brief),
        "json": render_json(brief),
        "csv": render_csv(brief),
        "slack": json.dumps(render_slack(brief, "b1").blocks, ensure_ascii=False),
        "slack page": json.dumps(render_page(brief, "b1", "claims", 1).blocks, ensure_ascii=False),
        "discord": "\n".join(embed.description or "" for embed in embeds),
        "web": render_web(brief, "b1", token="t", unfolded=True, searchable=False),
    }


@pytest.mark.parametrize("platform", shown_everywhere(a_brief()))
def test_publisher_rating_and_link_are_shown_everywhere(platform: str) -> None:
    shown = shown_everywhere(with_checks(a_brief(), [a_check()], []))[platform].replace("\\", "")
    for words in ("Tidewatch", "Half the story", "https://tidewatch.example/checks/1"):
        assert words in shown


def test_claim_claimant_and_date_of_the_fact_check_are_told_in_its_words() -> None:
    (line, _) = wording.claim_lines(with_checks(a_brief(), [a_check()], []))
    assert [below.text for below in line.below] == [
        "Checked by Tidewatch, 20 March 2026. Its rating: Half the story. "
        "The claim it looked at: Port Ellery's new harbour wall will cost £48 million, claimed by Maren Holt"
    ]
    (bare,) = wording.claim_lines(with_checks(a_brief(), [a_check(reviewed=None, claimant=None)]))[0].below
    assert bare.text.startswith("Checked by Tidewatch. Its rating")
    assert bare.text.endswith("million")


def test_none_found_says_that_it_is_no_verdict() -> None:
    none = wording.checked(with_checks(a_brief(), [], []))
    some = wording.checked(with_checks(a_brief(), [a_check()], []))
    assert none == "I found no published fact-check of 2 claims. That says nothing about whether a claim is true."
    assert some.startswith("I found published fact-checks of 1 of 2 claims.")
    assert some.endswith("says nothing about whether a claim is true.")


def test_where_nothing_was_looked_for_nothing_is_said() -> None:
    assert wording.checked(a_brief()) == ""
    for platform, shown in shown_everywhere(a_brief()).items():
        assert "fact-check" not in shown.replace('"factchecks"', ""), platform


def test_further_fact_checks_of_a_claim_are_counted_in_chat_and_listed_behind_the_button() -> None:
    brief = with_checks(a_brief(), [a_check(), a_check(publisher="The Plumb Line"), a_check(publisher="Third")], [])
    shown = shown_everywhere(brief)
    assert "and 2 more fact-checks" in json.dumps(render_slack(brief, "b1").blocks)
    assert "and 2 more fact-checks" in "".join(embed.description or "" for embed in render_discord(brief))
    assert "The Plumb Line" in shown["slack page"]
    assert "The Plumb Line" in shown["markdown"]
    assert "The Plumb Line" in "".join(
        embed.description or "" for embed in render_list(Listing("0" * 32, brief, "claims"))
    )


def test_hostile_words_of_a_fact_check_do_nothing_anywhere() -> None:
    hostile = a_check(
        claim=HOSTILE,
        claimant=HOSTILE,
        publisher=HOSTILE,
        rating=HOSTILE,
        url="https://evil.example/)<script>`|x",
    )
    shown = shown_everywhere(with_checks(a_brief(), [hostile], []))
    for platform, text in shown.items():
        assert "\x1b" not in text, platform
        assert "\u202e" not in text, platform
    assert "<script>`" not in shown["web"]
    assert "</script><b>" not in shown["web"]
    assert "@everyone" not in shown["discord"]
    assert "[x](https://evil" not in shown["discord"]
    assert "[x](https://evil" not in shown["markdown"]
    blocks = render_slack(with_checks(a_brief(), [hostile], []), "b1").blocks
    parsed = [part for block in blocks if block["type"] == "context" for part in block["elements"]]
    assert not any("<!channel>" in part["text"] for part in parsed)


def test_platforms_limits_hold_with_the_longest_fact_checks(shared: Path) -> None:
    long = a_check(
        claim="c" * 2000,
        claimant="w" * 500,
        publisher="p" * 300,
        rating="r " * 250,
        url="https://l.example/" + "u" * 1900,
    )
    brief = a_long_brief()
    brief = with_checks(brief, *[[long, long, long]] * len(brief.claims))
    embeds = render_discord(brief)
    assert sum(map(len, embeds)) <= 6000
    rules = SlackRules(shared / "specs")
    assert list(rules.block_faults(render_slack(brief, "b1").blocks)) == []
    for number in range(1, 12):
        assert list(rules.block_faults(render_page(brief, "b1", "claims", number).blocks)) == []
    for embed in render_list(Listing("0" * 32, brief, "claims")):
        assert len(embed.description or "") <= 4096
