"""What the norms over the last dimensions have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Weight, flag, parameter, whole
from app.core.symbolic import Dim
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, floating, known


@dataclass(frozen=True, kw_only=True)
class LastDimensions(Block):
    """Base of LayerNorm and RMSNorm."""

    dims: int = whole(
        1, low=1, high=8, label="Dimensions", help="How many of the last dimensions are normalised together."
    )
    elementwise_affine: bool = flag(True, label="Scale", help="Learnt factors (and offsets), one for each element.")

    def infer(self, input: TensorType) -> TensorType:
        at_least_rank(input, self.dims, "×".join(["...", *["size"] * self.dims]))
        for size in self._sizes(input):
            known(size, "last size")
        if self.elementwise_affine:
            float32(input)
        else:
            floating(input)
        return input

    def _shape(self, input: TensorType) -> Any:
        return input.shape[-1] if self.dims == 1 else self._sizes(input)

    def _sizes(self, input: TensorType) -> tuple[Dim, ...]:
        return tuple(input.shape[dim] for dim in range(-self.dims, 0))

    def _weight(self, input: TensorType) -> dict[str, Weight]:
        return {"weight": parameter(*self._sizes(input))} if self.elementwise_affine else {}

    def detail(self) -> str:
        return "" if self.dims == 1 else f"{self.dims} dims"
