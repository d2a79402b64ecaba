"""nn.ConstantPad3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._constant import ConstantPad
from blocks.padding._pad import padding_field


@dataclass(frozen=True, kw_only=True)
class ConstantPad3d(ConstantPad):
    """Adds slices, rows and columns of one value around volumes or videos; negative numbers cut them off.

    Shapes: B×C×D×H×W → B×C×(D + front + back)×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ConstantPad3d.
    """

    dims = 3
    synonyms = ("padding", "pad", "border", "crop", "fill")

    padding: int | tuple[int, ...] = padding_field(3)
