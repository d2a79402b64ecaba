"""PSNR."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, flag, port, real
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, alike
from blocks.rules import at_least_rank, numeric


@dataclass(frozen=True, kw_only=True)
class PSNR(MetricBlock):
    """How far the noise of restored images lies below the signal, in decibels, over a whole split.

    y = mean over the images of 10 · log₁₀(range² / mean squared error)
    Shapes: twice B×C×H×W, or B×any → scalar.
    Source: Huynh-Thu & Ghanbari, Scope of validity of PSNR in image/video quality assessment, 2008.
    """

    source = "psnr"
    inputs = (port("prediction", "The restored images."), port("target", "What they should be."))
    synonyms = ("peak signal-to-noise ratio", "super resolution", "denoising", "compression", "decibel")

    range: float = real(1.0, low=1e-6, label="Range", help="From the darkest possible value to the brightest.")
    per_image: bool = flag(
        True, label="Per image", help="The mean of the images' values; off: that of all errors together."
    )

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        at_least_rank(prediction, 2, "images: B×...", "prediction")
        numeric(prediction, "prediction")
        numeric(target, "target")
        alike(prediction, target)
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        arguments = {"range": self.range, "per_image": self.per_image}
        return self.module(arguments, {"range": 1.0, "per_image": True})
