from __future__ import annotations

from dataclasses import replace

import pytest

from bot.brief import Brief, write_brief
from bot.compare import Change, compare, figures, find_voices, fold, is_same_name, sentences
from bot.extract.origin import fingerprint
from bot.models import Analysis, Article, Attribution, CharSpan, Claim, Kind, QuoteType, Speaker, split_paragraphs
from tests.fakes import a_brief

HOLT = "Maren Holt"


def a_version(*told: tuple[str, str], around: str = "", claims: tuple[str, ...] = (), title: str = "Wall") -> Brief:
    """Return the brief of a story in which each of *told* says something: a name, and what stands in marks."""
    text = "\n\n".join([title, *(f"{name} said: “{words}”" for name, words in told), *filter(None, [around])])
    paragraphs = split_paragraphs(text)
    lines = paragraphs[1 : 1 + len(told)]
    names = list(dict.fromkeys(name for name, _ in told))
    content = [CharSpan(line.start + len(name) + 8, line.end - 1) for line, (name, _) in zip(lines, told, strict=True)]
    analysis = Analysis(
        attributions=tuple(
            Attribution(
                (CharSpan(line.start, line.start + len(name)),),
                (CharSpan(line.start + len(name) + 1, line.start + len(name) + 5),),
                (words,),
                (words,),
                QuoteType.DIRECT,
            )
            for line, (name, _), words in zip(lines, told, content, strict=True)
        ),
        speakers=tuple(
            Speaker(
                CharSpan(at := text.index(name), at + len(name)),
                Kind.PERSON,
                None,
                (),
                tuple(n for n, (one, _) in enumerate(told) if one == name),
            )
            for name in names
        ),
        claims=tuple(
            Claim((CharSpan(at := text.index(words), at + len(words)),), (), None, 0.5, ("figure",)) for words in claims
        ),
        entities=(),
        summary=(),
        notes=(),
    )
    article = Article(text, paragraphs, headline=paragraphs[0], fingerprint=fingerprint(text))
    return write_brief(article, analysis)


# Quotations -----------------------------------------------------------------------------------------------

WORDS = "We got the numbers wrong, and I am sorry for that. Nobody has pocketed a single penny."


def changes(one: str, other: str) -> list[Change]:
    return [wording.change for wording in compare([a_version((HOLT, one)), a_version((HOLT, other))]).wordings]


@pytest.mark.parametrize(
    "other",
    [WORDS, WORDS.upper(), WORDS.replace(",", ""), WORDS.replace("I am", "I\u00a0am")],
)
def test_same_words_are_no_change(other: str) -> None:
    assert changes(WORDS, other) == []


def test_altered_words_are_shown_word_by_word() -> None:
    (wording,) = compare(
        [a_version((HOLT, WORDS)), a_version((HOLT, WORDS.replace("the numbers wrong", "every number right")))]
    ).wordings
    assert wording.change is Change.ALTERED
    assert [(piece.text, piece.version) for piece in wording.pieces] == [
        ("We got", None),
        ("the numbers wrong,", 0),
        ("every number right,", 1),
        ("and I am sorry for that.", None),
    ]


def test_shortened_sentence_is_told_from_an_altered_one() -> None:
    assert changes(WORDS, WORDS.replace(", and I am sorry for that", "")) == [Change.SHORTENED]


def test_sentence_left_out_of_a_quotation_is_named_with_who_leaves_it_out() -> None:
    (wording,) = compare([a_version((HOLT, WORDS)), a_version((HOLT, WORDS.partition(". ")[0] + "."))]).wordings
    assert (wording.change, wording.first.version, wording.without) == (Change.LEFT_OUT, 0, 1)
    assert wording.first.text == "Nobody has pocketed a single penny."


def test_sentence_that_stands_in_the_other_text_without_marks_is_not_left_out() -> None:
    short = a_version((HOLT, WORDS.partition(". ")[0] + "."), around="Nobody has pocketed a single penny, she said.")
    assert compare([a_version((HOLT, WORDS)), short]).wordings == ()


def test_what_only_one_version_quotes_at_all_is_no_change() -> None:
    assert changes(WORDS, "The wall will stand for ninety years, and so will our debts.") == []


def test_same_words_by_another_speaker_are_named() -> None:
    found = compare([a_version((HOLT, WORDS)), a_version(("Tomas Reyl", WORDS))]).wordings
    assert {wording.change for wording in found} == {Change.REASSIGNED}
    assert {(one.first.speaker, one.second and one.second.speaker) for one in found} == {(HOLT, "Tomas Reyl")}


