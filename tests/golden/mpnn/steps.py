"""Training steps, evaluations and previews of MPNN."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Answers", "Evaluate", "TrainStep"]


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
    """How far each answer is from yes or no."""

    def __init__(self, mpnn: nn.Module) -> None:
        super().__init__()
        self.mpnn = mpnn
        self.error = BitError()

    def forward(
        self,
        x: Tensor,
        edge_index: Tensor,
        edge_attr: Tensor,
        graph: Tensor,
        size: Tensor,
        label: Tensor,
    ) -> tuple[Tensor, Tensor]:
        answer = self.mpnn(x, edge_index, edge_attr, graph, size)  # (B, 1)
        return (
            F.binary_cross_entropy_with_logits(answer, label),
            self.error(answer, label),
        )


class Evaluate(nn.Module):
    """Share of the answers that are wrong."""

    def __init__(self, mpnn: nn.Module) -> None:
        super().__init__()
        self.mpnn = mpnn
        self.error = BitError()

    def forward(
        self,
        x: Tensor,
        edge_index: Tensor,
        edge_attr: Tensor,
        graph: Tensor,
        size: Tensor,
        label: Tensor,
    ) -> None:
        self.error.update(self.mpnn(x, edge_index, edge_attr, graph, size), label)

    def compute(self) -> dict[str, Tensor]:
        return {"error": self.error.compute()}

    def reset(self) -> None:
        self.error.reset()


class Answers(nn.Module):
    """How likely a yes is, beside what is right."""

    def __init__(self, mpnn: nn.Module) -> None:
        super().__init__()
        self.mpnn = mpnn

    def forward(
        self,
        x: Tensor,
        edge_index: Tensor,
        edge_attr: Tensor,
        graph: Tensor,
        size: Tensor,
        label: Tensor,
    ) -> tuple[Tensor, Tensor]:
        x = torch.sigmoid(self.mpnn(x, edge_index, edge_attr, graph, size))  # (B, 1)
        return x[:, 0], label[:, 0]
