"""Precision, recall and F1 of classes."""

import torch
from torch import Tensor, nn


class ClassScore(nn.Module):
    """Precision, recall or F1, from counts of hits, false alarms and misses.

    ``score``: "precision" = hits / (hits + false alarms), "recall" = hits / (hits +
    misses), or "f1", their harmonic mean. ``average`` over the classes: "macro" (each
    class counts alike; one that is neither predicted nor true anywhere does not count),
    "weighted" (as often as it is true), or "micro" (all counts together). With
    ``only_class`` it is that class's own.

    ``class_dim`` is the dimension of the classes in the logits; None: a yes-or-no
    answer for each target, yes above ``threshold``, with labels in dimension 1.
    """

    def __init__(
        self,
        score: str = "f1",
        average: str = "macro",
        class_dim: int | None = 1,
        only_class: int | None = None,
        threshold: float = 0.0,
        ignore_index: int | None = None,
    ) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.score = score
        self.average = average
        self.class_dim = class_dim
        self.only_class = only_class
        self.threshold = threshold
        self.ignore_index = ignore_index
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.counts: Tensor | None = None

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Give the score of this batch alone."""
        return self._value(self._counted(logits, target))

    def update(self, logits: Tensor, target: Tensor) -> None:
        """Count a batch."""
        counts = self._counted(logits, target)
        self.counts = counts if self.counts is None else self.counts + counts

    def compute(self) -> Tensor:
        """Give the score of all batches; not a number before the first."""
        if self.counts is None:
            return torch.tensor(float("nan"))
        return self._value(self.counts)

    def _counted(self, logits: Tensor, target: Tensor) -> Tensor:
        """Count hits, false alarms and misses of each class: (3, C)."""
        if self.class_dim is None:
            yes, true = self._labels(logits > self.threshold), self._labels(target > 0)
            pairs = [yes & true, yes & ~true, ~yes & true]
            return torch.stack([pair.sum(dim=0) for pair in pairs]).double()
        classes = logits.shape[self.class_dim]
        predicted = logits.argmax(dim=self.class_dim)
        if self.ignore_index is not None:
            kept = target != self.ignore_index
            predicted, target = predicted[kept], target[kept]
        given = torch.bincount(predicted.flatten(), minlength=classes)
        right = torch.bincount(target.flatten(), minlength=classes)
        hits = torch.bincount(target[predicted == target], minlength=classes)
        return torch.stack([hits, given - hits, right - hits]).double()

    def _labels(self, answers: Tensor) -> Tensor:
        """Put labels last and all else first: (N, L); without labels (N, 1)."""
        if answers.dim() < 2:
            return answers.reshape(-1, 1)
        return answers.movedim(1, -1).flatten(0, -2)

    def _value(self, counts: Tensor) -> Tensor:
        if self.only_class is not None:
            counts = counts[:, self.only_class : self.only_class + 1]
        elif self.average == "micro":
            counts = counts.sum(dim=1, keepdim=True)
        hits, alarms, misses = counts
        among = {
            "precision": hits + alarms,
            "recall": hits + misses,
            "f1": hits + (alarms + misses) / 2,
        }[self.score]
        scores = hits / among.clamp(min=0.5)
        weights = hits + misses
        if self.average != "weighted":
            weights = (weights + alarms > 0).double()
        mean: Tensor = (scores * weights).sum() / weights.sum()
        return mean.float()
