"""nn.AvgPool3d."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.block import whole
from blocks.pooling._average import DEFAULTS, AvgPool
from blocks.pooling._pooling import padding_field, stride_field, window_field


@dataclass(frozen=True, kw_only=True)
class AvgPool3d(AvgPool):
    """The mean of each window, channel by channel.

    Shapes: B×C×D×H×W → B×C×D'×H'×W', each size n becoming floor((n + 2·padding - window) / stride) + 1, rounded up
    where asked for. Source: as torch.nn.AvgPool3d.
    """

    dims = 3
    fits_unpadded = True
    synonyms = ("average pooling", "mean pooling", "subsampling", "downsampling", "video", "volume")

    kernel_size: int | tuple[int, ...] = window_field(3)
    stride: int | tuple[int, ...] | None = stride_field(3)
    padding: int | tuple[int, ...] = padding_field(3)
    divisor_override: int | None = whole(
        None, low=1, label="Divisor", help="What the sum is divided by; nothing: the number of positions."
    )

    def _defaults(self) -> Mapping[str, Any]:
        return {**DEFAULTS, "divisor_override": None}
