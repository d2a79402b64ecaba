"""nn.MaxUnpool3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._pooling import padding_field, stride_field, window_field
from blocks.pooling._unpool import MaxUnpool


@dataclass(frozen=True, kw_only=True)
class MaxUnpool3d(MaxUnpool):
    """Puts each number back to where a max pool took it from, among zeros.

    Shapes: B×C×D×H×W and indices of the same shape → B×C×sizes, each size n becoming
    (n - 1)·stride - 2·padding + window, or the size of “like”.
    Source: Zeiler and Fergus, Visualizing and understanding convolutional networks, 2013; as torch.nn.MaxUnpool3d.
    """

    dims = 3
    synonyms = ("unpooling", "switches", "segnet", "deconvnet", "upsampling")

    kernel_size: int | tuple[int, ...] = window_field(3)
    stride: int | tuple[int, ...] | None = stride_field(3)
    padding: int | tuple[int, ...] = padding_field(3)
