"""WassersteinLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class WassersteinLoss(Block):
    """What a Wasserstein critic minimises: made examples score low and real ones high; the generator wants the reverse.

    loss = mean of fake - mean of real; the negative estimates the earth mover's distance of a Lipschitz critic
    Shapes: two of any → scalar.
    Source: Arjovsky et al., Wasserstein GAN, 2017.
    """

    inputs = (port("real", "The critic's scores of real examples."), port("fake", "Its scores of made ones."))
    synonyms = ("wgan", "critic", "earth mover", "gan loss")

    def infer(self, real: TensorType, fake: TensorType) -> TensorType:
        floating(real, "real")
        floating(fake, "fake")
        return TensorType((), promoted(real.with_shape(), fake.with_shape()))

    def call(self, real: TensorType, fake: TensorType) -> Expression:
        return Expression("fake.mean() - real.mean()")
