"""Make ``bot/analyse/names.npz``, the network that finds names by the reader's vectors and spaCy's entities.

    python -m training.names prepare      reads the training texts once, to .reader/names.npz (some minutes)
    python -m training.names evaluate     figures on GUM's news, beside spaCy's own entities
    python -m training.names train        the same, and writes bot/analyse/names.npz

Needs torch (dependency group "training") and ../shared. Trained on WikiGold and on GUM's documents of other genres than
news; GUM's ten news documents are for choosing. A name is labelled without article, title and possessive ending.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from spacy.tokens import Doc, Span
from torch import nn

from bot.analyse.component import load_component, seen_in
from bot.analyse.entities import TITLES
from bot.analyse.names import LABELS, MODEL, NAMED, NEVER, PLACES, SMALL, best_path, candidates, features
from bot.analyse.pipeline import load_pipeline
from bot.analyse.quotation import find_quotations
from bot.analyse.reader import FOLDER
from bot.models import split_paragraphs
from bot.settings import Settings

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PREPARED = Path(".reader/names.npz")

OF_GUM = {
    "person": "PERSON",
    "organization": "ORG",
    "place": "GPE",
    "event": "other",
    "abstract": "other",
    "object": "other",
}
OF_WIKIGOLD = {"PER": "PERSON", "ORG": "ORG", "LOC": "GPE", "MISC": "other"}

OF_PLACES = frozenset({"of", "the", "and", "for", "in", "on", "at", "&"})
"""Small words that no person's name has."""

HIDDEN, EPOCHS, BATCH, DROPOUT = 128, 8, 256, 0.3
"""Chosen on GUM's news; the epochs of 5 to 9 hardly differ."""

Row = dict[str, Any]
Sample = tuple[NDArray[np.float32], NDArray[np.int64], Doc]


def rows(name: str) -> list[Row]:
    """Return the documents of a data set."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def load_set(documents: Iterable[Row]) -> Iterator[Sample]:
    """Read *documents*; yield for each its features, its labels, and the parsed text with spaCy's own names."""
    pipeline, reader = load_pipeline(Settings.model_fields["spacy_model"].default), load_component(FOLDER)
    if reader is None:
        raise SystemExit("The reader is missing, and this rests on it.")
    for row in documents:
        paragraphs = split_paragraphs(row["text"])
        quotations = find_quotations(row["text"], paragraphs)
        doc = reader.read(pipeline.parse(row["text"], paragraphs), paragraphs, quotations)
        vectors = seen_in(doc)
        if vectors is not None:
            yield features(doc, vectors), labels(doc, row), doc


def labels(doc: Doc, row: Row) -> NDArray[np.int64]:
    """Return the label of each token; of names within names the longest counts."""
    names: list[tuple[Span, str]] = []
    names += [
        (span, OF_WIKIGOLD[mention["type"]])
        for mention in row.get("mentions", [])
        if (span := doc.char_span(mention["start"], mention["end"], alignment_mode="expand"))
    ]
    names += [
        (span, OF_GUM[entity["type"]])
        for entity in row.get("entities", [])
        if entity["type"] in OF_GUM
        for mention in entity["mentions"]
        if mention["kind"] == "name" and (span := bare_name(doc, mention, OF_GUM[entity["type"]]))
    ]
    found = np.zeros(len(doc), np.int64)
    for span, kind in sorted(names, key=lambda one: len(one[0])):
        first = 1 + NAMED.index(kind) * len(PLACES)
        inner = [first + PLACES.index("I")] * (len(span) - 2)
        places = [first + PLACES.index("B"), *inner, first + PLACES.index("E")]
        found[span.start : span.end] = places if len(span) > 1 else first + PLACES.index("S")
    return found


def bare_name(doc: Doc, mention: Row, kind: str) -> Span | None:
    """Return the name in one of GUM's mentions, which may be as long as "the harbour of Port Ellery’s".

    That is what is written large round its head; of a person, whose titles are large as well, what spaCy takes for his
    name, if it does.
    """
    whole = doc.char_span(mention["start"], mention["end"], alignment_mode="expand")
    head = doc.char_span(*mention["head"], alignment_mode="expand")
    if whole is None or head is None:
        return None
    start, end = head.start, head.end
    if kind == "PERSON":
        same = (one for one in doc.ents if one.label_ == kind and one.start < end and start < one.end)
        span = next(same, None)
        start, end = (span.start, span.end) if span is not None else (start, end)
    joins = SMALL - OF_PLACES if kind == "PERSON" else SMALL
    while start > whole.start and kind != "PERSON" and goes_on(doc, start - 1, start - 2, joins):
        start -= 1
    while end < whole.end and goes_on(doc, end, min(end + 1, whole.end - 1), joins):
        end += 1
    while start < end - 1 and (
        doc[start].lower_.rstrip(".") in TITLES | {"the", "a", "an"} or not is_large(doc, start)
    ):
        start += 1
    while start < end - 1 and doc[end - 1].text in {"'s", "’s", "'", "’"}:
        end -= 1
    return doc[start:end] if any(is_large(doc, number) for number in range(start, end)) else None


def goes_on(doc: Doc, number: int, beyond: int, joins: frozenset[str]) -> bool:
    """Tell whether a token goes on with a name: written large itself, or small before what is."""
    return is_large(doc, number) or (doc[number].lower_ in joins and beyond != number and is_large(doc, beyond))


