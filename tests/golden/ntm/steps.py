"""Training steps, evaluations and previews of Neural Turing Machine."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Recall", "TrainStep"]


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


class TrainStep(nn.Module):
    """How far each recalled bit is from the one that was heard."""

    def __init__(self, ntm: nn.Module) -> None:
        super().__init__()
        self.ntm = ntm
        self.bit_error = BitError()

    def forward(self, input_: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        logits, _ = self.ntm(input_)
        x = logits.narrow(1, logits.shape[1] - target.shape[1], target.shape[1])
        return F.binary_cross_entropy_with_logits(x, target), self.bit_error(x, target)


class Evaluate(nn.Module):
    """Share of the bits that are recalled wrong."""

    def __init__(self, ntm: nn.Module) -> None:
        super().__init__()
        self.ntm = ntm
        self.bit_error = BitError()

    def forward(self, input_: Tensor, target: Tensor) -> None:
        logits, _ = self.ntm(input_)
        x = logits.narrow(1, logits.shape[1] - target.shape[1], target.shape[1])
        self.bit_error.update(x, target)

    def compute(self) -> dict[str, Tensor]:
        return {"bit_error": self.bit_error.compute()}

    def reset(self) -> None:
        self.bit_error.reset()


class Recall(nn.Module):
    """The bits that were heard, and those recalled."""

    def __init__(self, ntm: nn.Module) -> None:
        super().__init__()
        self.ntm = ntm

    def forward(self, input_: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        logits, _ = self.ntm(input_)
        x = logits.narrow(1, logits.shape[1] - target.shape[1], target.shape[1])
        return target, torch.sigmoid(x)
