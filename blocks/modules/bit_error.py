"""How many bits are wrong."""

import torch
from torch import Tensor, nn


class BitError(nn.Module):
    """Share of wrong bits: a prediction above ``threshold`` stands for 1.

    0 is the threshold for logits, 0.5 for probabilities. Where a mask is given, only
    bits at which it is not 0 count; it has the targets' shape, or fewer last sizes.
    """

    def __init__(self, threshold: float = 0.0) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.threshold = threshold
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.wrong = 0
        self.count = 0

    def forward(
        self,
        prediction: Tensor,
        target: Tensor,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Give the share in this batch alone."""
        return self._wrong(prediction, target, mask).float().mean()

    def update(
        self,
        prediction: Tensor,
        target: Tensor,
        mask: Tensor | None = None,
    ) -> None:
        """Count a batch."""
        wrong = self._wrong(prediction, target, mask)
        self.wrong += int(wrong.sum())
        self.count += wrong.numel()

    def compute(self) -> Tensor:
        """Give the share in all batches; not a number before the first."""
        return torch.tensor(self.wrong) / self.count

    def _wrong(self, prediction: Tensor, target: Tensor, mask: Tensor | None) -> Tensor:
        wrong = (prediction > self.threshold) != target.bool()
        return wrong if mask is None else wrong[mask.bool()]
