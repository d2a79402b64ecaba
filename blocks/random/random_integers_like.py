"""RandomIntegersLike."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class RandomIntegersLike(Block):
    """Draws a whole number for each element of another tensor: tokens to put in the place of others.

    y ~ U{low, ..., high - 1}
    Shapes: any, kept; int64.
    Source: torch.randint_like.
    """

    inputs = (port("like", "A tensor whose shape and device the drawn numbers get."),)
    synonyms = ("randint like", "random tokens", "corrupt", "bert", "uniform")

    low: int = whole(0, label="From", help="Smallest number.")
    high: int = whole(10, label="Below", help="One more than the largest number.")

    def infer(self, like: TensorType) -> TensorType:
        if self.low >= self.high:
            raise ShapeError(
                f"“Below” must be above “From”; {self.high} and {self.low} came.",
                expected=f"more than {self.low}",
                came=str(self.high),
                part="high",
                fixes=(SetArgument("high", self.low + 1, f"Set it to {self.low + 1}"),),
            )
        return like.with_dtype("int64")

    def call(self, like: TensorType) -> Expression:
        dtype = "" if like.dtype == "int64" else ", dtype=torch.int64"
        return Expression(f"torch.randint_like(like, low, high{dtype})", random=True, low=self.low, high=self.high)

    def detail(self) -> str:
        return f"{self.low}…{self.high - 1}"
