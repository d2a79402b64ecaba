"""Median."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL
from blocks.reduction._along import OverOne


@dataclass(frozen=True, kw_only=True)
class Median(OverOne):
    """Element in the middle of a dimension, in order of size: a mean that outliers do not move.

    Of an even number it is the smaller of the two in the middle.
    Shapes: B×F → B for dimension 1.
    Source: torch.median.
    """

    takes = REAL
    synonyms = ("middle", "robust mean", "50th percentile")

    def call(self, input: TensorType) -> Expression:
        return Expression(f"input.median({self.where}).values", dim=self.dim)
