"""Export a checkpoint to what ships: int8 ONNX, its description, and the tokenizer.

    python -m training.reader.export --model .reader/epoch-4.pt --calibration .reader/calibration.json
    python -m training.reader.export --model bot/analyse --out .reader/again         what was exported before, anew
    python -m training.reader.export --untrained --out .reader/try --articles 2      to try the export out

Writes reader.onnx, reader.json and tokenizer.json to ``--out`` (default bot/analyse) and prints the figures on
dev of the checkpoint in full precision and of the file in int8.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from bot.analyse.decoding import TAGS
from bot.analyse.pieces import CLS, KINDS, OVERLAP, SEP
from bot.analyse.reader import DESCRIPTION, FOLDER, OUTPUTS, Reader
from training.reader.data import DEV, TRAIN, Labelled, load_articles, minilm_folder, minilm_tokenizer
from training.reader.evaluate import predict, read_all, torch_run
from training.reader.model import Probabilities, ReaderModel, attend, load_model
from training.reader.scoring import main_rows
from training.reader.smooth import Smoothed, smooth, spread
from training.reader.thaw import thaw

OPSET = 17
SMOOTHED_ON = 40
"""Articles of the train part whose activations set the scales. A guess."""

LARGEST = 30_000_000
"""Bytes that the model may have, to ship in the package."""


class SmallEmbedding(nn.Module):
    """An embedding in int8, each row with its own scale: half of the model's weights are here."""

    def __init__(self, embedding: nn.Embedding) -> None:
        super().__init__()
        weight = embedding.weight.detach()
        scale = weight.abs().amax(1, keepdim=True).clamp(min=1e-9) / 127
        self.register_buffer("rows", (weight / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the rows of *ids* in full precision."""
        return self.rows[ids].float() * self.scale[ids]


class FusedAttention(torch.autograd.Function):
    """Attention as one operator of onnxruntime, which keeps no ``(length, length)`` in memory."""

    @staticmethod
    def forward(ctx: Any, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, heads: int) -> torch.Tensor:
        """Compute it in torch, for the trace."""
        return attend(query, key, value, heads)

    @staticmethod
    def symbolic(graph: Any, query: Any, key: Any, value: Any, heads: int) -> Any:
        """Return the operator's node."""
        node = graph.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=heads)
        node.setType(query.type())
        return node


def export(model: ReaderModel, path: Path) -> None:
    """Write *model* as int8 ONNX: matrix products by onnxruntime's dynamic quantisation, the words row by row."""
    model = model.eval()
    words = model.encoder.words
    model.encoder.words = SmallEmbedding(words)
    for layer in model.encoder.layers:
        layer.attend = FusedAttention.apply
    example = (torch.full((2, 16), SEP), torch.ones((2, 16), dtype=torch.int64))
    dynamic = {0: "windows", 1: "length"}
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            Probabilities(model).eval(),
            example,
            str(full),
            input_names=["ids", "kinds"],
            output_names=list(OUTPUTS),
            dynamic_axes={
                **dict.fromkeys(("ids", "kinds", "tags", "vectors"), dynamic),
                **dict.fromkeys(("links", "speakers"), dynamic | {2: "length"}),
            },
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            full,
            path,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            weight_type=QuantType.QInt8,
        )
    model.encoder.words = words
    for layer in model.encoder.layers:
        layer.attend = attend
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes, more than {LARGEST:,}")


def describe(folder: Path, calibration: list[list[float]], longest: int) -> None:
    """Write the description of the files in *folder*, which the bot checks when it loads them."""
    files = {"model": "reader.onnx", "tokenizer": "tokenizer.json"}
    hashes = {
        f"{what}_sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest() for what, name in files.items()
    }
    description = {
        **files,
        **hashes,
        "tags": TAGS,
        "longest": longest,
        "overlap": OVERLAP,
        "calibration": calibration,
    }
    (folder / DESCRIPTION).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")


def largest_difference(model: ReaderModel, reader: Reader) -> float:
    """Return how far the two are apart at most in any tag's probability, on made-up pieces."""
    rng = np.random.default_rng(0)
    ids = rng.integers(1000, 20_000, (2, 200))
    ids[:, 0], ids[:, -1] = CLS, SEP
    kinds = rng.integers(0, KINDS, ids.shape)
    difference = np.abs(torch_run(model)(ids, kinds)[0] - reader.run(ids, kinds)[0]).max()
    return float(difference)


def compare(model: ReaderModel, reader: Reader, articles: list[Labelled]) -> str:
    """Return the figures of both on *articles*, side by side."""
    golds = [article.gold for article in articles]
    full = main_rows(golds, predict(read_all(model, articles), articles))
    small = main_rows(golds, predict([reader.read(article.pieces) for article in articles], articles))
    lines = [f"  {name:<28} {full[name]:5.1f} {small[name]:5.1f} {small[name] - full[name]:+5.1f}" for name in full]
    return "\n".join([f"  {'':<28} torch  int8  diff", *lines])


def main() -> None:
    """Export, load as the bot does, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", type=Path, help="a checkpoint of training.reader.train, or an exported reader")
    what.add_argument("--untrained", action="store_true", help="MiniLM as it comes, to try the export out")
    parser.add_argument("--calibration", type=Path, help="what training.reader.calibrate wrote")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--articles", type=int, help="compare on only the first so many")
    arguments = parser.parse_args()

    if arguments.untrained:
        torch.manual_seed(0)
        model = ReaderModel().eval()
        model.encoder.load_minilm(minilm_folder() / "model.safetensors")
    else:
        model = thaw(arguments.model) if arguments.model.is_dir() else load_model(arguments.model)
    calibration = json.loads(arguments.calibration.read_text(encoding="utf-8")) if arguments.calibration else []
    arguments.out.mkdir(parents=True, exist_ok=True)
    full = copy.deepcopy(model)
    articles = load_articles(TRAIN, minilm_tokenizer(), arguments.articles or SMOOTHED_ON)
    if not isinstance(model.encoder.layers[0].qkv, Smoothed):
        smooth(model, articles)
        spread(model, articles)
    export(model, arguments.out / "reader.onnx")
    shutil.copyfile(minilm_folder() / "tokenizer.json", arguments.out / "tokenizer.json")
    describe(arguments.out, calibration, model.size.longest)
    reader = Reader(arguments.out)
    print(f"{(arguments.out / 'reader.onnx').stat().st_size:,} bytes")
    print(f"largest difference of a tag's probability: {largest_difference(full, reader):.3f}")
    print(compare(full, reader, load_articles(DEV, minilm_tokenizer(), arguments.articles)))


if __name__ == "__main__":
    main()
