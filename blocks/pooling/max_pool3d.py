"""nn.MaxPool3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._max import MaxPool
from blocks.pooling._pooling import dilation_field, padding_field, stride_field, window_field


@dataclass(frozen=True, kw_only=True)
class MaxPool3d(MaxPool):
    """Keeps the largest number of each window of a volume or video, channel by channel.

    Shapes: B×C×D×H×W → B×C×D'×H'×W', each size n becoming
    floor((n + 2·padding - dilation·(window - 1) - 1) / stride) + 1, rounded up where asked for.
    Source: Weng et al., Learning recognition and segmentation of 3-D objects, 1993; as torch.nn.MaxPool3d.
    """

    dims = 3
    synonyms = ("max pooling", "subsampling", "downsampling", "video", "volume")

    kernel_size: int | tuple[int, ...] = window_field(3)
    stride: int | tuple[int, ...] | None = stride_field(3)
    padding: int | tuple[int, ...] = padding_field(3)
    dilation: int | tuple[int, ...] = dilation_field(3)
