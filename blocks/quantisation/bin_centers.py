"""BinCenters."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.quantisation._bins import Bins
from blocks.rules import indices


@dataclass(frozen=True, kw_only=True)
class BinCenters(Bins):
    """Classes of a Binning as numbers again: the middle of each bin.

    y = low + (x + ½) · (high - low) / bins
    Shapes: any, kept; whole numbers in, float32 out.
    Source: the way back from Binning.
    """

    synonyms = ("dequantise", "unbin", "bin centres", "decode classes", "action bins")

    def infer(self, input: TensorType) -> TensorType:
        indices(input)
        self.check_bounds()
        return input.with_dtype("float32")

    def call(self, input: TensorType) -> Expression:
        self.check_bounds()
        call = "bin_centers(input, bins, low, high)"
        return Expression(call, source="binning", bins=self.bins, low=self.low, high=self.high)
