"""Training steps, evaluations and previews of Time-series forecasting (LSTM)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Compare", "Evaluate", "TrainStep"]


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
    """How far the forecast is from what came."""

    def __init__(self, time_series: nn.Module) -> None:
        super().__init__()
        self.time_series = time_series

    def forward(self, past: Tensor, future: Tensor) -> Tensor:
        return F.mse_loss(self.time_series(past), future)  # ()


class Evaluate(nn.Module):
    """Squared and absolute error over a whole split."""

    def __init__(self, time_series: nn.Module) -> None:
        super().__init__()
        self.time_series = time_series
        self.squared_error = MeanSquaredError()
        self.absolute_error = MeanAbsoluteError()

    def forward(self, past: Tensor, future: Tensor) -> None:
        forecast = self.time_series(past)  # (B, 1)
        self.squared_error.update(forecast, future)
        self.absolute_error.update(forecast, future)

    def compute(self) -> dict[str, Tensor]:
        return {
            "squared_error": self.squared_error.compute(),
            "absolute_error": self.absolute_error.compute(),
        }

    def reset(self) -> None:
        self.squared_error.reset()
        self.absolute_error.reset()


class Compare(nn.Module):
    """What came, and what was foretold: one point for each series."""

    def __init__(self, time_series: nn.Module) -> None:
        super().__init__()
        self.time_series = time_series

    def forward(self, past: Tensor, future: Tensor) -> Tensor:
        return torch.cat([future, self.time_series(past)], dim=1)
