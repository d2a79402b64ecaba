"""nn.AlphaDropout."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.dropout._alpha import Alpha


@dataclass(frozen=True, kw_only=True)
class AlphaDropout(Alpha):
    """Dropout for SELU networks: what is dropped takes SELU's lowest value, so that mean and variance stay.

    y = a · (x · m + α' · (1 - m)) + b, m being 0 with probability p, else 1, α' = -1.7581; a and b bring mean 0 and
    variance 1 back. In evaluation y = x. Shapes: any, unchanged.
    Source: Klambauer et al., Self-normalizing neural networks, 2017; as torch.nn.AlphaDropout.
    """

    synonyms = ("selu", "self-normalising", "snn", "regularisation")
