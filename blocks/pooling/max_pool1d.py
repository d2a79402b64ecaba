"""nn.MaxPool1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._max import MaxPool
from blocks.pooling._pooling import dilation_field, padding_field, stride_field, window_field


@dataclass(frozen=True, kw_only=True)
class MaxPool1d(MaxPool):
    """Keeps the largest number of each window, channel by channel.

    Shapes: B×C×L → B×C×L', each size n becoming
    floor((n + 2·padding - dilation·(window - 1) - 1) / stride) + 1, rounded up where asked for.
    Source: Weng et al., Learning recognition and segmentation of 3-D objects, 1993; as torch.nn.MaxPool1d.
    """

    dims = 1
    synonyms = ("max pooling", "subsampling", "downsampling")

    kernel_size: int | tuple[int, ...] = window_field(1)
    stride: int | tuple[int, ...] | None = stride_field(1)
    padding: int | tuple[int, ...] = padding_field(1)
    dilation: int | tuple[int, ...] = dilation_field(1)

    def _largest_padding(self, kernel: int, reach: int) -> int:
        """Without gradients torch does not count the dilation here; what runs must also run then."""
        return kernel // 2
