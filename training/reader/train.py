"""Train the reader on PolNeAR's train part.

    python -m training.reader.train                 seven epochs into .reader/
    python -m training.reader.train --epochs 4      another number; see --help for more

Every epoch leaves ``epoch-N.pt`` (averaged weights), ``epoch-N.npz`` (its readings of dev), ``epoch-N.jsonl`` (its
predictions) and its figures in ``train.log``. The same command goes on after the last finished epoch when it was
interrupted. Nothing of dev is learned from.
"""

from __future__ import annotations

import argparse
import copy
import os
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from training.reader.data import (
    DEV,
    TRAIN,
    WIKIGOLD,
    Labelled,
    fill,
    load_articles,
    load_wikigold,
    minilm_folder,
    minilm_tokenizer,
    plan_epoch,
)
from training.reader.evaluate import predict, read_all, save_predictions, save_readings, show
from training.reader.grammar import GRAMMAR, load_labels
from training.reader.model import WEIGHTS, ReaderModel, Size, losses, save_model

ENCODER_RATE, HEAD_RATE = 2e-4, 1e-3
WEIGHT_DECAY = 0.01
WARM_UP = 0.1
"""The share of all steps in which the learning rates rise."""
LARGEST_GRADIENT = 1.0
AVERAGE_DECAY = 0.999
LOG_EVERY = 50

MALLOC = {"MALLOC_TRIM_THRESHOLD_": "4000000000", "MALLOC_MMAP_THRESHOLD_": "4000000000"}
"""Keeps freed memory in the process: else page faults cost more than the arithmetic."""


@dataclass(frozen=True)
class Plan:
    """All that makes a run what it is."""

    epochs: int = 7
    longest: int = 382
    batch: int = 10
    seed: int = 1
    articles: int | None = None  # only the first so many, to try things out


class Average:
    """The running mean of a model's weights, which reads better than the last ones."""

    def __init__(self, model: ReaderModel) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, model: ReaderModel, step: int) -> None:
        """Take in the weights after *step*; early on, the first ones are forgotten faster."""
        decay = min(AVERAGE_DECAY, (1 + step) / (10 + step))
        mine, theirs = list(self.model.parameters()), list(model.parameters())
        torch._foreach_lerp_(mine, theirs, 1 - decay)


def parameter_groups(model: ReaderModel) -> list[dict[str, Any]]:
    """Return the weights by learning rate, and those that decay apart from norms and biases, which do not."""
    groups: dict[tuple[float, float], list[Tensor]] = {}
    for name, weight in model.named_parameters():
        pretrained = name.startswith("encoder.") and not name.startswith("encoder.kinds.")
        rate = ENCODER_RATE if pretrained else HEAD_RATE
        decay = WEIGHT_DECAY if weight.ndim > 1 else 0.0
        groups.setdefault((rate, decay), []).append(weight)
    return [{"params": weights, "lr": rate, "weight_decay": decay} for (rate, decay), weights in groups.items()]


def rate_at(step: int, steps: int) -> float:
    """Return the share of the full learning rate at *step* of *steps*: up over a tenth, then down to nothing."""
    rise = max(round(WARM_UP * steps), 1)
    return min((step + 1) / rise, (steps - step) / max(steps - rise, 1))


