"""Training steps, evaluations and previews of Multi-layer perceptron for regression."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Predict", "TrainStep"]


class R2Score(nn.Module):
    """1 - squared errors / squared distances of the targets from their mean.

    1 is perfect, 0 is as good as always giving the mean; several outputs are averaged.
    """

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.sums: Tensor | None = None
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._score(self._sums(prediction, target), target.shape[0])

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        sums = self._sums(prediction, target)
        self.sums = sums if self.sums is None else self.sums + sums
        self.count += target.shape[0]

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        if self.sums is None:
            return torch.tensor(float("nan"))
        return self._score(self.sums, self.count)

    def _sums(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Add up errors, targets and their squares, in double precision on the CPU."""
        count = target.shape[0]
        given = prediction.detach().cpu().double().reshape(count, -1)
        right = target.detach().cpu().double().reshape(count, -1)
        terms = [(given - right).square(), right, right.square()]
        return torch.stack([term.sum(dim=0) for term in terms])

    def _score(self, sums: Tensor, count: int) -> Tensor:
        errors, total, squares = sums
        score: Tensor = 1 - errors / (squares - total.square() / count)
        return score.mean().float()


class MeanSquaredError(nn.Module):
    """Mean of (prediction - target)^2; with ``root``, the square root of that mean."""

    def __init__(self, root: bool = False) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.root = root
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        mean = (prediction - target).square().float().mean()
        return mean.sqrt() if self.root else mean

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Add a batch."""
        squares = (prediction - target).square()
        self.total += squares.float().sum().item()
        self.count += squares.numel()

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        mean = torch.tensor(self.total) / self.count
        return mean.sqrt() if self.root else mean


class TrainStep(nn.Module):
    """The square of what each number is off by."""

    def __init__(self, mlp_regression: nn.Module) -> None:
        super().__init__()
        self.mlp_regression = mlp_regression

    def forward(self, features: Tensor, target: Tensor) -> Tensor:
        return F.mse_loss(self.mlp_regression(features), target)  # ()


class Evaluate(nn.Module):
    """Share of the targets' variance that is explained over a whole split."""

    def __init__(self, mlp_regression: nn.Module) -> None:
        super().__init__()
        self.mlp_regression = mlp_regression
        self.r2 = R2Score()
        self.error = MeanSquaredError(root=True)

    def forward(self, features: Tensor, target: Tensor) -> None:
        x = self.mlp_regression(features)  # (B, 1)
        self.r2.update(x, target)
        self.error.update(x, target)

    def compute(self) -> dict[str, Tensor]:
        return {"r2": self.r2.compute(), "error": self.error.compute()}

    def reset(self) -> None:
        self.r2.reset()
        self.error.reset()


class Predict(nn.Module):
    """What the net says, against what is right."""

    def __init__(self, mlp_regression: nn.Module) -> None:
        super().__init__()
        self.mlp_regression = mlp_regression

    def forward(self, features: Tensor, target: Tensor) -> Tensor:
        return torch.cat([target, self.mlp_regression(features)], dim=1)
