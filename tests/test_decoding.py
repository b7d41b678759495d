from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analyse.decoding import TAGS, Linked, Reading, Weights, decode
from bot.analyse.pieces import SHAPES, Pieces, cut_windows
from bot.analyse.quotation import find_quotations
from bot.models import Spans, split_paragraphs

OUT = -1


def pieces_of(text: str, length: int = 4) -> Pieces:
    """Cut *text* at its blanks, and longer words into pieces of *length* letters."""
    spans, words = [], []
    at = 0
    for number, word in enumerate(text.split()):
        start = at = text.index(word, at)
        at += len(word)
        for first in range(start, at, length):
            spans.append((first, min(first + length, at)))
            words.append(number)
    count = len(spans)
    where = np.array(spans, np.int32).reshape(-1, 2)
    return Pieces(np.zeros(count, np.int64), where, np.ones(count, np.int64), np.array(words, np.int32))


def tag_rows(tags: str, sure: float = 0.93) -> np.ndarray:
    """Return probabilities for tags given by letter: S, Q and C begin source, cue and content, s, q and c go on."""
    rows = np.full((len(tags), len(TAGS)), (1 - sure) / (len(TAGS) - 1), np.float32)
    for number, tag in enumerate(tags):
        goes_on = tag != "." and tags[number + 1 : number + 2] == tag.lower()
        place = ("B" if goes_on else "S") if tag.isupper() else ("I" if goes_on else "E")
        role = {"S": "source", "Q": "cue", "C": "content"}.get(tag.upper())
        rows[number, TAGS.index(f"{place}-{role}") if role else 0] = sure
    return rows


def link_rows(window: range, anchors: dict[int, int], sure: float = 0.9) -> np.ndarray:
    """Return link probabilities of *window*; a piece without an anchor is as likely to have any."""
    rows = np.full((len(window), 1 + len(window)), 1 / (1 + len(window)), np.float16)
    for piece, anchor in anchors.items():
        if piece in window:
            rows[piece - window.start] = (1 - sure) / len(window)
            rows[piece - window.start, 1 + anchor - window.start if anchor in window else 0] = sure
    return rows


def speakers_by(tags: str, anchors: dict[int, int]) -> dict[int, int]:
    """Let each piece of a cue or content find the first source that has its anchor."""
    sources = {anchors[piece]: piece for piece in reversed(range(len(tags))) if tags[piece] == "S" and piece in anchors}
    return {piece: sources.get(anchor, OUT) for piece, anchor in anchors.items() if tags[piece] not in "Ss"}


def read(
    tags: str,
    anchors: dict[int, int],
    windows: tuple[range, ...] | None = None,
    speakers: dict[int, int] | None = None,
) -> Reading:
    """Return a reading; where *speakers* are not given, they are as the anchors have it."""
    windows = windows or (range(len(tags)),)
    speakers = speakers_by(tags, anchors) | (speakers or {})
    return Reading(
        tag_rows(tags),
        windows,
        tuple(link_rows(window, anchors) for window in windows),
        tuple(link_rows(window, speakers) for window in windows),
    )


def decoded(text: str, reading: Reading) -> list[Linked]:
    return decode(reading, pieces_of(text, 99), text, find_quotations(text, split_paragraphs(text)))


def words(text: str, spans: Spans) -> list[str]:
    return [span.of(text) for span in spans]


def test_source_and_content_meet_at_their_cue() -> None:
    text = "Yesterday Ana said taxes rise ."
    [found] = decoded(text, read(".SQCc.", {1: 2, 2: 2, 3: 2, 4: 2}))

    assert words(text, found.source) == ["Ana"]
    assert words(text, found.cue) == ["said"]
    assert words(text, found.content) == ["taxes rise"]
    assert 0.5 < found.confidence < 0.9


