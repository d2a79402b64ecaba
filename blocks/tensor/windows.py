"""Windows."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, smaller
from app.core.tensor_type import TensorType
from blocks.rules import dimension


@dataclass(frozen=True, kw_only=True)
class Windows(Block):
    """Cuts a dimension into windows that may overlap; the place within the window becomes the last dimension.

    y[:, i, ..., j] = x[:, i · step + j]
    Shapes: B×T×F → B×((T - size) // step + 1)×F×size for dimension 1. Nothing is copied.
    Source: torch.Tensor.unfold.
    """

    synonyms = ("unfold", "sliding window", "frames", "local attention", "n-gram", "context", "patches")

    dim: int = whole(1, low=-8, high=7, label="Dimension", help="Which one is cut.")
    size: int = whole(2, low=1, label="Window", help="How many positions each holds.")
    step: int = whole(1, low=1, label="Step", help="From one window to the next; as large as the window: no overlap.")

    def infer(self, input: TensorType) -> TensorType:
        dim = dimension(self.dim, input.rank)
        length = input.shape[dim]
        if smaller(length, self.size):
            raise ShapeError(
                f"Dimension {self.dim} has {length} positions; a window of {self.size} does not fit.",
                expected=f"at least {self.size}",
                came=str(length),
                part="size",
                fixes=(SetArgument("size", int(length), f"Take a window of {length}"),)
                if isinstance(length, int)
                else (),
            )
        count: Dim = length - self.size
        count = (count if self.step == 1 else count // self.step) + 1
        return input.with_shape(*input.shape[:dim], count, *input.shape[dim + 1 :], self.size)

    def call(self, input: TensorType) -> Expression:
        return Expression("input.unfold(dim, size, step)", dim=self.dim, size=self.size, step=self.step)

    def detail(self) -> str:
        return f"{self.size} every {self.step}"
