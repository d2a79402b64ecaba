"""How much one description of examples varies beside another."""

import torch
from torch import Tensor, nn


class VarianceRatio(nn.Module):
    """Sum of the variances of all numbers of one, over that of the other."""

    def __init__(self) -> None:
        """Start with nothing added up."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget what was added up."""
        self.sums: list[Tensor] | None = None
        self.count = 0

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        """Give the value for this batch alone."""
        return self._ratio([self._sums(a), self._sums(b)], len(a))

    def update(self, a: Tensor, b: Tensor) -> None:
        """Add a batch."""
        before = self.sums or [torch.zeros(()), torch.zeros(())]
        self.sums = [old + self._sums(x) for old, x in zip(before, (a, b), strict=True)]
        self.count += len(a)

    def compute(self) -> Tensor:
        """Give the value for all batches; not a number before the first."""
        if self.sums is None:
            return torch.tensor(float("nan"))
        return self._ratio(self.sums, self.count)

    def _sums(self, x: Tensor) -> Tensor:
        """Add up each number and its square, in double precision on the CPU: (2, F)."""
        flat = x.detach().cpu().double().reshape(len(x), -1)
        return torch.stack([flat.sum(dim=0), flat.square().sum(dim=0)])

    def _ratio(self, sums: list[Tensor], count: int) -> Tensor:
        a, b = ((squares - total.square() / count).sum() for total, squares in sums)
        ratio: Tensor = a / b
        return ratio.float()
