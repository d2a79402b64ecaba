"""nn.AdaptiveAvgPool3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._adaptive import AdaptiveAvgPool, output_size_field


@dataclass(frozen=True, kw_only=True)
class AdaptiveAvgPool3d(AdaptiveAvgPool):
    """Divides each volume or video into a given number of regions and takes the mean of each.

    Region i of n over a size s reaches from floor(i·s/n) to ceil((i + 1)·s/n), so that any size comes out as asked.
    Shapes: B×C×D×H×W → B×C×output_size. Source: as torch.nn.AdaptiveAvgPool3d.
    """

    dims = 3
    synonyms = ("global average pooling", "gap", "mean pooling", "adaptive pooling")

    output_size: int | tuple[int, ...] = output_size_field(3)
