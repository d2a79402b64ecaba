"""nn.Unflatten."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, ints, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import Dim, differ, exact_div, indivisible, product
from app.core.tensor_type import TensorType
from blocks.rules import dimension, text


@dataclass(frozen=True, kw_only=True)
class Unflatten(Block):
    """Splits one dimension into several whose product it is; one of them may be -1, what is left.

    Shapes: B×784 with dim=1 and unflattened_size=(1, 28, 28) → B×1×28×28.
    Source: as torch.nn.Unflatten.
    """

    synonyms = ("reshape", "view", "split dimension", "unfold sizes")

    dim: int = whole(1, label="Dimension", help="The dimension to split.")
    unflattened_size: tuple[int, ...] = ints((1, 28, 28), low=-1, label="New sizes", help="One of them may be -1.")

    def infer(self, input: TensorType) -> TensorType:
        self._check_sizes()
        dim = dimension(self.dim, input.rank)
        shape = input.shape
        return input.with_shape(*shape[:dim], *self._split(shape[dim]), *shape[dim + 1 :])

    def _check_sizes(self) -> None:
        sizes = self.unflattened_size
        if not sizes or any(size == 0 for size in sizes) or sum(size == -1 for size in sizes) > 1:
            raise ShapeError(
                f"The new sizes are numbers of at least 1, one of which may be -1; ({text(sizes, ', ')}) came.",
                expected="sizes of at least 1, one -1",
                came=f"({text(sizes, ', ')})",
                part="unflattened_size",
            )

    def _split(self, size: Dim) -> tuple[Dim, ...]:
        sizes = self.unflattened_size
        given = product([item for item in sizes if item != -1])
        wrong = indivisible(size, given) if -1 in sizes else differ(size, given)
        if wrong:
            raise ShapeError(
                f"{text(sizes)} has {given} elements, but dimension {self.dim} has {size}. "
                "Choose sizes whose product it is.",
                expected=f"{given} elements",
                came=str(size),
                part="unflattened_size",
                fixes=(SetArgument("unflattened_size", (1, -1), "Split into 1×(what is left)"),),
            )
        return tuple(exact_div(size, given) if item == -1 else item for item in sizes)

    def call(self, input: TensorType) -> Module:
        return Module(
            "nn.Unflatten",
            {"dim": self.dim, "unflattened_size": self.unflattened_size},
            positional=2,
            functional="torch.unflatten(input, dim, unflattened_size)",
        )

    def detail(self) -> str:
        return f"→ {text(self.unflattened_size)}"
