"""TotalVariation."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class TotalVariation(Loss):
    """How much neighbouring pixels differ, summed over an image: keeps made images smooth, as in style transfer.

    loss = mean over the images of Σ |x[i + 1, j] - x[i, j]| + Σ |x[i, j + 1] - x[i, j]|
    Shapes: B×C×H×W → scalar, or B where the reduction is none.
    Source: Rudin et al., Nonlinear total variation based noise removal, 1992; its anisotropic form.
    """

    inputs = (port("images", "B×C×H×W"),)
    synonyms = ("tv loss", "smoothness", "style transfer", "denoising", "regulariser")

    def infer(self, images: TensorType) -> TensorType:
        shaped(images, "B×C×H×W", "images")
        floating(images, "images")
        return self.reduced(images.with_shape(images.shape[0]))

    def call(self, images: TensorType) -> Expression:
        return self.applied("total_variation(images)", source="total_variation")
