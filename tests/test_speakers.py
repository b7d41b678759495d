"""Whom a source means: the right speaker, or nobody. A wrong name is the worst error there is."""

from __future__ import annotations

import pytest

from bot.analyse.entities import find_entities
from bot.analyse.pipeline import Pipeline
from bot.analyse.speakers import find_speakers
from bot.models import Attribution, CharSpan, Kind, QuoteType
from tests.reading import read, voices

pytestmark = pytest.mark.model

COMMITTEE = "Harbour Safety Committee"
LOST = "“We lost the harbour,”"


def test_speaker_has_the_fullest_name_and_is_listed_once(pipeline: Pipeline) -> None:
    brief = read(
        pipeline,
        f"{LOST} Cole said on Monday. “It is over,” Mayor Emma Cole added. Cole warned that boats would leave.",
    )

    (speaker,) = brief.speakers
    assert speaker.name == "Emma Cole"
    assert speaker.kind is Kind.PERSON
    assert len(speaker.quotes) == 3


def test_two_of_one_surname_stay_two(pipeline: Pipeline) -> None:
    brief = read(
        pipeline,
        f"Emma Cole and her husband Thomas Cole own the harbour. {LOST} Emma Cole said. Thomas Cole said that the town "
        "had paid.",
    )

    assert voices(brief) == [("Emma Cole", LOST), ("Thomas Cole", "that the town had paid")]
    assert {entity.name for entity in brief.entities} >= {"Emma Cole", "Thomas Cole"}


def test_whoever_says_most_comes_first(pipeline: Pipeline) -> None:
    brief = read(
        pipeline,
        f"Mr. Reed said the wall fell. Emma Cole said it was late. {LOST} she said. “It is over,” she added.",
    )

    assert [(speaker.id, speaker.name) for speaker in brief.speakers] == [("s1", "Emma Cole"), ("s2", "Reed")]


@pytest.mark.parametrize(
    "text",
    [
        f"Emma Cole spoke in the town hall. {LOST} she said.",
        f"Emma Cole spoke in the town hall.\n\n{LOST} she said.",
        f"Emma Cole met Thomas Reed on Monday. {LOST} she said.",  # who acts speaks
        f"Mr. Reed met Emma Cole on Monday. {LOST} she said.",  # he is no "she"
    ],
)
def test_pronoun_means_the_only_person_who_fits(pipeline: Pipeline, text: str) -> None:
    assert ("Emma Cole", LOST) in voices(read(pipeline, text))


def test_mr_and_ms_tell_who_he_and_she_are(pipeline: Pipeline) -> None:
    brief = read(pipeline, f"Mr. Reed met Ms. Cole on Monday. {LOST} she said. “We paid,” he said.")

    assert voices(brief) == [("Cole", LOST), ("Reed", "“We paid,”")]


@pytest.mark.parametrize(
    "text",
    [
        f"{LOST} she said.",
        f"Emma Cole and Sarah Miller met on Monday. {LOST} she said.",
        f"Emma Cole arrived at noon. Sarah Miller followed her. {LOST} she said.",
        f"The men spoke with Emma Cole, whose sister Sarah Miller died. {LOST} she said.",
        f"Mr. Reed met the council on Monday. {LOST} she said.",
        f"Emma Cole left.\n\nIt rained.\n\nThe wall fell.\n\nBoats sank.\n\n{LOST} she said.",
        f"The boats left. {LOST} they said.",
        f"{LOST} some said. Others left.",
    ],
)
def test_who_is_not_certain_is_not_named(pipeline: Pipeline, text: str) -> None:
    brief = read(pipeline, text)

    assert voices(brief) == [(None, LOST)]
    assert brief.speakers == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"Emma Cole’s lawyer said that it was over. {LOST} she said.", ["Emma Cole’s lawyer", None]),
        (f"Emma Cole spoke. A senior official said that it was over. {LOST} she said.", ["A senior official", None]),
    ],
)
def test_pronoun_after_a_nameless_person_is_not_given_to_a_named_one(
    pipeline: Pipeline, text: str, names: list[str | None]
) -> None:
    assert [name for name, _ in voices(read(pipeline, text))] == names


def test_senator_means_the_one_who_is_called_so(pipeline: Pipeline) -> None:
    brief = read(
        pipeline,
        "Sen. Thomas Reed met Gov. Emma Cole on Monday.\n\nThe senator said that the wall was safe. The governor said "
        "that it was not.",
    )

    assert voices(brief) == [("Thomas Reed", "that the wall was safe"), ("Emma Cole", "that it was not")]


