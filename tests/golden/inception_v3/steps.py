"""Training steps, evaluations and previews of Inception v3."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Predict", "SideLosses", "TrainStep"]


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


class SideLosses(nn.Module):
    """The loss, and a share of what each side branch is wrong by."""

    def __init__(self, weight: float = 0.4) -> None:
        super().__init__()
        self.weight = weight

    def forward(self, loss: Tensor, label: Tensor, aux: Tensor) -> Tensor:
        term = F.cross_entropy(aux, label, label_smoothing=0.1) * self.weight
        x: Tensor = loss + term  # ()
        return x


class TrainStep(nn.Module):
    """One batch: what the model says, in the end and on the way, and how far that is
    from the labels.
    """

    def __init__(self, inception_v3: nn.Module, aux: bool = False) -> None:
        super().__init__()
        self.aux = aux
        self.inception_v3 = inception_v3
        self.sides: nn.Module = nn.Identity()
        if aux:
            self.sides = SideLosses()
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        logits, aux = self.inception_v3(image)
        x = F.cross_entropy(logits, label, label_smoothing=0.1)  # ()
        if self.aux:
            x = self.sides(x, label, aux)
        return x, self.accuracy(logits, label)


class Evaluate(nn.Module):
    """Accuracy over a whole split."""

    def __init__(self, inception_v3: nn.Module) -> None:
        super().__init__()
        self.inception_v3 = inception_v3
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> None:
        logits, _ = self.inception_v3(image)
        self.accuracy.update(logits, label)

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute()}

    def reset(self) -> None:
        self.accuracy.reset()


class Predict(nn.Module):
    """What the model takes each example for."""

    def __init__(self, inception_v3: nn.Module) -> None:
        super().__init__()
        self.inception_v3 = inception_v3

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        logits, _ = self.inception_v3(image)
        return image, logits.argmax(dim=1)
