"""How well scores rank the right above the wrong."""

import torch
from torch import Tensor, nn


class AUROC(nn.Module):
    """Area under the receiver operating characteristic, from all scores of a split.

    It is how often a right answer has a higher score than a wrong one; equal scores
    count half. Scores and targets of one shape are yes-or-no answers, with labels in
    dimension 1; else the target holds the classes of logits (B, C), each of which is
    told from all others. Labels and classes are averaged; one that is always or never
    right does not count.
    """

    def __init__(self) -> None:
        """Start with nothing collected."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was collected."""
        self.scores: list[Tensor] = []
        self.answers: list[Tensor] = []

    def forward(self, scores: Tensor, target: Tensor) -> Tensor:
        """Give the area of this batch alone."""
        return self._mean(*self._columns(scores, target))

    def update(self, scores: Tensor, target: Tensor) -> None:
        """Collect a batch."""
        given, right = self._columns(scores.detach(), target)
        self.scores.append(given)
        self.answers.append(right)

    def compute(self) -> Tensor:
        """Give the area of all batches; not a number before the first."""
        if not self.scores:
            return torch.tensor(float("nan"))
        return self._mean(torch.cat(self.scores), torch.cat(self.answers))

    def _columns(self, scores: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """Give scores and answers, a column for each label or class."""
        if scores.dim() > target.dim():
            classes = torch.arange(scores.shape[1], device=target.device)
            return scores, target.unsqueeze(1) == classes
        if scores.dim() < 2:
            return scores.reshape(-1, 1), target.reshape(-1, 1) > 0
        right = (target > 0).movedim(1, -1).flatten(0, -2)
        return scores.movedim(1, -1).flatten(0, -2), right

    def _mean(self, scores: Tensor, answers: Tensor) -> Tensor:
        areas = [
            self._area(given, right)
            for given, right in zip(scores.unbind(1), answers.unbind(1), strict=True)
            if right.any() and not right.all()
        ]
        return torch.stack(areas).mean() if areas else torch.tensor(float("nan"))

    def _area(self, scores: Tensor, right: Tensor) -> Tensor:
        _, place = torch.unique(scores, return_inverse=True)
        count = int(place.max()) + 1
        yes = torch.bincount(place[right], minlength=count).double()
        no = torch.bincount(place[~right], minlength=count).double()
        won = (yes * (no.cumsum(dim=0) - no / 2)).sum()
        return (won / (yes.sum() * no.sum())).float()
