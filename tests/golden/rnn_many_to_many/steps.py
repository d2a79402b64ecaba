"""Training steps, evaluations and previews of Recurrent net: many to many."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Show", "TrainStep"]


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
    """At each word, how far the logits are from the right tag."""

    def __init__(self, rnn_many_to_many: nn.Module) -> None:
        super().__init__()
        self.rnn_many_to_many = rnn_many_to_many
        self.accuracy = Accuracy(class_dim=-1)

    def forward(self, tokens: Tensor, tags: Tensor) -> tuple[Tensor, Tensor]:
        logits = self.rnn_many_to_many(tokens)
        return (
            F.cross_entropy(logits.flatten(0, 1), tags.flatten()),
            self.accuracy(logits, tags),
        )


class Evaluate(nn.Module):
    """Share of the words whose tag is right, over a whole split."""

    def __init__(self, rnn_many_to_many: nn.Module) -> None:
        super().__init__()
        self.rnn_many_to_many = rnn_many_to_many
        self.accuracy = Accuracy(class_dim=-1)

    def forward(self, tokens: Tensor, tags: Tensor) -> None:
        self.accuracy.update(self.rnn_many_to_many(tokens), tags)

    def compute(self) -> dict[str, Tensor]:
        return {"accuracy": self.accuracy.compute()}

    def reset(self) -> None:
        self.accuracy.reset()


class Show(nn.Module):
    """The words, their most likely tags, and where those are right."""

    def __init__(self, rnn_many_to_many: nn.Module) -> None:
        super().__init__()
        self.rnn_many_to_many = rnn_many_to_many

    def forward(self, tokens: Tensor, tags: Tensor) -> tuple[Tensor, Tensor]:
        return tags, self.rnn_many_to_many(tokens).argmax(dim=-1)
