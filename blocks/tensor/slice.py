"""Slice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, Symbol, smaller
from app.core.tensor_type import TensorType
from blocks.rules import dimension
from blocks.tensor._indexing import bound, brackets


@dataclass(frozen=True, kw_only=True)
class Slice(Block):
    """A stretch of one dimension: from start up to, but without, stop; negative ones count from the end.

    Shapes: B×T → B×(T - 1) for start 1 of dim 1.
    Source: Python's slices, as torch has them.
    """

    synonyms = ("narrow", "crop", "range", "part", "[:]", "shift")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Which one is cut; -1 is the last.")
    start: int = whole(0, label="From", help="First position that is kept; negative counts from the end.")
    stop: int | None = whole(label="Up to", help="First position that is not kept. Empty: to the end.")
    step: int = whole(1, low=1, label="Step", help="2 keeps every second position.")

    def infer(self, input: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        return input.with_shape(*input.shape[:dim], self._length(input.shape[dim]), *input.shape[dim + 1 :])

    def _length(self, size: Dim) -> Dim:
        first, last = bound(self.start, size, 0), bound(self.stop, size, size)
        length: Dim = last - first if first != 0 else last
        from_front = self.start >= 0 and (self.stop is None or self.stop < 0)
        if isinstance(size, Symbol) and not from_front and length != 1:
            raise ShapeError(
                f"Dimension {self.dim} has the unknown size {size}; where it is short, these bounds would give fewer "
                "positions. Use Narrow, which insists on its length, or bounds that keep the end.",
                expected="a known size",
                came=str(size),
                part="stop" if self.start >= 0 else "start",
            )
        if smaller(length, 1):
            raise ShapeError(
                f"Nothing is left of dimension {self.dim}: it has the size {size}, and {first} up to {last} is empty.",
                expected="at least one position",
                came=f"{first}:{last} of {size}",
                part="start",
                fixes=(SetArgument("start", 0, "Start at 0"),),
            )
        return length if self.step == 1 else (length - 1) // self.step + 1

    def call(self, input: TensorType) -> Expression:
        values: dict[str, Any] = {"start": self.start, "stop": self.stop, "step": self.step}
        shown = {"start": self.start != 0, "stop": self.stop is not None, "step": self.step != 1}
        text = ":".join(name if shown[name] else "" for name in ("start", "stop"))
        text += ":step" if shown["step"] else ""
        used = {name: value for name, value in values.items() if shown[name]}
        return Expression("input" + brackets(self.dim, input.rank, text), **used)

    def detail(self) -> str:
        stop = "" if self.stop is None else self.stop
        return f"{self.start or ''}:{stop}" + (f":{self.step}" if self.step != 1 else "")
