"""Reference implementations that are installed: torchvision's, Hugging Face's, PyTorch Geometric's and torch's own."""

from __future__ import annotations

import re
from collections import OrderedDict
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn


class NotInstalledError(Exception):
    """A reference implementation is not here; the message names the package."""


@cache
def torchvision_models() -> ModuleType:
    """torchvision's models. Its compiled operators want another build of torch; its models need none of them, but the
    package declares more about them when it is imported, so their names must be known.
    """
    found = find_spec("torchvision")
    if found is None or found.origin is None:
        raise NotInstalledError("torchvision")
    texts = [path.read_text(encoding="utf-8") for path in Path(found.origin).parent.rglob("*.py")]
    operators = torch.library.Library("torchvision", "DEF")
    for name in sorted({name for text in texts for name in re.findall(r"torchvision(?:::|\.)(\w+)[\"(]", text)}):
        operators.define(f"{name}(Tensor x) -> Tensor")
    _KEPT.append(operators)  # what it declared goes with it
    from torchvision import models  # type: ignore[import-not-found]

    return models


_KEPT: list[torch.library.Library] = []


def torchvision(name: str) -> Any:
    return getattr(torchvision_models(), name)()


def gpt2() -> Any:
    """Hugging Face's GPT-2 of the smallest published size, which is what its configuration says unasked."""
    require("transformers")
    from transformers import GPT2Config, GPT2LMHeadModel  # type: ignore[import-not-found]

    return GPT2LMHeadModel(GPT2Config(use_cache=False))


def require(package: str) -> None:
    """Say so if it is not here. What looks for torchvision by itself must find it ready."""
    if find_spec(package) is None:
        raise NotInstalledError(package)
    if find_spec("torchvision") is not None:
        torchvision_models()


class Gcn(nn.Module):
    """PyTorch Geometric's two convolutions; the dropout of the paper has no weights and rests in a comparison."""

    def __init__(self) -> None:
        super().__init__()
        require("torch_geometric")
        from torch_geometric.nn import GCNConv  # type: ignore[import-not-found]

        self.conv1, self.conv2 = GCNConv(1433, 16), GCNConv(16, 7)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        return self.conv2(self.conv1(x, edge_index).clamp(min=0), edge_index)


class Places(nn.Module):
    """Embedding times the root of its width, plus the paper's sines and cosines, one angle at a time."""

    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, width)

    def forward(self, tokens: Tensor) -> Tensor:
        width, length = self.words.embedding_dim, tokens.shape[1]
        pair = torch.arange(width) // 2
        angle = torch.arange(length).unsqueeze(1) / 10_000 ** (2 * pair / width)
        waves = torch.where(torch.arange(width) % 2 == 0, angle.sin(), angle.cos())
        return self.words(tokens) * width**0.5 + waves


class Transformer(nn.Module):
    """torch.nn.Transformer without its two final norms, between an embedding and the same matrix as softmax weights."""

    def __init__(self, width: int = 512, heads: int = 8, layers: int = 6, feed_forward: int = 2048) -> None:
        super().__init__()
        whole = nn.Transformer(width, heads, layers, layers, feed_forward, batch_first=True)
        self.embedding = Places(37_000, width)
        self.encoder, self.decoder = whole.encoder, whole.decoder
        self.encoder.norm = self.decoder.norm = None
        self.softmax = nn.Linear(width, 37_000, bias=False)
        self.softmax.weight = self.embedding.words.weight
        nn.init.normal_(self.embedding.words.weight, std=width**-0.5)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        padding = source == 0
        places = torch.arange(target.shape[1])
        later = places.unsqueeze(0) > places.unsqueeze(1)
        memory = self.encoder(self.embedding(source), src_key_padding_mask=padding)
        written = self.embedding(target)
        return self.softmax(self.decoder(written, memory, tgt_mask=later, memory_key_padding_mask=padding))


def byol_mlp(features: int) -> nn.Sequential:
    """Projector and predictor of BYOL: one hidden layer of 4096, normalised."""
    return nn.Sequential(nn.Linear(features, 4096), nn.BatchNorm1d(4096), nn.ReLU(), nn.Linear(4096, 256))


class Simplices(nn.Module):
    """Simplicial embedding: 32 groups of 8, each a softmax at temperature 0.1."""

    def forward(self, x: Tensor) -> Tensor:
        return (x.reshape(len(x), 32, 8) / 0.1).softmax(-1).reshape(len(x), 256)


class ByolEncoder(nn.Module):
    """torchvision's ResNet-50 without its classifier, and the projector; returns projection and representation."""

    def __init__(self, simplicial: bool) -> None:
        super().__init__()
        self.net = torchvision("resnet50")
        self.net.fc = nn.Identity()
        embedder = nn.Sequential(nn.Linear(2048, 256), nn.BatchNorm1d(256))
        if simplicial:
            self.projector: nn.Module = nn.Sequential(embedder, Simplices(), byol_mlp(256))
        else:
            self.projector = nn.Sequential(OrderedDict({"2": byol_mlp(2048)}))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        representation = self.net(image)
        return self.projector(representation), representation
