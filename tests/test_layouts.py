"""The same stories in the layouts of many kinds of sites: every paragraph comes out, and nothing else.

The layouts in ``layouts/`` are made up, and so are the stories beside them; the reference article lies outside the
project. In a layout

- ``<!--story 3-->`` stands for the next three blocks of the story, ``<!--story-->`` for all that are left;
- ``<!--leftovers-->`` stands for what a careless copy of the story brings along;
- ``data-furniture`` marks what must not come out. ``data-either`` marks what may: posts that a story embeds and its
  standfirst belong to some readers' idea of it and not to others'. Neither mark is left on the page that is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path

import pytest
from lxml.html import HtmlElement, fromstring

from bot.extract.blocks import Block, clean, find_blocks
from bot.extract.extract import extract
from bot.extract.furniture import cut_furniture
from bot.models import Article, Page

LAYOUTS = Path(__file__).parent / "layouts"
NAMES = sorted(path.stem for path in LAYOUTS.glob("*.html"))
STORIES = ("story", "brief", "sentences")
LEFTOVERS = ("via Lowmoor Wire", "Please type your comment!", "Your name here", "Subscribe Today", "Latest News")
SLOT = re.compile(r"<!--story ?(\d*)-->")
MARK = re.compile(r" data-(?:furniture|either)(?=[ >/])")
WRAPPERS = {"p": "<p>{}</p>", "heading": "<h2>{}</h2>", "list": "<ul>{}</ul>", "item": "<li>{}</li>"}
FEWEST_WORDS = 3
"""Words from which a string of the furniture must not be found inside of a paragraph, either."""


@dataclass(frozen=True)
class Story:
    """What is poured into a layout."""

    headline: str
    blocks: tuple[tuple[str, str], ...]  # "p", "heading" or "item", and its text
    leftovers: tuple[str, ...] = LEFTOVERS

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.blocks]

    @property
    def pulled(self) -> str:
        """The first words in quotation marks, or else the first sentence: what a layout shows once more, enlarged."""
        text = " ".join(self.texts)
        quoted = re.search("“[^”]{30,}”", text)
        return quoted.group() if quoted else text.split(". ")[0] + "."


def squeeze(text: str) -> str:
    return "".join(clean(text).split())


def read_story(text: str, leftovers: tuple[str, ...] = LEFTOVERS) -> Story:
    """Read a headline and blocks that are parted by blank lines; "##" makes a heading, "-" an item of a list."""
    headline, *blocks = [clean(block) for block in re.split(r"\n\s*\n", text.strip())]
    kinds = {"##": "heading", "-": "item"}
    parted = [(kinds.get(block.split(" ")[0], "p"), re.sub(r"^(?:##|-) ", "", block)) for block in blocks]
    return Story(headline, tuple(parted), leftovers)


def own(name: str) -> Story:
    return read_story((LAYOUTS / f"{name}.txt").read_text("utf-8"))


@pytest.fixture(scope="session")
def reference(shared: Path) -> Story:
    folder = shared / "data" / "reference"
    text = (folder / "article.txt").read_text("utf-8")
    leftovers = json.loads((folder / "expected.json").read_text("utf-8"))["furniture"]
    kept = [block for block in text.split("\n") if block.strip() not in leftovers]
    return read_story("\n\n".join(kept), tuple(leftovers))


def pour(story: Story, layout: str) -> str:
    """Put *story* into *layout*; a short one leaves the later places empty."""
    wrappers = dict(WRAPPERS)
    wrappers |= dict(re.findall(r"<!--as (\w+): (.*?)-->\n", layout))
    left = list(story.blocks)

    def take(slot: re.Match[str]) -> str:
        number = int(slot[1] or len(left))
        taken, left[:] = left[:number], left[number:]
        return "\n".join(_wrap(taken, wrappers))

    page = SLOT.sub(take, re.sub(r"<!--as .*?-->\n", "", layout))
    assert not left, "the layout has no place for the rest of the story"
    leftovers = "\n".join(f"<p data-furniture>{escape(words)}</p>" for words in story.leftovers)
    words = {
        "<!--leftovers-->": leftovers,
        "{{headline}}": escape(story.headline),
        "{{pulled}}": escape(story.pulled),
        "{{first}}": escape(story.texts[0]),
        "{{json headline}}": json.dumps(story.headline)[1:-1],
        "{{json first}}": json.dumps(story.texts[0])[1:-1],
        "{{json body}}": json.dumps("\n\n".join(story.texts))[1:-1],
    }
    for slot, text in words.items():
        page = page.replace(slot, text)
    return page


def _wrap(blocks: list[tuple[str, str]], wrappers: dict[str, str]) -> Iterator[str]:
    for kind, group in groupby(blocks, key=lambda block: block[0]):
        wrapped = "\n".join(wrappers[kind].replace("{}", escape(text, quote=False)) for _, text in group)
        yield wrappers["list"].replace("{}", wrapped) if kind == "item" else wrapped


def read(html: str) -> Article:
    url = "https://www.courier.example/news/2026/03/18/a-story"
    body = MARK.sub("", html).encode()
    return extract(
        Page(
            url=url,
            final_url=url,
            body=body,
            media_type="text/html",
            charset="utf-8",
            fetched_at=datetime(2026, 3, 18, tzinfo=UTC),
        )
    )


def marked(html: str, mark: str) -> list[str]:
    """Return the texts of all blocks that *mark* stands on or around."""
    tree = fromstring(html)
    return [block.text for element in tree.xpath(f"//*[@data-{mark}]") for block in find_blocks(element)]


def unmarked(html: str) -> HtmlElement:
    tree = fromstring(html)
    for element in tree.xpath("//*[@data-furniture or @data-either]"):
        element.drop_tree()
    return tree.find("body")


def check(story: Story, name: str) -> None:
    """Assert that *story* is read from the layout called *name* as it is, paragraph by paragraph."""
    html = pour(story, (LAYOUTS / f"{name}.html").read_text("utf-8"))
    article = read(html)
    either = set(map(squeeze, marked(html, "either")))
    found = [span.of(article.text) for span in article.paragraphs]

    assert article.title == story.headline
    assert [text for text in found[1:] if squeeze(text) not in either] == story.texts
    furniture = {words for words in marked(html, "furniture") if any(map(str.isalnum, words))}
    own_words = " ".join(story.texts)
    assert not [
        words
        for words in furniture
        if words in found or (len(words.split()) >= FEWEST_WORDS and words in article.body and words not in own_words)
    ]


def test_there_are_layouts_enough() -> None:
    assert len(NAMES) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_layout_marks_all_that_is_not_the_story(name: str) -> None:
    """Or else what is left out by mistake would go unnoticed."""
    story = own("story")
    html = pour(story, (LAYOUTS / f"{name}.html").read_text("utf-8"))

    assert [block.text for block in find_blocks(unmarked(html))] == [story.headline, *story.texts]
    assert len(marked(html, "furniture")) >= 20


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", STORIES)
def test_story_comes_out_of_its_layout_whole_and_alone(kind: str, name: str) -> None:
    check(own(kind), name)


@pytest.mark.parametrize("name", NAMES)
def test_reference_article_comes_out_of_any_layout_whole_and_alone(reference: Story, name: str) -> None:
    check(reference, name)


# What the layouts taught, by itself ---------------------------------------------------------------------------


BODY = "main  div text  p"
FIRST = "The order was lifted on Thursday, and “nobody is glad about it,” said Petra Lindqvarn, who runs a nursery."
SECOND = "The utility said that 60 samples taken since Monday had met the national standard for drinking water."


def cut(*between: Block) -> list[tuple[str, str]]:
    """Return reason and text of what is cut between two paragraphs."""
    blocks = [Block(FIRST, linked=0.0, within=BODY), *between, Block(SECOND, linked=0.0, within=BODY)]
    return [(drop.reason, drop.text) for drop in cut_furniture(blocks)[1]]


@pytest.mark.parametrize(
    ("reason", "text", "linked", "within"),
    [
        ("pull quote", "“nobody is glad about it”", 0.0, "main  div text  aside"),
        ("related links", "Pier to be sold for less than a caravan", 1.0, BODY),
        ("newsletter plea", "Estuary mornings", 0.0, "main  div text  div mailpoet_form  h4"),
        ("caption", "8 a.m.: the doors open, and nobody is there.", 0.0, "main  div text  figure  figcaption"),
        ("caption", "Gazette photo by Orrin Tate", 0.0, BODY),
        ("subscription plea", "We are free to read. Please consider making a donation to our newsroom.", 0.0, BODY),
        ("byline and date", "Northern correspondent", 0.0, "main  div byline-block  div x1"),
        ("related links", "Most read", 0.0, BODY),
        ("note to readers", "When we learn of a mistake, we acknowledge it with a correction.", 0.0, BODY),
    ],
)
def test_furniture_between_paragraphs_is_cut(reason: str, text: str, linked: float, within: str) -> None:
    assert cut(Block(text, linked=linked, within=within)) == [(reason, text)]


@pytest.mark.parametrize(
    "blocks",
    [
        [Block("a valve that was tested in 2019", "li", 1.0, "main  div text  ul  li")],
        [Block("Pier to be sold for less than a caravan", linked=1.0, within=BODY)] * 2,  # a list of links
        [Block("“Nobody was glad about it.”", linked=0.0, within=BODY)],  # said nowhere else
        [Block("Newsletters and their readers", "h2", 0.0, "main  div text  h2 newsletters-and-their-readers")],
        [Block("Sold by whom?", linked=1.0, within=BODY)],
    ],
)
def test_story_between_paragraphs_stays(blocks: list[Block]) -> None:
    assert cut(*blocks) == []


def test_name_that_holds_the_whole_story_is_not_believed() -> None:
    blocks = [Block(text, linked=0.0, within="main with-newsletter  p") for text in (FIRST, SECOND)]
    assert cut_furniture(blocks)[1] == []


def test_heading_of_a_box_of_furniture_goes_with_it() -> None:
    box = "main  div text  div x7"
    plea = "Get the top local stories in your inbox every weekday at 5 a.m."
    heading = Block("Wake up with 7", "h4", 0.0, f"{box}  h4")
    assert [text for _, text in cut(heading, Block(plea, linked=0.0, within=f"{box}  p"))] == ["Wake up with 7", plea]


def test_correction_below_the_story_stays_and_what_is_around_it_goes() -> None:
    texts = ["via Lowmoor Wire", "A correction was made on March 18: a caption misstated the number of stairs."]
    kept, dropped = cut_furniture([Block(text) for text in (FIRST, SECOND, *texts, "Latest News")])
    assert [block.text for block in kept] == [FIRST, SECOND, texts[1]]
    assert [drop.text for drop in dropped] == [texts[0], "Latest News"]


def test_what_is_said_of_the_author_above_the_story_is_cut() -> None:
    texts = ["By Corwin Ashgrove", "Corwin Ashgrove has covered the courts of the lower valley since 2014."]
    kept, _ = cut_furniture([Block(text) for text in (*texts, FIRST, SECOND)])
    assert [block.text for block in kept] == [FIRST, SECOND]