def test_comparing_a_brief_with_itself_finds_nothing() -> None:
    found = compare([a_brief(), a_brief()])
    assert found.wordings == found.disagreements == ()
    assert found.only == ((), ())


# Who ------------------------------------------------------------------------------------------------------


def test_who_is_quoted_where_is_told_for_every_version() -> None:
    briefs = [
        a_version((HOLT, WORDS), (HOLT, "The wall will be finished by 2028.")),
        a_version(("Holt", WORDS), ("Tomas Reyl", "It is a disaster.")),
        a_version(("Tomas Reyl", "It is a disaster.")),
    ]
    assert {voice.name: voice.quotes for voice in find_voices(briefs)} == {HOLT: (2, 1, 0), "Tomas Reyl": (0, 1, 1)}


def test_surname_that_two_people_share_is_neither() -> None:
    """A wrong name is the worst error."""
    briefs = [a_version((HOLT, WORDS), ("Ida Holt", "The wall will be finished.")), a_version(("Holt", WORDS))]
    assert {voice.name: voice.quotes for voice in find_voices(briefs)} == {
        HOLT: (1, 0),
        "Ida Holt": (1, 0),
        "Holt": (0, 1),
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("Holt", "Maren Holt", True), ("Müller", "MULLER", True), ("Holt", "Ida Holter", False), ("", "Holt", False)],
)
def test_names_are_compared_by_how_they_end(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same


# Figures and claims ---------------------------------------------------------------------------------------

COST = "The new harbour wall in Port Ellery will cost 48 million pounds, the council admitted on Tuesday."


@pytest.mark.parametrize(
    ("other", "numbers"),
    [
        (COST.replace("48", "45"), ((("48",), ("45",)))),
        (COST.replace("Tuesday", "Wednesday"), (("tuesday",), ("wednesday",))),
        (COST.replace("48", "twelve"), (("48",), ("12",))),
    ],
)
def test_different_figures_in_one_statement_are_set_side_by_side(other: str, numbers: tuple[object, object]) -> None:
    (found,) = compare([a_version(around=COST), a_version(around=other)]).disagreements
    assert found.numbers == numbers
    assert (found.first.text, found.second.text) == (COST, other)


@pytest.mark.parametrize(
    "other",
    [
        COST,
        COST.replace(" on Tuesday", ""),
        COST.replace("48", "48.0").replace("48.0", "48"),
        "The ferry will cost 30 pounds on Friday.",
    ],
)
def test_same_figures_fewer_figures_and_other_statements_are_no_disagreement(other: str) -> None:
    assert compare([a_version(around=COST), a_version(around=other)]).disagreements == ()


def test_claims_that_one_version_alone_tells_are_named() -> None:
    boats = "Forty boats had left the bay since March, and eleven crews were paid off."
    briefs = [
        a_version(around=f"{COST} {boats}", claims=(COST, boats)),
        a_version(around=COST.replace("admitted", "said")),
    ]
    only = compare(briefs).only
    assert [[claim.content[0].text for claim in claims] for claims in only] == [[boats], []]


def test_republication_is_named_with_the_share_of_text_in_common() -> None:
    brief = a_version((HOLT, WORDS), around=COST)
    other = a_version((HOLT, "It rained."), around="The ferry Northern Lark failed two of three drills in December.")
    (kin,) = compare([brief, brief, other]).kinships
    assert (kin.first, kin.second, kin.share) == (0, 1, 1.0)


def test_one_brief_alone_is_not_compared() -> None:
    with pytest.raises(ValueError, match="alone"):
        compare([a_brief()])


def test_words_are_folded_and_sentences_parted() -> None:
    assert fold("Müller’s 1,200 boats") == ["muller", "1200", "boats"]
    assert figures("On 9 December, twelve of 1,200") == {"9", "december", "12", "1200"}
    assert sentences("We lost 3.5 million. “I am sorry.” Then we paid!") == [
        "We lost 3.5 million.",
        "“I am sorry.",
        "Then we paid!",
    ]


def test_brief_without_quotes_or_text_in_common_is_compared_all_the_same() -> None:
    empty = replace(Article("No.", (CharSpan(0, 3),)))
    nothing = write_brief(empty, Analysis((), (), (), (), (), ()))
    found = compare([nothing, a_brief()])
    assert found.wordings == ()
    assert len(found.only[1]) == len(a_brief().claims)
