import inspect
import pickle
import re
from collections.abc import Iterator

import pytest

from bot import errors
from bot.catalogue import LANGUAGES, speaking
from bot.errors import BotError

LONG = "https://post.example/" + "harbour-wall-" * 400
FACTS = {
    "url": LONG,
    "host": "post.example",
    "workspace": "slack:T1",
    "reason": "the site is down",
    "name": "story.txt",
    "status": 503,
    "limit": 20_000_000,
    "seconds": 20.0,
    "wait": 120.0,
    "read": 10,
    "left_out": (LONG, LONG),
    "links": (LONG,),
    "media_type": "application/pdf",
    "evidence": "a list of links",
    "words": 12,
    "pages": 12,
    "kind": "Word",
    "language": "French",
    "reference": "0a1b2c3d",
    "place": "Slack",
    "lasting": True,
    "service": "The fact-check service",
    "asker_may": True,
    "speakers": ("Maren Holt", "Tomas Reyl"),
    "faults": ("slack:T1: entry 2 was altered", "slack:T1: entry 3 is missing"),
}
MESSAGES = (BotError, errors.Refusal, errors.SettingsError)
"""These take their whole message from whoever raises them."""


def tree(kind: type[BotError] = BotError) -> Iterator[type[BotError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


def takes_facts(kind: type[BotError]) -> bool:
    return kind.__init__ is not BotError.__init__ and kind not in MESSAGES


def make(kind: type[BotError], **facts: object) -> BotError:
    if not takes_facts(kind):
        return kind("Something happened to the harbour's page.")
    needed = [name for name in inspect.signature(kind).parameters if name in FACTS]
    assert needed == list(inspect.signature(kind).parameters), f"give {kind.__name__}'s facts an example above"
    keyword_only = {
        name: (FACTS | facts)[name]
        for name, parameter in inspect.signature(kind).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    return kind(*((FACTS | facts)[name] for name in needed if name not in keyword_only), **keyword_only)


KINDS = sorted(set(tree()), key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_error_crosses_to_another_process_whole(kind: type[BotError]) -> None:
    error = make(kind)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        there = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301

        assert type(there) is kind
        assert str(there) == str(error)
        assert vars(there) == vars(error)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if takes_facts(kind)], ids=lambda kind: kind.__name__)
def test_an_error_keeps_its_facts(kind: type[BotError]) -> None:
    error = make(kind)
    for name in inspect.signature(kind).parameters:
        if name != "reason":  # which is words for the message, and for nothing else
            assert getattr(error, name) == FACTS[name]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"words": 1, "seconds": 1.0, "limit": 1, "read": 1, "left_out": (LONG,)},
        {"words": 0, "seconds": 0.5, "limit": 1500, "left_out": (LONG,) * 30, "links": (LONG,) * 3},
        {"reason": "it is down.", "evidence": "", "media_type": "", "name": "a" * 5000},
        {"reason": "no such file\nor folder", "evidence": "x" * 5000, "media_type": "x/" + "y" * 5000},
        {"media_type": "image/png", "language": "zh", "host": "h" * 5000},
    ],
)
def test_a_message_is_whole_sentences_fit_to_post(kind: type[BotError], facts: dict[str, object]) -> None:
    message = str(make(kind, **facts))

    assert re.match(r"[A-Z]|https?://", message), message
    assert re.search(r"[a-z0-9)…][.?!]$", message), message
    assert not re.search(r"\.\.|[.?!]:|  |\n|\(\)|None|[\[{<]|b'|\\", message), message
    assert not re.search(r"\b1 \w+s\b(?! not)", message), message
    assert len(message) < 1000


def test_an_address_is_shown_short_and_without_its_password() -> None:
    message = str(errors.Unreachable(f"https://jane:hunter2@post.example/{'x' * 5000}"))

    assert message.startswith("Could not read https://post.example/xxx")
    assert "hunter2" not in message
    assert len(message) < 300


def test_the_whole_address_stays_in_the_facts() -> None:
    assert errors.Unreachable(LONG).url == LONG


def test_of_many_links_the_count_is_told_and_some_are_named() -> None:
    message = str(errors.TooManyLinks(10, tuple(f"https://post.example/{n}" for n in range(20))))

    assert "at most 10 links" in message
    assert "20 more were left out" in message
    assert "https://post.example/4, …" in message
    assert "https://post.example/5" not in message


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if takes_facts(kind)], ids=lambda kind: kind.__name__)
def test_an_error_is_told_with_its_facts_in_every_language(kind: type[BotError], language: str) -> None:
    error = make(kind)
    english = str(error)
    with speaking(language):
        told = str(error)

    assert told != english
    assert "{" not in told
    for fact in re.findall(r"https?://\S+?…|story\.txt|HTTP \d+|Maren Holt|0a1b2c3d", english):
        assert fact in told


def test_times_numbers_and_languages_are_written_as_whoever_reads_them_writes() -> None:
    refusals = [errors.TooLarge(LONG, 1_500_000), errors.TooManyPages(1200, 800), errors.NotEnglish("ru")]
    with speaking("de-DE"):
        told = [str(error) for error in [*refusals, errors.PersonLimit(10, 200_000.0)]]

    assert "1,5 MB" in told[0]
    assert "1.200 Seiten" in told[1]
    assert "Russisch" in told[2]
    assert "in 3 Tagen" in told[3]


@pytest.mark.parametrize("words", ["{name}", "a {brace", "100 % {0}"])
def test_another_programs_words_may_have_braces(words: str) -> None:
    assert words in str(errors.FileNotRead("story.txt", words))
    assert words in str(BotError(words))
    assert words in str(errors.NotAllowedByPlatform("Slack", words))
