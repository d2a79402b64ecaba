"""nn.ReplicationPad2d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ReplicationPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ReplicationPad2d(ReplicationPad):
    """Adds rows and columns around maps that repeat the border.

    x[-i] = x[0] and x[n - 1 + i] = x[n - 1].
    Shapes: B×C×H×W → B×C×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ReplicationPad2d.
    """

    dims = 2
    synonyms = ("padding", "pad", "replicate", "edge", "border")

    padding: int | tuple[int, ...] = padding_field(2, low=0)
