"""How well predicted regions cover the true ones."""

import torch
from torch import Tensor, nn


class MeanIoU(nn.Module):
    """Mean over the classes of intersection over union, from counts of all positions.

    Logits hold the classes in dimension 1. A class that is neither predicted nor true
    anywhere does not count; nor do targets equal to ``ignore_index``.
    """

    def __init__(self, ignore_index: int | None = None) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.confusion: Tensor | None = None

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._mean(self._confusion(logits, target))

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Count a batch."""
        counts = self._confusion(logits, target)
        self.confusion = counts if self.confusion is None else self.confusion + counts

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        if self.confusion is None:
            return torch.tensor(float("nan"))
        return self._mean(self.confusion)

    def _confusion(self, logits: Tensor, target: Tensor) -> Tensor:
        """Count how often each true class (row) was taken for each class (column)."""
        classes = logits.shape[1]
        predicted = logits.argmax(dim=1)
        if self.ignore_index is not None:
            kept = target != self.ignore_index
            predicted, target = predicted[kept], target[kept]
        pairs = (target * classes + predicted).flatten()
        return torch.bincount(pairs, minlength=classes**2).reshape(classes, classes)

    def _mean(self, confusion: Tensor) -> Tensor:
        both = confusion.diagonal()
        either = confusion.sum(dim=0) + confusion.sum(dim=1) - both
        return (both / either)[either > 0].mean()
