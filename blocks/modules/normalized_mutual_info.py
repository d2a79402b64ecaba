"""How much clusters tell of classes."""

import torch
from torch import Tensor, nn


class NormalizedMutualInfo(nn.Module):
    """Mutual information of clusters and classes over the mean of their entropies."""

    def __init__(self) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.clusters: list[Tensor] = []
        self.classes: list[Tensor] = []

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value of this batch alone."""
        return self._value(prediction, target)

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Collect a batch."""
        self.clusters.append(prediction)
        self.classes.append(target)

    def compute(self) -> Tensor:
        """Give the value of all batches; not a number before the first."""
        if not self.clusters:
            return torch.tensor(float("nan"))
        return self._value(torch.cat(self.clusters), torch.cat(self.classes))

    def _value(self, clusters: Tensor, classes: Tensor) -> Tensor:
        _, row = torch.unique(clusters, return_inverse=True)
        _, column = torch.unique(classes, return_inverse=True)
        width = int(column.max()) + 1
        counts = torch.bincount(row * width + column).double()
        joint = self._entropy(counts)
        one = self._entropy(torch.bincount(row).double())
        other = self._entropy(torch.bincount(column).double())
        if one + other == 0:  # one cluster and one class: they agree
            return torch.ones((), device=clusters.device)
        shared = (one + other - joint).clamp(min=0)
        return (2 * shared / (one + other)).float()

    def _entropy(self, counts: Tensor) -> Tensor:
        shares = counts[counts > 0] / counts.sum()
        return -(shares * shares.log()).sum()
