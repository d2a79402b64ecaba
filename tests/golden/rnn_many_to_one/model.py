"""Recurrent net: many to one."""

from torch import Tensor, nn

__all__ = ["ManyToOne", "rnn_many_to_one"]


class ManyToOne(nn.Module):
    """Read all, and answer by the last state.

    rows (B, T, in_features) -> (B, classes)
    """

    def __init__(
        self, in_features: int, hidden: int = 64, classes: int = 10, cell: str = "rnn"
    ) -> None:
        super().__init__()
        if cell == "gru":
            self.rnn: nn.Module = nn.GRU(in_features, hidden, batch_first=True)
        elif cell == "lstm":
            self.rnn = nn.LSTM(in_features, hidden, batch_first=True)
        else:
            self.rnn = nn.RNN(in_features, hidden, batch_first=True)
        self.head = nn.Linear(hidden, classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.orthogonal_(self.get_parameter("rnn.weight_hh_l0"))

    def forward(self, rows: Tensor) -> Tensor:
        x, _ = self.rnn(rows)
        logits: Tensor = self.head(x[:, -1])  # (B, classes)
        return logits


def rnn_many_to_one(
    features: int = 8, hidden: int = 64, classes: int = 10, cell: str = "rnn"
) -> ManyToOne:
    """The rnn_many_to_one model with the values of the "paper" preset as defaults."""
    return ManyToOne(features, hidden=hidden, classes=classes, cell=cell)
