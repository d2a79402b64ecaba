"""The step function."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Step(Elementwise):
    """Heaviside's step: one from a threshold on, else zero, as the first artificial neurons answered.

    y = 1 where x ≥ threshold, else 0. Its slope is zero everywhere, so that no gradient comes back through it: what
    lies before it is learnt by other rules. Shapes: any, unchanged.
    Source: McCulloch and Pitts, A logical calculus of the ideas immanent in nervous activity, 1943; Rosenblatt, 1958.
    """

    synonyms = ("heaviside", "binary", "threshold unit", "perceptron", "spike", "activation")

    threshold: float = real(0.0, label="Threshold", help="The smallest number that becomes one.")

    def call(self, input: TensorType) -> Expression:
        return Expression("(input >= threshold).type_as(input)", threshold=self.threshold)

    def detail(self) -> str:
        return f"≥ {self.threshold:g}"
