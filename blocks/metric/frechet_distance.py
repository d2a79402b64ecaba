"""FrechetDistance."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class FrechetDistance(MetricBlock):
    """How far made examples are from real ones as clouds of features, over a whole split; 0 where they are alike.

    y = ‖μ - μ'‖² + tr(Σ + Σ' - 2 · (Σ · Σ')^½), the FID where the features are those of an Inception network
    Shapes: features of made examples B×F and of real ones N×F → scalar.
    Source: Heusel et al., GANs trained by a two time-scale update rule converge to a local Nash equilibrium, 2017.
    """

    source = "frechet_distance"
    inputs = (
        port("samples", "Features of what a generator made, B×F."),
        port("real", "Features of real examples, N×F."),
    )
    synonyms = ("fid", "fréchet inception distance", "gan quality", "diffusion", "generative")

    def infer(self, samples: TensorType, real: TensorType) -> TensorType:
        for name, given in (("samples", samples), ("real", real)):
            shaped(given, "B×F", name)
            floating(given, name)
        if differ(samples.shape[1], real.shape[1]):
            raise ShapeError(
                f"“real” must have the features of “samples”, {samples.shape[1]}; {real} came.",
                expected=f"{samples.shape[1]} features",
                came=str(real),
                part="real",
            )
        return NUMBER

    def call(self, samples: TensorType, real: TensorType) -> Metric:
        return self.module({}, {})
