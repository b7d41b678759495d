"""The reader as a torch module: MiniLM's encoder, told of each piece's kind; heads for tags, anchors and speakers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from bot.analyse.decoding import TAGS
from bot.analyse.pieces import KINDS, LONGEST
from training.reader.grammar import ENTITY_TAGS, IGNORED, PARTS, RELATIONS, allowed_tags

BUCKETS = 32
"""Distances that a link head tells apart: each way alone up to 8 pieces, then ever wider ranges."""

WEIGHTS = {"tags": 1.0, "links": 1.0, "speakers": 1.0, "parts": 0.2, "relations": 0.2, "heads": 0.3, "entities": 0.5}
"""How the losses are added up. Guesses."""


EXPORTED = ("tags", "links", "speakers")
"""The heads that the bot asks, beside the vectors; the others are learned for what the encoder gains by it."""


@dataclass(frozen=True)
class Size:
    """How large the model is; as it stands, MiniLM-L6."""

    vocabulary: int = 30_522
    positions: int = 512
    hidden: int = 384
    inner: int = 1536
    layers: int = 6
    heads: int = 12
    link: int = 128
    dropout: float = 0.1
    longest: int = LONGEST  # pieces in the windows that it was trained on, and is to read through


def attend(query: Tensor, key: Tensor, value: Tensor, heads: int) -> Tensor:
    """Return what each place sees, all shaped ``(batch, length, hidden)``.

    No dropout within the attention: with it, torch leaves its fast kernel.
    """
    query, key, value = (part.unflatten(-1, (heads, -1)).transpose(1, 2) for part in (query, key, value))
    return functional.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)


class Layer(nn.Module):
    """One layer of BERT: attention, then two dense layers; the norm comes after each."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.heads = size.heads
        self.attend = attend  # the export puts onnxruntime's own in its place
        self.qkv = nn.Linear(size.hidden, 3 * size.hidden)
        self.out = nn.Linear(size.hidden, size.hidden)
        self.attention_norm = nn.LayerNorm(size.hidden, eps=1e-12)
        self.inner = nn.Linear(size.hidden, size.inner)
        self.outer = nn.Linear(size.inner, size.hidden)
        self.norm = nn.LayerNorm(size.hidden, eps=1e-12)
        self.dropout = nn.Dropout(size.dropout)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return the hidden states after this layer, ``(batch, length, hidden)``."""
        attended = self.attend(*self.qkv(hidden).split(hidden.shape[-1], -1), self.heads)
        hidden = self.attention_norm(hidden + self.dropout(self.out(attended)))
        return self.norm(hidden + self.dropout(self.outer(functional.gelu(self.inner(hidden)))))


class Encoder(nn.Module):
    """BERT for whole windows: no padding, so no mask; one segment, whose embedding the positions carry."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.words = nn.Embedding(size.vocabulary, size.hidden)
        self.positions = nn.Embedding(size.positions, size.hidden)
        self.kinds = nn.Embedding(KINDS, size.hidden)
        nn.init.zeros_(self.kinds.weight)  # starts as the encoder that was pretrained without
        self.norm = nn.LayerNorm(size.hidden, eps=1e-12)
        self.dropout = nn.Dropout(size.dropout)
        self.layers = nn.ModuleList(Layer(size) for _ in range(size.layers))

    def forward(self, ids: Tensor, kinds: Tensor) -> Tensor:
        """Return the hidden states, ``(batch, length, hidden)``."""
        places = torch.arange(ids.shape[1], device=ids.device)
        hidden = self.dropout(self.norm(self.words(ids) + self.positions(places) + self.kinds(kinds)))
        for layer in self.layers:
            hidden = layer(hidden)
        return hidden

    def load_minilm(self, path: Path) -> None:
        """Take over the weights of a ``model.safetensors`` as transformers' BertModel names them."""
        there = load_file(path)
        here = {
            "words.weight": there["embeddings.word_embeddings.weight"],
            "positions.weight": there["embeddings.position_embeddings.weight"]
            + there["embeddings.token_type_embeddings.weight"][0],
            "kinds.weight": self.kinds.weight.detach(),
        }
        for end in ("weight", "bias"):
            here[f"norm.{end}"] = there[f"embeddings.LayerNorm.{end}"]
            for number in range(len(self.layers)):
                old, new = f"encoder.layer.{number}.", f"layers.{number}."
                here[f"{new}qkv.{end}"] = torch.cat(
                    [there[f"{old}attention.self.{part}.{end}"] for part in ("query", "key", "value")]
                )
                here[f"{new}out.{end}"] = there[f"{old}attention.output.dense.{end}"]
                here[f"{new}attention_norm.{end}"] = there[f"{old}attention.output.LayerNorm.{end}"]
                here[f"{new}inner.{end}"] = there[f"{old}intermediate.dense.{end}"]
                here[f"{new}outer.{end}"] = there[f"{old}output.dense.{end}"]
                here[f"{new}norm.{end}"] = there[f"{old}output.LayerNorm.{end}"]
        self.load_state_dict(here)


