"""Variance."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, flag
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import product, smaller
from app.core.tensor_type import TensorType
from blocks.elementwise import INEXACT
from blocks.reduction._reduction import Reduction


@dataclass(frozen=True, kw_only=True)
class Variance(Reduction):
    """Variance over some dimensions, or over all: how far values spread around their mean.

    y = Σ (x - mean)² / (n - 1), or over n without the correction
    Shapes: B×F → F for dimension 0.
    Source: torch.var; kept up in VICReg: Bardes et al., 2021.
    """

    method = "var"
    takes = INEXACT
    synonyms = ("var", "spread", "second moment", "vicreg")

    correction: bool = flag(True, label="Correction", help="Divide by n - 1 instead of n (Bessel).")

    def infer(self, input: TensorType) -> TensorType:
        result = super().infer(input)
        count = product([input.shape[at] for at in self.dims(input.rank)])
        if self.correction and smaller(count, 2):
            raise ShapeError(
                f"A variance with correction needs at least two numbers; {count} came.",
                expected="at least 2 numbers",
                came=str(count),
                part="correction",
                fixes=(SetArgument("correction", False, "Divide by n"),),
            )
        return result

    def dtype(self, dtype: str) -> str:
        return "float32" if dtype == "complex64" else dtype

    def call(self, input: TensorType) -> Expression:
        return self.reducing(input, "input.var(", ")", *(() if self.correction else ("correction=0",)))
