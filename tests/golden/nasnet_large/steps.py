"""Training steps, evaluations and previews of NASNet-A Large."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Predict", "TrainStep"]


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


class TrainStep(nn.Module):
    """One batch: what the model says, and how far that is from the labels."""

    def __init__(self, nasnet_large: nn.Module) -> None:
        super().__init__()
        self.nasnet_large = nasnet_large
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.nasnet_large(image)  # (B, 1000)
        return F.cross_entropy(logits, label), self.accuracy(logits, label)


class Evaluate(nn.Module):
    """Accuracy over a whole split."""

    def __init__(self, nasnet_large: nn.Module) -> None:
        super().__init__()
        self.nasnet_large = nasnet_large
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> None:
        self.accuracy.update(self.nasnet_large(image), label)

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute()}

    def reset(self) -> None:
        self.accuracy.reset()


class Predict(nn.Module):
    """What the model takes each example for."""

    def __init__(self, nasnet_large: nn.Module) -> None:
        super().__init__()
        self.nasnet_large = nasnet_large

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        return image, self.nasnet_large(image).argmax(dim=1)
