"""How many sequences are right from beginning to end."""

import torch
from torch import Tensor, nn


class ExactMatch(nn.Module):
    """Share of sequences in which every token is right.

    Predictions are tokens, or logits with the classes last. Positions whose target
    equals ``ignore_index`` (padding) are right whatever is predicted.
    """

    def __init__(self, ignore_index: int | None = None) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.right = 0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the share in this batch alone."""
        return self._right(prediction, target).float().mean()

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Count a batch."""
        right = self._right(prediction, target)
        self.right += int(right.sum())
        self.count += right.numel()

    def compute(self) -> Tensor:
        """Give the share in all batches; not a number before the first."""
        return torch.tensor(self.right) / self.count

    def _right(self, prediction: Tensor, target: Tensor) -> Tensor:
        if prediction.dim() > target.dim():
            prediction = prediction.argmax(dim=-1)
        right = prediction == target
        if self.ignore_index is not None:
            right = right | (target == self.ignore_index)
        return right.all(dim=-1)
