from __future__ import annotations

import pytest

from benchmarks.factchecks import ask_all, count
from bot.analyse.pipeline import Pipeline
from bot.errors import SettingsError
from bot.factchecks.embed import Embedder, packed, unpacked
from bot.factchecks.figures import find_figures
from bot.factchecks.match import Matcher
from bot.factchecks.query import Query, Reviewed
from bot.factchecks.sameness import difference, read_statement, words_of

model = pytest.mark.model


@pytest.fixture(scope="module")
def matcher(shipped: Pipeline) -> Matcher:
    return Matcher(shipped.nlp, Embedder(threads=2))


# Figures --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("one in five children", "20 percent of children"),
        ("two out of three", "67 per cent"),
        ("£48 million", "48m pounds"),
        ("ninety thousand jobs", "90,000 jobs"),
        ("has doubled", "is twice as high"),
        ("half its ice", "50% of its ice"),
        ("four decades", "forty years"),
        ("2.3bn crowns", "2,300 million crowns"),
        ("one applicant in thirty", "one in 30 applicants"),
    ],
)
def test_the_same_figure_in_other_words_is_the_same(one: str, other: str) -> None:
    (first,), (second,) = find_figures(one).figures, find_figures(other).figures
    assert first.is_close(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [("48 million", "84 million"), ("a third", "two thirds"), ("20 percent", "20 people"), ("doubled", "halved")],
)
def test_another_figure_is_another(one: str, other: str) -> None:
    (first,), (second,) = find_figures(one).figures, find_figures(other).figures
    assert not first.is_close(second)


def test_years_are_dates_and_no_figures() -> None:
    found = find_figures("In 1987 and on Friday, 3 May 2019, for $2000")
    assert found.years == {"1987", "2019"}
    assert (found.months, found.days) == ({"may"}, {"friday"})
    assert [figure.value for figure in found.figures] == [3, 2000]


# Differences that similarity does not see -----------------------------------------------------------------


@model
@pytest.mark.parametrize(
    ("claim", "review", "reason"),
    [
        ("Crime has doubled in Marrowby", "Crime has doubled in Marrowby in ten years", "figure"),
        ("Kessland attacked the fleet in 1978", "Kessland attacked the fleet in 1987", "date"),
        ("The wall in Sandmouth is unsafe", "The wall in Port Ellery is unsafe", "name"),
        ("Clea Monk died", "Livia Monk died", "name"),
        ("The vaccine does not contain mercury", "The vaccine contains mercury", "opposite"),
        ("The dam never collapsed", "The dam collapsed", "opposite"),
        ("The council opened the libraries", "The council closed the libraries", "opposite"),
        ("Kessland invaded Vandria", "Vandria invaded Kessland", "opposite"),
        ("Cats kill more birds than dogs", "Dogs kill more birds than cats", "opposite"),
        ("It is legal to feed pigeons", "It is illegal to feed pigeons", "opposite"),
    ],
)
def test_what_differs_is_named(shipped: Pipeline, claim: str, review: str, reason: str) -> None:
    one, other = read_statement(shipped.nlp(claim)), read_statement(shipped.nlp(review))
    assert difference(one, other, around_claim=frozenset(), around_review=frozenset()) == reason


@model
@pytest.mark.parametrize(
    ("claim", "review"),
    [
        ("Kessland was invaded by Vandria", "Vandria invaded Kessland"),
        ("It is not legal to feed pigeons", "It is illegal to feed pigeons"),
        ("No town in Vandria is older than Marrowby", "Marrowby is the oldest town in Vandria"),
        ("Norvia ended its exports of gas", "Norvia has no longer exported gas"),
        ("Dogs kill fewer birds than cats", "Cats kill more birds than dogs"),
        ("Vandria bought 60 jets from Tessaly", "Tessaly sold 60 jets to Vandria"),
    ],
)
def test_two_turns_are_none(shipped: Pipeline, claim: str, review: str) -> None:
    one, other = read_statement(shipped.nlp(claim)), read_statement(shipped.nlp(review))
    assert difference(one, other, around_claim=frozenset(), around_review=frozenset()) is None


@model
def test_a_name_may_stand_elsewhere_in_the_article_but_not_another_one(shipped: Pipeline) -> None:
    review = read_statement(shipped.nlp("Port Ellery's harbour wall is unsafe"))
    around = words_of("In Port Ellery, people fear the sea. Sandmouth has no wall.")
    for claim, reason in (("The harbour wall is unsafe", None), ("Sandmouth's harbour wall is unsafe", "name")):
        found = difference(read_statement(shipped.nlp(claim)), review, around_claim=around, around_review=frozenset())
        assert found == reason


# Matching -------------------------------------------------------------------------------------------------


@model
def test_only_the_very_claim_is_matched_whatever_resembles_it(matcher: Matcher) -> None:
    reviewed = (
        Reviewed("Port Ellery's new harbour wall will cost £84 million", "Maren Holt"),
        Reviewed("The new harbour wall in Port Ellery will not cost 48 million pounds", ""),
        Reviewed("Port Ellery's new harbour wall will cost £48 million", "Maren Holt"),
        Reviewed("", ""),
    )
    query = Query("The new harbour wall in Port Ellery will cost 48 million pounds", "", reviewed)
    assert matcher.match([query, Query("Nobody has ever seen a dragon", "", reviewed), Query("x", "", ())]) == [
        [2],
        [],
        [],
    ]


@model
def test_kept_and_fresh_vectors_match_alike(matcher: Matcher) -> None:
    embedder = Embedder()
    claim = "Eating raw garlic cures the grey fever"
    (vector,) = embedder.embed([claim])
    (kept,) = unpacked([packed(vector)])
    assert abs(float(kept @ vector) - 1) < 0.01
    assert matcher.match([Query(claim, "", (Reviewed(claim, "", packed(vector)), Reviewed(claim, "")))]) == [[0, 1]]


def test_a_sentences_vector_does_not_depend_on_its_neighbours() -> None:
    embedder = Embedder()
    sentences = [
        "Crime has doubled",
        "The vaccine against grey fever contains mercury",
        "",
        "x " * 2000,
        "[SEP] \ud800",
    ]
    together = embedder.embed(sentences)
    for number, sentence in enumerate(sentences):
        assert float(embedder.embed([sentence])[0] @ together[number]) > 0.9999


def test_a_changed_model_is_told(tmp_path: object) -> None:
    from pathlib import Path
    from shutil import copy

    from bot.factchecks.embed import DESCRIPTION, FOLDER

    folder = Path(str(tmp_path))
    copy(FOLDER / DESCRIPTION, folder)
    with pytest.raises(SettingsError, match="missing"):
        Embedder(folder)
    (folder / "embedder.onnx").write_bytes(b"another")
    with pytest.raises(SettingsError, match="not the file"):
        Embedder(folder)


@model
def test_already_checked_is_seldom_shown_wrongly(matcher: Matcher) -> None:
    """On the part of the made-up fact-checks that nothing was chosen on."""
    kept_apart = ask_all(matcher, "report")
    found = count(kept_apart, matcher.likely, matcher.threshold)
    assert found.others > 400
    assert found.wrong_of_others <= 0.02 * found.others
    assert found.found >= 0.55 * found.same
