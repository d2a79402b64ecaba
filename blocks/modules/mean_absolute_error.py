"""Mean of the errors' sizes."""

import torch
from torch import Tensor, nn


class MeanAbsoluteError(nn.Module):
    """Mean of |target - prediction|; with ``relative``, of its share of the target."""

    def __init__(self, relative: bool = False) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.relative = relative
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._errors(prediction, target).mean()

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        errors = self._errors(prediction, target)
        self.total += errors.sum().item()
        self.count += errors.numel()

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        return torch.tensor(self.total) / self.count

    def _errors(self, prediction: Tensor, target: Tensor) -> Tensor:
        errors = (target - prediction).float().abs()
        if self.relative:
            errors = errors / target.float().abs().clamp(min=1e-12)
        return errors