def test_parts_of_an_interrupted_quotation_are_one() -> None:
    text = "“Taxes rise,” Ana said, “and fall.” It rained."
    [found] = decoded(text, read("CcSQCc..", {0: 3, 1: 3, 2: 3, 3: 3, 4: 3, 5: 3}))

    assert words(text, found.content) == ["“Taxes rise,”", "“and fall.”"]
    assert words(text, found.source) == ["Ana"]


def test_parts_of_a_cue_are_one() -> None:
    text = "Ana made clear taxes rise to all"
    [found] = decoded(text, read("SQqCcQq", {0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1}))

    assert words(text, found.cue) == ["made clear", "to all"]


def test_content_without_a_cue_meets_its_source() -> None:
    text = "Ana : taxes rise ."
    [found] = decoded(text, read("S.Cc.", {0: 0, 2: 0, 3: 0}))

    assert (words(text, found.source), found.cue) == (["Ana"], ())


def test_contents_without_source_and_cue_meet_at_the_first() -> None:
    text = "taxes rise – we hear – and fall ."
    [found] = decoded(text, read("Cc....Cc.", {0: 0, 1: 0, 6: 0, 7: 0}))

    assert words(text, found.content) == ["taxes rise", "and fall"]
    assert (found.source, found.cue) == ((), ())


def test_headline_and_the_sentence_below_it_are_two_statements() -> None:
    """The tags run on over the paragraph's end; a brief once showed both as one statement of nobody."""
    text = "Bo : taxes rise\n\nBanks fall , Ana said"
    reading = read("SQCccc.SQ", {0: 1, 1: 1, 2: 1, 3: 1, 4: 8, 5: 8, 7: 8, 8: 8}, speakers={4: 7, 5: 7, 8: 7})
    reading = Reading(tag_rows("SQCccc.SQ"), reading.windows, reading.links, reading.speakers)
    pieces = pieces_of(text, 99)
    pieces.kinds[[0, 4]] += 2 * len(SHAPES)
    found = decode(reading, pieces, text, ())

    assert [words(text, one.content) for one in found] == [["taxes rise"], ["Banks fall"]]
    assert [words(text, one.source) for one in found] == [["Bo"], ["Ana"]]


def test_name_that_the_tags_miss_is_a_source_if_all_point_at_it() -> None:
    text = "Ana a baker said taxes rise again"
    [found] = decoded(text, read("...QCcc", dict.fromkeys(range(3, 7), 3), speakers=dict.fromkeys(range(3, 7), 0)))

    assert words(text, found.source) == ["Ana"]


def test_doubtful_piece_is_left_out_unless_it_stands_beside_a_sure_one() -> None:
    text = "Ana said taxes rise as banks fall in a wet cold spring and boats sink"
    reading = read("SQCccCc......Cc", dict.fromkeys([0, 1, *range(2, 7), 13, 14], 1))
    tags = tag_rows("SQCccCc......Cc")
    tags[[5, 6, 13, 14]] = tag_rows("CcCc", 0.45)
    [found] = decoded(text, Reading(tags, reading.windows, reading.links, reading.speakers))

    assert words(text, found.content) == ["taxes rise as", "banks fall"]


def test_cue_without_a_source_keeps_none() -> None:
    text = "It is said that taxes rise . Ana slept ."
    [found] = decoded(text, read("..Q.Cc.S..", {2: 2, 4: 2, 5: 2, 7: 7}))

    assert (found.source, words(text, found.cue)) == ((), ["said"])


def test_source_that_is_torn_between_two_cues_serves_both() -> None:
    text = "Ana said taxes rise and warned banks fall"
    reading = read("SQCc.QCc", {1: 1, 2: 1, 3: 1, 5: 5, 6: 5, 7: 5}, speakers=dict.fromkeys([1, 2, 3, 5, 6, 7], 0))
    reading.links[0][0] = 0.001
    reading.links[0][0, [1 + 1, 1 + 5]] = 0.6, 0.38
    first, second = decoded(text, reading)

    assert words(text, first.source) == words(text, second.source) == ["Ana"]
    assert first.confidence == pytest.approx(second.confidence, abs=0.01)
    assert first.confidence > 0.7  # that it is torn is no doubt


