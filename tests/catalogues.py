"""Extracts what the code says into the catalogues, and compiles them; see CONTRIBUTING.md, Words."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot.catalogue import DOMAIN, FOLDER

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "adapters")
KEYWORDS = {"_": None, "mark": None, "plural": (1, 2), "mark_plural": (1, 2)} | {"later": None, "later_plural": (1, 2)}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
WIDTH = 120


def said() -> Catalog:
    """Return all that the code says, in English."""
    catalogue = Catalog(domain=DOMAIN, fuzzy=False)
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, METHODS, keywords=KEYWORDS, comment_tags=(), strip_comment_tags=True)
        for _file, _line, message, _comments, context in sorted(found, key=str):
            catalogue.add(message, context=context)
    return catalogue


def po_file(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def translated(language: str) -> Catalog:
    """Return what the translators wrote."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def compiled(catalogue: Catalog) -> bytes:
    """Return the bytes of the file that is read at run time."""
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def update(language: str) -> None:
    """Put what is new into a language's catalogue, take what is no longer said out of it, and compile it."""
    catalogue = translated(language)
    catalogue.update(said(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    buffer = BytesIO()
    write_po(buffer, catalogue, width=WIDTH, no_location=True, sort_output=True, omit_header=False)
    po_file(language).write_bytes(buffer.getvalue())
    po_file(language).with_suffix(".mo").write_bytes(compiled(translated(language)))