def test_senator_is_nobody_where_there_are_two(pipeline: Pipeline) -> None:
    brief = read(pipeline, "Sen. Thomas Reed met Sen. Emma Cole on Monday. The senator said that the wall was safe.")

    assert voices(brief) == [(None, "that the wall was safe")]


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("A senior official said that the wall was unsafe.", "A senior official", Kind.ANONYMOUS),
        ("Fishermen said that the wall was unsafe.", "Fishermen", Kind.GROUP),
        ("Emma Cole and Thomas Reed said that the wall was unsafe.", "Emma Cole and Thomas Reed", Kind.GROUP),
        ("A report said that the wall was unsafe.", "A report", Kind.DOCUMENT),
        ("The police said that the wall was unsafe.", "The police", Kind.ORGANISATION),
        ("Moscow said that the wall was unsafe.", "Moscow", Kind.ORGANISATION),  # its government
        ("The debate\n\nHOLT: That the wall is unsafe is true.", "HOLT", Kind.PERSON),
    ],
)
def test_speaker_without_a_name_keeps_the_articles_words(pipeline: Pipeline, text: str, name: str, kind: Kind) -> None:
    (speaker,) = read(pipeline, text).speakers

    assert (speaker.name, speaker.kind) == (name, kind)


def test_report_is_the_one_cited_before(pipeline: Pipeline) -> None:
    (speaker,) = read(pipeline, "A report said the wall was unsafe. The report added that 40 boats sank.").speakers

    assert (speaker.name, speaker.quotes) == ("A report", ["q1", "q2"])


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Emma Cole, the mayor of Port Ellery, said the wall was safe.", "the mayor of Port Ellery"),
        ("Emma Cole, a fisherman from Port Ellery, said the wall was safe.", "a fisherman from Port Ellery"),
        ("The wall was safe, said Emma Cole, chief executive of Ellery Stone.", "chief executive of Ellery Stone"),
        ("Council spokeswoman Emma Cole said the wall was safe.", "Council spokeswoman"),
        ("Former mayor Emma Cole said the wall was safe.", "Former mayor"),
        ("President Emma Cole said the wall was safe.", "President"),
        ("Sen. Emma Cole said the wall was safe.", "Sen."),
        ("The council’s finance chief, Emma Cole, said the wall was safe.", "The council’s finance chief"),
        ("Emma Cole, who leads the harbour union, said the wall was safe.", "who leads the harbour union"),
        ("The wall was safe, Cole said. Emma Cole, the town’s mayor, lives there.", "the town’s mayor"),
        ("Emma Cole said the wall was safe.", None),
        ("Ms. Emma Cole said the wall was safe.", None),
        ("Emma Cole, who left on Monday, said the wall was safe.", None),
        ("Emma Cole of Ellery, the panel’s ranking member, said it was late.", "the panel’s ranking member"),
        ("“It was late,” retired Navy captain Emma Cole said.", "retired Navy captain"),
        ("The papers went to Secretary of State Emma Cole. Cole said it was late.", "Secretary of State"),
        ("Former council\u00a0candidate\u00a0Dr.\u00a0Emma Cole said it was late.", "Former council\u00a0candidate"),
        ("Emma Cole, who in her youth was a harbour pilot, said it was late.", "who in her youth was a harbour pilot"),
        ("“It was late,” said Emma Cole of the Harbour Relief Foundation.", "of the Harbour Relief Foundation"),
        ("“It was late,” said Dr. Emma Cole of the Harbour Relief Foundation.", "of the Harbour Relief Foundation"),
        ("“It was late,” said Emma Cole of Germany on Monday.", None),
    ],
)
def test_role_is_in_the_articles_words(pipeline: Pipeline, text: str, role: str | None) -> None:
    (speaker,) = read(pipeline, text).speakers

    assert speaker.name == "Emma Cole"
    assert (speaker.role.text if speaker.role else None) == role
    assert speaker.role is None or text[speaker.role.start : speaker.role.end] == role


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("The police said that Thomas Reed had taken the money.", "The police"),
        ("“Thomas Reed lied to us,” Emma Cole said.", "Emma Cole"),
        ("“He lied to me,” Emma Cole said of Thomas Reed.", "Emma Cole"),
        ("Emma Cole called Thomas Reed a liar.", "Emma Cole"),
        ("According to Emma Cole, Thomas Reed took the money.", "Emma Cole"),
    ],
)
def test_who_is_talked_about_is_no_speaker(pipeline: Pipeline, text: str, speaker: str) -> None:
    assert [one.name for one in read(pipeline, text).speakers] == [speaker]


