"""What a statement shows of whether it can be checked, as numbers: grammar, names, and words by their field.

The groups of words were put together by reading news of PolNeAR's train part; how much each counts is learnt.
"""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Span

TAGS = (
    "VBD VBZ VBP VBN VBG VB MD JJ JJR JJS RB RBR RBS CD NN NNS NNP NNPS PRP PRP$ WP WRB WDT UH EX IN TO CC DT POS $ ."
).split()
ENTITIES = "CARDINAL PERCENT MONEY QUANTITY DATE TIME ORDINAL PERSON ORG GPE NORP LAW FAC EVENT LOC".split()
NAMED = frozenset({"PERSON", "ORG", "GPE", "NORP"})

WORDS: dict[str, frozenset[str]] = {
    "I": frozenset("i me my mine".split()),
    "we": frozenset("we us our ours".split()),
    "you": frozenset("you your yours".split()),
    "he": frozenset("he she his her him they them their it its".split()),
    "think": frozenset("think believe feel guess hope wish want know mean suppose".split()),
    "judgement": frozenset(
        "great good bad terrible wonderful tremendous important better best worst wrong right strong weak beautiful "
        "nice sad disgrace disaster incredible fantastic ridiculous".split()
    ),
    "modal": frozenset("will would could should must might may can shall ought".split()),
    "negation": frozenset("not no never n't n’t nothing nobody none".split()),
    "hedge": frozenset("maybe perhaps probably possibly likely apparently".split()),
    "address": frozenset("thank thanks please welcome sir mr senator governor congratulations".split()),
    "quantity": frozenset(
        "all every most many few more less fewer half majority only first last largest biggest highest lowest record "
        "average per total number".split()
    ),
    "change": frozenset(
        "rose fell increased decreased grew dropped doubled tripled increase decrease cut raise raised lost created "
        "spent paid cost voted signed passed opposed supported killed died".split()
    ),
    "record": frozenset(
        "law bill court ruling report study data figures vote budget tax taxes treaty contract census survey poll "
        "records aid weapons debt deficit jobs unemployment rate percent".split()
    ),
    "time": frozenset("year years month months week yesterday ago since last today decade".split()),
    "told": frozenset("said says told according announced reported".split()),
}

GROUPS = {
    word: [number for number, words in enumerate(WORDS.values()) if word in words]
    for word in frozenset().union(*WORDS.values())
}
"""Each word's groups, by their numbers in ``WORDS``."""

FIELDS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "accusation": r"accus|alleg|claim|deni|denied|lie[sd]?\b|lying|liar|fraud|corrupt|illegal|violat|rigg|hack|leak"
        r"|stole|cheat|bogus|false|improper|scandal|conspir|unfounded|cover",
        "harm": r"kill|shot|shoot|dead|died|death|injur|bomb|attack|explo|weapon|arrest|police|terror|violen|assault"
        r"|victim|crime|murder|war\b|abus",
        "law": r"court|law\b|legal|lawsuit|sued?\b|charg|indict|plead|guilty|judge|investigat|fbi|constitution"
        r"|amendment|rule|order|bill\b|treaty|ban\b|banned|regulat|oversight|citizen|eligib|requir",
        "money": r"[$£€]|tax|donat|fund|pay|paid|spen[dt]|budget|debt|deficit|cost|earn|profit|financ|million|billion"
        r"|percent|%|wage|econom|trade|jobs?\b",
        "vote": r"poll|survey|vote|delegat|primary|elect|rating|approv|lead",
        "act": r"sign|releas|refus|reject|remov|hid|admit|disclos|expos|approv|announc|withdr|endors|oppos|support"
        r"|appoint|nominat|fire[ds]?\b|resign|vow|pledg|promis|warn",
        "document": r"record|report|document|emails?|video|data|stud(?:y|ies)|analysis|figures|returns|book|memo"
        r"|statement|tweet|letter",
        "extreme": r"first|only|never|every|all\b|none|no\b|most|least|more than|less than|largest|biggest|highest"
        r"|lowest|record|twice|half|double|major",
        "opinion": r"\b(?:think|believe|feel|hope|wish|should|must|ought|want|love|great|good|bad|terrible|beautiful"
        r"|important|sad|wonderful|tremendous|disgust|insan|ridiculous|amaz|proud|best|better|worse|worst|honor|fair"
        r"|strong|weak|obviously|clearly|kind of|sort of)\b",
        "future": r"\b(?:will|won[’']t|would|could|may|might|going to|plans?|expected|likely|unlikely|set to|scheduled"
        r"|intends?|if|unless)\b|[’']ll\b",
        "first person": r"\b(?:i|we|my|our|us|me|i[’']m|we[’']re|i[’']ve|we[’']ve|let[’']s)\b",
        "second person": r"\b(?:you|your|you[’']re)\b",
        "scene": r"wore|crowd|cheer|stage|smil|laugh|joke|podium|favorite|show\b|night\b|interview|asked|told reporters"
        r"|question|spoke|speech",
    }.items()
}
"""Of a text in small letters: patterns that passed over their size would take four times as long."""

NAMES: tuple[str, ...] = (
    *(f"tag {tag}" for tag in TAGS),
    *(f"entities {kind}" for kind in ENTITIES),
    *(f"words of {group}" for group in WORDS),
    *"words;asks;exclaims;quotes;capitalised;numbers;ends;past;present;modal;imperative".split(";"),
    *"speaks of himself;named;if".split(";"),
    "letters a word",
    *(f"field of {field}" for field in FIELDS),
    *"asks within;under 6 words;under 10 words".split(";"),
)
"""What each number means, in order."""


def signs(span: Span) -> NDArray[np.float32]:
    """Return the signs of *span* in the order of ``NAMES``. Shape ``(len(NAMES),)``."""
    text, tokens = span.text, list(span)
    low = [token.lower_ for token in tokens]
    small = text.lower()
    bare = text.rstrip("\"”’' ")
    tags = Counter(token.tag_ for token in tokens)
    entities = Counter(token.ent_type_ for token in tokens if token.ent_iob_ == "B")
    groups = Counter(group for word in low for group in GROUPS.get(word, ()))
    words = text.split()
    count = max(len(words), 1)
    root = span.root
    values = [
        *(min(tags[tag], 6) / 3 for tag in TAGS),
        *(min(entities[kind], 3) for kind in ENTITIES),
        *(min(groups[number], 3) for number in range(len(WORDS))),
        math.log(max(len(low), 1)),
        bare.endswith("?"),
        bare.endswith("!"),
        any(mark in text for mark in '"“”'),
        sum(word[:1].isupper() for word in words) / count,
        min(len(re.findall(r"\d+", text)), 4),
        text.rstrip().endswith("."),
        root.tag_ == "VBD",
        root.tag_ in {"VBZ", "VBP"},
        any(child.tag_ == "MD" for child in root.children),
        root.tag_ == "VB" and not any(child.dep_ in {"nsubj", "aux"} for child in root.children),
        any(child.dep_ == "nsubj" and child.lower_ in {"i", "we"} for child in root.children),
        any(entities[kind] for kind in NAMED),
        "if" in low,
        sum(map(len, low)) / max(len(low), 1),
        *(min(len(field.findall(small)), 4) ** 0.5 for field in FIELDS.values()),
        bare.endswith("?") or "?”" in text or '?"' in text,
        count < 6,
        count < 10,
    ]
    return np.array(values, np.float32)
