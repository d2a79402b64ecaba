"""Training steps, evaluations and previews of Recurrent net: one to many."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Spell", "TrainStep"]


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


class ExactMatch(nn.Module):
    """Share of sequences in which every token is right.

    Predictions are tokens, or logits with the classes last. Positions whose target
    equals ``ignore_index`` (padding) are right whatever is predicted.
    """

    def __init__(self, ignore_index: int | None = None) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.right = 0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the share in this batch alone."""
        return self._right(prediction, target).float().mean()

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Count a batch."""
        right = self._right(prediction, target)
        self.right += int(right.sum())
        self.count += right.numel()

    def compute(self) -> Tensor:
        """Give the share in all batches; not a number before the first."""
        return torch.tensor(self.right) / self.count

    def _right(self, prediction: Tensor, target: Tensor) -> Tensor:
        if prediction.dim() > target.dim():
            prediction = prediction.argmax(dim=-1)
        right = prediction == target
        if self.ignore_index is not None:
            right = right | (target == self.ignore_index)
        return right.all(dim=-1)


def greedy_search(
    model: nn.Module, tokens: Tensor, *given: Tensor, count: int, end: int | None = None
) -> Tensor:
    """Append the likeliest token ``count`` times: (B, T) -> (B, T + count).

    The model is called with the tokens so far and with what else is given. A row that
    has come to ``end`` is filled up with it.
    """
    done = torch.zeros(len(tokens), 1, dtype=torch.bool, device=tokens.device)
    for _ in range(count):
        following = model(tokens, *given)[:, -1].argmax(dim=-1, keepdim=True)  # (B, 1)
        if end is not None:
            following = following.masked_fill(done, end)
            done = done | (following == end)
        tokens = torch.cat([tokens, following], dim=1)
    return tokens


class TrainStep(nn.Module):
    """The right letters so far go in; each next one is asked for."""

    def __init__(self, rnn_one_to_many: nn.Module) -> None:
        super().__init__()
        self.rnn_one_to_many = rnn_one_to_many
        self.accuracy = Accuracy(class_dim=-1, ignore_index=0)

    def forward(
        self, context: Tensor, begun: Tensor, target: Tensor
    ) -> tuple[Tensor, Tensor]:
        logits = self.rnn_one_to_many(begun, context)
        loss = F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=0)
        return loss, self.accuracy(logits, target)


class Evaluate(nn.Module):
    """How many names are right from the first letter to the last, when nobody helps."""

    def __init__(self, rnn_one_to_many: nn.Module, longest: int = 28) -> None:
        super().__init__()
        self.longest = longest
        self.rnn_one_to_many = rnn_one_to_many
        self.exact_match = ExactMatch(ignore_index=0)

    def forward(self, context: Tensor, begun: Tensor, target: Tensor) -> None:
        x = begun.narrow(1, 0, 1)  # (B, 1)
        x = greedy_search(self.rnn_one_to_many, x, context, count=self.longest, end=2)
        self.exact_match.update(x[:, 1:], target)

    def compute(self) -> dict[str, Tensor]:
        return {"exact_match": self.exact_match.compute()}

    def reset(self) -> None:
        self.exact_match.reset()


class Spell(nn.Module):
    """The names that it writes."""

    def __init__(self, rnn_one_to_many: nn.Module, longest: int = 28) -> None:
        super().__init__()
        self.longest = longest
        self.rnn_one_to_many = rnn_one_to_many

    def forward(self, context: Tensor, begun: Tensor) -> Tensor:
        x = begun.narrow(1, 0, 1)  # (B, 1)
        x = greedy_search(self.rnn_one_to_many, x, context, count=self.longest, end=2)
        return x[:, 1:]  # (B, longest)
