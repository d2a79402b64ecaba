"""nn.CircularPad2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import CircularPad, padding_field


@dataclass(frozen=True, kw_only=True)
class CircularPad2d(CircularPad):
    """Adds rows and columns around maps that come from the opposite end, as on a torus.

    x[-i] = x[n - i] and x[n - 1 + i] = x[i - 1].
    Shapes: B×C×H×W → B×C×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.CircularPad2d.
    """

    dims = 2
    synonyms = ("padding", "pad", "wrap", "periodic", "ring", "torus", "seamless")

    padding: int | tuple[int, ...] = padding_field(2, low=0)