class Training:
    """A run: the model, its average, the optimizer, and how far they are."""

    def __init__(self, plan: Plan, articles: list[Labelled], out: Path) -> None:
        torch.manual_seed(plan.seed)
        self.plan, self.articles, self.out = plan, articles, out
        self.model = ReaderModel(Size(longest=plan.longest))
        self.model.encoder.load_minilm(minilm_folder() / "model.safetensors")
        self.average = Average(self.model)
        self.optimizer = torch.optim.AdamW(parameter_groups(self.model), fused=True)
        self.epoch = self.step = 0
        self.batches = [self._batches(epoch) for epoch in range(plan.epochs)]
        self.steps = sum(len(batches) for batches in self.batches)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda step: rate_at(step, self.steps))

    def _batches(self, epoch: int) -> list[list[tuple[int, range]]]:
        counts = [len(article.pieces) for article in self.articles]
        plan = self.plan
        return plan_epoch(counts, longest=plan.longest, size=plan.batch, seed=plan.seed, epoch=epoch)

    def log(self, words: str) -> None:
        """Print *words* and keep them."""
        print(words, flush=True)
        with (self.out / "train.log").open("a", encoding="utf-8") as log:
            log.write(words + "\n")

    def run_epoch(self) -> None:
        """Show the model every window of the next epoch."""
        torch.manual_seed(1000 * self.plan.seed + self.epoch)  # the same dropout, interrupted or not
        self.model.train()
        sums, shown, start = torch.zeros(len(WEIGHTS)), 0, time.monotonic()
        batches = self.batches[self.epoch]
        for number, windows in enumerate(batches, 1):
            sums += self.take_step(windows)
            shown += sum(len(window) + 2 for _, window in windows)
            if number % LOG_EVERY == 0 or number == len(batches):
                count = (number - 1) % LOG_EVERY + 1
                means = " ".join(
                    f"{name} {mean:.3f}" for name, mean in zip(WEIGHTS, (sums / count).tolist(), strict=True)
                )
                self.log(
                    f"epoch {self.epoch + 1} step {number}/{len(batches)} {means} "
                    f"rate {self.schedule.get_last_lr()[0]:.2e} {shown / (time.monotonic() - start):.0f} pieces/s"
                )
                sums.zero_()
        self.epoch += 1

    def take_step(self, windows: list[tuple[int, range]]) -> Tensor:
        """Learn from one batch; return its losses, in the order of ``WEIGHTS``."""
        batch = fill(windows, self.articles)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = self.model(torch.from_numpy(batch.ids), torch.from_numpy(batch.kinds))
        by_head = losses(scores, {name: torch.from_numpy(labels) for name, labels in batch.labels.items()})
        parts = torch.stack([by_head[name] for name in WEIGHTS])
        loss = parts @ torch.tensor(list(WEIGHTS.values()))
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {self.step}")
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), LARGEST_GRADIENT)
        self.optimizer.step()
        self.schedule.step()
        self.average.update(self.model, self.step)
        self.step += 1
        return parts.detach()

    def save(self) -> None:
        """Write the averaged weights of this epoch, and all that is needed to go on from here."""
        save_model(self.average.model, self.out / f"epoch-{self.epoch}.pt", plan=asdict(self.plan), epoch=self.epoch)
        state = {
            "plan": asdict(self.plan),
            "epoch": self.epoch,
            "step": self.step,
            "model": self.model.state_dict(),
            "average": self.average.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
        }
        unfinished = self.out / "last.pt.part"
        torch.save(state, unfinished)
        unfinished.replace(self.out / "last.pt")

    def resume(self) -> None:
        """Go on where an earlier run with the same plan stopped, if there is one."""
        last = self.out / "last.pt"
        if not last.exists():
            return
        state = torch.load(last, map_location="cpu", weights_only=True)
        if state["plan"] != asdict(self.plan):
            raise SystemExit(f"{last} was made with {state['plan']}: choose another --out, or delete it")
        self.model.load_state_dict(state["model"])
        self.average.model.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.epoch, self.step = state["epoch"], state["step"]
        self.log(f"going on after epoch {self.epoch}")

    def evaluate(self, dev: list[Labelled]) -> None:
        """Read dev with the averaged weights; keep readings and predictions, log the figures."""
        base = self.out / f"epoch-{self.epoch}"
        readings = read_all(self.average.model, dev)
        save_readings(readings, base.with_suffix(".npz"))
        predictions = predict(readings, dev)
        save_predictions(predictions, base.with_suffix(".jsonl"))
        self.log(f"dev after epoch {self.epoch}\n{show(dev, predictions)}")


def main() -> None:
    """Train, epoch by epoch."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=Plan.epochs)
    parser.add_argument("--longest", type=int, default=Plan.longest, help="pieces in a window, at most 510")
    parser.add_argument("--batch", type=int, default=Plan.batch, help="windows in a batch")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--articles", type=int, help="only the first so many, to try things out")
    parser.add_argument("--grammar", type=Path, default=GRAMMAR, help="what training.reader.prepare wrote")
    parser.add_argument("--out", type=Path, default=Path(".reader"))
    arguments = vars(parser.parse_args())
    if any(os.environ.get(name) != value for name, value in MALLOC.items()):  # read when a process starts
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | MALLOC)  # noqa: S606

    out: Path = arguments.pop("out")
    prepared: Path = arguments.pop("grammar")
    out.mkdir(parents=True, exist_ok=True)
    plan = Plan(**arguments)
    tokenizer = minilm_tokenizer()
    articles = load_articles(TRAIN, tokenizer, plan.articles) + load_wikigold(WIKIGOLD, tokenizer, plan.articles)
    grammar = load_labels(prepared)
    articles = [replace(article, grammar=grammar[article.gold["id"]]) for article in articles]
    training = Training(plan, articles, out)
    training.resume()
    training.log(f"{plan}, {training.steps} steps, {torch.get_num_threads()} threads")
    dev = load_articles(DEV, tokenizer, plan.articles)
    if training.epoch and not (out / f"epoch-{training.epoch}.jsonl").exists():
        training.evaluate(dev)  # it was interrupted while it did
    while training.epoch < plan.epochs:
        training.run_epoch()
        training.save()
        training.evaluate(dev)


if __name__ == "__main__":
    main()
