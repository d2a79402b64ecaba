"""DropBlock."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module, real, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class DropBlock2d(Block):
    """Sets squares of each map to zero at random while training, since a lone pixel is told by its neighbours.

    Centres are drawn so often that a share p of all positions falls into a square; what stays is scaled up so that
    the sum of the mask is as before. In evaluation y = x. Shapes: B×C×H×W, unchanged.
    Source: Ghiasi et al., DropBlock: a regularization method for convolutional networks, 2018.
    """

    trains = True
    synonyms = ("drop block", "cutout", "spatial dropout", "regularisation")

    p: float = real(0.1, low=0.0, high=1.0, label="Probability", help="Share of the positions that become zero.")
    block_size: int = whole(
        7, low=1, label="Square", help="Height and width of what is dropped at once; an odd number."
    )

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        floating(input)
        if self.block_size % 2 == 0:
            raise ShapeError(
                f"A square has a pixel in its middle, so its side must be odd; {self.block_size} came.",
                expected="an odd number",
                came=str(self.block_size),
                part="block_size",
                fixes=(SetArgument("block_size", self.block_size - 1, f"Set it to {self.block_size - 1}"),),
            )
        for size in input.shape[2:]:
            if smaller(size, self.block_size):
                raise ShapeError(
                    f"A square of {self.block_size} does not fit into a map of {input}. Take a smaller one.",
                    expected=f"at least {self.block_size}",
                    came=str(size),
                    part="block_size",
                    fixes=(SetArgument("block_size", 1, "Drop single pixels"),),
                )
        return input

    def call(self, input: TensorType) -> Module:
        arguments = {"p": self.p, "block_size": self.block_size}
        return Module("DropBlock2d", arguments, positional=2, source="drop_block2d", random=True)

    def detail(self) -> str:
        return f"{self.p:g}, {self.block_size}×{self.block_size}"
