"""PoissonNLLLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, flag, port, real
from app.core.tensor_type import TensorType
from blocks.loss._loss import Distance


@dataclass(frozen=True, kw_only=True)
class PoissonNLLLoss(Distance):
    """How surprised a Poisson distribution is by the counts that came: events in a time, photons on a pixel.

    loss = mean of e^x - target · x, where x is the logarithm of the expected count
    Shapes: two of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.poisson_nll_loss.
    """

    inputs = (
        port("input", "Logarithm of the expected count, or the count itself."),
        port("target", "The counts that came, of the same shape."),
    )
    synonyms = ("count data", "negative log likelihood", "events", "rate")

    log_input: bool = flag(True, label="Logarithm", help="Whether the input is the logarithm of the expected count.")
    full: bool = flag(False, label="Constant term", help="Adds Stirling's approximation of log(target!).")
    eps: float = real(1e-8, low=1e-12, label="Epsilon", help="Added to counts before their logarithm is taken.")

    def call(self, input: TensorType, target: TensorType) -> Expression:
        given = self.beyond(log_input=True, full=False, eps=1e-8)
        return self.functional("F.poisson_nll_loss(input, target", **given)
