"""Training steps, evaluations and previews of Perceptron."""

import torch
from torch import Tensor, nn

__all__ = ["Evaluate", "Totals", "TrainStep"]


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


class TrainStep(nn.Module):
    """Rosenblatt's rule: the weights move by the example, and only where it went
    wrong.
    """

    def __init__(self, perceptron: nn.Module) -> None:
        super().__init__()
        self.perceptron = perceptron

    def forward(self, features: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        x, total = self.perceptron(features)
        x = x - label.float().unsqueeze(1)  # (B, 1)
        return (x * total).mean(), x.abs().mean()


class Evaluate(nn.Module):
    """Share of the examples that are answered wrong."""

    def __init__(self, perceptron: nn.Module) -> None:
        super().__init__()
        self.perceptron = perceptron
        self.mistakes = MeanAbsoluteError()

    def forward(self, features: Tensor, label: Tensor) -> None:
        x, _ = self.perceptron(features)
        self.mistakes.update(x, label.float().unsqueeze(1))

    def compute(self) -> dict[str, Tensor]:
        return {"mistakes": self.mistakes.compute()}

    def reset(self) -> None:
        self.mistakes.reset()


class Totals(nn.Module):
    """How far each example is beyond the threshold, and on which side it belongs."""

    def __init__(self, perceptron: nn.Module) -> None:
        super().__init__()
        self.perceptron = perceptron

    def forward(self, features: Tensor, label: Tensor) -> Tensor:
        _, total = self.perceptron(features)
        return torch.cat([total, label.float().unsqueeze(1)], dim=1)  # (B, 2)
