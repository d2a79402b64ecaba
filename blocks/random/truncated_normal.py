"""TruncatedNormal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Expression, real
from app.core.problems import SetArgument, ShapeError
from app.core.tensor_type import TensorType
from blocks.random._draw import Draw


@dataclass(frozen=True, kw_only=True)
class TruncatedNormal(Draw):
    """Draws normal numbers, and again where they fall outside two bounds: the truncation trick of generators.

    y ~ N(0, std²) given that low ≤ y ≤ high
    Shapes: a batch B×... → B×sizes.
    Source: torch.nn.init.trunc_normal_; Brock et al., Large scale GAN training, 2018.
    """

    function = "torch.empty"
    synonyms = ("truncation trick", "biggan", "bounded noise", "gaussian", "latent")

    std: float = real(1.0, low=1e-6, label="Strength", help="Standard deviation before numbers are cut off.")
    low: float = real(-2.0, label="From", help="Smallest number.")
    high: float = real(2.0, label="To", help="Largest number.")

    def infer(self, like: TensorType) -> TensorType:
        if self.low >= self.high or self.low > 2 * self.std or self.high < -2 * self.std:
            raise ShapeError(
                "The bounds must lie in order, and leave room within two standard deviations of 0; "
                f"{self.low:g} and {self.high:g} came.",
                expected=f"{-2 * self.std:g} to {2 * self.std:g}",
                came=f"{self.low:g} to {self.high:g}",
                part="low",
                fixes=(SetArgument("low", -2 * self.std, f"Set the lower bound to {-2 * self.std:g}"),),
            )
        return super().infer(like)

    def call(self, like: TensorType) -> Expression:
        text, values = self.drawn(like)
        given: dict[str, Any] = {"std": self.std, "low": self.low, "high": self.high}
        return Expression(f"nn.init.trunc_normal_({text}, std=std, a=low, b=high)", random=True, **given, **values)
