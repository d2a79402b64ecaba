"""nn.ZeroPad2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ZeroPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ZeroPad2d(ZeroPad):
    """Adds rows and columns of zeros around maps; negative numbers cut them off.

    Shapes: B×C×H×W → B×C×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ZeroPad2d.
    """

    dims = 2
    synonyms = ("padding", "pad", "border", "crop")

    padding: int | tuple[int, ...] = padding_field(2)
