"""nn.ReplicationPad3d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ReplicationPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ReplicationPad3d(ReplicationPad):
    """Adds slices, rows and columns around volumes or videos that repeat the border.

    x[-i] = x[0] and x[n - 1 + i] = x[n - 1].
    Shapes: B×C×D×H×W → B×C×(D + front + back)×(H + top + bottom)×(W + left + right).
    Source: as torch.nn.ReplicationPad3d.
    """

    dims = 3
    synonyms = ("padding", "pad", "replicate", "edge", "border")

    padding: int | tuple[int, ...] = padding_field(3, low=0)
