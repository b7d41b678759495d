"""Make ``bot/analyse/coreference.npz``, the network that tells whom pronouns mean.

    python -m training.coreference prepare      reads the texts once, to .reader/coreference.pickle (some minutes)
    python -m training.coreference evaluate     figures, each on texts that the network has not seen
    python -m training.coreference train        trains on all that is for training, writes bot/analyse/coreference.npz

Needs torch (dependency group "training") and ../shared. Trained on GUM's documents of other genres than news and on
GAP's snippets; GUM's ten news documents are for choosing, and GAP's figure is of three folds, each by a network that
has not seen it.
"""

from __future__ import annotations

import argparse
import json
import pickle
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from spacy.tokens import Doc
from torch import Tensor, nn

from benchmarks.gap import which_name
from bot.analyse.antecedents import FEATURES, FORMS, Choice, Discourse, choices
from bot.analyse.component import seen_in
from bot.analyse.coreference import MODEL
from bot.analyse.entities import find_entities
from bot.analyse.pipeline import Pipeline, load_pipeline
from bot.analyse.quotation import find_quotations
from bot.models import Spans, split_paragraphs
from bot.settings import Settings

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PREPARED = Path(".reader/coreference.pickle")

HIDDEN, SMALL, EPOCHS, BATCH, DROPOUT = 96, 64, 5, 64, 0.3
"""Guesses that held on GUM's news."""

FOLDS = 3

Row = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A choice with its answer."""

    choice: Choice
    refers: NDArray[np.float16]  # (hidden,), the vector of what refers
    meant: NDArray[np.float16]  # (n, hidden), those of what it may mean
    right: NDArray[np.bool_]  # (n + 1,), what it means; the last is for none of them
    open: NDArray[np.bool_]  # (n + 1,), what the answer says something of
    text: str  # the text's id
    told: tuple[int, ...] = ()  # GAP: for each, 1 if it is the first name, 2 if the second, else 0
    gold: tuple[bool, bool] = (False, False)  # GAP: whether the first name is meant, and the second


def rows(name: str) -> list[Row]:
    """Return the documents of a data set."""
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def discourse_of(pipeline: Pipeline, text: str) -> tuple[Discourse, NDArray[np.float32]] | None:
    """Read *text* as the bot does, up to its entities."""
    paragraphs = split_paragraphs(text)
    doc = pipeline.seen(text)
    vectors = seen_in(doc)
    if vectors is None:
        return None
    quotations = find_quotations(text, paragraphs)
    return Discourse(doc, paragraphs, quotations, find_entities(doc, None, quotations)), vectors


def at(doc: Doc, position: int) -> int:
    """Return the number of the token at a character."""
    return bisect_right([token.idx for token in doc], position) - 1


def of_gum(pipeline: Pipeline, name: str) -> Iterator[Sample]:
    """Yield the choices of GUM's documents: right is each entity, or noun, of the same gold entity."""
    for row in rows(name):
        if (read := discourse_of(pipeline, row["text"])) is None:
            continue
        discourse, vectors = read
        gold: dict[int, int] = {}
        for number, entity in enumerate(row["entities"]):
            for mention in entity["mentions"]:
                head = at(discourse.doc, mention["head"][0])
                if head not in gold or mention["kind"] != "nominal":
                    gold[head] = number
        owners = [most_common(gold, discourse, entity.mentions) for entity in discourse.entities]
        for choice in choices(discourse):
            meant = gold.get(choice.token)
            right = [
                meant is not None and (owners[owner] if owner >= 0 else gold.get(head)) == meant
                for head, owner in zip(choice.heads.tolist(), choice.owners.tolist(), strict=True)
            ]
            answer = np.array([*right, not any(right)])
            yield sample(choice, vectors, answer, np.ones(len(answer), bool), row["id"])


def most_common(gold: dict[int, int], discourse: Discourse, mentions: Spans) -> int | None:
    """Return the gold entity that most tokens of *mentions* are heads of."""
    found: Counter[int] = Counter()
    for mention in mentions:
        first, last = at(discourse.doc, mention.start), at(discourse.doc, mention.end - 1)
        found.update(gold[token] for token in range(first, last + 1) if token in gold)
    return found.most_common(1)[0][0] if found else None