class LinkHead(nn.Module):
    """Scores for each piece which piece is its anchor, or its speaker: by what both are, and how far apart."""

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.scale = size.link**-0.5
        self.reach = size.positions - 1
        self.query = nn.Sequential(nn.Linear(size.hidden, size.link), nn.GELU(), nn.Dropout(size.dropout))
        self.key = nn.Sequential(nn.Linear(size.hidden, size.link), nn.GELU(), nn.Dropout(size.dropout))
        self.biaffine = nn.Linear(size.link, size.link)  # its bias: how likely anything links to a piece
        self.distance = nn.Parameter(torch.zeros(BUCKETS))
        self.outside = nn.Parameter(torch.zeros(()))  # [CLS] stands for all that is not in the window: no distance
        self.register_buffer("buckets", distance_buckets(self.reach), persistent=False)

    def forward(self, hidden: Tensor) -> Tensor:
        """Return the scores, ``(batch, length, length)``, what is linked to last."""
        scores = self.biaffine(self.query(hidden)) @ self.key(hidden).transpose(1, 2) * self.scale
        length = hidden.shape[1]
        by_distance = self.distance[self.buckets[self.reach - length + 1 : self.reach + length]]
        # each row is the one above, a place further to the right: repeated with one more, the vector falls into place
        repeated = functional.pad(by_distance, (0, 1)).expand(length, 2 * length).flatten()
        bias = repeated[: length * (2 * length - 1)].view(length, 2 * length - 1)[:, length:]
        return scores + torch.cat([self.outside.expand(length, 1), bias], dim=1)


def distance_buckets(reach: int) -> Tensor:
    """Return the bucket of each signed distance from ``-reach`` to ``reach``."""
    distances = torch.arange(-reach, reach + 1)
    way = distances.abs()
    half = BUCKETS // 2
    exact = half // 2
    wide = exact + (way.clamp(min=exact) / exact).log() / torch.tensor((reach + 1) / exact).log() * (half - exact)
    return torch.where(way < exact, way, wide.long()) + half * (distances > 0)


class ReaderModel(nn.Module):
    """The whole model: pieces and their kinds to scores of tags, links to anchors, and links to speakers."""

    def __init__(self, size: Size | None = None) -> None:
        super().__init__()
        self.size = size or Size()
        self.encoder = Encoder(self.size)
        self.dropout = nn.Dropout(self.size.dropout)
        self.tags = nn.Linear(self.size.hidden, len(TAGS))
        self.links = LinkHead(self.size)
        self.speakers = LinkHead(self.size)
        self.parts = nn.Linear(self.size.hidden, len(PARTS))
        self.relations = nn.Linear(self.size.hidden, len(RELATIONS))
        self.heads = LinkHead(self.size)
        self.entities = nn.Linear(self.size.hidden, len(ENTITY_TAGS))

    def forward(self, ids: Tensor, kinds: Tensor, heads: Iterable[str] = tuple(WEIGHTS)) -> dict[str, Tensor]:
        """Return the scores of *heads*, ``(batch, length, …)``: of each label, or of each piece that it may link to."""
        hidden = self.dropout(self.encoder(ids, kinds))
        return self.scores(hidden, heads)

    def scores(self, hidden: Tensor, heads: Iterable[str]) -> dict[str, Tensor]:
        """Return the scores of *heads* by the encoder's hidden states."""
        return {name: getattr(self, name)(hidden) for name in heads}


class Probabilities(nn.Module):
    """The model as it is exported: probabilities instead of scores."""

    def __init__(self, model: ReaderModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor, kinds: Tensor) -> tuple[Tensor, ...]:
        """Return the probabilities of tags, links and speakers, shaped as the scores; and the hidden states."""
        hidden = self.model.encoder(ids, kinds)
        scores = self.model.scores(hidden, EXPORTED)
        return (*(scores[name].float().softmax(-1) for name in EXPORTED), hidden)


def losses(scores: dict[str, Tensor], gold: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return each head's mean loss over the pieces that *gold* says something of.

    A source of several attributions is to give each anchor, the last dimension of ``gold["links"]``, an equal share.
    """
    return {
        "links": link_loss(scores["links"], gold["links"]),
        "speakers": link_loss(scores["speakers"], gold["speakers"][..., None]),
        "heads": link_loss(scores["heads"], gold["heads"][..., None]),
        "entities": open_loss(scores["entities"], gold["entities"]),
        **{name: label_loss(scores[name], gold[name]) for name in ("tags", "parts", "relations")},
    }


def label_loss(scores: Tensor, gold: Tensor) -> Tensor:
    """Return the mean loss of *scores* ``(batch, length, labels)`` against *gold* ``(batch, length)``."""
    if not (gold != IGNORED).any():
        return scores.sum() * 0
    return functional.cross_entropy(scores.float().flatten(0, 1), gold.flatten(), ignore_index=IGNORED)


def open_loss(scores: Tensor, gold: Tensor) -> Tensor:
    """Return the mean loss where a label of *gold* leaves several tags open: any of them is right."""
    known = gold != IGNORED
    if not known.any():
        return scores.sum() * 0
    allowed = torch.from_numpy(allowed_tags())[gold[known]]
    chances = scores[known].float().log_softmax(-1)
    return -chances.masked_fill(~allowed, -torch.inf).logsumexp(-1).mean()


def link_loss(links: Tensor, gold: Tensor) -> Tensor:
    """Return the mean loss over the pieces that *gold* ``(batch, length, links)`` says something of."""
    known = gold != IGNORED
    linked = known.any(-1)
    if not linked.any():
        return links.sum() * 0
    chances = links[linked].float().log_softmax(-1).gather(1, gold[linked].clamp(min=0))
    shares = known[linked] / known[linked].sum(1, keepdim=True)
    return -(chances * shares).sum(1).mean()


def save_model(model: ReaderModel, path: Path, **facts: Any) -> None:
    """Write the weights, how large the model is, and *facts* about how they were made."""
    torch.save({"size": asdict(model.size), "weights": model.state_dict(), "facts": facts}, path)


def load_model(path: Path) -> ReaderModel:
    """Load what ``save_model`` wrote, ready to read."""
    stored = torch.load(path, map_location="cpu", weights_only=True)
    model = ReaderModel(Size(**stored["size"]))
    model.load_state_dict(stored["weights"])
    return model.eval()
