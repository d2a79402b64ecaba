"""Recurrent net (Elman)."""

import torch
from torch import Tensor, nn

__all__ = ["CharacterModel", "ElmanStep", "Recurrence", "rnn_vanilla"]


class ElmanStep(nn.Module):
    """One character: the new state is made from it and from the state before.

    x (B, in_features), h (B, h_features) -> h (B, hidden), output (B, hidden)
    """

    def __init__(self, in_features: int, h_features: int, hidden: int = 128) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features + h_features, hidden)

    def forward(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.tanh(self.linear(torch.cat([x, h], dim=1)))  # (B, hidden)
        return h, h


class Recurrence(nn.Module):
    """The same step for one character after the other.

    input (B, T, in_features) -> output (B, T, hidden), h_n (1, B, hidden)
    """

    def __init__(self, in_features: int, hidden: int = 128) -> None:
        super().__init__()
        self.hidden = hidden
        self.step = ElmanStep(in_features, hidden, hidden=hidden)

    def forward(self, input_: Tensor) -> tuple[Tensor, Tensor]:
        h = input_.new_zeros(input_.shape[0], self.hidden)  # (B, hidden)
        outputs: list[Tensor] = []
        for x_t in input_.unbind(dim=1):
            h, output = self.step(x_t, h)
            outputs.append(output)
        x = torch.stack(outputs, dim=1)  # (B, T, hidden)
        return x, h.unsqueeze(0)


class CharacterModel(nn.Module):
    """Characters in, and at each place the logits of the next one.

    tokens (B, T) -> (B, T, vocabulary)
    """

    def __init__(
        self,
        vocabulary: int = 65,
        embedding: int = 64,
        hidden: int = 128,
        form: str = "torch",
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, embedding)
        if form == "paper":
            self.rnn: nn.Module = Recurrence(embedding, hidden=hidden)
        else:
            self.rnn = nn.RNN(embedding, hidden, batch_first=True)
        self.head = nn.Linear(hidden, vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        x, _ = self.rnn(self.embedding(tokens))
        logits: Tensor = self.head(x)  # (B, T, vocabulary)
        return logits


def rnn_vanilla(
    vocabulary: int = 65, embedding: int = 64, hidden: int = 128, form: str = "torch"
) -> CharacterModel:
    """The rnn_vanilla model with the values of the "paper" preset as defaults."""
    return CharacterModel(
        vocabulary=vocabulary, embedding=embedding, hidden=hidden, form=form
    )