def of_gap(pipeline: Pipeline) -> Iterator[Sample]:
    """Yield GAP's choices: right is the name that was marked; where neither was, all but both."""
    for row in rows("gap/gap.jsonl"):
        if (read := discourse_of(pipeline, row["text"])) is None:
            continue
        discourse, vectors = read
        token = at(discourse.doc, row["pronoun"]["start"])
        choice = next((one for one in choices(discourse) if one.token == token), None)
        gold = row["a"]["coref"], row["b"]["coref"]
        if choice is None:
            continue
        told = np.array([which_name(discourse, choice, number, row) for number in range(len(choice.heads))])
        if any(gold):
            right = np.append(told & (1 if gold[0] else 2) > 0, False)
            asked = np.append(told > 0, True)
        else:
            right, asked = np.append(told == 0, True), np.ones(len(told) + 1, bool)
        yield sample(choice, vectors, right, asked, row["id"], tuple(told.tolist()), gold)


def sample(
    choice: Choice,
    vectors: NDArray[np.float32],
    right: NDArray[np.bool_],
    asked: NDArray[np.bool_],
    text: str,
    told: tuple[int, ...] = (),
    gold: tuple[bool, bool] = (False, False),
) -> Sample:
    """Put a choice, its vectors and its answer together."""
    meant = vectors[choice.heads].astype(np.float16)
    return Sample(choice, vectors[choice.token].astype(np.float16), meant, right, asked, text, told, gold)


class Ranker(nn.Module):
    """The network while it is trained."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.refers, self.meant = nn.Linear(hidden, SMALL), nn.Linear(hidden, SMALL)
        self.inner, self.outer = nn.Linear(FEATURES + 3 * SMALL, HIDDEN), nn.Linear(HIDDEN, 1)
        self.none, self.nobody = nn.Linear(SMALL + len(FORMS), 32), nn.Linear(32, 1)
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, samples: list[Sample]) -> tuple[Tensor, Tensor]:
        """Return the scores of all that may be meant, then for each sample that of none; and whose each is."""
        counts = torch.tensor([len(one.choice.heads) for one in samples])
        whose = torch.repeat_interleave(torch.arange(len(samples)), counts)
        refers = self.refers(self.dropout(torch.from_numpy(np.stack([one.refers for one in samples])).float()))
        meant = self.meant(self.dropout(torch.from_numpy(np.concatenate([one.meant for one in samples])).float()))
        features = torch.from_numpy(np.concatenate([one.choice.features for one in samples]))
        mine = refers[whose]
        scores = self.outer(self.dropout(torch.relu(self.inner(torch.cat([features, mine * meant, mine, meant], 1)))))
        kinds = torch.from_numpy(np.stack([one.choice.features[0, : len(FORMS)] for one in samples]))
        none = self.nobody(torch.relu(self.none(torch.cat([refers, kinds], 1))))
        return torch.cat([scores, none])[:, 0], torch.cat([whose, torch.arange(len(samples))])


def total(scores: Tensor, whose: Tensor, count: int) -> Tensor:
    """Return the logarithm of the sum of each sample's exponentiated scores."""
    largest = torch.full((count,), -1e9).scatter_reduce(0, whose, scores.detach(), "amax")
    sums = torch.zeros(count).scatter_add(0, whose, (scores - largest[whose]).exp())
    return largest + (sums + 1e-30).log()


