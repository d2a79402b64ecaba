"""nn.ReplicationPad1d."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.padding._pad import ReplicationPad, padding_field


@dataclass(frozen=True, kw_only=True)
class ReplicationPad1d(ReplicationPad):
    """Adds positions at the ends of sequences that repeat the border.

    x[-i] = x[0] and x[n - 1 + i] = x[n - 1].
    Shapes: B×C×L → B×C×(L + left + right).
    Source: as torch.nn.ReplicationPad1d.
    """

    dims = 1
    synonyms = ("padding", "pad", "replicate", "edge", "border")

    padding: int | tuple[int, ...] = padding_field(1, low=0)
