"""NearestNeighbourDistance."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, flag, port
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, examples


@dataclass(frozen=True, kw_only=True)
class NearestNeighbourDistance(MetricBlock):
    """How far made samples lie from the nearest real example, on average over a whole split.

    Relative to the same of the real examples among themselves 1 is as close as real ones are. Take held-out examples:
    a generator that copies its training set would win on those.
    Shapes: samples B×..., real examples N×... → scalar.
    """

    source = "nearest_neighbour_distance"
    inputs = (port("samples", "What a generator made."), port("real", "Real examples that it has not seen."))
    synonyms = ("gan quality", "realism", "1-nn", "fidelity")

    relative: bool = flag(True, label="Relative", help="Divided by the distance of real examples to each other.")

    def infer(self, samples: TensorType, real: TensorType) -> TensorType:
        examples(samples, real)
        return NUMBER

    def call(self, samples: TensorType, real: TensorType) -> Metric:
        return self.module({"relative": self.relative}, {"relative": True})
