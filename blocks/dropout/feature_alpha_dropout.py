"""nn.FeatureAlphaDropout."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.tensor_type import TensorType
from blocks.dropout._alpha import Alpha
from blocks.rules import at_least_rank


@dataclass(frozen=True, kw_only=True)
class FeatureAlphaDropout(Alpha):
    """Alpha dropout of whole channels, for convolutional SELU networks.

    y[b, c] = a · (x[b, c] · m[b, c] + α' · (1 - m[b, c])) + b, m being 0 with probability p, else 1, α' = -1.7581;
    a and b bring mean 0 and variance 1 back. In evaluation y = x. Shapes: B×C×..., unchanged.
    Source: Klambauer et al., Self-normalizing neural networks, 2017; as torch.nn.FeatureAlphaDropout.
    """

    synonyms = ("channel dropout", "selu", "self-normalising", "regularisation")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, 2, "B×C×...")
        return super().infer(input)
