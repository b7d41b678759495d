"""Made-up passages in which it is easy to name the wrong speaker: each is right, or nobody is named."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.analyse.pipeline import Pipeline
from tests.reading import read

pytestmark = pytest.mark.model


@dataclass(frozen=True)
class Trap:
    """A passage, and for words that are said in it the names that are right; a headline ends with two line breaks."""

    text: str
    said: dict[str, str]  # words of a content: its speaker; several names are parted by "|", "" is nobody
    headline: bool = False


NAMESAKES = {
    "spouses": Trap(
        "Emma Cole and her husband, Thomas Cole, run the harbour. “We lost a lot of money,” Emma Cole said. "
        "Thomas Cole "
        "said that the town had paid nothing.",
        {"lost a lot": "Emma Cole", "paid nothing": "Thomas Cole"},
    ),
    "father and son": Trap(
        "George Reed Sr. built the pier in 1960. His son, George Reed Jr., sold it last year. “I needed the "
        "money,” the "
        "younger Reed said.",
        {"needed the money": "George Reed Jr|George Reed Jr.|George Reed"},
    ),
    "surname of two": Trap(
        "Hannah Wells and Peter Wells sit on the board. The board met on Monday. “The plan is dead,” Wells said.",
        {"plan is dead": "Hannah Wells|Peter Wells"},
    ),
    "place and person": Trap(
        "Jack London was elected mayor of London, Ohio, on Tuesday. “This is a good day,” London said.",
        {"good day": "Jack London"},
    ),
    "firm and founder": Trap(
        "Miriam Ford founded Ford Marine in 1990. “The yard will stay open,” Ford said. Ford Marine declined to "
        "say how "
        "many jobs it would cut.",
        {"stay open": "Miriam Ford", "how many jobs": "Ford Marine"},
    ),
    "same given name": Trap(
        "Sarah Holt met Sarah Quinn in Port Ellery. Holt said that the wall was safe. Quinn said that it was not.",
        {"wall was safe": "Sarah Holt", "it was not": "Sarah Quinn"},
    ),
}

PRONOUNS = {
    "two women": Trap(
        "Emma Cole met Sarah Miller on Monday. Both were tired. “I will not sell,” she said.",
        {"not sell": "Emma Cole|Sarah Miller"},
    ),
    "man and woman": Trap(
        "Emma Cole told her lawyer, Thomas Reed, to stop. “I am done with it,” he said.",
        {"done with it": "Thomas Reed", "to stop": "Emma Cole"},
    ),
    "new paragraph": Trap(
        "Emma Cole runs the harbour. Her father built it.\n\n“We will not sell,” she said.", {"not sell": "Emma Cole"}
    ),
    "nameless man": Trap(
        "Thomas Reed owns two boats. A man at the pier was angry. “They ruined us,” he said.",
        {"ruined us": "Thomas Reed"},
    ),
    "talked about": Trap(
        "Emma Cole accused Thomas Reed of theft. “He took it all,” she said. Reed said nothing.",
        {"took it all": "Emma Cole", "of theft": "Emma Cole", "nothing": "Thomas Reed"},
    ),
    "they": Trap("Emma Cole met the fishermen of Ellery. “We are hungry,” they said.", {"are hungry": "the fishermen"}),
    "first person": Trap(
        "I have lived in Ellery for 40 years. I believe that the wall will fall. Emma Cole, the mayor, disagrees.",
        {"wall will fall": ""},
    ),
    "it": Trap(
        "Sound Crossings runs four ferries. The town owns the pier. It said that the pier was closed.",
        {"pier was closed": "Sound Crossings|The town|town"},
    ),
    "his and hers": Trap(
        "Mr. Reed and Ms. Cole disagree. “The wall is safe,” he said. “It is falling,” she said.",
        {"wall is safe": "Reed", "is falling": "Cole"},
    ),
    "far away": Trap(
        "Emma Cole left the board.\n\nThe board has nine members.\n\nThree of them are new.\n\nThe town pays "
        "for them.\n\n"
        "“It was time,” she said.",
        {"was time": "Emma Cole"},
    ),
}

NOUNS = {
    "two senators": Trap(
        "Sen. Thomas Reed met Sen. Emma Cole on Monday. The senator said that the wall was safe.",
        {"wall was safe": "Thomas Reed|Emma Cole"},
    ),
    "the only senator": Trap(
        "Sen. Thomas Reed met Gov. Emma Cole on Monday. The senator said that the wall was safe.",
        {"wall was safe": "Thomas Reed"},
    ),
    "judge named below": Trap(
        "A county judge has stopped the sale of the pier.\n\nJudge Miriam Ford ruled on Monday that the town "
        "had no right "
        "to sell it.",
        {"no right to sell": "Miriam Ford"},
    ),
    "two reports": Trap(
        "A council report found 40 cracks. A survey by Northmouth University found 60. The report said that the "
        "wall was "
        "safe.",
        {
            "40 cracks": "A council report",
            "found 60": "A survey by Northmouth University",
            "60": "A survey by Northmouth University",
            "wall was safe": "A council report|The report",
        },
    ),
    "lawyer of the accused": Trap(
        "Thomas Reed was charged with theft on Monday. His lawyer said that he would appeal.",
        {"would appeal": "His lawyer"},
    ),
    "lawyer who is named": Trap(
        "Thomas Reed was charged with theft on Monday. His lawyer, Emma Cole, said that he would appeal.",
        {"would appeal": "Emma Cole"},
    ),
    "role before the name": Trap(
        "An attorney for Thomas Reed, Emma Cole, said that he was innocent.", {"was innocent": "Emma Cole"}
    ),
    "role after the name": Trap(
        "Emma Cole, a spokeswoman for Thomas Reed, said that he was abroad.", {"was abroad": "Emma Cole"}
    ),
    "one person, two offices": Trap(
        "Emma Cole lost on Tuesday. The former mayor and senator said that she would not run again.",
        {"not run again": "Emma Cole"},
    ),
    "court": Trap(
        "The Supreme Court of Ellery County sat on Monday. The court ruled that the sale was void.",
        {"sale was void": "Supreme Court of Ellery County|Supreme Court|The Supreme Court of Ellery County|The court"},
    ),
    "committee called panel": Trap(
        "The Harbour Safety Committee met on Monday. The panel said that the wall was safe.",
        {"wall was safe": "Harbour Safety Committee|The panel"},
    ),
    "poll": Trap(
        "The latest Northmouth University poll came out on Monday. The poll shows that Emma Cole leads.",
        {"Cole leads": "The latest Northmouth University poll|Northmouth University poll|The poll"},
    ),
}

ANONYMOUS = {
    "with a reason": Trap(
        "“The wall is falling,” said an engineer, who asked not to be named because he fears for his job.",
        {"is falling": "an engineer", "not to be named": "an engineer"},
    ),
    "senior official": Trap(
        "A senior administration official said that the treaty was dead. Emma Cole, the minister, was not in town.",
        {"treaty was dead": "A senior administration official"},
    ),
    "two officials": Trap(
        "Two officials familiar with the matter said that the treaty was dead.",
        {"treaty was dead": "Two officials familiar with the matter|Two officials"},
    ),
    "source close to": Trap(
        "A source close to Emma Cole said that she would resign.",
        {"would resign": "A source close to Emma Cole|A source"},
    ),
    "people": Trap("Some people say that the wall is safe.", {"wall is safe": "Some people|people"}),
    "passive": Trap("It is said that the wall was built in 1802.", {"built in 1802": ""}),
    "reportedly": Trap("The wall was reportedly built in 1802. Emma Cole lives near it.", {"1802": ""}),
    "critics": Trap("Critics say that Emma Cole wasted the money.", {"wasted the money": "Critics"}),
}

WITHIN = {
    "speech in speech": Trap(
        "“Thomas told me the wall was safe,” Emma Cole said.",
        {"told me": "Emma Cole", "wall was safe": "Emma Cole|Thomas"},
    ),
    "finding in speech": Trap(
        "Emma Cole said that the police had found nothing in the boat.", {"found nothing": "Emma Cole"}
    ),
    "denied what was said": Trap(
        "Thomas Reed denied that he had told Emma Cole to lie.", {"told Emma Cole": "Thomas Reed"}
    ),
    "quoted in a letter": Trap(
        "In a letter to the council, Emma Cole wrote that the wall was unsafe.",
        {"wall was unsafe": "Emma Cole"},
    ),
    "what he was told": Trap("Emma Cole was told that the wall was safe.", {"wall was safe": ""}),
    "asked": Trap(
        "Asked by Thomas Reed whether the wall was safe, Emma Cole said that it was not.",
        {"whether the wall": "Thomas Reed", "it was not": "Emma Cole"},
    ),
    "quoted as saying": Trap(
        "The Ellery Post quoted Emma Cole as saying that the wall was unsafe.",
        {"Emma Cole": "Ellery Post|The Ellery Post", "wall was unsafe": "Emma Cole|Ellery Post|The Ellery Post"},
    ),
    "told a paper": Trap("Emma Cole told the Ellery Post that the wall was unsafe.", {"wall was unsafe": "Emma Cole"}),
    "tells a paper": Trap("Emma Cole tells Newsday that the wall is unsafe.", {"wall is unsafe": "Emma Cole"}),
    "said of": Trap("“He lied to me,” Emma Cole said of Thomas Reed.", {"lied to me": "Emma Cole"}),
}

ORDER = {
    "named only after": Trap(
        "“The wall is falling. We must leave.”\n\nThat was what Emma Cole, the mayor, told the town on Monday.",
        {"is falling": "Emma Cole", "what": "Emma Cole"},
    ),
    "inverted": Trap("“The wall is falling,” said Emma Cole, the mayor.", {"is falling": "Emma Cole"}),
    "according to": Trap(
        "The wall was built in 1802, according to Emma Cole. Thomas Reed bought it.", {"1802": "Emma Cole"}
    ),
    "split quotation": Trap(
        "“The wall,” Emma Cole said as Thomas Reed listened, “is falling.”",
        {"wall": "Emma Cole", "is falling": "Emma Cole"},
    ),
    "alternating": Trap(
        "Emma Cole and Thomas Reed met on the pier.\n\n“Will you sell?” Cole asked.\n\n“Never,” said "
        "Reed.\n\n“Then we are "
        "done,” Cole said.",
        {"Will you sell": "Emma Cole", "Never": "Thomas Reed", "we are done": "Emma Cole"},
    ),
    "transcript": Trap(
        "The debate\n\nCOLE: The wall is safe, and I know that it is.\n\nREED: It is not, and you know that, too.",
        {"wall is safe": "COLE|Cole", "It is not": "REED|Reed"},
        headline=True,
    ),
    "long quotation goes on": Trap(
        "“The wall is falling,” Emma Cole said.\n\n“We have known it for years. Nobody listened.\n\n“Now it is "
        "too late.”",
        {"is falling": "Emma Cole", "known it": "Emma Cole", "too late": "Emma Cole"},
    ),
    "signed": Trap(
        "“The wall is falling, and nobody cares.”\n\n– Emma Cole, mayor of Port Ellery\n\nThomas Reed wrote "
        "this story.",
        {"is falling": "Emma Cole", "this story": "Thomas Reed"},
    ),
}

GROUPS = {
    "two together": Trap(
        "Emma Cole and Thomas Reed said that the wall was safe.", {"wall was safe": "Emma Cole and Thomas Reed"}
    ),
    "three together": Trap(
        "Emma Cole, Thomas Reed and Sarah Quinn wrote that the wall was unsafe.",
        {"wall was unsafe": "Emma Cole, Thomas Reed and Sarah Quinn"},
    ),
    "union": Trap(
        "The Deckhands Union said that Sound Crossings had lied to Emma Cole.",
        {"had lied": "Deckhands Union|The Deckhands Union"},
    ),
    "government by its place": Trap("Moscow said that Kyiv had broken the truce.", {"broken the truce": "Moscow"}),
    "fishermen": Trap("Fishermen say that Emma Cole never came.", {"never came": "Fishermen"}),
}

HEADLINES = {
    "adviser": Trap(
        "Mayor’s Adviser: Wall Is Falling\n\nThomas Reed, an adviser to Mayor Emma Cole, said on Monday that "
        "the wall was "
        "falling.",
        {"Wall Is Falling": "Thomas Reed", "wall was falling": "Thomas Reed"},
        headline=True,
    ),
    "judge": Trap(
        "Judge: Town may not sell pier\n\nThe town of Port Ellery may not sell its pier, a judge ruled on Monday.",
        {"Town may not sell": "a judge", "may not sell its pier": "a judge"},
        headline=True,
    ),
    "surname": Trap(
        "Cole: Wall is safe\n\nEmma Cole said on Monday that the wall was safe. Thomas Reed disagreed.",
        {"Wall is safe": "Emma Cole", "wall was safe": "Emma Cole"},
        headline=True,
    ),
    "panel": Trap(
        "House panel says wall is safe\n\nThe Harbour Safety Committee said on Monday that the wall was safe.",
        {"wall is safe": "Harbour Safety Committee", "wall was safe": "Harbour Safety Committee"},
        headline=True,
    ),
}

NO_SPEAKERS = {
    "by-line": Trap("By Thomas Reed\n\nThe wall is falling. The town has no money.", {"wall is falling": ""}),
    "programme": Trap(
        "Emma Cole appeared on “Harbour Today” on Monday. “The wall is falling,” she said.", {"is falling": "Emma Cole"}
    ),
    "credit": Trap(
        "The wall is falling, Emma Cole said.\n\nPhoto: Thomas Reed for the Ellery Post",
        {"wall is falling": "Emma Cole"},
    ),
    "book title": Trap("Thomas Reed wrote “The Wall of Ellery” in 1990. Emma Cole has read it.", {"it": "Emma Cole"}),
    "word in marks": Trap("Emma Cole lives in what Thomas Reed calls a “ghost town”.", {"ghost town": "Thomas Reed"}),
}

TRAPS = {
    f"{group}: {name}": trap
    for group, traps in (
        ("namesakes", NAMESAKES),
        ("pronouns", PRONOUNS),
        ("nouns", NOUNS),
        ("anonymous", ANONYMOUS),
        ("within", WITHIN),
        ("order", ORDER),
        ("groups", GROUPS),
        ("headlines", HEADLINES),
        ("no speakers", NO_SPEAKERS),
    )
    for name, trap in traps.items()
}


def heard(pipeline: Pipeline, trap: Trap) -> list[tuple[str, str | None, str]]:
    """Return for each thing that somebody was found to say: its words, who was named, and who is right."""
    brief = read(pipeline, trap.text, headline=trap.headline)
    told = []
    for quote in brief.quotes:
        speaker = brief.speaker(quote.speaker)
        words = " ".join(passage.text for passage in quote.content)
        right = next((names for part, names in trap.said.items() if part in words), "")
        told.append((words, speaker.name if speaker else None, right))
    return told


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_nobody_is_named_wrongly(shipped: Pipeline, trap: Trap) -> None:
    for words, name, right in heard(shipped, trap):
        assert name is None or name in right.split("|"), f"{name!r} is named for {words!r}"


def test_most_are_named(shipped: Pipeline) -> None:
    """Saying nothing would pass every trap."""
    named = [name is not None for trap in TRAPS.values() for _, name, right in heard(shipped, trap) if right]

    assert len(TRAPS) >= 60
    assert sum(named) / len(named) >= 0.7
