"""Training steps, evaluations and previews of Self-attention."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Look", "TrainStep"]


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


class TrainStep(nn.Module):
    """How far what each place gathered is from what it had asked for."""

    def __init__(self, self_attention: nn.Module) -> None:
        super().__init__()
        self.self_attention = self_attention

    def forward(self, x: Tensor, target: Tensor) -> Tensor:
        x, _ = self.self_attention(x)
        content, _ = x.chunk(2, dim=-1)
        return F.mse_loss(content, target)  # ()


class Evaluate(nn.Module):
    """How much of what was asked for is explained."""

    def __init__(self, self_attention: nn.Module) -> None:
        super().__init__()
        self.self_attention = self_attention
        self.explained = R2Score()

    def forward(self, x: Tensor, target: Tensor) -> None:
        x, _ = self.self_attention(x)
        content, _ = x.chunk(2, dim=-1)
        self.explained.update(content, target)

    def compute(self) -> dict[str, Tensor]:
        return {"explained": self.explained.compute()}

    def reset(self) -> None:
        self.explained.reset()


class Look(nn.Module):
    """From which place each gathers: the mean over the heads."""

    def __init__(self, self_attention: nn.Module) -> None:
        super().__init__()
        self.self_attention = self_attention

    def forward(self, x: Tensor) -> Tensor:
        weights: Tensor
        _, weights = self.self_attention(x)
        return weights.mean(dim=1)
