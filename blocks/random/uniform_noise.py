"""UniformNoise."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, real
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.random._draw import Draw


@dataclass(frozen=True, kw_only=True)
class UniformNoise(Draw):
    """Draws numbers that are equally likely anywhere between two bounds, new ones each time.

    y ~ U(low, high)
    Shapes: a batch B×... → B×sizes.
    Source: torch.rand.
    """

    function = "torch.rand"
    synonyms = ("rand", "random", "uniform", "latent")

    low: float = real(0.0, label="From", help="Smallest number.")
    high: float = real(1.0, label="To", help="Largest number.")

    def infer(self, like: TensorType) -> TensorType:
        if self.low >= self.high:
            raise ShapeError(
                f"The lower bound must be below the upper one; {self.low} and {self.high} came.",
                expected=f"less than {self.high}",
                came=str(self.low),
                part="low",
                fixes=(SetArgument("high", self.low + 1.0, f"Set the upper bound to {self.low + 1.0}"),),
            )
        return super().infer(like)

    def call(self, like: TensorType) -> Expression:
        text, values = self.drawn(like)
        if (self.low, self.high) == (0.0, 1.0):
            return Expression(text, random=True, **values)
        empty = text.replace(self.function, "torch.empty")
        return Expression(f"{empty}.uniform_(low, high)", random=True, low=self.low, high=self.high, **values)
