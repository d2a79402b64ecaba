"""Binning."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, choice
from app.core.tensor_type import TensorType
from blocks.quantisation._bins import Bins
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Binning(Bins):
    """Numbers as classes: which of several equal steps between two bounds each one falls into.

    y = ⌊(x - low) / (high - low) · bins⌋, held within 0 and bins - 1
    Shapes: any, kept, int64; or ...×bins, float32, with a single 1. No gradient flows back.
    Source: as torch.bucketize with equal steps.
    """

    synonyms = ("bucketize", "discretise", "quantise", "histogram", "one-hot bins", "two-hot", "digitize", "classes")

    gives: str = choice("index", "index", "one-hot", label="Gives", help="The bin's number, or a vector with a 1.")

    def infer(self, input: TensorType) -> TensorType:
        floating(input)
        self.check_bounds()
        if self.gives == "index":
            return input.with_dtype("int64")
        return TensorType((*input.shape, self.bins))

    def call(self, input: TensorType) -> Expression:
        self.check_bounds()
        call = "binning(input, bins, low, high)"
        vectors = f"F.one_hot({call}, bins).float()"
        template = call if self.gives == "index" else vectors
        return Expression(template, source="binning", bins=self.bins, low=self.low, high=self.high)
