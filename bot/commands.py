"""What a message asks for: the same words on every platform, in English, German and French."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from bot.errors import TooManyFiles
from bot.models import Correction, File, List, Question, Wanted, storable
from bot.wanted import find_wanted, has_something_to_read

Form = Literal["markdown", "csv", "json", "docx"]
"""As what a brief can be taken along."""


@dataclass(frozen=True, slots=True)
class Read:
    """Read these, and answer with a brief of each."""

    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """Show all of one sort; of one speaker's quotes where he is named."""

    which: List
    speaker: str = ""
    brief: str = ""  # here and below: a stored brief's id, where a button says which is meant


@dataclass(frozen=True, slots=True)
class Compare:
    """Lay the thread's briefs of one story side by side."""


@dataclass(frozen=True, slots=True)
class Export:
    """Hand over a brief as a file."""

    form: Form
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Look in all stored briefs of the workspace."""

    question: Question


@dataclass(frozen=True, slots=True)
class Retry:
    """Read again what could not be read."""

    item: str = ""  # its id, where a button says which


@dataclass(frozen=True, slots=True)
class Delete:
    """Take answers out of the thread, and erase what is stored of them."""

    brief: str = ""


@dataclass(frozen=True, slots=True)
class Correct:
    """Put something right in a brief."""

    correction: Correction
    brief: str


@dataclass(frozen=True, slots=True)
class Watch:
    """Read every link that is posted in this channel, or stop doing so."""

    on: bool


@dataclass(frozen=True, slots=True)
class Help:
    """Say what can be asked for."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that ask for nothing known."""

    words: str


FollowUp = Show | Compare | Export | Search | Retry | Delete | Correct | Watch | Help | Unknown
Command = Read | FollowUp

FORMS: dict[str, Form] = {
    "markdown": "markdown",
    "md": "markdown",
    "csv": "csv",
    "table": "csv",
    "tabelle": "csv",
    "tableau": "csv",
    "json": "json",
    "docx": "docx",
    "word": "docx",
}

FILLERS = frozenset(
    "a all about an as by das de des die du file for from in la le les me of please show that the them these this to "
    "alle als bitte der diese diesen dieses mir von zeig zeige "
    "affiche ce ces cette comme en moi montre par s'il stp svp tous toutes un une".split()
)
"""Words around a command or its argument that change nothing."""

LONGEST_NAME = 8
"""Words of a speaker's name. A guess: longer is a sentence that only begins like a command."""

FIELD = re.compile(r"\b(?P<key>[a-zé]+):\s*(?:\"(?P<quoted>[^\"]*)\"|(?P<word>\S+))", re.I)
"""A part of a question that says where to look: since:2026-03-01, speaker:"Maren Holt"."""

WHO_SAID = re.compile(
    r"(?:who|wer|qui)\s+(?:said|says|sagte|sagt|hat|a\s+dit|dit)\s+(?:what|was|quoi)\s+"
    r"(?:about|on|über|zu|sur|de)\s+(?P<words>.+?)(?:\s+gesagt)?\s*\?*",
    re.I | re.S,
)


def understand(message: str, *, max_links: int, files: Sequence[File] = ()) -> Command:
    """Tell what *message* asks for, a mention of the bot left out, with the *files* that were shared along with it.

    Whatever has a link, a file or a pasted text in it is to be read, whichever words stand around.
    """
    attached = tuple(Wanted(file=file) for file in files[:max_links])
    if left_out := tuple(file.name for file in files[max_links:]):
        attached += (Wanted(problem=str(TooManyFiles(max_links, left_out))),)
    message = storable(message).strip()
    if has_something_to_read(message):
        return Read((*attached, *find_wanted(message, max_links=max_links)))
    if attached:
        return Read(attached)
    if not message:
        return Help()
    if asked := WHO_SAID.fullmatch(message):
        return Search(Question(words=asked["words"]))
    words = message.split()
    while len(words) > 1 and _bare(words[0]) in FILLERS:
        words = words[1:]
    ask = VERBS.get(_bare(words[0]))
    return (ask(words[1:]) if ask else None) or Unknown(message)


