"""Restricted Boltzmann machine."""

import torch
from torch import Tensor, nn

__all__ = ["RBM", "Up", "rbm"]


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


def rbm(size: int = 28, hidden: int = 500, gain: float = 4.0) -> RBM:
    """The rbm model with the values of the "paper" preset as defaults."""
    return RBM(size * size, hidden=hidden, gain=gain)
