"""Training steps, evaluations and previews of DeepLabv3."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Segment", "TrainStep"]


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


class MeanIoU(nn.Module):
    """Mean over the classes of intersection over union, from counts of all positions.

    Logits hold the classes in dimension 1. A class that is neither predicted nor true
    anywhere does not count; nor do targets equal to ``ignore_index``.
    """

    def __init__(self, ignore_index: int | None = None) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.confusion: Tensor | None = None

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._mean(self._confusion(logits, target))

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Count a batch."""
        counts = self._confusion(logits, target)
        self.confusion = counts if self.confusion is None else self.confusion + counts

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        if self.confusion is None:
            return torch.tensor(float("nan"))
        return self._mean(self.confusion)

    def _confusion(self, logits: Tensor, target: Tensor) -> Tensor:
        """Count how often each true class (row) was taken for each class (column)."""
        classes = logits.shape[1]
        predicted = logits.argmax(dim=1)
        if self.ignore_index is not None:
            kept = target != self.ignore_index
            predicted, target = predicted[kept], target[kept]
        pairs = (target * classes + predicted).flatten()
        return torch.bincount(pairs, minlength=classes**2).reshape(classes, classes)

    def _mean(self, confusion: Tensor) -> Tensor:
        both = confusion.diagonal()
        either = confusion.sum(dim=0) + confusion.sum(dim=1) - both
        return (both / either)[either > 0].mean()


class TrainStep(nn.Module):
    """Cross-entropy at every pixel."""

    def __init__(self, deeplabv3: nn.Module) -> None:
        super().__init__()
        self.deeplabv3 = deeplabv3
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.deeplabv3(image)  # (B, 21, H, W)
        return F.cross_entropy(logits, mask), self.accuracy(logits, mask)


class Evaluate(nn.Module):
    """How well the regions cover each other, for each class, on average."""

    def __init__(self, deeplabv3: nn.Module) -> None:
        super().__init__()
        self.deeplabv3 = deeplabv3
        self.mean_iou = MeanIoU()
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, mask: Tensor) -> None:
        logits = self.deeplabv3(image)  # (B, 21, H, W)
        self.mean_iou.update(logits, mask)
        self.accuracy.update(logits, mask)

    def compute(self) -> dict[str, Tensor]:
        return {
            "mean_iou": self.mean_iou.compute(),
            "accuracy": self.accuracy.compute(),
        }

    def reset(self) -> None:
        self.mean_iou.reset()
        self.accuracy.reset()


class Segment(nn.Module):
    """The most likely class of each pixel."""

    def __init__(self, deeplabv3: nn.Module) -> None:
        super().__init__()
        self.deeplabv3 = deeplabv3

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        return image, self.deeplabv3(image).argmax(dim=1)
