"""Why somebody is not named, in the article's words."""

from __future__ import annotations

import pytest

from bot.analyse.pipeline import Pipeline
from bot.wording import quote_groups
from tests.reading import read

pytestmark = pytest.mark.model


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "A senior council official, speaking on condition of anonymity because he was not authorised to "
            "discuss the wall, said it could fall.",
            "speaking on condition of anonymity because he was not authorised to discuss the wall",
        ),
        ("“It could fall,” said a senior official who asked not to be named.", "asked not to be named"),
        (
            "“It could fall,” said a senior official. The official spoke on the condition of anonymity to discuss "
            "talks that are private.",
            "spoke on the condition of anonymity to discuss talks that are private",
        ),
        ("Two engineers, who declined to be identified, said the wall was unsafe.", "declined to be identified"),
        ("A clerk who is not being named for safety said it was late.", "is not being named for safety"),
        ("A clerk said the wall was safe, and Emma Cole was not named to the board.", None),
        ("A senior official said the wall could fall.", None),
    ],
)
def test_reason_for_anonymity_is_in_the_articles_words(pipeline: Pipeline, text: str, reason: str | None) -> None:
    speaker = read(pipeline, text).speakers[0]

    assert (speaker.anonymity.text if speaker.anonymity else None) == reason
    assert speaker.anonymity is None or text[speaker.anonymity.start : speaker.anonymity.end] == reason


def test_who_is_named_needs_no_reason(pipeline: Pipeline) -> None:
    text = "Emma Cole, an engineer, said it was late. A diver asked not to be named, she said."

    assert {speaker.anonymity for speaker in read(pipeline, text).speakers if speaker.name == "Emma Cole"} == {None}


def test_reason_stands_beside_whoever_is_not_named(pipeline: Pipeline) -> None:
    group = quote_groups(read(pipeline, "“It could fall,” said a senior official who asked not to be named."))[0]

    assert (group.heading, group.detail) == ("a senior official", "asked not to be named")
