"""Chunk."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, Symbol, exact_div, indivisible
from app.core.tensor_type import TensorType
from blocks.rules import dimension
from blocks.tensor._parts import MOST, Parts


@dataclass(frozen=True, kw_only=True)
class Chunk(Parts):
    """Cuts a tensor into equal parts along a dimension, one output for each: queries, keys and values.

    Shapes: B×T×3·F → three times B×T×F for 3 chunks of dim -1.
    Source: torch.chunk.
    """

    synonyms = ("split equally", "qkv", "halves", "unpack")

    chunks: int = whole(2, low=1, high=MOST, label="Parts", help="How many equal parts.")
    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="Along which the tensor is cut.")

    @property
    def count(self) -> int:
        return self.chunks

    def infer(self, input: TensorType) -> tuple[TensorType, ...]:
        self.check_names()
        dim = dimension(self.dim, input.rank)
        size: Dim = input.shape[dim]
        if indivisible(size, self.chunks):
            divisors = [parts for parts in range(2, MOST) if isinstance(size, int) and size % parts == 0]
            raise ShapeError(
                f"Dimension {self.dim} has the size {size}, which {self.chunks} equal parts do not divide. "
                "Choose a number that does, or a Split with a size for each part.",
                expected=f"a multiple of {self.chunks}",
                came=str(size),
                part="chunks",
                fixes=tuple(SetArgument("chunks", parts, f"Cut into {parts}") for parts in divisors[:1]),
            )
        each = exact_div(size, self.chunks) if self.chunks > 1 or isinstance(size, Symbol) else size
        part = input.with_shape(*input.shape[:dim], each, *input.shape[dim + 1 :])
        return (part,) * self.chunks

    def call(self, input: TensorType) -> Expression:
        return self.unpacking("input.chunk(chunks, dim=dim)", chunks=self.chunks, dim=self.dim)

    def detail(self) -> str:
        return f"into {self.chunks}"
