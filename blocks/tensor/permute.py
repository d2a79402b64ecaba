"""Permute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, ints
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Permute(Block):
    """Puts the dimensions into another order.

    Shapes: B×C×H×W → B×H×W×C for the order 0, 2, 3, 1.
    Source: torch.permute.
    """

    synonyms = ("transpose", "reorder", "channels last", "channels first", "time major")

    dims: tuple[int, ...] = ints((0, 2, 1), low=-8, label="Order", help="For each place the dimension that goes there.")

    def infer(self, input: TensorType) -> TensorType:
        order = [dimension(dim, input.rank, "dims") for dim in self.dims]
        if not input.rank or sorted(order) != list(range(input.rank)):
            raise ShapeError(
                f"The order must name each of the {input.rank} dimensions of “input” ({input}) once; "
                f"{', '.join(map(str, self.dims))} came.",
                expected=f"{input.rank} different dimensions",
                came=", ".join(map(str, self.dims)),
                part="dims",
                fixes=(SetArgument("dims", tuple(range(input.rank)), "Start from the order as it is"),),
            )
        return input.with_shape(*(input.shape[at] for at in order))

    def call(self, input: TensorType) -> Expression:
        values: dict[str, Any] = {f"dim{at}": dim for at, dim in enumerate(self.dims)}
        return Expression(f"input.permute({', '.join(values)})", **values)

    def detail(self) -> str:
        return " ".join(map(str, self.dims))[:20]
