"""Index."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import Symbol, differ
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class Index(Block):
    """Rows of a tensor: those with the given numbers, or those where a mask is true.

    y = x[index]
    Shapes: N×F and E whole numbers → E×F; with a mask N → n×F, where n is not known beforehand.
    Source: torch's indexing, as numpy has it.
    """

    inputs = (port("input", "What rows are taken from."), port("index", "Row numbers, or a bool for each row."))
    synonyms = ("select rows", "mask", "boolean mask", "look up", "gather nodes", "masked select", "boolean indexing")

    def infer(self, input: TensorType, index: TensorType) -> TensorType:
        at_least_rank(input, 1, "at least one dimension")
        if index.dtype == "bool":
            return self._masked(input, index)
        if index.dtype not in ("int64", "int32"):
            raise ShapeError(
                f"“index” takes row numbers (int64) or a mask (bool); {index.dtype} came.",
                expected="int64 or bool",
                came=index.dtype,
                part="index",
            )
        return input.with_shape(*index.shape, *input.shape[1:])

    def _masked(self, input: TensorType, index: TensorType) -> TensorType:
        if index.rank != 1 or differ(index.shape[0], input.shape[0]):
            raise ShapeError(
                f"A mask must have one bool for each of the {input.shape[0]} rows; {index} came.",
                expected=f"{input.shape[0]} bool",
                came=str(index),
                part="index",
            )
        return input.with_shape(Symbol("n"), *input.shape[1:])

    def call(self, input: TensorType, index: TensorType) -> Expression:
        return Expression("input[index]")