def is_large(doc: Doc, number: int) -> bool:
    """Tell whether a token begins with a capital or a digit."""
    return doc[number].text[:1].isupper() or doc[number].text[:1].isdigit()


class Tagger(nn.Module):
    """The network while it is trained; the features are brought to one scale first."""

    def __init__(self, rows: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", rows.mean(0))
        self.register_buffer("spread", rows.std(0) + 1e-3)
        self.dropout = nn.Dropout(DROPOUT)
        self.inner = nn.Linear(rows.shape[1], HIDDEN)
        self.outer = nn.Linear(HIDDEN, LABELS)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the scores, ``(n, LABELS)``."""
        hidden = torch.relu(self.inner(self.dropout((rows - self.mean) / self.spread)))
        scores: torch.Tensor = self.outer(self.dropout(hidden))
        return scores


def fit(data: NDArray[np.float32], gold: NDArray[np.int64]) -> Tagger:
    """Train on the rows of all candidates; the seed is fixed."""
    torch.manual_seed(0)
    tensors = torch.from_numpy(data), torch.from_numpy(gold)
    model = Tagger(tensors[0])
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(data)).split(BATCH):
            loss = nn.functional.cross_entropy(model(tensors[0][chosen]), tensors[1][chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval()


def predict(model: Tagger, sample: Sample) -> list[int]:
    """Return the labels that *model* gives."""
    data, _, doc = sample
    asked = candidates(doc)
    scores = np.full((len(doc), LABELS), NEVER, np.float32)
    scores[:, 0] = 0
    with torch.inference_mode():
        scores[asked] = model(torch.from_numpy(data[asked])).log_softmax(-1).numpy()
    return best_path(scores)


def spacys(sample: Sample) -> list[int]:
    """Return spaCy's entities as labels, without titles and articles, as they are learned."""
    doc = sample[2]
    found = [0] * len(doc)
    for entity in doc.ents:
        kind = {"PERSON": "PERSON", "ORG": "ORG", "GPE": "GPE", "LOC": "GPE", "FAC": "GPE"}.get(entity.label_)
        words = list(entity)
        while len(words) > 1 and words[0].lower_.rstrip(".") in TITLES | {"the", "a", "an"}:
            words.pop(0)
        while len(words) > 1 and words[-1].text in {"'s", "’s"}:
            words.pop()
        if kind:
            first = 1 + NAMED.index(kind) * len(PLACES)
            for token in words:
                found[token.i] = first + PLACES.index("I")
            found[words[0].i], found[words[-1].i] = first + PLACES.index("B"), first + PLACES.index("E")
            if len(words) == 1:
                found[words[0].i] = first + PLACES.index("S")
    return found


def names_of(path: Iterable[int], kinds: Iterable[str]) -> set[tuple[int, int, str]]:
    """Return the names of *kinds* that labels mark: first and last token, and kind."""
    found, start = set(), 0
    for number, label in enumerate(path):
        kind, place = divmod(label - 1, len(PLACES))
        if label and PLACES[place] in {"B", "S"}:
            start = number
        if label and PLACES[place] in {"E", "S"} and NAMED[kind] in kinds:
            found.add((start, number, NAMED[kind]))
    return found


def score(samples: list[Sample], paths: list[list[int]], kinds: tuple[str, ...]) -> str:
    """Return precision, recall and F1 of exact names with the right kind."""
    golds = [names_of(gold.tolist(), kinds) for _, gold, _ in samples]
    mine = [names_of(path, kinds) for path in paths]
    right = sum(len(one & other) for one, other in zip(golds, mine, strict=True))
    precision, recall = right / sum(map(len, mine)), right / sum(map(len, golds))
    return f"{precision:6.3f} {recall:6.3f} {2 * precision * recall / (precision + recall):6.3f}"


def export(model: Tagger, path: Path) -> None:
    """Write the weights, with the features' scale in them, in half precision."""
    inner = model.inner.weight / model.spread
    np.savez_compressed(
        path,
        inner=inner.T.detach().numpy().astype(np.float16),
        inner_bias=(model.inner.bias - inner @ model.mean).detach().numpy().astype(np.float32),
        outer=model.outer.weight.T.detach().numpy().astype(np.float16),
        outer_bias=model.outer.bias.detach().numpy().astype(np.float32),
    )


def main() -> None:
    """Prepare, train, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("prepare", "evaluate", "train"))
    step = parser.parse_args().step
    if step == "prepare":
        learned = list(load_set([*rows("wikigold/ner.jsonl"), *rows("gum/other_genres.jsonl")]))
        asked = [candidates(doc) for _, _, doc in learned]
        data = np.concatenate([sample[0][which] for sample, which in zip(learned, asked, strict=True)])
        gold = np.concatenate([sample[1][which] for sample, which in zip(learned, asked, strict=True)])
        PREPARED.parent.mkdir(exist_ok=True)
        np.savez_compressed(PREPARED, data=data.astype(np.float16), gold=gold)
        return
    with np.load(PREPARED) as saved:
        model = fit(saved["data"].astype(np.float32), saved["gold"])
    news = list(load_set(rows("gum/news.jsonl")))
    for system, paths in (("spaCy", [spacys(one) for one in news]), ("ours", [predict(model, one) for one in news])):
        for kinds in (("PERSON", "ORG", "GPE"), ("PERSON",), ("ORG",), ("GPE",)):
            print(f"{system:6} {'+'.join(kinds):16} {score(news, paths, kinds)}")
    if step == "train":
        export(model, MODEL)
        print(f"{MODEL.name}: {MODEL.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
