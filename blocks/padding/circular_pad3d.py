"""nn.CircularPad3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import CircularPad, padding_field


@dataclass(frozen=True, kw_only=True)
class CircularPad3d(CircularPad):
    """Adds slices, rows and columns around volumes or videos that come from the opposite end, as on a torus.

    x[-i] = x[n - i] and x[n - 1 + i] = x[i - 1].
    Shapes: B×C×D×H×W → B×C×(D + front + back)×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.CircularPad3d.
    """

    dims = 3
    synonyms = ("padding", "pad", "wrap", "periodic", "ring", "torus")

    padding: int | tuple[int, ...] = padding_field(3, low=0)
