"""Average the weights of several checkpoints of one run: the mean reads better than the last of them.

    python -m training.reader.average .reader/epoch-4.pt .reader/epoch-5.pt .reader/epoch-6.pt .reader/epoch-7.pt

Izmailov et al. (2018), "Averaging Weights Leads to Wider Optima and Better Generalization", UAI.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.reader.model import ReaderModel, load_model, save_model


def average(models: list[ReaderModel]) -> ReaderModel:
    """Return a model whose weights are the mean of those of *models*, which are of one size."""
    mean, *_ = models
    with torch.no_grad():
        for name, weight in mean.named_parameters():
            weight.copy_(torch.stack([model.get_parameter(name) for model in models]).mean(0))
    return mean


def main() -> None:
    """Load, average, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="+", type=Path, help="what training.reader.train wrote")
    parser.add_argument("--out", type=Path, default=Path(".reader/averaged.pt"))
    arguments = parser.parse_args()
    model = average([load_model(path) for path in arguments.checkpoints])
    save_model(model, arguments.out, averaged=[path.name for path in arguments.checkpoints])
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
