"""Training steps, evaluations and previews of Speech recognition with CTC."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["Evaluate", "Hear", "TrainStep"]


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


class TrainStep(nn.Module):
    """How surprising the transcript is, wherever in time its labels stand."""

    def __init__(self, speech_ctc: nn.Module) -> None:
        super().__init__()
        self.speech_ctc = speech_ctc

    def forward(self, sound: Tensor, syllables: Tensor) -> Tensor:
        chances = self.speech_ctc(sound)  # (B, 65, 62)
        loss = F.ctc_loss(
            chances.transpose(0, 1),
            syllables,
            syllables.new_full((chances.shape[0],), chances.shape[1]),
            (syllables != 0).sum(dim=1),
            zero_infinity=True,
        )
        return loss


class Evaluate(nn.Module):
    """Edits that lead from what was heard to what was said, for each label of it."""

    def __init__(self, speech_ctc: nn.Module) -> None:
        super().__init__()
        self.speech_ctc = speech_ctc
        self.label_error = EditDistance(blank=0)

    def forward(self, sound: Tensor, syllables: Tensor) -> None:
        self.label_error.update(self.speech_ctc(sound), syllables)

    def compute(self) -> dict[str, Tensor]:
        return {"label_error": self.label_error.compute()}

    def reset(self) -> None:
        self.label_error.reset()


class Hear(nn.Module):
    """The likeliest label of each step, as it is before repeats are merged, and what
    was said.
    """

    def __init__(self, speech_ctc: nn.Module) -> None:
        super().__init__()
        self.speech_ctc = speech_ctc

    def forward(self, sound: Tensor, syllables: Tensor) -> tuple[Tensor, Tensor]:
        return self.speech_ctc(sound).argmax(dim=-1), syllables
