"""Scatter."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, port, real, whole
from app.core.problems import ShapeError
from app.core.symbolic import Dim, Symbol
from app.core.tensor_type import TensorType
from blocks.elementwise import REAL, dtype_among, kind
from blocks.rules import at_least_rank, dimension, same_dtype, wrong_dtype

METHODS = {"replace": "", "sum": "sum", "product": "prod", "mean": "mean", "max": "amax", "min": "amin"}


@dataclass(frozen=True, kw_only=True)
class Scatter(Block):
    """Writes elements along a dimension, at positions that another tensor gives, or adds them to what is there.

    y = x, then y[i, index[i, j]] = source[i, j] for dimension 1, or += and so on
    Shapes: that of the input; positions and source have as many dimensions.
    Source: torch.Tensor.scatter, scatter_add and scatter_reduce.
    """

    inputs = (
        port("input", "What is written into."),
        port("index", "Positions along the dimension, int64."),
        port("source", "What is written, instead of the number.", optional=True),
    )
    synonyms = ("scatter add", "scatter_reduce", "scatter_", "put", "assign", "accumulate", "write at")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="That of the positions.")
    reduction: str = choice("replace", *METHODS, label="With what is there", help="What becomes of the two values.")
    value: float = real(1, label="Number", help="What is written where no source is wired.")

    def infer(self, input: TensorType, index: TensorType, source: TensorType | None = None) -> TensorType:
        at_least_rank(input, 1, "at least one dimension")
        dim = dimension(self.dim, input.rank)
        if index.dtype != "int64":
            raise wrong_dtype(index, "positions (int64)", "int64", "index")
        self._check_rank(index, input.rank, "index")
        self._check_room(index, input, "“input”", dim)
        if source is None:
            self._check_number(input)
            return input
        same_dtype(source, input, "source", "input")
        if self.reduction not in ("replace", "sum"):
            dtype_among(input, REAL if self.reduction == "mean" else REAL | {"bool"})
        self._check_rank(source, input.rank, "source")
        self._check_room(index, source, "“source”")
        return input

    def _check_rank(self, came: TensorType, rank: int, port: str) -> None:
        if came.rank != rank:
            raise ShapeError(
                f"“{port}” must have {rank} dimensions, as “input” has; {came} came. Unsqueeze or Squeeze it.",
                expected=f"{rank} dimensions",
                came=str(came),
                part=port,
            )

    def _check_room(self, index: TensorType, other: TensorType, name: str, free: int | None = None) -> None:
        """Positions are no larger than what they lead from and to."""
        for at, (its, mine) in enumerate(zip(index.shape, other.shape, strict=True)):
            gap: Dim = mine - its
            if at != free and not isinstance(gap, Symbol) and gap < 0:
                raise ShapeError(
                    f"“index” ({index}) must not be larger than {name} ({other}) in dimension {at}.",
                    expected=f"at most {mine}",
                    came=str(its),
                    part="index",
                )

    def _check_number(self, input: TensorType) -> None:
        if self.reduction != "replace":
            raise ShapeError(
                f"“{self.reduction}” needs a source; none is wired. Wire one, for a number a Full of the shape of the "
                "positions.",
                expected="a source",
                came="none",
                part="source",
            )
        if isinstance(self.value, float) and kind(input.dtype) < 2:
            raise wrong_dtype(input, "floating-point numbers, as the number to write is", "float32")

    def call(self, input: TensorType, index: TensorType, source: TensorType | None = None) -> Expression:
        if source is None:
            self._check_number(input)
            return Expression("input.scatter(dim, index, value)", dim=self.dim, value=self.value)
        if self.reduction == "replace":
            return Expression("input.scatter(dim, index, source)", dim=self.dim)
        if self.reduction == "sum":
            return Expression("input.scatter_add(dim, index, source)", dim=self.dim)
        method = METHODS[self.reduction]
        return Expression(f'input.scatter_reduce(dim, index, source, "{method}")', dim=self.dim)

    def detail(self) -> str:
        return f"dim {self.dim} {self.reduction}"