def fit(samples: list[Sample]) -> Ranker:
    """Train: of all that may be meant, what is right shall have all of the probability. The seed is fixed."""
    torch.manual_seed(0)
    samples = [one for one in samples if one.right.any()]
    model = Ranker(len(samples[0].refers))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    steps = EPOCHS * -(-len(samples) // BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1, (step + 1) / 50) * (1 - step / steps))
    for _ in range(EPOCHS):
        for chosen in torch.randperm(len(samples)).split(BATCH):
            batch = [samples[number] for number in chosen]
            scores, whose = model(batch)
            right = together([one.right for one in batch])
            asked = together([one.open for one in batch])
            of_all = total(scores.masked_fill(~asked, -1e4), whose, len(batch))
            of_right = total(scores.masked_fill(~(right & asked), -1e4), whose, len(batch))
            loss = (of_all - of_right).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rate.step()
    return model.eval()


def together(parts: list[NDArray[np.bool_]]) -> Tensor:
    """Put the answers in the order of ``Ranker``'s scores."""
    return torch.from_numpy(np.concatenate([*(part[:-1] for part in parts), [part[-1] for part in parts]]))


def predict(model: Ranker, samples: list[Sample]) -> list[NDArray[np.float32]]:
    """Return for each sample the probabilities, the last that none is meant."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(samples), 256):
            batch = samples[start : start + 256]
            scores, whose = model(batch)
            chances = (scores - total(scores, whose, len(batch))[whose]).exp()
            found += [chances[whose == number].numpy() for number in range(len(batch))]
    return found


def gap_score(samples: list[Sample], chances: list[NDArray[np.float32]], golds: int) -> float:
    """Return F1 as score_entities.py has it; *golds* is how many names are meant in all."""
    right = said = 0
    for one, each in zip(samples, chances, strict=True):
        best = int(each.argmax())
        told = one.told[best] if best < len(one.told) else 0
        said += (told & 1) + (told >> 1 & 1)
        right += bool(one.gold[0] and told & 1) + bool(one.gold[1] and told & 2)
    return 2 * right / (said + golds)


def show(samples: list[Sample], chances: list[NDArray[np.float32]]) -> None:
    """Print how many of each class are given to an entity, and rightly so, at several thresholds."""
    print("         at least  given  right  of those that have one")
    for number, name in enumerate(("he", "she", "it", "they")):
        mine = [(one, each) for one, each in zip(samples, chances, strict=True) if one.choice.features[0, number]]
        has = sum(bool((one.right[:-1] & (one.choice.owners >= 0)).any()) for one, _ in mine)
        for least in (0.0, 0.5, 0.7, 0.9):
            given = [
                bool(one.right[best])
                for one, each in mine
                if (best := int(each.argmax())) < len(one.choice.owners)
                and one.choice.owners[best] >= 0
                and each[best] >= least
            ]
            print(f"  {name:6} {least:8.1f} {len(given):6} {sum(given):6} {has:6}")


def export(model: Ranker, path: Path) -> None:
    """Write the weights in half precision."""
    arrays = {}
    for name, part in model.named_children():
        if isinstance(part, nn.Linear):
            arrays[name] = part.weight.T.detach().numpy().astype(np.float16)
            arrays[f"{name}_bias"] = part.bias.detach().numpy().astype(np.float16)
    np.savez_compressed(path, **arrays)


def main() -> None:
    """Prepare, evaluate, train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("prepare", "evaluate", "train"))
    step = parser.parse_args().step
    if step == "prepare":
        pipeline = load_pipeline(Settings.model_fields["spacy_model"].default)
        sets = {
            "other": list(of_gum(pipeline, "gum/other_genres.jsonl")),
            "news": list(of_gum(pipeline, "gum/news.jsonl")),
            "gap": list(of_gap(pipeline)),
        }
        PREPARED.parent.mkdir(exist_ok=True)
        PREPARED.write_bytes(pickle.dumps(sets))
        return
    sets = pickle.loads(PREPARED.read_bytes())  # noqa: S301 - we wrote it
    if step == "train":
        export(fit(sets["other"] + sets["gap"]), MODEL)
        print(f"{MODEL.name}: {MODEL.stat().st_size:,} bytes")
        return
    show(sets["news"], predict(fit(sets["other"] + sets["gap"]), sets["news"]))
    unseen: list[Sample] = []
    chances: list[NDArray[np.float32]] = []
    for fold in range(FOLDS):
        model = fit(sets["other"] + [one for number, one in enumerate(sets["gap"]) if number % FOLDS != fold])
        unseen += sets["gap"][fold::FOLDS]
        chances += predict(model, sets["gap"][fold::FOLDS])
    golds = sum(row[name]["coref"] for row in rows("gap/gap.jsonl") for name in ("a", "b"))
    print(f"  GAP, {FOLDS} folds: F1 {100 * gap_score(unseen, chances, golds):.1f}")
    given = [
        np.where(np.append(np.array(one.told) > 0, True), each, 0) for one, each in zip(unseen, chances, strict=True)
    ]
    print(f"  with the two names given: F1 {100 * gap_score(unseen, given, golds):.1f}")


if __name__ == "__main__":
    main()
