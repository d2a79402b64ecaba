"""nn.ReflectionPad3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ReflectionPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ReflectionPad3d(ReflectionPad):
    """Adds slices, rows and columns around volumes or videos that mirror what is inside, without the border.

    x[-i] = x[i] and x[n - 1 + i] = x[n - 1 - i].
    Shapes: B×C×D×H×W → B×C×(D + front + back)×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ReflectionPad3d.
    """

    dims = 3
    synonyms = ("padding", "pad", "mirror", "reflect", "border")

    padding: int | tuple[int, ...] = padding_field(3, low=0)
