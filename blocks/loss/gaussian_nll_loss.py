"""GaussianNLLLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, flag, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting
from blocks.loss._loss import Loss, same_shape
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class GaussianNLLLoss(Loss):
    """How surprised a Gaussian of predicted mean and variance is: regression that says how sure it is.

    loss = mean of ½ · (log variance + (x - target)² / variance)
    Shapes: three of the same → scalar, or their shape where the reduction is none.
    Source: Nix & Weigend, Estimating the mean and variance of the target probability distribution, 1994.
    """

    inputs = (
        port("input", "The predicted mean."),
        port("target", "What came, of the same shape."),
        port("variance", "The predicted variance, positive, of the same shape."),
    )
    synonyms = ("negative log likelihood", "uncertainty", "heteroscedastic", "regression", "normal")

    full: bool = flag(False, label="Constant term", help="Adds ½ · log 2π, so that it is the whole likelihood.")
    eps: float = real(1e-6, low=1e-12, label="Epsilon", help="Smallest variance that counts, for stability.")

    def infer(self, input: TensorType, target: TensorType, variance: TensorType) -> TensorType:
        named = {"input": input, "target": target, "variance": variance}
        for name, given in named.items():
            floating(given, name)
        same_shape(input, target, "target")
        same_shape(input, variance, "variance")
        return self.reduced(broadcasting(named))

    def call(self, input: TensorType, target: TensorType, variance: TensorType) -> Expression:
        given = self.beyond(full=False, eps=1e-6)
        return self.functional("F.gaussian_nll_loss(input, target, variance", **given)
