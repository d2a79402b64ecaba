"""How often each class was taken for each other."""

import torch
from torch import Tensor, nn


class ConfusionMatrix(nn.Module):
    """Counts of predictions (columns) for each true class (rows), or their shares.

    ``class_dim`` is the dimension of the classes in the logits; targets equal to
    ``ignore_index`` do not count. A row of shares of a class that is nowhere is 0.
    """

    def __init__(
        self,
        shares: bool = False,
        class_dim: int = 1,
        ignore_index: int | None = None,
    ) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.shares = shares
        self.class_dim = class_dim
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.counts: Tensor | None = None

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the matrix of this batch alone."""
        return self._matrix(self._counted(logits, target))

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Count a batch."""
        counts = self._counted(logits, target)
        self.counts = counts if self.counts is None else self.counts + counts

    def compute(self) -> Tensor:
        """Give the matrix of all batches; not a number before the first."""
        if self.counts is None:
            return torch.tensor(float("nan"))
        return self._matrix(self.counts)

    def _counted(self, logits: Tensor, target: Tensor) -> Tensor:
        classes = logits.shape[self.class_dim]
        predicted = logits.argmax(dim=self.class_dim)
        if self.ignore_index is not None:
            kept = target != self.ignore_index
            predicted, target = predicted[kept], target[kept]
        pairs = (target * classes + predicted).flatten()
        return torch.bincount(pairs, minlength=classes**2).reshape(classes, classes)

    def _matrix(self, counts: Tensor) -> Tensor:
        matrix = counts.float()
        if self.shares:
            matrix = matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)
        return matrix
