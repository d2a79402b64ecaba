"""Squeeze."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Squeeze(Block):
    """Takes a dimension of size 1 away.

    Shapes: B×1 → B for dim -1.
    Source: torch.squeeze, which silently leaves a larger dimension in place; here that is a mistake.
    """

    synonyms = ("remove dimension", "flatten")

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help="Which one goes; its size is 1.")

    def infer(self, input: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        if differ(input.shape[dim], 1):
            ones = [at for at, size in enumerate(input.shape) if isinstance(size, int) and size == 1]
            raise ShapeError(
                f"Only a dimension of size 1 can be taken away; dimension {self.dim} of {input} has {input.shape[dim]}."
                " Choose another one, or a Mean or Select.",
                expected="size 1",
                came=str(input.shape[dim]),
                part="dim",
                fixes=tuple(SetArgument("dim", at, f"Take dimension {at} away") for at in ones[:1]),
            )
        return input.with_shape(*input.shape[:dim], *input.shape[dim + 1 :])

    def call(self, input: TensorType) -> Expression:
        return Expression("input.squeeze(dim)", dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim}"
