"""What reductions have in common: which dimensions they take away, and whether these stay with size 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.core.block import Block, Expression, flag, ints
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim
from app.core.tensor_type import DTYPES, TensorType
from blocks.elementwise import dtype_among
from blocks.rules import dimension

DIMS_HELP = "Which ones are taken together; -1 is the last. Empty: all."
KEEPDIM_HELP = "Keep them with size 1, so that the result broadcasts with the input."


@dataclass(frozen=True, kw_only=True)
class Reduction(Block):
    """Base of reductions over some dimensions, or over all: ``input.mean(dim=(2, 3))``."""

    method: ClassVar[str]
    takes: ClassVar[frozenset[str]] = frozenset(DTYPES)

    dim: tuple[int, ...] = ints((-1,), low=-8, label="Dimensions", help=DIMS_HELP)
    keepdim: bool = flag(False, label="Keep dimensions", help=KEEPDIM_HELP)

    def infer(self, input: TensorType) -> TensorType:
        dtype_among(input, self.takes)
        return input.with_shape(*self.left(input)).with_dtype(self.dtype(input.dtype))

    def dtype(self, dtype: str) -> str:
        """dtype of the result."""
        return dtype

    def dims(self, rank: int) -> list[int]:
        """The dimensions, counted from the front."""
        found = [dimension(dim, rank) for dim in self.dim] or list(range(rank))
        if len(set(found)) < len(found):
            raise ShapeError(
                f"Each dimension can be taken once; {', '.join(map(str, self.dim))} came.",
                expected="different dimensions",
                came=", ".join(map(str, self.dim)),
                part="dim",
                fixes=(SetArgument("dim", tuple(sorted(set(found))), "Take each once"),),
            )
        return found

    def left(self, input: TensorType) -> list[Dim]:
        """The sizes that remain."""
        gone = set(self.dims(input.rank))
        kept = [1 if at in gone else size for at, size in enumerate(input.shape)]
        return kept if self.keepdim else [size for at, size in enumerate(input.shape) if at not in gone]

    def call(self, input: TensorType) -> Expression:
        return self.reducing(input, f"input.{self.method}(", ")")

    def reducing(self, input: TensorType, opening: str, closing: str, *more: str, **values: Any) -> Expression:
        """The call with its dimensions; a single one is written without brackets."""
        parts = list(more)
        if len(self.dim) == 1:
            parts.append("dim=dim0")
            values["dim0"] = self.dim[0]
        elif self.dim:
            parts.append("dim=dim")
            values["dim"] = self.dim
        elif self.keepdim:
            parts.append("dim=every")
            values["every"] = tuple(range(input.rank))
        if self.keepdim:
            parts.append("keepdim=True")
        return Expression(opening + ", ".join(parts) + closing, **values)

    def detail(self) -> str:
        return "all" if not self.dim else "dim " + " ".join(map(str, self.dim))[:12]
