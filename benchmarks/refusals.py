"""How pages without an article are refused, and how many that hold one are refused as well.

``python -m benchmarks.refusals [folder …]``: the pages of our own in ``tests/refusals``, then each folder of saved
articles (``html/<id>.html.gz`` and ``ground-truth.json``).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.articles import predict_articles
from bot.errors import Refusal
from bot.extract.extract import extract
from tests.refusals import checked, development, rechecked, stories
from tests.refusals.frame import Case

FOLDERS = ("article-extraction", "article-fulltext", "article-metadata", "article-dates")


def refusal_of(case: Case) -> Refusal | None:
    """Return how *case* is refused, None where it is read."""
    try:
        extract(case.page)
    except Refusal as refusal:
        return refusal
    return None


def print_refused(name: str, cases: Sequence[Case]) -> None:
    """Print how many of *cases*, which hold no article, are refused and named rightly, and each that is not."""
    found = [(case, refusal_of(case)) for case in cases]
    refused = sum(refusal is not None for _, refusal in found)
    right = sum(type(refusal) in case.kinds for case, refusal in found)
    print(f"{name}: {len(found)} pages, refused {refused / len(found):.1%}, named right {right / len(found):.1%}")
    for case, refusal in found:
        if type(refusal) not in case.kinds:
            wanted = " or ".join(kind.__name__ for kind in case.kinds)
            seen = f"{type(refusal).__name__} ({refusal.evidence})" if refusal else "read as an article"
            print(f"  {case.name}: {seen}, not {wanted}")


def print_read(name: str, cases: Sequence[Case]) -> None:
    """Print how many of *cases*, which are stories, are refused, and why."""
    found = [(case, refusal_of(case)) for case in cases]
    refused = [(case, refusal) for case, refusal in found if refusal]
    print(f"{name}: {len(found)} pages, falsely refused {len(refused) / len(found):.1%}")
    for case, refusal in refused:
        print(f"  {case.name}: {type(refusal).__name__} ({refusal.evidence})")


def print_folder(folder: Path) -> None:
    """Print how many of the saved articles in *folder* are refused; ``predict_articles`` prints which."""
    pages = len(list((folder / "html").glob("*.html.gz")))
    refused = pages - len(predict_articles(folder))
    print(f"{folder.name}: {pages} pages, refused {refused} ({refused / pages:.1%})", flush=True)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    data = Path(__file__).parents[2] / "shared" / "data"
    parser.add_argument("folders", nargs="*", type=Path, default=[data / name for name in FOLDERS])
    folders = parser.parse_args().folders
    print_refused("development", development.CASES)
    print_refused("checked", checked.CASES)
    print_refused("rechecked", rechecked.CASES)
    print_refused("together", (*development.CASES, *checked.CASES, *rechecked.CASES))
    print_read("stories of our own", stories.CASES)
    for folder in filter(Path.is_dir, folders):
        print_folder(folder)


if __name__ == "__main__":
    main()
