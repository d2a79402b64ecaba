"""nn.MaxPool2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._max import MaxPool
from blocks.pooling._pooling import dilation_field, padding_field, stride_field, window_field


@dataclass(frozen=True, kw_only=True)
class MaxPool2d(MaxPool):
    """Keeps the largest number of each window, channel by channel.

    Shapes: B×C×H×W → B×C×H'×W', each size n becoming
    floor((n + 2·padding - dilation·(window - 1) - 1) / stride) + 1, rounded up where asked for.
    Source: Weng et al., Learning recognition and segmentation of 3-D objects, 1993; as torch.nn.MaxPool2d.
    """

    dims = 2
    synonyms = ("max pooling", "subsampling", "downsampling")

    kernel_size: int | tuple[int, ...] = window_field(2)
    stride: int | tuple[int, ...] | None = stride_field(2)
    padding: int | tuple[int, ...] = padding_field(2)
    dilation: int | tuple[int, ...] = dilation_field(2)
