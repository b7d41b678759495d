"""How much a sentence tells of what its story is about: a few signs, weighed as ``salience.json`` says.

Made by ``python -m training.summary``; the card is salience.md.
"""

from __future__ import annotations

import json
import math
import re
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.analyse.quotation import Quotation, quoted_parts
from bot.analyse.signs import NAMED
from bot.analyse.worth import Story
from bot.shipped import read_shipped

MODEL = Path(__file__).with_name("salience.json")
CONNECTIVES = re.compile(
    r"(?:but|and|so|yet|however|meanwhile|still|instead|also|then|or|nor|that’s|that's|another|earlier|later)\b", re.I
)
FIRST_PERSON = frozenset("i we me us my our you your".split())

NAMES = (
    "near the top",
    "depth",
    "first",
    "second",
    "third",
    "words that come back",
    "many such words",
    "words of the headline",
    "words of the first sentence",
    "names",
    "length",
    "quoted",
    "first person",
    "figures",
    "goes on from before",
    "asks",
    "like the whole",
    "pronouns",
)
"""What each sign means, in order."""


def salience_signs(story: Story, number: int, quotations: tuple[Quotation, ...]) -> NDArray[np.float32]:
    """Return the signs of sentence *number* of *story*, in the order of ``NAMES``. Shape ``(len(NAMES),)``."""
    sentence, span, words = story.sentences[number], story.spans[number], story.words[number]
    rank = story.ranks[number]
    lead = story.words[story.body[0]]
    weight = sum(story.counts[word] for word in words) / story.top
    tokens = max(len(span), 1)
    quoted = sum(part.end - part.start for part in quoted_parts((sentence,), quotations))
    values = [
        1 / (1 + rank),
        rank / max(len(story.body), 1),
        rank == 0,
        rank == 1,
        rank == 2,
        weight / max(len(words), 1),
        math.log1p(weight),
        len(words & story.told) / max(len(story.told), 1),
        len(words & lead) / max(len(lead), 1) if rank else 0,
        min(sum(token.ent_iob_ == "B" and token.ent_type_ in NAMED for token in span), 5) / 5,
        math.log(tokens),
        quoted / max(sentence.end - sentence.start, 1),
        sum(token.lower_ in FIRST_PERSON for token in span) / tokens,
        any(token.like_num for token in span),
        bool(CONNECTIVES.match(span.text)),
        span.text.rstrip("”\"’'").endswith("?"),
        _likeness(story, number),
        sum(token.tag_ in {"PRP", "PRP$"} for token in span) / tokens,
    ]
    return np.array(values, np.float32)


def _likeness(story: Story, number: int) -> float:
    """Return the cosine between what the reader saw of the sentence and of all the text; 0 without the reader."""
    if story.vectors is None or story.mean is None:
        return 0.0
    span, whole = story.spans[number], story.mean
    own = story.vectors[span.start : span.end].mean(0)
    return float(own @ whole / max(float(np.linalg.norm(own) * np.linalg.norm(whole)), 1e-6))


@cache
def load_salience() -> NDArray[np.float32]:
    """Return the weights that ship, in the order of ``NAMES``."""
    weights = json.loads(read_shipped(MODEL))["weights"]
    return np.array([weights[name] for name in NAMES], np.float32)
