"""Training steps, evaluations and previews of Capsule network."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Rebuild", "TrainStep"]


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


def margin_loss(
    lengths: Tensor, target: Tensor, present: float, absent: float, weight: float
) -> Tensor:
    """Give the loss of each example: (B, C), (B,) -> (B,)."""
    right = F.one_hot(target, lengths.shape[1]).to(lengths)
    short = F.relu(present - lengths).square()
    long = F.relu(lengths - absent).square()
    return (right * short + weight * (1 - right) * long).sum(dim=1)


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
    """Long for the right class and short for others; and its capsule must draw the
    image.
    """

    def __init__(
        self, capsnet: nn.Module, decoder: nn.Module, classes: int = 10
    ) -> None:
        super().__init__()
        self.classes = classes
        self.capsnet = capsnet
        self.decoder = decoder
        self.accuracy = Accuracy()

    def forward(
        self, image: Tensor, label: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        capsules = self.capsnet(image)  # (B, 10, 16)
        lengths = torch.linalg.vector_norm(capsules, dim=2)  # (B, 10)
        margin = margin_loss(lengths, label, 0.9, 0.1, 0.5).mean()  # ()
        x = F.one_hot(label, self.classes).float().unsqueeze(2)  # (B, classes, 1)
        x = self.decoder(torch.flatten(capsules * x, 1))  # (B, 784)
        drawn = F.mse_loss(x, torch.flatten(image, 1), reduction="sum") / x.shape[0]
        return margin + 0.0005 * drawn, margin, drawn, self.accuracy(lengths, label)


class Evaluate(nn.Module):
    """Accuracy, and how well the longest capsule alone draws the image."""

    def __init__(
        self, capsnet: nn.Module, decoder: nn.Module, classes: int = 10
    ) -> None:
        super().__init__()
        self.classes = classes
        self.capsnet = capsnet
        self.decoder = decoder
        self.accuracy = Accuracy()
        self.error = MeanSquaredError()

    def forward(self, image: Tensor, label: Tensor) -> None:
        capsules = self.capsnet(image)  # (B, 10, 16)
        x = torch.linalg.vector_norm(capsules, dim=2)  # (B, 10)
        y = F.one_hot(x.argmax(dim=1), self.classes).float()  # (B, classes)
        y = torch.flatten(capsules * y.unsqueeze(2), 1)  # (B, 160)
        y = self.decoder(y)  # (B, 784)
        self.accuracy.update(x, label)
        self.error.update(y, torch.flatten(image, 1))

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute(), "error": self.error.compute()}

    def reset(self) -> None:
        self.accuracy.reset()
        self.error.reset()


class Rebuild(nn.Module):
    """Images, and what the longest capsule of each says that they are."""

    def __init__(
        self, capsnet: nn.Module, decoder: nn.Module, classes: int = 10, size: int = 28
    ) -> None:
        super().__init__()
        self.classes = classes
        self.size = size
        self.capsnet = capsnet
        self.decoder = decoder

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        capsules = self.capsnet(image)  # (B, 10, 16)
        label = torch.linalg.vector_norm(capsules, dim=2).argmax(dim=1)  # (B,)
        x = F.one_hot(label, self.classes).float().unsqueeze(2)  # (B, classes, 1)
        x = self.decoder(torch.flatten(capsules * x, 1))  # (B, 784)
        return image, x.reshape(-1, 1, self.size, self.size), label
