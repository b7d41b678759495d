"""Words as they are compared: without case, accents and punctuation, and in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "æ": "ae", "Æ": "Ae", "œ": "oe", "ı": "i"}
)
"""Letters that Unicode does not take apart into a letter and its accent."""

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

SPELLINGS = {
    "actress": "actor",
    "adviser": "advisor",
    "chairman": "chair",
    "chairperson": "chair",
    "chairwoman": "chair",
    "congresswoman": "congressman",
    "councilman": "councillor",
    "councilor": "councillor",
    "councilwoman": "councillor",
    "defense": "defence",
    "labor": "labour",
    "spokesman": "spokesperson",
    "spokeswoman": "spokesperson",
}
"""Words that say the same of whom they are said."""

GENERATIONS = {"junior": "jr", "jr": "jr", "senior": "sr", "sr": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
"""What tells father and son apart behind a name, where it is said at all."""

Words = tuple[str, ...]


def words(text: str) -> Words:
    """Return the words of *text*: "Müller's adviser" is ("muller", "advisor")."""
    bare = unicodedata.normalize("NFKD", text.translate(LETTERS))
    plain = "".join(char for char in bare if not unicodedata.combining(char)).casefold().replace("’", "'")
    return tuple(SPELLINGS.get(word, word) for word in (found.removesuffix("'s") for found in WORD.findall(plain)))


def is_same_name(one: str, other: str) -> bool:
    """Tell whether both may be one name: "Ann Bay" is "Ann Bay Jr.", but "Ann Bay Sr." is not."""
    (name, generation), (name_there, generation_there) = _parted(one), _parted(other)
    return name == name_there and (generation == generation_there or not generation or not generation_there)


def without_generation(name: str) -> str:
    """Return *name* without what tells father and son apart: a search for it finds both."""
    return re.sub(rf"(?<=\w),?\s+(?:{'|'.join(GENERATIONS)})\.?$", "", name, flags=re.I)


def _parted(name: str) -> tuple[Words, str]:
    told = words(name)
    return (told[:-1], GENERATIONS[told[-1]]) if len(told) > 2 and told[-1] in GENERATIONS else (told, "")


def stands_in(phrase: Words, text: Words) -> bool:
    """Tell whether *phrase* stands in *text*, whole words side by side."""
    return any(text[at : at + len(phrase)] == phrase for at in range(len(text) - len(phrase) + 1)) if phrase else False


def is_of(adjective: str, place: Sequence[str]) -> bool:
    """Tell whether *adjective* is made of a word of *place* in a regular way: "russian" of "russia".

    Few ways, so that no adjective is of two places: "Austrian" is not of Australia, "Nigerian" not of Niger.
    """
    return any(
        adjective in {f"{word}n", f"{word}i", f"{word}ese", f"{word[:-1]}ian", f"{word[:-1]}ese", f"{word[:-1]}an"}
        for word in place
        if len(word) > 3
    )
