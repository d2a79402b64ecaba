"""nn.ConstantPad2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._constant import ConstantPad
from blocks.padding._pad import padding_field


@dataclass(frozen=True, kw_only=True)
class ConstantPad2d(ConstantPad):
    """Adds rows and columns of one value around maps; negative numbers cut them off.

    Shapes: B×C×H×W → B×C×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ConstantPad2d.
    """

    dims = 2
    synonyms = ("padding", "pad", "border", "crop", "fill")

    padding: int | tuple[int, ...] = padding_field(2)
