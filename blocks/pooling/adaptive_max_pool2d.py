"""nn.AdaptiveMaxPool2d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module
from app.core.tensor_type import TensorType
from blocks.pooling._adaptive import AdaptivePool


@dataclass(frozen=True, kw_only=True)
class AdaptiveMaxPool2d(AdaptivePool):
    """Divides each map into a given number of regions and takes the largest number of each.

    Region i of n over a size s reaches from floor(i·s/n) to ceil((i + 1)·s/n), so that any size comes out as asked.
    Shapes: B×C×H×W → B×C×output_size. Source: as torch.nn.AdaptiveMaxPool2d.
    """

    synonyms = ("global max pooling", "adaptive pooling")

    def call(self, input: TensorType) -> Module:
        return self._call("nn.AdaptiveMaxPool2d", "F.adaptive_max_pool2d")
