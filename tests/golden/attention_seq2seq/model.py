"""Attention for sequence to sequence."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "Additive",
    "Attention",
    "AttentionSeq2Seq",
    "Decoder",
    "Encoder",
    "Multiplicative",
    "Step",
    "attention_seq2seq",
]


class Encoder(nn.Module):
    """Reads in both directions, and keeps every state.

    tokens (B, S) -> memory (B, S, hidden * 2), keys (B, S, hidden), start (B, hidden)
    """

    def __init__(
        self,
        vocabulary: int = 30000,
        embedding: int = 620,
        hidden: int = 1000,
        spread: float = 0.01,
    ) -> None:
        super().__init__()
        self.spread = spread
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.gru = nn.GRU(embedding, hidden, batch_first=True, bidirectional=True)
        self.start = nn.Linear(hidden, hidden, bias=False)
        self.keys = nn.Linear(hidden * 2, hidden, bias=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.embedding.weight, std=self.spread)
        nn.init.normal_(self.start.weight, std=self.spread)
        nn.init.normal_(self.keys.weight, std=self.spread / 10)
        nn.init.normal_(self.get_parameter("gru.weight_ih_l0"), std=self.spread)
        nn.init.normal_(self.get_parameter("gru.weight_ih_l0_reverse"), std=self.spread)
        nn.init.orthogonal_(self.get_parameter("gru.weight_hh_l0"), gain=3**0.5)
        nn.init.orthogonal_(self.get_parameter("gru.weight_hh_l0_reverse"), gain=3**0.5)
        nn.init.zeros_(self.get_parameter("gru.bias_ih_l0"))
        nn.init.zeros_(self.get_parameter("gru.bias_ih_l0_reverse"))
        nn.init.zeros_(self.get_parameter("gru.bias_hh_l0"))
        nn.init.zeros_(self.get_parameter("gru.bias_hh_l0_reverse"))

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        memory, h_n = self.gru(self.embedding(tokens))
        return memory, self.keys(memory), torch.tanh(self.start(h_n[1]))


class Additive(nn.Module):
    """v * tanh(W state + keys), at each place.

    state (B, in_features), keys (B, S, keys_features) -> (B, S)
    """

    def __init__(
        self, in_features: int, keys_features: int, spread: float = 0.01
    ) -> None:
        super().__init__()
        self.spread = spread
        self.query = nn.Linear(in_features, keys_features, bias=False)
        self.v = nn.Linear(keys_features, 1, bias=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.query.weight, std=self.spread / 10)
        nn.init.zeros_(self.v.weight)

    def forward(self, state: Tensor, keys: Tensor) -> Tensor:
        x = torch.tanh(self.query(state).unsqueeze(1) + keys)  # (B, S, keys_features)
        scores: Tensor = self.v(x).squeeze(-1)  # (B, S)
        return scores


class Multiplicative(nn.Module):
    """state * keys, at each place."""

    def forward(self, state: Tensor, keys: Tensor) -> Tensor:
        return torch.einsum("bf,bsf->bs", state, keys)  # (B, S)


class Attention(nn.Module):
    """The mean of the memory, by how well each place fits."""

    def __init__(
        self,
        in_features: int,
        keys_features: int,
        score: str = "additive",
        spread: float = 0.01,
    ) -> None:
        super().__init__()
        if score == "multiplicative":
            self.scores: nn.Module = Multiplicative()
        else:
            self.scores = Additive(in_features, keys_features, spread=spread)

    def forward(
        self, state: Tensor, memory: Tensor, keys: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        x = self.scores(state, keys).masked_fill(~mask, -torch.inf)  # (B, S)
        weights = F.softmax(x, dim=-1)
        return torch.einsum("bs,bsf->bf", weights, memory), weights


class Step(nn.Module):
    """Look, move on, and name the next token.

    x (B, in_features), state (B, state_features), memory (B, S, memory_features), keys
    (B, S, keys_features), mask (B, S) -> state (B, hidden), logits (B, vocabulary),
    weights (B, S)
    """

    def __init__(
        self,
        in_features: int,
        state_features: int,
        memory_features: int,
        keys_features: int,
        vocabulary: int = 30000,
        hidden: int = 1000,
        units: int = 500,
        score: str = "additive",
        spread: float = 0.01,
    ) -> None:
        super().__init__()
        self.units = units
        self.spread = spread
        self.attention = Attention(
            state_features, keys_features, score=score, spread=spread
        )
        self.readout = nn.Linear(
            state_features + in_features + memory_features, units * 2, bias=False
        )
        self.gru = nn.GRUCell(in_features + memory_features, hidden)
        self.logits = nn.Linear(units, vocabulary, bias=False)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.readout.weight, std=self.spread)
        nn.init.normal_(self.logits.weight, std=self.spread)
        nn.init.normal_(self.gru.weight_ih, std=self.spread)
        nn.init.orthogonal_(self.gru.weight_hh, gain=3**0.5)
        nn.init.zeros_(self.get_parameter("gru.bias_ih"))
        nn.init.zeros_(self.get_parameter("gru.bias_hh"))

    def forward(
        self, x: Tensor, state: Tensor, memory: Tensor, keys: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        context, weights = self.attention(state, memory, keys, mask)
        y = self.readout(torch.cat([state, x, context], dim=1))  # (B, units * 2)
        return (
            self.gru(torch.cat([x, context], dim=1), state),
            self.logits(torch.unflatten(y, 1, (self.units, 2)).amax(2)),
            weights,
        )


class Decoder(nn.Module):
    """One step after the other along the answer.

    tokens (B, T), start (B, start_features), memory (B, S, memory_features), keys (B,
    S, keys_features), mask (B, S) -> logits (B, T, vocabulary), weights (B, T, S)
    """

    def __init__(
        self,
        start_features: int,
        memory_features: int,
        keys_features: int,
        vocabulary: int = 30000,
        embedding: int = 620,
        hidden: int = 1000,
        units: int = 500,
        score: str = "additive",
        spread: float = 0.01,
    ) -> None:
        super().__init__()
        self.spread = spread
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.step = Step(
            embedding,
            start_features,
            memory_features,
            keys_features,
            vocabulary=vocabulary,
            hidden=hidden,
            units=units,
            score=score,
            spread=spread,
        )
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.normal_(self.embedding.weight, std=self.spread)

    def forward(
        self, tokens: Tensor, start: Tensor, memory: Tensor, keys: Tensor, mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        x = self.embedding(tokens)  # (B, T, embedding)
        logits_steps: list[Tensor] = []
        weights_steps: list[Tensor] = []
        for x_t in x.unbind(dim=1):
            start, logits, weights = self.step(x_t, start, memory, keys, mask)
            logits_steps.append(logits)
            weights_steps.append(weights)
        logits = torch.stack(logits_steps, dim=1)  # (B, T, vocabulary)
        weights = torch.stack(weights_steps, dim=1)  # (B, T, S)
        return logits, weights


class AttentionSeq2Seq(nn.Module):
    """One net reads and keeps every state; another looks back at them while it writes.

    target (B, T), source (B, S) -> logits (B, T, target_vocabulary), weights (B, T, S)
    """

    def __init__(
        self,
        source_vocabulary: int = 30000,
        target_vocabulary: int = 30000,
        embedding: int = 620,
        hidden: int = 1000,
        units: int = 500,
        score: str = "additive",
        spread: float = 0.01,
    ) -> None:
        super().__init__()
        self.encoder = Encoder(
            vocabulary=source_vocabulary,
            embedding=embedding,
            hidden=hidden,
            spread=spread,
        )
        self.decoder = Decoder(
            hidden,
            hidden * 2,
            hidden,
            vocabulary=target_vocabulary,
            embedding=embedding,
            hidden=hidden,
            units=units,
            score=score,
            spread=spread,
        )

    def forward(self, target: Tensor, source: Tensor) -> tuple[Tensor, Tensor]:
        memory, keys, start = self.encoder(source)
        logits, weights = self.decoder(target, start, memory, keys, source != 0)
        return logits, weights


def attention_seq2seq(
    source_vocabulary: int = 30000,
    target_vocabulary: int = 30000,
    embedding: int = 620,
    hidden: int = 1000,
    units: int = 500,
    score: str = "additive",
    spread: float = 0.01,
) -> AttentionSeq2Seq:
    """The attention_seq2seq model with the values of the "paper" preset as defaults."""
    return AttentionSeq2Seq(
        source_vocabulary=source_vocabulary,
        target_vocabulary=target_vocabulary,
        embedding=embedding,
        hidden=hidden,
        units=units,
        score=score,
        spread=spread,
    )