def _bare(word: str) -> str:
    return word.strip(".,;:!?/*_`'\"“”").casefold()


def _telling(words: Sequence[str]) -> list[str]:
    return [word for word in words if _bare(word) and _bare(word) not in FILLERS]


Understood = Callable[[Sequence[str]], FollowUp | None]
"""Makes a command of the words behind its verb; None where they do not fit."""


def _alone(follow_up: FollowUp) -> Understood:
    return lambda rest: None if _telling(rest) else follow_up


def _quotes(rest: Sequence[str]) -> FollowUp | None:
    while rest and _bare(rest[0]) in FILLERS:  # only before it: "de" and "von" are in names
        rest = rest[1:]
    name = " ".join(rest).strip(' .,;:!?"“”')
    return Show("quotes", name) if len(rest) <= LONGEST_NAME else None


def _export(rest: Sequence[str]) -> FollowUp | None:
    named = [_bare(word).removeprefix(".") for word in _telling(rest)]
    if not named:
        return Export("docx")
    return Export(FORMS[named[0]]) if len(named) == 1 and named[0] in FORMS else None


FIELDS = {
    "speaker": "speaker",
    "sprecher": "speaker",
    "personne": "speaker",
    "outlet": "outlet",
    "medium": "outlet",
    "média": "outlet",
    "since": "since",
    "seit": "since",
    "depuis": "since",
    "until": "until",
    "bis": "until",
    "avant": "until",
}


def _search(rest: Sequence[str]) -> FollowUp:
    return Search(read_question(" ".join(rest)))


def read_question(asked: str) -> Question:
    """Take "harbour wall speaker:Holt since:2026-01-01" apart; a day that is none stays among the words."""
    found: dict[str, str | date] = {}

    def take(match: re.Match[str]) -> str:
        field, value = FIELDS.get(match["key"].casefold()), match["quoted"] or match["word"] or ""
        try:
            if field in ("since", "until"):
                found[field] = date.fromisoformat(value)
            elif field:
                found[field] = value
        except ValueError:
            return match.group()
        return "" if field else match.group()

    words = FIELD.sub(take, storable(asked).replace("“", '"').replace("”", '"'))
    return Question(words=" ".join(words.split()), **found)  # type: ignore[arg-type]


def as_words(question: Question) -> str:
    """Return what `search` is followed by to ask *question* again."""
    fields = {"speaker": question.speaker, "outlet": question.outlet, "since": question.since, "until": question.until}
    named = [f'{name}:"{value}"' for name, value in fields.items() if value]
    return " ".join(filter(None, [question.words, *named]))


VERBS: dict[str, Understood] = {
    verb: ask
    for verbs, ask in (
        ("quote quotes quotations zitat zitate citation citations", _quotes),
        ("claim claims behauptung behauptungen affirmation affirmations", _alone(Show("claims"))),
        ("entity entities names erwähnt namen entités noms", _alone(Show("entities"))),
        ("heard voices chart gehört stimmen entendus voix", _alone(Show("heard"))),
        ("reading report lesebericht bericht lecture rapport", _alone(Show("reading"))),
        ("compare comparison vergleich vergleiche comparer compare comparaison", _alone(Compare())),
        ("export download exportieren herunterladen exporter télécharger", _export),
        ("search find suche suchen finde chercher recherche cherche", _search),
        ("retry again nochmal erneut réessayer encore", _alone(Retry())),
        ("delete remove forget löschen lösche entfernen supprimer efface effacer", _alone(Delete())),
        ("watch beobachten beobachte surveiller surveille", _alone(Watch(on=True))),
        ("unwatch unbeobachten arrêter", _alone(Watch(on=False))),
        ("help hilfe aide", _alone(Help())),
    )
    for verb in verbs.split()
}
"""What may begin a follow-up, whatever the language of whoever asks."""
