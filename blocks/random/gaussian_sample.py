"""GaussianSample."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class GaussianSample(Block):
    """Draws from a Gaussian so that gradients reach its mean and variance: the reparameterisation trick.

    y = mean + e^(log_variance / 2) · ε, where ε ~ N(0, 1)
    Shapes: two of the same, or ones that broadcast.
    Source: Kingma & Welling, Auto-encoding variational Bayes, 2013.
    """

    inputs = (port("mean"), port("log_variance", "Natural logarithm of the variance."))
    synonyms = ("reparameterisation", "reparametrization", "vae", "latent", "sample")

    def infer(self, mean: TensorType, log_variance: TensorType) -> TensorType:
        floating(mean, "mean")
        floating(log_variance, "log_variance")
        return broadcasting({"mean": mean, "log_variance": log_variance})

    def call(self, mean: TensorType, log_variance: TensorType) -> Expression:
        wider = broadcasting({"mean": mean, "log_variance": log_variance}).shape != mean.shape
        shape = "log_variance" if wider else "mean"
        return Expression(f"mean + (0.5 * log_variance).exp() * torch.randn_like({shape})", random=True)
