"""nn.AdaptiveMaxPool1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._adaptive import AdaptiveMaxPool, output_size_field


@dataclass(frozen=True, kw_only=True)
class AdaptiveMaxPool1d(AdaptiveMaxPool):
    """Divides each sequence into a given number of regions and takes the largest number of each.

    Region i of n over a size s reaches from floor(i·s/n) to ceil((i + 1)·s/n), so that any size comes out as asked.
    Shapes: B×C×L → B×C×output_size. Source: as torch.nn.AdaptiveMaxPool1d.
    """

    dims = 1
    synonyms = ("global max pooling", "adaptive pooling")

    output_size: int | tuple[int, ...] = output_size_field(1)
