"""nn.ReflectionPad1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ReflectionPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ReflectionPad1d(ReflectionPad):
    """Adds positions at the ends of sequences that mirror what is inside, without the border.

    x[-i] = x[i] and x[n - 1 + i] = x[n - 1 - i].
    Shapes: B×C×L → B×C×(L + left + right).
    Source: as torch.nn.ReflectionPad1d.
    """

    dims = 1
    synonyms = ("padding", "pad", "mirror", "reflect", "border")

    padding: int | tuple[int, ...] = padding_field(1, low=0)
