"""Make even what a layer's products are fed, so that eight bits are enough to tell its values apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from training.reader.data import Labelled
from training.reader.evaluate import read_all
from training.reader.model import Layer, ReaderModel

SMOOTHNESS = 0.7
"""How far an activation's spread is moved into the weights: between 0 and 1, chosen on dev."""

PARTS = ("qkv", "inner", "outer")
"""The dense layers of a layer that are smoothed; what the fourth is fed is even."""

COPIES = 16
"""Units that are added to each layer. A guess: of the reader that ships one unit in each of the first four layers, or
two, reach three times as far as all others."""


class Smoothed(nn.Module):
    """A dense layer that is fed even values: what spreads widest is made smaller before it, and larger in its weights.

    Xiao et al. (2023), "SmoothQuant: Accurate and Efficient Post-Training Quantization for Large Language Models",
    ICML.
    """

    def __init__(self, weight: Tensor, bias: Tensor, down: Tensor) -> None:
        """Take a dense layer's *weight* ``(outer, inner)`` and *bias*, and what each input is multiplied with."""
        super().__init__()
        self.register_buffer("down", down)
        self.dense = nn.Linear(weight.shape[1], weight.shape[0])
        self.dense.weight, self.dense.bias = nn.Parameter(weight / down), nn.Parameter(bias)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return what the layer did before, but for rounding."""
        output: Tensor = self.dense(hidden * self.down)
        return output


def smooth(model: ReaderModel, articles: list[Labelled]) -> None:
    """Put ``Smoothed`` in the place of each layer's ``PARTS``, by what they are fed of *articles*.

    What is smoothed already stays as it is.
    """
    for name in PARTS:
        for layer, largest in zip(model.encoder.layers, reach(model, name, articles), strict=True):
            dense = getattr(layer, name)
            if isinstance(dense, nn.Linear):
                weight = dense.weight.detach()
                of_weights = weight.abs().amax(0).clamp(min=1e-5)
                scale = (largest.clamp(min=1e-5) ** SMOOTHNESS / of_weights ** (1 - SMOOTHNESS)).clamp(min=1e-5)
                setattr(layer, name, Smoothed(weight, dense.bias.detach(), 1 / scale))


def spread(model: ReaderModel, articles: list[Labelled]) -> None:
    """Let several units carry what one did that reaches far: each of its copies an equal share, with its weights.

    Zhao et al. (2019), "Improving Neural Network Quantization without Retraining using Outlier Channel Splitting",
    ICML. *model* is smoothed.
    """
    for layer, largest in zip(model.encoder.layers, reach(model, "outer", articles), strict=True):
        _spread(layer, largest * layer.outer.down)


def _spread(layer: Layer, largest: Tensor) -> None:
    shares = torch.ones_like(largest)
    for _ in range(COPIES):
        shares[(largest / shares).argmax()] += 1
    units = torch.arange(len(largest)).repeat_interleave(shares.long())
    inner, outer = layer.inner.dense, layer.outer.dense
    weight, down = inner.weight.detach() * layer.inner.down, layer.outer.down / shares
    layer.inner = Smoothed(weight[units], inner.bias.detach()[units], layer.inner.down)
    layer.outer = Smoothed((outer.weight.detach() * down)[:, units], outer.bias.detach(), down[units])


def reach(model: ReaderModel, name: str, articles: list[Labelled]) -> list[Tensor]:
    """Return for each layer how large what its dense layer *name* is fed becomes on *articles*, ``(inputs,)``."""
    largest: dict[int, Tensor] = {}

    def note(number: int) -> Callable[[Any, tuple[Tensor, ...]], None]:
        def hook(_: Any, given: tuple[Tensor, ...]) -> None:
            seen = given[0].detach().abs().flatten(0, -2).amax(0)
            largest[number] = torch.maximum(largest.get(number, seen), seen)

        return hook

    hooks = [getattr(layer, name).register_forward_pre_hook(note(n)) for n, layer in enumerate(model.encoder.layers)]
    read_all(model, articles)
    for hook in hooks:
        hook.remove()
    return [largest[number] for number in sorted(largest)]
