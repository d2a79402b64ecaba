"""What gated linear units with other gates than a sigmoid have in common."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, choice, whole
from app.core.tensor_type import TensorType
from blocks.activation._halves import DIM_HELP, one_part


@dataclass(frozen=True, kw_only=True)
class Gated(Block):
    """Base of SwiGLU, GEGLU and ReGLU."""

    dim: int = whole(-1, low=-8, high=7, label="Dimension", help=DIM_HELP)
    gate: str = choice(
        "second",
        "second",
        "first",
        label="Gate",
        help="Which half is the gate: b in the formula; GLU takes the second.",
    )

    def infer(self, input: TensorType) -> TensorType:
        return one_part(input, self.dim, 2, "input")

    def _gated(self, activation: str) -> Expression:
        """``activation``: the function that the gate goes through."""
        first = ", first=True" if self.gate == "first" else ""
        if self.dim == -1:
            return Expression(f"gated_unit(input, {activation}{first})", source="gated_unit")
        return Expression(f"gated_unit(input, {activation}, dim=dim{first})", source="gated_unit", dim=self.dim)

    def detail(self) -> str:
        return "" if self.dim == -1 else f"dim {self.dim}"
