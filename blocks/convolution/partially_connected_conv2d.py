"""LeNet's C3: a convolution by a table of connections."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, Weight, parameter, table, whole
from app.core.problems import ShapeError
from app.core.symbolic import Dim, product, smaller
from app.core.tensor_type import TensorType
from blocks.convolution._convolution import unflattening
from blocks.rules import float32, known, shaped

LENET = (
    *((first, (first + 1) % 6, (first + 2) % 6) for first in range(6)),
    *((first, (first + 1) % 6, (first + 2) % 6, (first + 3) % 6) for first in range(6)),
    *((first, (first + 1) % 6, (first + 3) % 6, (first + 4) % 6) for first in range(3)),
    (0, 1, 2, 3, 4, 5),
)
"""Table I of the paper: three neighbours, four neighbours, two pairs, all; the order within a row does not matter."""


@dataclass(frozen=True, kw_only=True)
class PartiallyConnectedConv2d(Block):
    """A convolution in which each output map sees only the input maps that a table names, as LeNet's C3.

    y[o] = bias[o] + sum over c in connections[o] of w[o, c] * x[c], where * is cross-correlation.
    Shapes: B×C×H×W → B×(rows)×(H - kernel_size + 1)×(W - kernel_size + 1).
    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998, table I.
    """

    synonyms = ("lenet c3", "sparse convolution", "connection table")

    connections: tuple[tuple[int, ...], ...] = table(
        LENET, label="Connections", help="One row for each output map: the input maps that it sees, counted from 0."
    )
    kernel_size: int = whole(5, low=1, label="Kernel size", help="Height and width of each kernel.")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W", fixes=unflattening(input, 2))
        float32(input)
        self._check_table(known(input.shape[1], "number of channels"))
        for size in input.shape[2:]:
            if smaller(size, self.kernel_size):
                raise ShapeError(
                    f"The kernel reaches over {self.kernel_size} positions, but the map has {size}. "
                    "Take a smaller one.",
                    expected=f"at least {self.kernel_size}",
                    came=str(size),
                    part="kernel_size",
                )
        sides = (size - self.kernel_size + 1 for size in input.shape[2:])
        return input.with_shape(input.shape[0], len(self.connections), *sides)

    def _check_table(self, channels: int) -> None:
        for number, row in enumerate(self.connections):
            right = bool(row) and len(set(row)) == len(row)
            right = right and all(type(item) is int and 0 <= item < channels for item in row)
            if not right:
                raise ShapeError(
                    f"Row {number + 1} of the connections must name some of the {channels} input maps, each once, "
                    f"from 0 to {channels - 1}; {tuple(row)} came.",
                    expected=f"maps 0 to {channels - 1}",
                    came=str(tuple(row)),
                    part="connections",
                )
        if not self.connections:
            raise ShapeError(
                "The table needs a row for each output map; it is empty.",
                expected="at least one row",
                came="none",
                part="connections",
            )

    def _count(self) -> int:
        return sum(len(row) for row in self.connections)

    def call(self, input: TensorType) -> Module:
        return Module(
            "PartiallyConnectedConv2d",
            {"in_channels": input.shape[1], "connections": self.connections, "kernel_size": self.kernel_size},
            positional=2,
            defaults={"kernel_size": 5},
            source="partially_connected_conv2d",
        )

    def weights(self, input: TensorType) -> dict[str, Weight]:
        kernels = parameter(self._count(), self.kernel_size, self.kernel_size)
        return {"weight": kernels, "bias": parameter(len(self.connections))}

    def macs(self, input: TensorType) -> Dim:
        """As it is computed: a full convolution, in which the kernels that there are not are zero."""
        total: Dim = product(self.infer(input).shape) * product([input.shape[1], self.kernel_size, self.kernel_size])
        return total

    def detail(self) -> str:
        return f"{self.kernel_size}×{self.kernel_size}, {self._count()} links"
