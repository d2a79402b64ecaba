"""Training steps, evaluations and previews of GloVe."""

import torch
from torch import Tensor, nn

__all__ = ["Cells", "Evaluate", "LogCount", "TrainStep", "WeightedError"]


class MeanMetric(nn.Module):
    """Mean of values, each example counted once.

    A value for each example is averaged as it is. A single number is the mean of its
    batch: it counts as often as ``like`` has examples, so that a short last batch
    weighs less.
    """

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.total = 0.0
        self.count = 0

    def forward(self, value: Tensor, like: Tensor | None = None) -> Tensor:
        """Give the mean of this batch alone."""
        return value.float().mean()

    def update(self, value: Tensor, like: Tensor | None = None) -> None:
        """Add a batch."""
        count = value.numel()
        if value.dim() == 0 and like is not None:
            count = like.shape[0]
        self.total += value.float().mean().item() * count
        self.count += count

    def compute(self) -> Tensor:
        """Give the mean of all batches; not a number before the first."""
        return torch.tensor(self.total) / self.count


class LogCount(nn.Module):
    """What two vectors and two biases say the logarithm of the count is."""

    def forward(self, w: Tensor, b: Tensor, u: Tensor, c: Tensor) -> Tensor:
        return (w * u).sum(dim=-1) + b + c  # (B,)


class WeightedError(nn.Module):
    """Squared error of each cell, times how much the cell counts.

    log_count (B,), count (B,) -> (B,)
    """

    def __init__(self, maximum: float = 100.0, power: float = 0.75) -> None:
        super().__init__()
        self.maximum = maximum
        self.power = power

    def forward(self, log_count: Tensor, count: Tensor) -> Tensor:
        x = (log_count - count.log()).square()
        term = (count * (1 / self.maximum)).clamp(min=0.0, max=1.0) ** self.power
        errors: Tensor = term * x
        return errors


class TrainStep(nn.Module):
    """Some cells of the table, and how far the vectors are from them.

    word (B,), context (B,), count (B,) -> ()
    """

    def __init__(
        self,
        word_vectors: nn.Module,
        context_vectors: nn.Module,
        maximum: float = 100.0,
        power: float = 0.75,
    ) -> None:
        super().__init__()
        self.word_vectors = word_vectors
        self.context_vectors = context_vectors
        self.log_count = LogCount()
        self.errors = WeightedError(maximum=maximum, power=power)

    def forward(self, word: Tensor, context: Tensor, count: Tensor) -> Tensor:
        vectors, biases = self.word_vectors(word)
        u, x = self.context_vectors(context)
        log_count = self.log_count(vectors, biases, u, x)
        loss: Tensor = self.errors(log_count, count).mean(dim=-1)  # ()
        return loss


class Evaluate(nn.Module):
    """The weighted error of cells that were held out."""

    def __init__(
        self,
        word_vectors: nn.Module,
        context_vectors: nn.Module,
        maximum: float = 100.0,
        power: float = 0.75,
    ) -> None:
        super().__init__()
        self.word_vectors = word_vectors
        self.context_vectors = context_vectors
        self.log_count = LogCount()
        self.errors = WeightedError(maximum=maximum, power=power)
        self.error = MeanMetric()

    def forward(self, word: Tensor, context: Tensor, count: Tensor) -> None:
        vectors, biases = self.word_vectors(word)
        u, x = self.context_vectors(context)
        log_count = self.log_count(vectors, biases, u, x)
        self.error.update(self.errors(log_count, count))

    def compute(self) -> dict[str, Tensor]:
        return {"error": self.error.compute()}

    def reset(self) -> None:
        self.error.reset()


class Cells(nn.Module):
    """The logarithm of held-out counts, beside what the vectors say.

    word (B,), context (B,), count (B,) -> (B, 2)
    """

    def __init__(self, word_vectors: nn.Module, context_vectors: nn.Module) -> None:
        super().__init__()
        self.word_vectors = word_vectors
        self.context_vectors = context_vectors
        self.log_count = LogCount()

    def forward(self, word: Tensor, context: Tensor, count: Tensor) -> Tensor:
        vectors, biases = self.word_vectors(word)
        u, x = self.context_vectors(context)
        log_count = self.log_count(vectors, biases, u, x)
        return torch.stack([count.log(), log_count], dim=1)  # (B, 2)
