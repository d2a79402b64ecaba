"""CumulativeProduct."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.tensor_type import TensorType
from blocks.elementwise import kind
from blocks.reduction._along import Running


@dataclass(frozen=True, kw_only=True)
class CumulativeProduct(Running):
    """Product of everything up to each position of a dimension: what a diffusion leaves of the signal.

    y[i] = x[0] · ... · x[i]
    Shapes: any, kept. Whole numbers become int64.
    Source: torch.cumprod.
    """

    expression = "input.cumprod(dim=dim)"
    synonyms = ("cumprod", "running product", "alpha bar", "transmittance", "survival")

    def infer(self, input: TensorType) -> TensorType:
        found = super().infer(input)
        return found.with_dtype("int64") if kind(input.dtype) < 2 else found
