"""Stochastic depth for residual branches."""

from __future__ import annotations

from torch import Tensor, nn


class StochasticDepth(nn.Module):
    """Zeroes a branch at random in training and scales up what is left.

    In mode "row" each example is drawn for by itself, in mode "batch" all at once.
    """

    def __init__(self, p: float, mode: str = "row") -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        kept = 1 - self.p
        rows = x.shape[0] if self.mode == "row" else 1
        mask = x.new_empty(rows, *[1] * (x.dim() - 1)).bernoulli_(kept)
        return x * mask / kept if kept > 0 else x * mask

    def extra_repr(self) -> str:
        return f"p={self.p}, mode={self.mode}"
