"""nn.RMSNorm."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, Weight, real
from app.core.tensor_type import TensorType
from blocks.normalisation._last_dimensions import LastDimensions


@dataclass(frozen=True, kw_only=True)
class RMSNorm(LastDimensions):
    """Divides each position by the root mean square of its features: a layer norm without its mean.

    y = x / sqrt(mean(x²) + eps) · weight, the mean over the last dimensions.
    Shapes: any, unchanged.
    Source: Zhang and Sennrich, Root mean square layer normalization, 2019; as torch.nn.RMSNorm.
    """

    synonyms = ("root mean square normalisation", "rms layer normalisation")

    eps: float | None = real(
        None, low=1e-12, label="Epsilon", help="Added to the mean square; nothing: the smallest step of the dtype."
    )

    def call(self, input: TensorType) -> Module:
        arguments = {
            "normalized_shape": self._shape(input),
            "eps": self.eps,
            "elementwise_affine": self.elementwise_affine,
        }
        return Module("nn.RMSNorm", arguments, positional=1, defaults={"eps": None, "elementwise_affine": True})

    def weights(self, input: TensorType) -> dict[str, Weight]:
        return self._weight(input)
