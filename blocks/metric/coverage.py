"""Coverage."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, whole
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, examples


@dataclass(frozen=True, kw_only=True)
class Coverage(MetricBlock):
    """How much of the real examples' variety made samples have: mode collapse shows here.

    Share of real examples with a sample inside the ball that reaches to their k-th nearest real neighbour.
    Shapes: samples B×..., real examples N×... → scalar.
    Source: Naeem et al., Reliable fidelity and diversity metrics for generative models, 2020.
    """

    source = "coverage"
    inputs = (port("samples", "What a generator made."), port("real", "Real examples that it has not seen."))
    synonyms = ("gan diversity", "mode collapse", "recall", "variety")

    neighbours: int = whole(5, low=1, label="Neighbours", help="How many real neighbours each ball holds.")

    def infer(self, samples: TensorType, real: TensorType) -> TensorType:
        examples(samples, real)
        return NUMBER

    def call(self, samples: TensorType, real: TensorType) -> Metric:
        return self.module({"neighbours": self.neighbours}, {"neighbours": 5})

    def detail(self) -> str:
        return f"k = {self.neighbours}"
