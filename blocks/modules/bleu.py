"""How many runs of tokens a translation shares with the right one."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import torch
from torch import Tensor, nn


class BLEU(nn.Module):
    """BLEU of a whole split with one reference, from counts of n-grams and lengths.

    A text ends before its first ``padding``. ``smooth`` adds one to the counts of all
    n-grams longer than one. Predictions are tokens, or logits with the classes last.
    """

    def __init__(
        self, padding: int = 0, longest: int = 4, smooth: bool = False
    ) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.padding = padding
        self.longest = longest
        self.smooth = smooth
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.counts = torch.zeros(2, self.longest + 1)

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._score(self._counted(prediction, target)).to(target.device)

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Count a batch."""
        self.counts = self.counts + self._counted(prediction, target)

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        return self._score(self.counts)

    def _counted(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Count lengths, then n-grams that are right and that are given: (2, 1 + n)."""
        if prediction.dim() > target.dim():
            prediction = prediction.argmax(dim=-1)
        counts = torch.zeros(2, self.longest + 1)
        for one, other in zip(prediction.tolist(), target.tolist(), strict=True):
            given, right = self._ended(one), self._ended(other)
            counts[:, 0] += torch.tensor([len(right), len(given)])
            for length in range(1, self.longest + 1):
                mine, true = self._runs(given, length), self._runs(right, length)
                shared = (mine & true).total()
                counts[:, length] += torch.tensor([shared, mine.total()])
        return counts

    def _ended(self, tokens: list[int]) -> list[int]:
        return list(itertools.takewhile(lambda token: token != self.padding, tokens))

    def _runs(self, tokens: list[int], length: int) -> Counter[tuple[int, ...]]:
        starts = range(len(tokens) - length + 1)
        return Counter(tuple(tokens[start : start + length]) for start in starts)

    def _score(self, counts: Tensor) -> Tensor:
        (right_length, *right), (length, *given) = counts.tolist()
        if right_length == 0:
            return torch.tensor(float("nan"))
        if self.smooth:
            right[1:] = [count + 1 for count in right[1:]]
            given[1:] = [count + 1 for count in given[1:]]
        if not length or not min(right):
            return torch.tensor(0.0)
        logs = [math.log(one / all_) for one, all_ in zip(right, given, strict=True)]
        brevity = min(0.0, 1 - right_length / length)
        return torch.tensor(math.exp(brevity + sum(logs) / self.longest))
