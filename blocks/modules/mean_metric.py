"""Mean of a value over a whole split."""

import torch
from torch import Tensor, nn


class MeanMetric(nn.Module):
    """Mean of values, each example counted once.

    A value for each example is averaged as it is. A single number is the mean of its
    batch: it counts as often as ``like`` has examples, so that a short last batch
    weighs less.
    """

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, value: Tensor, like: Tensor | None = None) -> Tensor:
        """Give the mean of this batch alone."""
        return value.float().mean()

    def update(self, value: Tensor, like: Tensor | None = None) -> None:
        """Add a batch."""
        count = value.numel()
        if value.dim() == 0 and like is not None:
            count = like.shape[0]
        self.total += value.float().mean().item() * count
        self.count += count

    def compute(self) -> Tensor:
        """Give the mean of all batches; not a number before the first."""
        return torch.tensor(self.total) / self.count
