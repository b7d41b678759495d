"""Read a reader that was exported back into torch: what ships can be exported anew when its checkpoint is gone.

Its weights come back as int8 left them, smoothed as they were, so that int8 leaves them so again; its grammatical
heads, which are not exported, as they start.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from bot.analyse.reader import DESCRIPTION
from training.reader.model import ReaderModel, Size
from training.reader.smooth import PARTS, Smoothed

OF_A_LAYER = ("qkv", "out", "inner", "outer")
OF_THE_HEADS = ("tags", "links.query.0", "links.biaffine", "links.key.0")
OF_THE_LAST_HEAD = ("speakers.query.0", "speakers.biaffine", "speakers.key.0")
"""Matrix products in the order of their numbers in the file, in which export names those of the weights only so."""


def thaw(folder: Path) -> ReaderModel:
    """Return the reader that ``training.reader.export`` wrote into *folder*, in full precision.

    Raises:
        ValueError: the file has other matrices than a reader has.
    """
    described = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    graph = onnx.load(folder / described["model"]).graph
    there = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    layers = sum(name.endswith(".norm.bias") and ".layers." in name for name in there)
    state = {
        f"{name}.weight": torch.from_numpy(weight)
        for name, weight in zip(_names(layers), _matrices(there), strict=True)
    }
    inner, hidden = state["encoder.layers.0.inner.weight"].shape
    attention = next(node for node in graph.node if node.op_type == "MultiHeadAttention")
    size = Size(
        vocabulary=len(there["model.encoder.words.rows"]),
        positions=len(there["model.encoder.positions.weight"]),
        hidden=hidden,
        inner=inner,
        layers=layers,
        heads=next(one.i for one in attention.attribute if one.name == "num_heads"),
        link=len(state["links.biaffine.weight"]),
        longest=described["longest"],
    )
    model = ReaderModel(size)
    for number, layer in enumerate(model.encoder.layers):
        for part in PARTS:
            name = f"encoder.layers.{number}.{part}"
            if f"model.{name}.down" in there:
                state[f"{name}.dense.weight"] = weight = state.pop(f"{name}.weight")
                setattr(layer, part, Smoothed(weight, getattr(layer, part).bias, torch.ones(weight.shape[1])))
    wanted = model.state_dict()
    for name, values in there.items():
        inside = name.removeprefix("model.")
        if inside in wanted:
            state[inside] = torch.from_numpy(values.copy())
    state["encoder.words.weight"] = torch.from_numpy(
        there["model.encoder.words.rows"] * there["model.encoder.words.scale"]
    )
    model.load_state_dict(wanted | state)
    return model.eval()


def _names(layers: int) -> Iterator[str]:
    for number in range(layers):
        yield from (f"encoder.layers.{number}.{part}" for part in OF_A_LAYER)
    yield from OF_THE_HEADS
    yield from OF_THE_LAST_HEAD


def _matrices(there: dict[str, NDArray[np.generic]]) -> Iterator[NDArray[np.float32]]:
    """Return the matrices in the file, each ``(out, in)``, in the order of their numbers."""
    numbered = {name.removesuffix("_quantized"): name for name in there if name.startswith("onnx::MatMul_")}
    stems = sorted({stem for stem in numbered if not stem.endswith(("_scale", "_zero_point"))}, key=_number)
    for stem in stems:
        weight = there[numbered[stem]].astype(np.float32)
        if f"{stem}_scale" in there:
            weight = (weight - there[f"{stem}_zero_point"]) * there[f"{stem}_scale"]
        yield np.ascontiguousarray(weight.T, np.float32)


def _number(stem: str) -> int:
    return int(stem.rpartition("_")[2])
