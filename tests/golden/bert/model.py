"""BERT."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "Attention",
    "BertModel",
    "Embeddings",
    "Encoder",
    "Intermediate",
    "Layer",
    "Output",
    "Pooler",
    "PreTrainingHeads",
    "Predictions",
    "SelfAttention",
    "Transform",
    "WordEmbeddings",
    "bert",
    "cls",
]


class ScaledDotProductAttention(nn.Module):
    """softmax(query @ key.T * scale + mask) @ value, with dropout on the softmax while
    training.
    """

    def __init__(
        self, dropout: float, is_causal: bool = False, scale: float | None = None
    ) -> None:
        super().__init__()
        self.dropout = dropout
        self.is_causal = is_causal
        self.scale = scale

    def forward(
        self, query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None
    ) -> Tensor:
        return F.scaled_dot_product_attention(
            query,
            key,
            value,
            attn_mask=attn_mask,
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=self.is_causal,
            scale=self.scale,
        )


class WordEmbeddings(nn.Module):
    """A table with a row of numbers for each token.

    tokens (B, T) -> rows (B, T, width), table (vocabulary, width)
    """

    def __init__(self, vocabulary: int = 30522, width: int = 768) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(vocabulary, width))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.weight, std=0.02)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        table = self.weight  # (vocabulary, width)
        return table[tokens], table


class Embeddings(nn.Module):
    """What a token is, where it stands and in which text: three vectors, added.

    tokens (B, T), segments (B, T) -> x (B, T, width), table (vocabulary, width)
    """

    def __init__(
        self,
        vocabulary: int = 30522,
        context: int = 512,
        kinds: int = 2,
        width: int = 768,
        dropout: float = 0.1,
        eps: float = 1e-12,
    ) -> None:
        super().__init__()
        self.word_embeddings = WordEmbeddings(vocabulary=vocabulary, width=width)
        self.token_type_embeddings = nn.Embedding(kinds, width)
        self.position_embeddings = nn.Embedding(context, width)
        self.LayerNorm = nn.LayerNorm(width, eps=eps)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        rows, table = self.word_embeddings(tokens)
        x = torch.arange(tokens.shape[1], device=tokens.device)  # (T,)
        y = rows + self.token_type_embeddings(segments)  # (B, T, width)
        return self.dropout(self.LayerNorm(y + self.position_embeddings(x))), table


class SelfAttention(nn.Module):
    """Each token looks to both sides at once, in several ways."""

    def __init__(self, in_features: int, heads: int = 12, dropout: float = 0.1) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(in_features, in_features)
        self.key = nn.Linear(in_features, in_features)
        self.value = nn.Linear(in_features, in_features)
        self.attention = ScaledDotProductAttention(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y = self.query(x)
        key = self.key(x)
        x = self.value(x)
        y = y.reshape(*y.shape[:2], self.heads, -1).transpose(1, 2)
        key = key.reshape(*key.shape[:2], self.heads, -1).transpose(1, 2)
        x = x.reshape(*x.shape[:2], self.heads, -1).transpose(1, 2)
        x = self.attention(y, key, x, attn_mask=mask).transpose(1, 2).flatten(2)
        return x


class Output(nn.Module):
    """Back to the width, added to what came in, and normalised.

    y (B, T, in_features), x (B, T, x_features) -> (B, T, x_features)
    """

    def __init__(
        self,
        in_features: int,
        x_features: int,
        dropout: float = 0.1,
        eps: float = 1e-12,
    ) -> None:
        super().__init__()
        self.dense = nn.Linear(in_features, x_features)
        self.dropout = nn.Dropout(dropout)
        self.LayerNorm = nn.LayerNorm(x_features, eps=eps)

    def forward(self, y: Tensor, x: Tensor) -> Tensor:
        x = self.LayerNorm(self.dropout(self.dense(y)) + x)  # (B, T, x_features)
        return x


class Attention(nn.Module):
    """What each token gathers, added to it."""

    def __init__(
        self,
        in_features: int,
        heads: int = 12,
        dropout: float = 0.1,
        eps: float = 1e-12,
    ) -> None:
        super().__init__()
        self.self = SelfAttention(in_features, heads=heads, dropout=dropout)
        self.output = Output(in_features, in_features, dropout=dropout, eps=eps)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        y = self.self(x, mask)  # (B, T, in_features)
        x = self.output(y, x)
        return x


class Intermediate(nn.Module):
    """Wider, and a bend.

    x (B, T, in_features) -> (B, T, hidden)
    """

    def __init__(self, in_features: int, hidden: int = 3072) -> None:
        super().__init__()
        self.dense = nn.Linear(in_features, hidden)

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.dense(x))  # (B, T, hidden)


class Layer(nn.Module):
    """Attention to all tokens, and a net for each; sums are normalised."""

    def __init__(
        self,
        in_features: int,
        heads: int = 12,
        hidden: int = 3072,
        dropout: float = 0.1,
        eps: float = 1e-12,
    ) -> None:
        super().__init__()
        self.attention = Attention(in_features, heads=heads, dropout=dropout, eps=eps)
        self.intermediate = Intermediate(in_features, hidden=hidden)
        self.output = Output(hidden, in_features, dropout=dropout, eps=eps)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.attention(x, mask)  # (B, T, in_features)
        y = self.intermediate(x)  # (B, T, hidden)
        x = self.output(y, x)
        return x


class Encoder(nn.Module):
    """Layers in which every token sees every other."""

    def __init__(
        self,
        in_features: int,
        layers: int = 12,
        heads: int = 12,
        hidden: int = 3072,
        dropout: float = 0.1,
        eps: float = 1e-12,
    ) -> None:
        super().__init__()
        self.layer = nn.ModuleList(
            Layer(in_features, heads=heads, hidden=hidden, dropout=dropout, eps=eps)
            for _ in range(layers)
        )

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        for layer in self.layer:
            x = layer(x, mask)
        return x


class Pooler(nn.Module):
    """One layer on what the first token gathered.

    x (B, in_features) -> (B, in_features)
    """

    def __init__(self, in_features: int) -> None:
        super().__init__()
        self.dense = nn.Linear(in_features, in_features)

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(self.dense(x))  # (B, in_features)


class BertModel(nn.Module):
    """Embeddings, the encoder, and what the first token gathered.

    tokens (B, T), segments (B, T) -> hidden (B, T, width), pooled (B, width), table
    (vocabulary, width)
    """

    def __init__(
        self,
        vocabulary: int = 30522,
        context: int = 512,
        kinds: int = 2,
        padding: int = 0,
        layers: int = 12,
        width: int = 768,
        heads: int = 12,
        hidden: int = 3072,
        dropout: float = 0.1,
        eps: float = 1e-12,
    ) -> None:
        super().__init__()
        self.padding = padding
        self.embeddings = Embeddings(
            vocabulary=vocabulary,
            context=context,
            kinds=kinds,
            width=width,
            dropout=dropout,
            eps=eps,
        )
        self.encoder = Encoder(
            width, layers=layers, heads=heads, hidden=hidden, dropout=dropout, eps=eps
        )
        self.pooler = Pooler(width)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(
        self, tokens: Tensor, segments: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        x, table = self.embeddings(tokens, segments)
        hidden = self.encoder(x, (tokens != self.padding)[:, None, None, :])
        return hidden, self.pooler(hidden[:, 0]), table


class Transform(nn.Module):
    """One more layer before the question.

    x (B, T, in_features) -> (B, T, in_features)
    """

    def __init__(self, in_features: int, eps: float = 1e-12) -> None:
        super().__init__()
        self.dense = nn.Linear(in_features, in_features)
        self.LayerNorm = nn.LayerNorm(in_features, eps=eps)

    def forward(self, x: Tensor) -> Tensor:
        x = self.LayerNorm(F.gelu(self.dense(x)))
        return x


class Predictions(nn.Module):
    """Which token's embedding is most like what a place gathered."""

    def __init__(
        self, in_features: int, vocabulary: int = 30522, eps: float = 1e-12
    ) -> None:
        super().__init__()
        self.transform = Transform(in_features, eps=eps)
        self.bias = nn.Parameter(torch.zeros(vocabulary))

    def forward(self, hidden: Tensor, table: Tensor) -> Tensor:
        x: Tensor = self.transform(hidden)
        return x @ table.transpose(0, 1) + self.bias


