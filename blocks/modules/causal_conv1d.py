"""A convolution over a sequence that never looks ahead."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn


class CausalConv1d(nn.Conv1d):
    """nn.Conv1d whose padding is all on the left: what comes out at a position depends
    on the input at that position and before it.
    """

    def forward(self, x: Tensor) -> Tensor:
        reach = self.dilation[0] * (self.kernel_size[0] - 1)
        return super().forward(F.pad(x, (reach, 0)))
