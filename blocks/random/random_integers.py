"""RandomIntegers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, ints, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class RandomIntegers(Block):
    """Draws whole numbers for each example of a batch: a diffusion step's time, a class to generate.

    y ~ U{low, ..., high - 1}
    Shapes: a batch B×... → B, or B×sizes.
    Source: torch.randint.
    """

    inputs = (port("like", "A tensor whose batch and device the drawn numbers get."),)
    synonyms = ("randint", "time step", "random class", "uniform")

    low: int = whole(0, label="From", help="Smallest number.")
    high: int = whole(10, label="Below", help="One more than the largest number.")
    sizes: tuple[int, ...] = ints((), low=1, label="Sizes", help="Of what is drawn for each example; empty: one.")

    def infer(self, like: TensorType) -> TensorType:
        at_least_rank(like, 1, "a tensor with a batch", "like")
        if self.low >= self.high:
            raise ShapeError(
                f"“Below” must be above “From”; {self.high} and {self.low} came.",
                expected=f"more than {self.low}",
                came=str(self.high),
                part="high",
                fixes=(SetArgument("high", self.low + 1, f"Set it to {self.low + 1}"),),
            )
        return TensorType((like.shape[0], *self.sizes), "int64")

    def call(self, like: TensorType) -> Expression:
        values: dict[str, Any] = {f"size{at}": size for at, size in enumerate(self.sizes)}
        shape = ", ".join(["like.shape[0]", *values]) + ("" if values else ",")
        template = f"torch.randint(low, high, ({shape}), device=like.device)"
        return Expression(template, random=True, low=self.low, high=self.high, **values)

    def detail(self) -> str:
        return f"{self.low}…{self.high - 1}"
