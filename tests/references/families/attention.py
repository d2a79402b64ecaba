"""References of the Transformers."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from tests.references.case import Case, image, tokens, transposed
from tests.references.counting import conv, linear, mlp, norm
from tests.references.families import Counts
from tests.references.installed import require, torchvision


def transformer_count(width: int, feed_forward: int, layers: int = 6, vocabulary: int = 37_000) -> int:
    attention = 4 * linear(width, width)
    feed = linear(width, feed_forward) + linear(feed_forward, width)
    encoder = attention + feed + 2 * norm(width)
    decoder = 2 * attention + feed + 3 * norm(width)
    return layers * (encoder + decoder) + vocabulary * width


def gpt2_count(layers: int, width: int, vocabulary: int = 50_257, context: int = 1024) -> int:
    block = 2 * norm(width) + linear(width, 3 * width) + linear(width, width) + mlp([width, 4 * width, width])
    return (vocabulary + context) * width + layers * block + norm(width)


def gpt_count(layers: int, width: int, vocabulary: int = 40_478, context: int = 512) -> int:
    """As GPT-2's, without the norm at the end."""
    return gpt2_count(layers, width, vocabulary, context) - norm(width)


def vit_count(layers: int, width: int, hidden: int, patch: int = 16, size: int = 224, classes: int = 1000) -> int:
    layer = 4 * linear(width, width) + mlp([width, hidden, width]) + 2 * norm(width)
    squares = (size // patch) ** 2
    words = conv(3, width, patch) + width + (squares + 1) * width
    return words + layers * layer + norm(width) + linear(width, classes)


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


def gpt2() -> Any:
    """Hugging Face's GPT-2 of the smallest published size, which is what its configuration says unasked."""
    require("transformers")
    from transformers import GPT2Config, GPT2LMHeadModel  # type: ignore[import-not-found]

    return GPT2LMHeadModel(GPT2Config(use_cache=False))


def gpt() -> Any:
    """Hugging Face's GPT of the one published size."""
    require("transformers")
    from transformers import OpenAIGPTConfig, OpenAIGPTLMHeadModel  # type: ignore[import-not-found]

    return OpenAIGPTLMHeadModel(OpenAIGPTConfig())


def sentences(_: bool) -> tuple[Tensor, ...]:
    """Two of different lengths, the shorter one filled up with zeros."""
    source = torch.randint(1, 37_000, (2, 11))
    source[1, 7:] = 0
    return source, torch.randint(1, 37_000, (2, 9))


BIAS_OF_LINEAR = "torch's Linear starts its bias uniformly; the authors' (tensor2tensor) at zero, as the template does"


COUNTS: Counts = {
    "transformer": {
        "paper": {"transformer": transformer_count(512, 2048)},
        "big": {"transformer": transformer_count(1024, 4096)},
    },
    "gpt": {"paper": {"gpt": gpt_count(12, 768)}},
    "vit": {
        "paper": {"vit": vit_count(12, 768, 3072)},
        "large": {"vit": vit_count(24, 1024, 4096)},
        "huge": {"vit": vit_count(32, 1280, 5120, patch=14)},
        "small": {"vit": vit_count(12, 384, 1536)},
    },
    "gpt2": {
        "paper": {"gpt2": gpt2_count(12, 768)},
        "medium": {"gpt2": gpt2_count(24, 1024)},
        "large": {"gpt2": gpt2_count(36, 1280)},
        "xl": {"gpt2": gpt2_count(48, 1600)},
    },
}


CASES = (
    Case(
        template="transformer",
        reference="torch.nn.Transformer without final norms",
        build=Transformer,
        inputs=sentences,
        explained={r"linear[12]\.bias$": BIAS_OF_LINEAR},
    ),
    Case(
        template="gpt",
        reference="transformers OpenAIGPTLMHeadModel",
        build=gpt,
        inputs=tokens(40_478, 24),
        translate=transposed(r"\.(c_attn|c_proj|c_fc)\.weight$"),
        keys="the same, Conv1D transposed",
        call=lambda model, inputs: getattr(found := model(*inputs), "logits", found),
    ),
    Case(
        template="gpt2",
        reference="transformers GPT2LMHeadModel",
        build=gpt2,
        inputs=tokens(50_257, 24),
        translate=transposed(r"\.(c_attn|c_proj|c_fc)\.weight$"),
        keys="the same, Conv1D transposed",
        call=lambda model, inputs: getattr(found := model(*inputs), "logits", found),
    ),
    Case(
        template="vit",
        reference="torchvision vit_b_16",
        build=lambda: torchvision("vit_b_16"),
        inputs=image(3, 224),
    ),
)
