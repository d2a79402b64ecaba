"""How many edits lead from one text to another."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn


class EditDistance(nn.Module):
    """Levenshtein's distance of predicted and right texts, all edits over all lengths.

    A text ends before its first ``padding``. With ``blank``, predictions are those of
    CTC for each step: repeated ones count once and blanks not at all. Without ``rate``
    it is the mean distance of a text. Predictions are tokens, or logits with the
    classes last.
    """

    def __init__(
        self, padding: int = 0, rate: bool = True, blank: int | None = None
    ) -> None:
        """Start with nothing counted."""
        super().__init__()
        self.padding = padding
        self.rate = rate
        self.blank = blank
        self.reset()

    def reset(self) -> None:
        """Forget what was counted."""
        self.edits = 0
        self.count = 0

    def forward(self, prediction: Tensor, target: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        edits, count = self._counted(prediction, target)
        return torch.tensor(edits, device=target.device) / count

    def update(self, prediction: Tensor, target: Tensor) -> None:
        """Count a batch."""
        edits, count = self._counted(prediction, target)
        self.edits += edits
        self.count += count

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        return torch.tensor(self.edits) / self.count

    def _counted(self, prediction: Tensor, target: Tensor) -> tuple[int, int]:
        if prediction.dim() > target.dim():
            prediction = prediction.argmax(dim=-1)
        edits = count = 0
        for given, right in zip(prediction.tolist(), target.tolist(), strict=True):
            text = self._ended(right)
            edits += self._distance(self._decoded(given), text)
            count += len(text) if self.rate else 1
        return edits, count

    def _decoded(self, tokens: list[int]) -> list[int]:
        if self.blank is None:
            return self._ended(tokens)
        return [token for token, _ in itertools.groupby(tokens) if token != self.blank]

    def _ended(self, tokens: list[int]) -> list[int]:
        return list(itertools.takewhile(lambda token: token != self.padding, tokens))

    def _distance(self, one: list[int], other: list[int]) -> int:
        """Fill Levenshtein's table row by row."""
        row = list(range(len(other) + 1))
        for number, token in enumerate(one, 1):
            above, row = row, [number]
            for place, right in enumerate(other):
                change = above[place] + (token != right)
                row.append(min(change, above[place + 1] + 1, row[place] + 1))
        return row[-1]
