"""Multi-layer perceptron for regression."""

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["MLP", "Layer", "mlp_regression"]


class Layer(nn.Module):
    """A weighted sum, a bend, and dropout.

    x (B, in_features) -> (B, width)
    """

    def __init__(self, in_features: int, width: int = 64, dropout: float = 0.0) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = self.dropout(F.relu(self.linear(x)))  # (B, width)
        return x


class MLP(nn.Module):
    """Two hidden layers, and a sum that stays as it is.

    x (B, in_features) -> (B, 1)
    """

    def __init__(
        self, in_features: int, hidden: int = 64, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.layer1 = Layer(in_features, width=hidden, dropout=dropout)
        self.layer2 = Layer(hidden, width=hidden, dropout=dropout)
        self.output = nn.Linear(hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer1(x)  # (B, hidden)
        x = self.output(self.layer2(x))  # (B, 1)
        return x


def mlp_regression(features: int = 13, hidden: int = 64, dropout: float = 0.0) -> MLP:
    """The mlp_regression model with the values of the "paper" preset as defaults."""
    return MLP(features, hidden=hidden, dropout=dropout)
