"""Diagonal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, Symbol, smaller
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Diagonal(Block):
    """The diagonal of matrices, as the last dimension: each example with itself.

    y[..., i] = x[..., i, i + offset]
    Shapes: ...×N×N → ...×N for dimensions -2 and -1.
    Source: torch.diagonal.
    """

    synonyms = ("diag", "main diagonal", "self similarity", "matched pairs")

    offset: int = whole(0, label="Offset", help="0 is the main diagonal, 1 the one above it, -1 the one below.")
    dim1: int = whole(-2, low=-8, high=7, label="Rows", help="The dimension that counts rows.")
    dim2: int = whole(-1, low=-8, high=7, label="Columns", help="The dimension that counts columns.")

    def infer(self, input: TensorType) -> TensorType:
        one, other = (dimension(getattr(self, name), input.rank, name) for name in ("dim1", "dim2"))
        if one == other:
            raise ShapeError(
                f"Rows and columns must be two dimensions; {self.dim1} and {self.dim2} are the same.",
                expected="two dimensions",
                came=str(self.dim2),
                part="dim2",
            )
        length = self._length(input.shape[one], input.shape[other])
        kept = [size for at, size in enumerate(input.shape) if at not in (one, other)]
        return input.with_shape(*kept, length)

    def _length(self, rows: Dim, columns: Dim) -> Dim:
        rows, columns = (rows, columns - self.offset) if self.offset >= 0 else (rows + self.offset, columns)
        gap = columns - rows
        if isinstance(gap, Symbol):
            raise ShapeError(
                f"Whether the diagonal ends with the {rows} rows or the {columns} columns is not known. "
                "Give both a fixed size, or the same one.",
                expected="known sizes",
                came=f"{rows} and {columns}",
                part="input",
            )
        length: Dim = columns if gap < 0 else rows
        if smaller(length, 1):
            raise ShapeError(
                f"The diagonal {self.offset} is beyond the matrix: nothing lies on it.",
                expected="at least one element",
                came=str(self.offset),
                part="offset",
                fixes=(SetArgument("offset", 0, "Take the main diagonal"),),
            )
        return length

    def call(self, input: TensorType) -> Expression:
        values: dict[str, Any] = {} if self.offset == 0 else {"offset": self.offset}
        values |= {"dim1": self.dim1, "dim2": self.dim2}
        return Expression(f"input.diagonal({', '.join(f'{name}={name}' for name in values)})", **values)

    def detail(self) -> str:
        return f"{self.dim1} {self.dim2}"
