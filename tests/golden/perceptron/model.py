"""Perceptron."""

from torch import Tensor, nn

__all__ = ["Perceptron", "perceptron"]


class Perceptron(nn.Module):
    """A weighted sum, and a step.

    x (B, in_features) -> output (B, 1), total (B, 1)
    """

    def __init__(self, in_features: int) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, 1)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        total = self.linear(x)  # (B, 1)
        return (total >= 0.0).type_as(total), total


def perceptron(features: int = 30) -> Perceptron:
    """The perceptron model with the values of the "paper" preset as defaults."""
    return Perceptron(features)
