"""MoveDim."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class MoveDim(Block):
    """Moves one dimension to another place; the others keep their order.

    Shapes: B×C×H×W → B×H×W×C for 1 to -1.
    Source: torch.movedim.
    """

    synonyms = ("movedim", "moveaxis", "channels last", "channels first", "permute")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Which one moves.")
    destination: int = whole(-1, low=-8, high=7, label="To", help="Where it stands then; -1 is the end.")

    def infer(self, input: TensorType) -> TensorType:
        source, destination = (dimension(getattr(self, name), input.rank, name) for name in ("dim", "destination"))
        shape = list(input.shape)
        shape.insert(destination, shape.pop(source))
        return input.with_shape(*shape)

    def call(self, input: TensorType) -> Expression:
        return Expression("input.movedim(dim, destination)", dim=self.dim, destination=self.destination)

    def detail(self) -> str:
        return f"{self.dim} → {self.destination}"
