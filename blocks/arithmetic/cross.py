"""Cross."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.elementwise import NUMBERS, broadcasting, dtype_among
from blocks.rules import dimension, same_dtype


@dataclass(frozen=True, kw_only=True)
class Cross(Block):
    """Cross product of vectors in space: a vector at right angles to both, such as a surface normal.

    y = (a₂b₃ - a₃b₂, a₃b₁ - a₁b₃, a₁b₂ - a₂b₁)
    Shapes: twice ...×3 → ...×3; sizes of 1 broadcast.
    Source: torch.linalg.cross.
    """

    inputs = (port("a", "...×3"), port("b", "...×3"))
    synonyms = ("vector product", "normal", "torque")

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="That of the three coordinates.")

    def infer(self, a: TensorType, b: TensorType) -> TensorType:
        dtype_among(a, NUMBERS, "a")
        same_dtype(b, a, "b", "a")
        if b.rank != a.rank:
            raise ShapeError(
                f"“b” must have {a.rank} dimensions, as “a” has; {b} came. Unsqueeze or Squeeze it.",
                expected=f"{a.rank} dimensions",
                came=str(b),
                part="b",
            )
        dim = dimension(self.dim, a.rank)
        for name, came in (("a", a), ("b", b)):
            if differ(came.shape[dim], 3):
                raise ShapeError(
                    f"A cross product takes vectors of three coordinates; dimension {self.dim} of “{name}” has "
                    f"{came.shape[dim]} ({came}).",
                    expected="size 3",
                    came=str(came.shape[dim]),
                    part=name,
                )
        return broadcasting({"a": a, "b": b})

    def call(self, a: TensorType, b: TensorType) -> Expression:
        if self.dim == -1:
            return Expression("torch.linalg.cross(a, b)")
        return Expression("torch.linalg.cross(a, b, dim=dim)", dim=self.dim)
