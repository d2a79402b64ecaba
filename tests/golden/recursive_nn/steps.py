"""Training steps, evaluations and previews of Recursive neural net."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Rate", "TrainStep"]


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
    """At each node, how far the logits are from the right rating."""

    def __init__(self, words: nn.Module, recursive_nn: nn.Module) -> None:
        super().__init__()
        self.words = words
        self.recursive_nn = recursive_nn
        self.accuracy = Accuracy(class_dim=-1, ignore_index=-100)

    def forward(
        self, words: Tensor, children: Tensor, ratings: Tensor
    ) -> tuple[Tensor, Tensor]:
        leaves = self.words(words)  # (B, T, 25)
        logits = self.recursive_nn(leaves, children)
        loss = F.cross_entropy(
            logits.flatten(0, 1), ratings.flatten(), ignore_index=-100
        )
        return loss, self.accuracy(logits, ratings)


class Evaluate(nn.Module):
    """How many roots, and how many nodes, are rated right."""

    def __init__(self, words: nn.Module, recursive_nn: nn.Module) -> None:
        super().__init__()
        self.words = words
        self.recursive_nn = recursive_nn
        self.root_accuracy = Accuracy()
        self.accuracy = Accuracy(class_dim=-1, ignore_index=-100)

    def forward(self, words: Tensor, children: Tensor, ratings: Tensor) -> None:
        leaves = self.words(words)  # (B, T, 25)
        logits = self.recursive_nn(leaves, children)
        self.root_accuracy.update(logits[:, -1], ratings[:, -1])
        self.accuracy.update(logits, ratings)

    def compute(self) -> dict[str, Tensor]:
        return {
            "root_accuracy": self.root_accuracy.compute(),
            "accuracy": self.accuracy.compute(),
        }

    def reset(self) -> None:
        self.root_accuracy.reset()
        self.accuracy.reset()


class Rate(nn.Module):
    """The phrases, and the likeliest rating of each node: leaves, then joints up to the
    root.
    """

    def __init__(self, words: nn.Module, recursive_nn: nn.Module) -> None:
        super().__init__()
        self.words = words
        self.recursive_nn = recursive_nn

    def forward(self, words: Tensor, children: Tensor) -> tuple[Tensor, Tensor]:
        leaves = self.words(words)  # (B, T, 25)
        return words, self.recursive_nn(leaves, children).argmax(dim=-1)
