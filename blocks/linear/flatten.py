"""nn.Flatten and torch.flatten."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import product
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Flatten(Block):
    """Merges neighbouring dimensions into one, by default all but the batch.

    Shapes: B×C×H×W → B×(C·H·W); the last dimension varies fastest.
    Source: as torch.nn.Flatten.
    """

    synonyms = ("reshape", "vectorise", "merge dimensions")

    start_dim: int = whole(1, label="First dimension", help="First dimension to merge; 1 keeps the batch.")
    end_dim: int = whole(-1, label="Last dimension", help="Last dimension to merge; -1 is the last one.")

    def infer(self, input: TensorType) -> TensorType:
        if not input.rank:
            raise ShapeError("Flatten takes dimensions to merge; a scalar came.", expected="B×...", came="scalar")
        start = dimension(self.start_dim, input.rank, "start_dim")
        end = dimension(self.end_dim, input.rank, "end_dim")
        if start > end:
            raise ShapeError(
                f"The first dimension to merge ({start}) lies behind the last one ({end}). Swap them.",
                expected=f"at most {end}",
                came=str(start),
                part="start_dim",
                fixes=(SetArgument("end_dim", -1, "Merge up to the last dimension"),),
            )
        shape = input.shape
        return input.with_shape(*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])

    def call(self, input: TensorType) -> Module:
        to_end = self.end_dim == -1
        return Module(
            "nn.Flatten",
            {"start_dim": self.start_dim, "end_dim": self.end_dim},
            defaults={"start_dim": 1, "end_dim": -1},
            functional="torch.flatten(input, start_dim)" if to_end else "torch.flatten(input, start_dim, end_dim)",
        )

    def detail(self) -> str:
        return "" if (self.start_dim, self.end_dim) == (1, -1) else f"{self.start_dim} … {self.end_dim}"
