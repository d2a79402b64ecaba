"""nn.ReflectionPad2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ReflectionPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ReflectionPad2d(ReflectionPad):
    """Adds rows and columns around maps that mirror what is inside, without the border.

    x[-i] = x[i] and x[n - 1 + i] = x[n - 1 - i].
    Shapes: B×C×H×W → B×C×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ReflectionPad2d.
    """

    dims = 2
    synonyms = ("padding", "pad", "mirror", "reflect", "border", "style transfer")

    padding: int | tuple[int, ...] = padding_field(2, low=0)
