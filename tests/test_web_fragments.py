"""Links to the publisher's page, followed in a real browser: each scrolls to its own words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot import wording
from bot.analyse.pipeline import Pipeline
from bot.brief import Brief, DroppedText, Passage, write_brief
from bot.evidence import PublishersPage
from bot.extract.extract import extract
from bot.models import Page
from tests.browser import DESKTOP
from tests.evidence_page import newspaper
from tests.fakes import a_brief
from tests.messages import discord_messages, slack_messages, strings
from tests.sites import page
from tests.test_layouts import LAYOUTS, MARK, own, pour

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent
STORY = files("adapters.console").joinpath("demo.html").read_bytes()

SPACED = b"<style>p, li, h1, h2, blockquote { margin: 130vh 0 !important }</style></head>"
"""Puts every paragraph on a screen of its own: what is in view was scrolled to."""

FIND = """([before, words, behind]) => {
  const folded = text => text.replace(/\\s+/g, "");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let text = "", nodes = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("script, style")) continue;
    nodes.push([text.length, node]);
    text += folded(node.data);
  }
  const start = text.indexOf(folded(before + words + behind));
  if (start < 0) return "not found";
  const at = start + folded(before).length;
  const node = nodes.filter(([start]) => start <= at).pop()[1];
  const box = node.parentElement.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight ? "in view" : `at ${box.top}`;
}"""


def in_its_line(brief: Brief, passage: Passage) -> list[str]:
    """Return what stands before the (first line of the) passage in its paragraph, that, and what stands behind."""
    text, words = brief.article.text, passage.text.split("\n")[0]
    behind = text[passage.start + len(words) :]
    return [text[: passage.start].rpartition("\n")[2], words, behind.partition("\n")[0]]


def linked(brief: Brief) -> list[Passage]:
    """Return every passage that the adapters link to the publisher's page, each place once."""
    lines = [
        *wording.summary_lines(brief),
        *wording.claim_lines(brief),
        *(wording.quote_line(brief, quote) for quote in brief.quotes),
        *map(wording.entity_line, brief.entities),
        *wording.note_lines(brief),
    ]
    found = [passage for line in lines for _, passage in wording.places(line.evidence)]
    found += [speaker.role or speaker.name_at for speaker in brief.speakers]
    return list({(passage.start, passage.end): passage for passage in found}.values())


def directives_in_chat(brief: Brief) -> set[str]:
    """Return what every link to a passage names in all messages of *brief* in Slack and in Discord."""
    links = [link for message in slack_messages(brief) for link in strings(message.blocks, "url")]
    for body in discord_messages(brief):
        links += [link for words in strings(body, "description") for link in re.findall(r"\]\(<?(http[^)>]+)", words)]
    return {link.partition(":~:text=")[2] for link in links if ":~:text=" in link}


PAGES = {
    "demo": STORY.decode(),
    "harbour": (HERE / "articles" / "harbour.html").read_text("utf-8"),
    **{
        name: MARK.sub("", pour(own("story"), (LAYOUTS / f"{name}.html").read_text("utf-8")))
        for name in ("breaks", "live")  # paragraphs that are no elements, and a page that goes on and on
    },
}


@pytest.mark.model
@pytest.mark.parametrize("name", PAGES)
async def test_every_link_to_the_publishers_page_scrolls_to_its_words(
    browser: Browser, shipped: Pipeline, name: str
) -> None:
    body = PAGES[name].encode()
    spaced = body.replace(b"</head>", SPACED, 1)
    assert SPACED in spaced
    async with newspaper({"/spaced": page(spaced)}) as site:
        address = site.url("/spaced")
        article = extract(Page(address, address, body, "text/html", "utf-8", datetime(2026, 3, 18, tzinfo=UTC)))
        brief = write_brief(article, shipped.analyse(article))
        there = PublishersPage(address, brief.article)
        links = {there.at(passage): passage for passage in linked(brief)}
        assert directives_in_chat(brief) <= {link.partition(":~:text=")[2] for link in links}
        shown = await browser.new_page(viewport=DESKTOP)
        wrong = {}
        for link, passage in links.items():
            await shown.goto("about:blank")
            await shown.goto(link)
            await shown.wait_for_timeout(50)  # the fragment is looked for when all is there
            if (seen := await shown.evaluate(FIND, in_its_line(brief, passage))) != "in view":
                wrong[passage.text] = seen
        assert links
        assert wrong == {}


TWICE = """\
<!doctype html><meta charset="utf-8"><title>x</title><style>p {{ margin: 130vh 0 }}</style>
<nav><p id="menu">The wall will cost more.</p></nav>{}
"""

SAID_TWICE = [
    "“The wall will cost more,” said Holt.",
    "Reyl said: “The wall will cost more.”",
    "No comment.",
    "The wall will cost more, and that is why every boat in the bay will leave before the spring, he told us.",
    "Holt left.",
    "No comment.",
    "The wall will cost more, and that is why every boat in the bay will leave before the spring, she wrote.",
]

IN_VIEW = """() => [...document.querySelectorAll("p")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}).map(one => one.id)"""


async def test_words_that_stand_several_times_are_linked_each_to_its_own_place(browser: Browser) -> None:
    text = "\n\n".join(SAID_TWICE)
    article = a_brief().article.model_copy(
        update={"text": text, "dropped": [DroppedText(reason="menu", text="The wall will cost more.")]}
    )
    body = TWICE.format("".join(f'<p id="p{n}">{words}</p>' for n, words in enumerate(SAID_TWICE)))
    shown = await browser.new_page(viewport=DESKTOP)
    found = {}
    async with newspaper({"/story": page(body.encode())}) as site:
        there = PublishersPage(site.url("/story"), article)
        for n, words in enumerate(SAID_TWICE):
            for part in ("The wall will cost more", "No comment.", words):
                if part in words:
                    start = text.index(part, sum(len(one) + 2 for one in SAID_TWICE[:n]))
                    passage = Passage(text=part, start=start, end=start + len(part), paragraph=n + 1)
                    await shown.goto("about:blank")
                    await shown.goto(there.at(passage))
                    await shown.wait_for_timeout(50)
                    found[n, part] = await shown.evaluate(IN_VIEW)
    assert found == {(n, part): [f"p{n}"] for n, part in found}
