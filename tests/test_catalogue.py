import asyncio
import os
import pickle
import re
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message

from bot.catalogue import LANGUAGES, _, accepted, negotiate, plural, speaking
from bot.errors import NothingToRead
from tests.catalogues import PACKAGES, ROOT, compiled, po_file, said, translated, update
from tests.wrapped import asked_for, unsaid

OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.fixture(scope="module", autouse=True)
def _updated() -> None:
    if os.environ.get("UPDATE_CATALOGUES"):
        for language in OTHERS:
            update(language)


def wordings(words: str | tuple[str, ...] | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def names(words: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(words) if name is not None}


def messages(language: str) -> list[Message]:
    return [message for message in translated(language) if message.id]


SPEAKING = (
    *(file for file in (ROOT / "adapters" / "slack").glob("*.py") if file.name != "checkup.py"),
    *(file for file in (ROOT / "adapters" / "discord").glob("*.py") if file.name != "checkup.py"),
    *(ROOT / "bot" / "errors").glob("*.py"),
    *(ROOT / "bot" / f"{name}.py" for name in "answers contrast corrections findings followups house".split()),
    *(ROOT / "bot" / f"{name}.py" for name in "instructions wanted wording".split()),
)
"""Where every word that somebody may read is asked of the catalogue. adapters/web is not yet among them; the terminal's
commands, and checkup.py, speak to whoever runs the program, in English."""


@pytest.mark.parametrize("file", sorted(SPEAKING), ids=lambda one: f"{one.parent.name}/{one.name}")
def test_nothing_is_said_past_the_catalogue(file: Path) -> None:
    assert list(unsaid(file)) == []


def test_what_is_said_past_the_catalogue_is_found(tmp_path: Path) -> None:
    file = tmp_path / "said.py"
    file.write_text(
        '"""Words here."""\nlog.info("not this")\npost(_("nor this"))\npost("but this one", f"and {this} as well")'
    )

    assert [words for _line, words in unsaid(file)] == ["but this one", " as well"]


def test_what_is_asked_of_the_catalogue_is_found_for_the_translators() -> None:
    """Inside an f-string it is not: there it would stay English for ever."""
    found = {wordings(message.id)[0] for message in said() if message.id}
    asked = {words for package in PACKAGES for file in (ROOT / package).rglob("*.py") for words in asked_for(file)}

    assert asked - found == set()


@pytest.mark.parametrize("language", OTHERS)
def test_all_that_the_code_says_is_translated(language: str) -> None:
    catalogue = translated(language)
    missing = [
        message.id
        for message in said()
        if message.id and not all(wordings((catalogue.get(message.id) or message).string or ""))
    ]

    assert not missing, f"translate these in {po_file(language)}, after UPDATE_CATALOGUES=1 pytest {__file__}"


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_translated_that_the_code_does_not_say(language: str) -> None:
    english = said()

    assert not [message.id for message in messages(language) if message.id not in english]


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_exactly_the_facts_of_its_english(language: str) -> None:
    for message in messages(language):
        for english, words in zip(wordings(message.id), wordings(message.string), strict=True):
            assert names(words) == names(english), (message.id, words)


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_begins_and_ends_as_its_english(language: str) -> None:
    """Blanks and full stops are what the code joins sentences by; the blank before a French colon joins nothing."""
    for message in messages(language):
        for words in wordings(message.string):
            english = wordings(message.id)[-1]
            assert (words[:1] == " ", words[-1:] == " ") == (english[:1] == " ", english[-1:] == " "), words
            assert words.endswith(".") == english.endswith("."), words


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_read_at_run_time_is_what_the_translators_wrote(language: str) -> None:
    shipped = po_file(language).with_suffix(".mo").read_bytes()

    assert shipped == compiled(translated(language)), f"UPDATE_CATALOGUES=1 pytest {__file__}"


def test_french_keeps_marks_together_with_their_words() -> None:
    """Before ; ! ? and inside guillemets stands a narrow blank that no line breaks at, before : a common one."""
    for message in messages("fr"):
        for words in wordings(message.string):
            without_links = words.replace("http://", "").replace("https://", "")
            for at, char in enumerate(without_links):
                if char in "!?;»" and at:
                    assert without_links[at - 1] in "\u202f…", words
                if char == "«":
                    assert without_links[at + 1] == "\u202f", words


@pytest.mark.parametrize("language", OTHERS)
def test_quotation_marks_are_those_of_the_language(language: str) -> None:
    wrong = {"de": "\"“'’«»", "fr": '"“”„'}[language]
    for message in messages(language):
        for words in wordings(message.string):
            # German closes by the character that English opens by.
            found = [char for at, char in enumerate(words) if char in wrong and not (char == "“" and "„" in words[:at])]
            assert not found, words


@pytest.mark.parametrize(("language", "another"), [("de", r"Kurzfassung|[Bb]erichtig"), ("fr", r"[Rr]ésumé")])
def test_a_thing_is_called_by_one_word(language: str, another: str) -> None:
    """A brief is a Briefing and a synthèse, and is corrected by one word: else people look for a second thing."""
    found = [words for message in messages(language) for words in wordings(message.string) if re.search(another, words)]

    assert found == []


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        (["de-DE"], "de"),
        (["de_AT.UTF-8"], "de"),
        (["fr"], "fr"),
        (["fr-CA"], "fr"),
        (["pt-BR"], "en"),
        (["pt-BR", "fr"], "fr"),
        (["en-US", "de"], "en"),
        (["C.UTF-8"], "en"),
        (["", "../../etc"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_is_spoken_is_chosen(wishes: list[str], chosen: str) -> None:
    assert negotiate(*wishes) == chosen


def test_a_browser_says_what_it_likes_best() -> None:
    assert accepted("en;q=0.5, de-DE, fr;q=0.9, es;q=0, it;q=much") == ["de-DE", "fr", "en"]
    assert negotiate(*accepted("it, fr;q=0.9, en;q=0.5")) == "fr"


def test_numbers_and_days_are_written_as_the_language_writes_them() -> None:
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            told[language] = _("{number} {day}", number=12345.5, day=date(2026, 5, 4))

    assert told == {"en": "12,345.5 4 May 2026", "de": "12.345,5 4. Mai 2026", "fr": "12\u202f345,5 4 mai 2026"}


@pytest.mark.parametrize(("language", "none"), [("en", "0 words"), ("de", "0 Wörter"), ("fr", "0 mot")])
def test_each_language_has_its_own_plural(language: str, none: str) -> None:
    """Nothing is many in English and German, and one in French."""
    with speaking(language):
        assert plural("{number} word", "{number} words", 0) == none


@pytest.mark.anyio
async def test_two_readers_at_once_each_get_their_own_language() -> None:
    async def told(language: str) -> str:
        with speaking(language):
            await asyncio.sleep(0)
            return await asyncio.to_thread(plural, "{number} word", "{number} words", 2)

    assert await asyncio.gather(told("de"), told("fr"), told("en")) == ["2 Wörter", "2 mots", "2 words"]


def test_an_error_is_told_in_the_language_of_whoever_reads_it() -> None:
    """It is raised in one process, in nobody's language, and read in another by several people."""
    error = pickle.loads(pickle.dumps(NothingToRead()))  # noqa: S301
    with speaking("de-DE"):
        german = str(error)
    with speaking("fr-FR"):
        french = str(error)

    assert german.startswith("In dieser Nachricht steht kein Link")
    assert french.startswith("Il n’y a pas de lien dans ce message")
    assert str(error).startswith("There is no link in that message")
