"""nn.RReLU."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, real
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class RReLU(Elementwise):
    """A leaky rectifier whose negative slope is drawn anew for each number while training.

    y = x where x > 0, else a · x, a drawn evenly between lower and upper; in evaluation a is the middle of both.
    Shapes: any, unchanged.
    Source: Xu et al., Empirical evaluation of rectified activations in convolutional network, 2015; as torch.nn.RReLU.
    """

    trains = True
    synonyms = ("randomized leaky rectifier", "randomised leaky relu", "activation")

    lower: float = real(1 / 8, label="Lowest slope", help="The smallest slope that is drawn.")
    upper: float = real(1 / 3, label="Highest slope", help="The largest slope that is drawn.")

    def infer(self, input: TensorType) -> TensorType:
        if self.lower > self.upper:
            raise ShapeError(
                f"The highest slope must be at least the lowest, {self.lower:g}; {self.upper:g} came. Raise it.",
                expected=f"at least {self.lower:g}",
                came=f"{self.upper:g}",
                part="upper",
                fixes=(SetArgument("upper", self.lower, "Set it to the lowest"),),
            )
        return super().infer(input)

    def call(self, input: TensorType) -> Module:
        arguments = {"lower": self.lower, "upper": self.upper}
        return Module("nn.RReLU", arguments, defaults={"lower": 1 / 8, "upper": 1 / 3}, random=True)
