"""nn.FractionalMaxPool2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.pooling._fractional import FractionalMaxPool, output_size_field
from blocks.pooling._pooling import window_field


@dataclass(frozen=True, kw_only=True)
class FractionalMaxPool2d(FractionalMaxPool):
    """Keeps the largest number of windows whose places are drawn anew each time, so that a size shrinks by any ratio.

    Draws in evaluation, too. Shapes: B×C×H×W → B×C×sizes, each size n becoming floor(n·ratio), or as given.
    Source: Graham, Fractional max-pooling, 2014; as torch.nn.FractionalMaxPool2d.
    """

    dims = 2
    synonyms = ("max pooling", "stochastic pooling", "downsampling")

    kernel_size: int | tuple[int, ...] = window_field(2)
    output_size: int | tuple[int, ...] | None = output_size_field(2)