def test_speaker_is_found_though_its_anchor_is_another() -> None:
    """The words that were said know better who said them than the one who also did something else."""
    text = "Ana frowned and said taxes rise"
    [found] = decoded(text, read("SQ.QCc", {0: 1, 1: 1, 3: 3, 4: 3, 5: 3}, speakers=dict.fromkeys([3, 4, 5], 0)))

    assert words(text, found.source) == ["Ana"]


def test_contents_and_cue_outvote_a_source_that_no_one_means() -> None:
    text = "Ana told Bo taxes rise"
    reading = read("SQSCc", dict.fromkeys(range(5), 1), speakers=dict.fromkeys([1, 3, 4], OUT))
    [found] = decoded(text, reading)

    assert found.source == ()


def test_source_decides_between_two_that_are_meant_alike() -> None:
    text = "Ana saw Bo , who said taxes rise"
    anchors = {0: 1, 1: 1, 2: 5, 5: 5, 6: 5, 7: 5}
    reading = read("SQS..QCc", anchors)
    reading.speakers[0][5:] = 0.001
    reading.speakers[0][5:, [1 + 0, 1 + 2]] = 0.5, 0.45
    pieces = pieces_of(text, 99)
    [found] = decode(reading, pieces, text, ())
    [unasked] = decode(reading, pieces, text, (), weights=Weights(back=0.0))

    assert words(text, found.source) == ["Bo"]
    assert words(text, unasked.source) == ["Ana"]
    assert unasked.confidence < found.confidence


def test_fragments_of_a_source_stay_together() -> None:
    text = "Ana , said the minister , taxes rise"
    reading = read("S.QSs.Cc", {0: 2, 2: 2, 3: 2, 4: 2, 6: 2, 7: 2})
    [found] = decoded(text, reading)
    assert words(text, found.source) == ["Ana", "the minister"]

    reading.links[0][3:5] = 0.01
    reading.links[0][3:5, 1 + 2] = 0.1  # far less likely than Ana, if nowhere else likelier
    [found] = decoded(text, reading)
    assert words(text, found.source) == ["Ana"]


def test_two_speakers_keep_their_words() -> None:
    text = "“ Yes , ” said Ana . “ No , ” said Bo ."
    tags = "CcccQS.CcccQS."
    first, second = decoded(text, read(tags, dict.fromkeys(range(6), 4) | dict.fromkeys(range(7, 13), 11)))

    assert (words(text, first.source), words(text, first.content)) == (["Ana"], ["“ Yes , ”"])
    assert (words(text, second.source), words(text, second.content)) == (["Bo"], ["“ No , ”"])


def test_contents_do_not_cross() -> None:
    """What would reach over another's rest is an attribution of its own; what encloses another is not."""
    text = "a b c d e f"
    crossing = decoded(text, read("QCQCCC", {0: 0, 1: 0, 2: 2, 3: 2, 4: 0, 5: 2}))
    nested = decoded(text, read("QCQCCC", {0: 0, 1: 0, 2: 2, 3: 2, 4: 2, 5: 0}))

    assert [words(text, found.content) for found in crossing] == [["b", "e"], ["d"], ["f"]]
    assert words(text, crossing[2].cue) == ["c"]
    assert [words(text, found.content) for found in nested] == [["b", "f"], ["d", "e"]]


def test_spans_are_whole_words() -> None:
    text = "Ana prophesied catastrophes"
    pieces = pieces_of(text)
    reading = read("SQ.qC..", dict.fromkeys(range(7), 1))
    [found] = decode(reading, pieces, text, ())

    assert words(text, found.cue) == ["prophesied"]
    assert words(text, found.content) == ["catastrophes"]


