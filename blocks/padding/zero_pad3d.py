"""nn.ZeroPad3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ZeroPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ZeroPad3d(ZeroPad):
    """Adds slices, rows and columns of zeros around volumes or videos; negative numbers cut them off.

    Shapes: B×C×D×H×W → B×C×(D + front + back)×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ZeroPad3d.
    """

    dims = 3
    synonyms = ("padding", "pad", "border", "crop")

    padding: int | tuple[int, ...] = padding_field(3)
