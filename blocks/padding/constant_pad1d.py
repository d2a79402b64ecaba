"""nn.ConstantPad1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._constant import ConstantPad
from blocks.padding._pad import padding_field


@dataclass(frozen=True, kw_only=True)
class ConstantPad1d(ConstantPad):
    """Adds positions of one value at the ends of sequences; negative numbers cut them off.

    Shapes: B×C×L → B×C×(L + left + right).
    Source: as torch.nn.ConstantPad1d.
    """

    dims = 1
    synonyms = ("padding", "pad", "border", "crop", "fill", "causal")

    padding: int | tuple[int, ...] = padding_field(1)
