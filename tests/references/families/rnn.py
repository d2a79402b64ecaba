"""References of the recurrent templates."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tests.references.case import Case, tokens
from tests.references.counting import linear, lstm_layer
from tests.references.families import Counts


def lstm(vocabulary: int = 65, embedding: int = 64, hidden: int = 128) -> int:
    return vocabulary * embedding + lstm_layer(embedding, hidden) + linear(hidden, vocabulary)


class CharacterLstm(nn.Module):
    """Embedding, one layer of LSTM with its gates written out (input, forget, cell, output), and logits."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(65, 64)
        self.lstm = nn.LSTM(64, 128)  # for its parameters, names and beginning only
        self.head = nn.Linear(128, 65)

    def forward(self, tokens: Tensor) -> Tensor:
        w = dict(self.lstm.named_parameters())
        hidden = cell = torch.zeros(len(tokens), 128)
        steps = []
        for x in self.embedding(tokens).unbind(1):
            all_gates = x @ w["weight_ih_l0"].T + w["bias_ih_l0"] + hidden @ w["weight_hh_l0"].T + w["bias_hh_l0"]
            enter, forget, new, leave = all_gates.chunk(4, dim=-1)
            cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(new)
            hidden = torch.sigmoid(leave) * torch.tanh(cell)
            steps.append(self.head(hidden))
        return torch.stack(steps, dim=1)


COUNTS: Counts = {
    "lstm": {"paper": {"lstm": lstm()}},
}


CASES = (
    Case(
        template="lstm",
        reference="by hand, gates written out",
        build=CharacterLstm,
        inputs=tokens(65, 20),
    ),
)
