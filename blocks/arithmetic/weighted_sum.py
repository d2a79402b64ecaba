"""WeightedSum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, floats, port
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting, with_number


@dataclass(frozen=True, kw_only=True)
class WeightedSum(Block):
    """Sum of tensors, each times a number of its own: the parts of a loss.

    y = factors[0] · a + factors[1] · b + ...
    Shapes: equal ones, or ones that broadcast (a size of 1 is repeated).
    Source: the total losses of detection, style transfer and multi-task learning are written so.
    """

    inputs = (port("inputs", "One tensor for each weight.", variadic=True, least=1),)
    synonyms = ("total loss", "linear combination", "loss weights", "multi-task", "lambda")

    factors: tuple[float, ...] = floats((1.0, 1.0), label="Weights", help="One for each wire, in their order.")

    def infer(self, inputs: tuple[TensorType, ...]) -> TensorType:
        if len(self.factors) != len(inputs):
            fitting = (*self.factors, *([1.0] * len(inputs)))[: len(inputs)]
            raise ShapeError(
                f"Each wire needs a weight; {len(inputs)} wires and {len(self.factors)} weights came.",
                expected=f"{len(inputs)} weights",
                came=str(len(self.factors)),
                part="factors",
                fixes=(SetArgument("factors", fitting, f"Take {len(inputs)} weights"),),
            )
        weighted = [given.with_dtype(with_number(given.dtype, self._factor(at))) for at, given in enumerate(inputs)]
        return broadcasting(weighted)

    def _factor(self, at: int) -> float | None:
        """The factor that is written: one of 1 is left out."""
        return None if self.factors[at] == 1 else self.factors[at]

    def call(self, inputs: tuple[TensorType, ...]) -> Expression:
        terms: list[str] = []
        values: dict[str, Any] = {}
        for at, weight in enumerate(self.factors):
            if weight == 1:
                terms.append(f"inputs[{at}]")
            else:
                terms.append(f"weight{at} * inputs[{at}]")
                values[f"weight{at}"] = weight
        return Expression(" + ".join(terms), **values)

    def detail(self) -> str:
        return " ".join(f"{weight:g}" for weight in self.factors)[:20]
