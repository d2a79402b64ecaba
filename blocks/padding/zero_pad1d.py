"""nn.ZeroPad1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ZeroPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ZeroPad1d(ZeroPad):
    """Adds positions of zeros at the ends of sequences; negative numbers cut them off.

    Shapes: B×C×L → B×C×(L + left + right).
    Source: as torch.nn.ZeroPad1d.
    """

    dims = 1
    synonyms = ("padding", "pad", "border", "crop", "causal")

    padding: int | tuple[int, ...] = padding_field(1)
