"""nn.CircularPad1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import CircularPad, padding_field


@dataclass(frozen=True, kw_only=True)
class CircularPad1d(CircularPad):
    """Adds positions at the ends of sequences that come from the opposite end, as on a ring.

    x[-i] = x[n - i] and x[n - 1 + i] = x[i - 1].
    Shapes: B×C×L → B×C×(L + left + right).
    Source: as torch.nn.CircularPad1d.
    """

    dims = 1
    synonyms = ("padding", "pad", "wrap", "periodic", "ring", "torus")

    padding: int | tuple[int, ...] = padding_field(1, low=0)
