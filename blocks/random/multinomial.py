"""Multinomial."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.rules import wrong_dtype


@dataclass(frozen=True, kw_only=True)
class Multinomial(Block):
    """Draws several places by their weights, each at most once: negative samples, examples from a memory.

    Shapes: weights B×C → B×count, or C → count; int64.
    Source: torch.multinomial.
    """

    inputs = (port("weights", "How likely each place is; not negative, they need not sum to 1."),)
    synonyms = ("without replacement", "negative sampling", "weighted choice", "subset", "categorical")

    count: int = whole(1, low=1, label="Number", help="How many are drawn for each example.")
    replacement: bool = flag(False, label="With replacement", help="The same place may be drawn again.")

    def infer(self, weights: TensorType) -> TensorType:
        if weights.dtype not in ("float32", "float64"):
            raise wrong_dtype(weights, "floating-point numbers", "float32", "weights")
        if weights.rank not in (1, 2):
            raise ShapeError(
                f"“weights” takes C or B×C; {weights} came.", expected="B×C", came=str(weights), part="weights"
            )
        places = weights.shape[-1]
        if not self.replacement and smaller(places, self.count):
            raise ShapeError(
                f"Of {places} places {self.count} cannot be drawn without replacement.",
                expected=f"at most {places}",
                came=str(self.count),
                part="count",
                fixes=(SetArgument("replacement", True, "Draw with replacement"),),
            )
        return TensorType((*weights.shape[:-1], self.count), "int64")

    def call(self, weights: TensorType) -> Expression:
        more = ", replacement=True" if self.replacement else ""
        return Expression(f"torch.multinomial(weights, count{more})", random=True, count=self.count)

    def detail(self) -> str:
        return f"{self.count} drawn"