def test_inside_without_a_beginning_is_put_right() -> None:
    text = "Ana said taxes rise"
    [found] = decoded(text, read("SQcc", dict.fromkeys(range(4), 1)))

    assert words(text, found.content) == ["taxes rise"]


def test_marks_beside_a_content_belong_to_it() -> None:
    text = "Ana said “ taxes rise ” ."
    [found] = decoded(text, read("SQCcc..", dict.fromkeys(range(5), 1)))

    assert words(text, found.content) == ["“ taxes rise ”"]


def test_link_is_found_in_the_window_that_shows_both() -> None:
    text = "Ana said that soon taxes will rise ."
    tags = "SQ..Ccc."
    windows = (range(6), range(2, 8))
    [found] = decoded(text, read(tags, dict.fromkeys([0, 1, 4, 5, 6], 1), windows))

    assert words(text, found.source) == ["Ana"]


def test_window_counts_more_the_further_its_edge() -> None:
    text = "Ana said that taxes rise , Bo warned us again"
    windows = (range(5), range(10))
    reading = read("SQ.Cc.SQ..", dict.fromkeys([0, 1, 3, 4], 1) | {6: 7, 7: 7}, windows)
    reading.links[0][3:] = 0.001
    reading.links[0][3:, 1 + 0] = 0.9  # where the window ends, it takes the source for the anchor
    reading.speakers[0][3:] = 0.001
    reading.speakers[0][3:, 0] = 0.9  # and finds no speaker
    [found] = decoded(text, reading)

    assert (words(text, found.source), words(text, found.cue)) == (["Ana"], ["said"])


def test_content_whose_anchor_no_window_shows_stands_alone() -> None:
    text = "taxes rise and rise"
    [found] = decoded(text, read("Cc..", {0: OUT, 1: OUT}))

    assert (words(text, found.content), found.source, found.cue) == (["taxes rise"], (), ())


def test_confidence_is_calibrated() -> None:
    text = "Ana said taxes rise"
    reading = read("SQCc", dict.fromkeys(range(4), 1))
    [found] = decode(reading, pieces_of(text, 99), text, (), calibration=((0.0, 0.25), (1.0, 0.25)))

    assert found.confidence == pytest.approx(0.25)


def test_nothing_is_found_in_nothing() -> None:
    assert decoded("", Reading(np.zeros((0, len(TAGS)), np.float32), (), (), ())) == []


@given(
    st.text(alphabet="ab ,.“”\"'\n", max_size=120),
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.02, 0.3, 5.0]),
)
def test_any_reading_of_any_text_is_sound(text: str, seed: int, spread: float) -> None:
    paragraphs = split_paragraphs(text)
    quotations = find_quotations(text, paragraphs)
    pieces = pieces_of(text)
    rng = np.random.default_rng(seed)
    windows = cut_windows(len(pieces), longest=12, overlap=5)
    tags = rng.dirichlet(np.full(len(TAGS), spread), len(pieces)).astype(np.float32).reshape(-1, len(TAGS))
    links, speakers = (
        tuple(rng.dirichlet(np.full(1 + len(window), spread), len(window)).astype(np.float16) for window in windows)
        for _ in range(2)
    )
    reading = Reading(tags, windows, links, speakers)
    found = decode(reading, pieces, text, quotations)

    assert found == decode(reading, pieces, text, quotations)
    for one in found:
        assert one.content
        assert 0 <= one.confidence <= 1
        for spans in (one.source, one.cue, one.content):
            assert all(before.end <= after.start for before, after in pairwise(spans))
            assert all(span.end <= len(text) and span.of(text).strip() for span in spans)
    for one, other in combinations(found, 2):
        first, second = sorted((one.content, other.content))
        assert not any(a.overlaps(b) for a in first for b in second)
        befores = {sum(a.start < b.start for a in first) for b in second}
        assert len(befores) == 1  # all of the second stands in one gap of the first, or after it