def test_source_that_is_only_what_is_told_of_somebody_means_him(pipeline: Pipeline) -> None:
    """The reader may mark "a baker from Ellery" alone; that is no second speaker."""
    text = "Taxes will rise, Emma Cole, a baker from Ellery, said on Monday."
    doc = pipeline.parse(text, (CharSpan(0, len(text)),))
    source, cue = "a baker from Ellery", "said"
    spans = [(CharSpan(text.index(words), text.index(words) + len(words)),) for words in (source, cue)]
    attribution = Attribution(spans[0], spans[1], (CharSpan(0, 15),), (), QuoteType.INDIRECT)
    entities = find_entities(doc, None, ())

    (speaker,) = find_speakers(doc, (CharSpan(0, len(text)),), [attribution], entities)
    assert speaker.name.of(text) == "Emma Cole"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A lawyer for the harbour board, Emma Cole, said that the wall was safe.", "Emma Cole"),
        ("The wall fell on Monday, Emma Cole, an attorney for the board, said. Her lawyer said nothing.", "Emma Cole"),
        ("Emma Cole, an attorney for the board, was there.\n\nThe lawyer said that the wall was safe.", "Emma Cole"),
        ("Harbour Safety Committee members met on Monday. The panel said that the wall was safe.", COMMITTEE),
        ("The union of Port Ellery asked for more. They said that the wall was unsafe.", "The union of Port Ellery"),
        (
            "Cole met President Nhung Tran and Ruritanian President Ivo Reed. The president said it was late.",
            "Nhung Tran",
        ),
        ("The town turned to the Port Authority which reported that 40 walls fell.", "Port Authority"),
        ("On Monday, Emma Cole and other residents said that the wall was unsafe.", "Emma Cole and other residents"),
        ("Another 19 percent said that the wall was unsafe.", "Another 19 percent"),
        ("The operator, Sound Crossings, did not say that 40 walls were unsafe.", "Sound Crossings"),
        (
            "They sent a letter to the board of the harbour. “The wall is unsafe,” the letter reads.",
            "a letter to the board of the harbour",
        ),
        ("“The wall is unsafe,” said the ruling.", "the ruling"),
        ("The former mayor and senator said that the wall was safe.", None),  # one person, and not told who
    ],
)
def test_noun_means_whoever_is_called_so(pipeline: Pipeline, text: str, name: str | None) -> None:
    assert name in {voice for voice, _ in voices(read(pipeline, text))}


@pytest.mark.parametrize(
    "text",
    [
        "A Harbour Trust survey of 400 walls came out on Monday. The study found that 40 walls were unsafe.",
        "New study: walls unsafe\n\nA study says that 40 walls are unsafe.\n\nThe Harbour Trust survey of 400 walls "
        "found that 40 of them could fall.",
    ],
)
def test_study_is_the_one_that_is_told_apart(pipeline: Pipeline, text: str) -> None:
    brief = read(pipeline, text, headline=text.startswith("New"))

    assert {speaker.name.removeprefix("A ").removeprefix("The ") for speaker in brief.speakers} == {
        "Harbour Trust survey of 400 walls"
    }


def test_he_is_who_the_article_calls_so(pipeline: Pipeline) -> None:
    """Both act in the paragraph; who is called "she" elsewhere is not "he"."""
    brief = read(
        pipeline,
        "Emma Cole met her lawyer on Monday. She was calm. Cole warned Thomas Reed, and Reed objected.\n\n"
        f"Cole left when Reed spoke. {LOST} he said.",
    )

    assert ("Thomas Reed", LOST) in voices(brief)


def test_headlines_nouns_are_no_speakers(pipeline: Pipeline) -> None:
    text = "Harbour panel says wall is safe\n\nThe Harbour Safety Committee said on Monday that the wall was safe."

    assert [one.name for one in read(pipeline, text, headline=True).speakers] == [COMMITTEE]


def test_who_is_told_does_not_speak(pipeline: Pipeline) -> None:
    """The reader may take both for the source: who is the object of the cue is not."""
    text = "Emma Cole tells Newsday that the wall is safe."
    doc = pipeline.parse(text, (CharSpan(0, len(text)),))
    emma, told = CharSpan(0, 9), CharSpan(text.index("Newsday"), text.index(" that"))
    attribution = Attribution(
        (emma, told), (CharSpan(10, 15),), (CharSpan(text.index("that"), len(text) - 1),), (), QuoteType.INDIRECT
    )

    (speaker,) = find_speakers(doc, (CharSpan(0, len(text)),), [attribution], find_entities(doc, None, ()))
    assert speaker.name == emma


def test_records_of_the_headline_are_those_of_the_story(pipeline: Pipeline) -> None:
    text = (
        "Ferry failed drills, records show\n\nThe ferry failed two drills, according to records obtained by the Ellery "
        "Post.\n\nThe records list 40 failures."
    )

    assert {one.name for one in read(pipeline, text, headline=True).speakers} == {"records obtained by the Ellery Post"}


def test_nobody_speaks_of_himself_by_his_name(pipeline: Pipeline) -> None:
    text = "For Daniel Miller, Thomas Reed was a legend. He said, “Thomas Reed was the harbour.”"

    assert voices(read(pipeline, text)) == [("Daniel Miller", "“Thomas Reed was the harbour.”")]


def test_father_is_no_she(pipeline: Pipeline) -> None:
    text = f"The bakery closed after its owner’s father, Thomas Reed, died. {LOST} she said."

    assert voices(read(pipeline, text)) == [(None, LOST)]


def test_coach_with_his_name_is_not_another_coach(pipeline: Pipeline) -> None:
    text = f"“We won,” said Emma Cole, the Ellery coach. Then Port Ellery’s coach Thomas Reed said, {LOST[:-2]}.”"

    assert voices(read(pipeline, text))[1] == ("Thomas Reed", "“We lost the harbour.”")
