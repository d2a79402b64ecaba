"""nn.AvgPool1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._average import AvgPool
from blocks.pooling._pooling import padding_field, stride_field, window_field


@dataclass(frozen=True, kw_only=True)
class AvgPool1d(AvgPool):
    """The mean of each window, channel by channel.

    Shapes: B×C×L → B×C×L', each size n becoming floor((n + 2·padding - window) / stride) + 1, rounded up
    where asked for. Source: as torch.nn.AvgPool1d.
    """

    dims = 1
    synonyms = ("average pooling", "mean pooling", "subsampling", "downsampling", "moving average")

    kernel_size: int | tuple[int, ...] = window_field(1)
    stride: int | tuple[int, ...] | None = stride_field(1)
    padding: int | tuple[int, ...] = padding_field(1)
