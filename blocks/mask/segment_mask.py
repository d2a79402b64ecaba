"""SegmentMask."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, flag, port
from app.core.tensor_type import INTEGER, TensorType
from blocks.elementwise import dtype_among
from blocks.rules import shaped


@dataclass(frozen=True, kw_only=True)
class SegmentMask(Block):
    """Which positions each position may look at: those of its own segment, where several texts share a row.

    y[b, i, j] = segments[b, i] == segments[b, j], or the opposite where true means blocked.
    Shapes: B×T → B×T×T, or B×1×T×T for attention scores B×heads×T×T; bool.
    Source: Krell et al., Efficient sequence packing without cross-contamination, 2021.
    """

    inputs = (port("segments", "B×T: the number of the segment that each position is in."),)
    synonyms = ("document mask", "sequence packing", "block diagonal", "graph batch")

    true: str = choice("allowed", "allowed", "blocked", label="True means", help="What true says of a pair.")
    for_scores: bool = flag(False, label="For scores", help="Make it fit attention scores, B×heads×T×T.")

    def infer(self, segments: TensorType) -> TensorType:
        shaped(segments, "B×T", "segments")
        dtype_among(segments, INTEGER | {"bool"}, "segments")
        batch, length = segments.shape
        heads = (1,) if self.for_scores else ()
        return TensorType((batch, *heads, length, length), "bool")

    def call(self, segments: TensorType) -> Expression:
        compare = "==" if self.true == "allowed" else "!="
        heads = "None, " if self.for_scores else ""
        return Expression(f"segments[:, {heads}:, None] {compare} segments[:, {heads}None, :]")

    def detail(self) -> str:
        return self.true
