"""nn.LayerNorm."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, Weight, flag, parameter, real
from app.core.tensor_type import TensorType
from blocks.normalisation._last_dimensions import LastDimensions


@dataclass(frozen=True, kw_only=True)
class LayerNorm(LastDimensions):
    """Normalises each position over its own features, so that the batch plays no part.

    y = (x - mean) / sqrt(variance + eps) · weight + bias, mean and variance over the last dimensions.
    Shapes: any, unchanged.
    Source: Ba et al., Layer normalization, 2016; as torch.nn.LayerNorm.
    """

    synonyms = ("layer normalisation", "layer normalization", "ln")

    eps: float = real(1e-5, low=1e-12, label="Epsilon", help="Added to the variance, so that nothing divides by zero.")
    bias: bool = flag(True, label="Bias", help="Learnt offsets beside the factors.")

    def call(self, input: TensorType) -> Module:
        arguments = {"normalized_shape": self._shape(input), "eps": self.eps}
        arguments |= {"elementwise_affine": self.elementwise_affine, "bias": self.bias}
        defaults = {"eps": 1e-5, "elementwise_affine": True, "bias": True}
        return Module("nn.LayerNorm", arguments, positional=1, defaults=defaults)

    def weights(self, input: TensorType) -> dict[str, Weight]:
        weights = self._weight(input)
        if weights and self.bias:
            weights["bias"] = parameter(*self._sizes(input))
        return weights