class PreTrainingHeads(nn.Module):
    """The two questions: which token was hidden, and whether the second text
    follows.
    """

    def __init__(
        self,
        in_features: int,
        pooled_features: int,
        vocabulary: int = 30522,
        eps: float = 1e-12,
    ) -> None:
        super().__init__()
        self.predictions = Predictions(in_features, vocabulary=vocabulary, eps=eps)
        self.seq_relationship = nn.Linear(pooled_features, 2)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(
        self, hidden: Tensor, pooled: Tensor, table: Tensor
    ) -> tuple[Tensor, Tensor]:
        return self.predictions(hidden, table), self.seq_relationship(pooled)


def bert(
    vocabulary: int = 30522,
    context: int = 512,
    kinds: int = 2,
    padding: int = 0,
    layers: int = 12,
    width: int = 768,
    heads: int = 12,
    hidden: int = 3072,
    dropout: float = 0.1,
    eps: float = 1e-12,
) -> BertModel:
    """The bert model with the values of the "paper" preset as defaults."""
    return BertModel(
        vocabulary=vocabulary,
        context=context,
        kinds=kinds,
        padding=padding,
        layers=layers,
        width=width,
        heads=heads,
        hidden=hidden,
        dropout=dropout,
        eps=eps,
    )


def cls(
    vocabulary: int = 30522, width: int = 768, eps: float = 1e-12
) -> PreTrainingHeads:
    """The cls model with the values of the "paper" preset as defaults."""
    return PreTrainingHeads(width, width, vocabulary=vocabulary, eps=eps)
