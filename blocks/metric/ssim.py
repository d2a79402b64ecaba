"""SSIM."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.metric._metric import NUMBER, MetricBlock, alike
from blocks.rules import numeric, shaped


@dataclass(frozen=True, kw_only=True)
class SSIM(MetricBlock):
    """How alike two images are in brightness, contrast and structure, over a whole split: 1 is the same image.

    y = mean of (2·μx·μy + c₁)(2·σxy + c₂) / ((μx² + μy² + c₁)(σx² + σy² + c₂)) in a sliding Gaussian window
    Shapes: twice B×C×H×W → scalar.
    Source: Wang et al., Image quality assessment: from error visibility to structural similarity, 2004.
    """

    source = "ssim"
    inputs = (port("prediction", "The restored images, B×C×H×W."), port("target", "What they should be."))
    synonyms = ("structural similarity", "super resolution", "denoising", "perceptual", "image quality")

    range: float = real(1.0, low=1e-6, label="Range", help="From the darkest possible value to the brightest.")
    window: int = whole(11, low=1, label="Window", help="Side of the sliding window, in pixels.")
    sigma: float = real(1.5, low=0.01, label="Sigma", help="Width of the Gaussian in the window, in pixels.")

    def infer(self, prediction: TensorType, target: TensorType) -> TensorType:
        shaped(prediction, "B×C×H×W", "prediction")
        numeric(prediction, "prediction")
        numeric(target, "target")
        alike(prediction, target)
        for side in prediction.shape[2:]:
            if smaller(side, self.window):
                raise ShapeError(
                    f"A window of {self.window} pixels does not fit into {prediction}.",
                    expected=f"at least {self.window} pixels",
                    came=str(side),
                    part="window",
                    fixes=(SetArgument("window", 3, "Take a window of 3 pixels"),) if not smaller(side, 3) else (),
                )
        return NUMBER

    def call(self, prediction: TensorType, target: TensorType) -> Metric:
        arguments = {"range": self.range, "window": self.window, "sigma": self.sigma}
        return self.module(arguments, {"range": 1.0, "window": 11, "sigma": 1.5})
