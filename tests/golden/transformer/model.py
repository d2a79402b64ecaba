"""Transformer."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "Decoder",
    "DecoderLayer",
    "Embedded",
    "Encoder",
    "EncoderLayer",
    "Transformer",
    "transformer",
]


class SinusoidalPositions(nn.Module):
    """Adds sines and cosines of falling frequency, so that each position is marked and
    each distance is a rotation.

    table[t, 2i] = sin(t / base^(2i / features)), table[t, 2i + 1] = cos of the same.
    The table is computed, never learnt, and so it is no part of the state.
    """

    table: Tensor

    def __init__(
        self, features: int, max_length: int = 5000, base: float = 10000.0
    ) -> None:
        super().__init__()
        position = torch.arange(max_length, dtype=torch.float32).unsqueeze(1)
        frequency = base ** (
            -torch.arange(0, features, 2, dtype=torch.float32) / features
        )
        table = torch.zeros(max_length, features)
        table[:, 0::2] = torch.sin(position * frequency)
        table[:, 1::2] = torch.cos(position * frequency[: features // 2])
        self.register_buffer("table", table, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.table[: x.shape[-2]]


class Embedded(nn.Module):
    """Words as vectors, with waves that tell their places."""

    def __init__(
        self, vocabulary: int = 37000, width: int = 512, dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.width = width
        self.words = nn.Embedding(vocabulary, width)
        self.places = SinusoidalPositions(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        x: Tensor = self.dropout(self.places(self.words(tokens) * self.width**0.5))
        return x


class EncoderLayer(nn.Module):
    """Attention to all words, and a net for each; sums are normalised.

    x (B, S, in_features), padding (B, S) -> (B, S, in_features)
    """

    def __init__(
        self,
        in_features: int,
        width: int = 512,
        heads: int = 8,
        feed_forward: int = 2048,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.self_attn = nn.MultiheadAttention(
            in_features, heads, dropout=dropout, batch_first=True
        )
        self.dropout1 = nn.Dropout(dropout)
        self.norm1 = nn.LayerNorm(in_features)
        self.linear1 = nn.Linear(in_features, feed_forward)
        self.dropout = nn.Dropout(dropout)
        self.linear2 = nn.Linear(feed_forward, width)
        self.dropout2 = nn.Dropout(dropout)
        self.norm2 = nn.LayerNorm(in_features)

    def forward(self, x: Tensor, padding: Tensor) -> Tensor:
        y = self.self_attn(x, x, x, key_padding_mask=padding, need_weights=False)[0]
        y = self.norm1(x + self.dropout1(y))
        x = self.dropout(F.relu(self.linear1(y)))  # (B, S, feed_forward)
        x = self.norm2(y + self.dropout2(self.linear2(x)))  # (B, S, in_features)
        return x


class Encoder(nn.Module):
    """Layers that let every word see every other.

    x (B, S, in_features), padding (B, S) -> (B, S, in_features)
    """

    def __init__(
        self,
        in_features: int,
        width: int = 512,
        heads: int = 8,
        feed_forward: int = 2048,
        dropout: float = 0.1,
        layers: int = 6,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            EncoderLayer(
                in_features,
                width=width,
                heads=heads,
                feed_forward=feed_forward,
                dropout=dropout,
            )
            for _ in range(layers)
        )

    def forward(self, x: Tensor, padding: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x, padding)
        return x


class DecoderLayer(nn.Module):
    """Attention to what was written, then to the source, then a net for each word."""

    def __init__(
        self,
        in_features: int,
        width: int = 512,
        heads: int = 8,
        feed_forward: int = 2048,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self.self_attn = nn.MultiheadAttention(
            in_features, heads, dropout=dropout, batch_first=True
        )
        self.dropout1 = nn.Dropout(dropout)
        self.norm1 = nn.LayerNorm(in_features)
        self.multihead_attn = nn.MultiheadAttention(
            in_features, heads, dropout=dropout, batch_first=True
        )
        self.dropout2 = nn.Dropout(dropout)
        self.norm2 = nn.LayerNorm(in_features)
        self.linear1 = nn.Linear(in_features, feed_forward)
        self.dropout = nn.Dropout(dropout)
        self.linear2 = nn.Linear(feed_forward, width)
        self.dropout3 = nn.Dropout(dropout)
        self.norm3 = nn.LayerNorm(in_features)

    def forward(
        self, x: Tensor, memory: Tensor, padding: Tensor, mask: Tensor
    ) -> Tensor:
        y: Tensor = self.self_attn(x, x, x, need_weights=False, attn_mask=mask)[0]
        y = self.norm1(x + self.dropout1(y))
        x = self.multihead_attn(
            y, memory, memory, key_padding_mask=padding, need_weights=False
        )[0]
        x = self.norm2(y + self.dropout2(x))
        y = self.dropout(F.relu(self.linear1(x)))  # (B, T, feed_forward)
        y = self.norm3(x + self.dropout3(self.linear2(y)))  # (B, T, in_features)
        return y


class Decoder(nn.Module):
    """Layers that see the answer so far, and the encoder's memory."""

    def __init__(
        self,
        in_features: int,
        width: int = 512,
        heads: int = 8,
        feed_forward: int = 2048,
        dropout: float = 0.1,
        layers: int = 6,
    ) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            DecoderLayer(
                in_features,
                width=width,
                heads=heads,
                feed_forward=feed_forward,
                dropout=dropout,
            )
            for _ in range(layers)
        )

    def forward(self, x: Tensor, memory: Tensor, padding: Tensor) -> Tensor:
        y = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool, device=x.device).triu(
            1
        )
        for layer in self.layers:
            x = layer(x, memory, padding, y)
        return x


class Transformer(nn.Module):
    """Encoder, decoder, and logits from the embedding's own matrix.

    source (B, S), target (B, T) -> (B, T, vocabulary)
    """

    def __init__(
        self,
        vocabulary: int = 37000,
        width: int = 512,
        heads: int = 8,
        feed_forward: int = 2048,
        dropout: float = 0.1,
        layers: int = 6,
    ) -> None:
        super().__init__()
        self.width = width
        self.embedding = Embedded(vocabulary=vocabulary, width=width, dropout=dropout)
        self.encoder = Encoder(
            width,
            width=width,
            heads=heads,
            feed_forward=feed_forward,
            dropout=dropout,
            layers=layers,
        )
        self.decoder = Decoder(
            width,
            width=width,
            heads=heads,
            feed_forward=feed_forward,
            dropout=dropout,
            layers=layers,
        )
        self.softmax = nn.Linear(width, vocabulary, bias=False)
        self.softmax.weight = self.embedding.words.weight
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if type(module) is nn.Linear:
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        for module in self.modules():
            if isinstance(module, nn.MultiheadAttention):
                nn.init.xavier_uniform_(module.in_proj_weight)
                nn.init.xavier_uniform_(module.out_proj.weight)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=self.width**-0.5)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        x = self.embedding(source)  # (B, S, width)
        y = source == 0
        target_embedding = self.embedding(target)  # (B, T, width)
        memory = self.encoder(x, y)  # (B, S, width)
        logits: Tensor = self.softmax(self.decoder(target_embedding, memory, y))
        return logits


def transformer(
    vocabulary: int = 37000,
    width: int = 512,
    heads: int = 8,
    feed_forward: int = 2048,
    dropout: float = 0.1,
    layers: int = 6,
) -> Transformer:
    """The transformer model with the values of the "paper" preset as defaults."""
    return Transformer(
        vocabulary=vocabulary,
        width=width,
        heads=heads,
        feed_forward=feed_forward,
        dropout=dropout,
        layers=layers,
    )
