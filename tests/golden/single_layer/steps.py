"""Training steps, evaluations and previews of Single layer: y = s(Wx + b)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Confusions", "Evaluate", "TrainStep"]


class Accuracy(nn.Module):
    """Share of targets that are among the ``top_k`` highest logits.

    ``class_dim`` is the dimension of the classes in the logits; targets equal to
    ``ignore_index`` do not count.
    """

    def __init__(
        self,
        top_k: int = 1,
        class_dim: int = 1,
        ignore_index: int | None = None,
    ) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.top_k = top_k
        self.class_dim = class_dim
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.right = 0
        self.count = 0

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the share in this batch alone."""
        return self._right(logits, target).float().mean()

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Count a batch."""
        right = self._right(logits, target)
        self.right += int(right.sum())
        self.count += right.numel()

    def compute(self) -> Tensor:
        """Give the share in all batches; not a number before the first."""
        return torch.tensor(self.right) / self.count

    def _right(self, logits: Tensor, target: Tensor) -> Tensor:
        best = logits.topk(self.top_k, dim=self.class_dim).indices
        right = (best == target.unsqueeze(self.class_dim)).any(dim=self.class_dim)
        if self.ignore_index is not None:
            right = right[target != self.ignore_index]
        return right


class ConfusionMatrix(nn.Module):
    """Counts of predictions (columns) for each true class (rows), or their shares.

    ``class_dim`` is the dimension of the classes in the logits; targets equal to
    ``ignore_index`` do not count. A row of shares of a class that is nowhere is 0.
    """

    def __init__(
        self,
        shares: bool = False,
        class_dim: int = 1,
        ignore_index: int | None = None,
    ) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.shares = shares
        self.class_dim = class_dim
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.counts: Tensor | None = None

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the matrix of this batch alone."""
        return self._matrix(self._counted(logits, target))

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Count a batch."""
        counts = self._counted(logits, target)
        self.counts = counts if self.counts is None else self.counts + counts

    def compute(self) -> Tensor:
        """Give the matrix of all batches; not a number before the first."""
        if self.counts is None:
            return torch.tensor(float("nan"))
        return self._matrix(self.counts)

    def _counted(self, logits: Tensor, target: Tensor) -> Tensor:
        classes = logits.shape[self.class_dim]
        predicted = logits.argmax(dim=self.class_dim)
        if self.ignore_index is not None:
            kept = target != self.ignore_index
            predicted, target = predicted[kept], target[kept]
        pairs = (target * classes + predicted).flatten()
        return torch.bincount(pairs, minlength=classes**2).reshape(classes, classes)

    def _matrix(self, counts: Tensor) -> Tensor:
        matrix = counts.float()
        if self.shares:
            matrix = matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)
        return matrix


class TrainStep(nn.Module):
    """How surprising the right answers are."""

    def __init__(self, single_layer: nn.Module) -> None:
        super().__init__()
        self.single_layer = single_layer
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        x = self.single_layer(torch.flatten(image, 1))  # (B, 10)
        return F.nll_loss(x, label), self.accuracy(x, label)


class Evaluate(nn.Module):
    """Accuracy over a whole split."""

    def __init__(self, single_layer: nn.Module) -> None:
        super().__init__()
        self.single_layer = single_layer
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> None:
        x = self.single_layer(torch.flatten(image, 1))  # (B, 10)
        self.accuracy.update(x, label)

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute()}

    def reset(self) -> None:
        self.accuracy.reset()


class Confusions(nn.Module):
    """How often each digit (down) is taken for each (across)."""

    def __init__(self, single_layer: nn.Module) -> None:
        super().__init__()
        self.single_layer = single_layer
        self.confusions = ConfusionMatrix()

    def forward(self, image: Tensor, label: Tensor) -> Tensor:
        x = self.single_layer(torch.flatten(image, 1))  # (B, 10)
        counts: Tensor = self.confusions(x, label)  # (10, 10)
        return counts
