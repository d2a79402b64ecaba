"""Deep belief network."""

import torch
from torch import Tensor, nn

__all__ = ["RBM", "Output", "Up", "output", "rbm1", "rbm2", "rbm3"]


class Up(nn.Module):
    """How likely each hidden unit is 1, given the visible ones."""

    def forward(self, visible: Tensor, w: Tensor, hbias: Tensor) -> Tensor:
        return torch.sigmoid(visible @ w + hbias)


class RBM(nn.Module):
    """One matrix between two layers, used in both directions; forward is up.

    visible (B, in_features) -> hidden (B, hidden), W (in_features, hidden), hbias
    (hidden,), vbias (in_features,)
    """

    def __init__(self, in_features: int, hidden: int = 500, gain: float = 4.0) -> None:
        super().__init__()
        self.gain = gain
        self.W = nn.Parameter(torch.zeros(in_features, hidden))
        self.hbias = nn.Parameter(torch.zeros(hidden))
        self.vbias = nn.Parameter(torch.zeros(in_features))
        self.up = Up()
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.xavier_uniform_(self.W, gain=self.gain)

    def forward(self, visible: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        w = self.W  # (in_features, hidden)
        hbias = self.hbias  # (hidden,)
        return self.up(visible, w, hbias), w, hbias, self.vbias


class Output(nn.Module):
    """A logit for each class, put on top of the machines.

    x (B, in_features) -> (B, classes)
    """

    def __init__(self, in_features: int, classes: int = 10) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.linear(x)  # (B, classes)
        return logits


def rbm1(size: int = 28, hidden: int = 1000, gain: float = 4.0) -> RBM:
    """The rbm1 model with the values of the "paper" preset as defaults."""
    return RBM(size * size, hidden=hidden, gain=gain)


def rbm2(hidden: int = 1000, gain: float = 4.0) -> RBM:
    """The rbm2 model with the values of the "paper" preset as defaults."""
    return RBM(hidden, hidden=hidden, gain=gain)


def rbm3(hidden: int = 1000, gain: float = 4.0) -> RBM:
    """The rbm3 model with the values of the "paper" preset as defaults."""
    return RBM(hidden, hidden=hidden, gain=gain)


def output(hidden: int = 1000, classes: int = 10) -> Output:
    """The output model with the values of the "paper" preset as defaults."""
    return Output(hidden, classes=classes)
