"""Reshape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, ints, whole
from app.core.problems import Fix, SetArgument, ShapeError
from app.core.symbolic import Dim, Symbol, differ, exact_div, indivisible, product
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class Reshape(Block):
    """The same elements in the same order, in another shape; the first dimensions are kept.

    Shapes: B×784 → B×1×28×28 for the sizes 1, 28, 28; one of them may be -1: what is left.
    Source: torch.reshape.
    """

    synonyms = ("view", "unflatten", "fold", "-1")

    shape: tuple[int, ...] = ints((-1,), low=-1, label="Sizes", help="After the kept ones; -1 stands for what is left.")
    keep: int = whole(1, low=0, high=7, label="Kept", help="How many first dimensions stay; 1 keeps the batch.")

    def infer(self, input: TensorType) -> TensorType:
        self._check(input)
        rest, known = product(input.shape[self.keep :]), product([size for size in self.shape if size != -1])
        if -1 not in self.shape:
            if differ(rest, known):
                raise self._misfit(input, rest, str(known))
            return input.with_shape(*input.shape[: self.keep], *self.shape)
        if indivisible(rest, known):
            raise self._misfit(input, rest, f"a multiple of {known}")
        left: Dim = exact_div(rest, known)
        return input.with_shape(*input.shape[: self.keep], *(left if size == -1 else size for size in self.shape))

    def _check(self, input: TensorType) -> None:
        if self.keep > input.rank:
            raise ShapeError(
                f"{self.keep} dimensions cannot be kept: {input} has {input.rank}.",
                expected=f"at most {input.rank}",
                came=str(self.keep),
                part="keep",
                fixes=(SetArgument("keep", min(1, input.rank), "Keep the batch"),),
            )
        if 0 in self.shape or list(self.shape).count(-1) > 1:
            raise ShapeError(
                "Sizes are at least 1, and only one of them may be -1 (what is left).",
                expected="sizes of at least 1",
                came=", ".join(map(str, self.shape)),
                part="shape",
            )

    def _misfit(self, input: TensorType, rest: Dim, expected: str) -> ShapeError:
        fixes: tuple[Fix, ...] = (SetArgument("shape", (-1,), "Flatten to one size"),)
        return ShapeError(
            f"{input} has {rest} elements after the first {self.keep} dimensions; the sizes "
            f"{', '.join(map(str, self.shape))} need {expected}. Change a size, or make one of them -1.",
            expected=expected,
            came=str(rest),
            part="shape",
            fixes=fixes,
        )

    def call(self, input: TensorType) -> Expression:
        values: dict[str, Any] = {f"size{at}": size for at, size in enumerate(self.shape)}
        front = self._front(input)
        return Expression(f"input.reshape({', '.join([*front, *values])})", **values)

    def _front(self, input: TensorType) -> list[str]:
        """A kept batch is -1 where the others are certain: ``x.reshape(-1, 1, 28, 28)``."""
        if self.keep > 1:
            return [f"*input.shape[:{self.keep}]"]
        if not self.keep:
            return []
        certain = -1 not in self.shape and not any(isinstance(size, Symbol) for size in input.shape[1:])
        return ["-1" if certain else "input.shape[0]"]

    def detail(self) -> str:
        return "×".join(map(str, self.shape))[:20]
