"""KLDivergence."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, same_shape
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class KLDivergence(Loss):
    """How far a Gaussian with a diagonal covariance is from the standard one: the VAE's regulariser.

    loss = mean over the batch of ½ · Σ (mean² + e^log_variance - log_variance - 1), in nats
    Shapes: twice B×latents → scalar, or B where the reduction is none.
    Source: Kingma & Welling, Auto-encoding variational Bayes, 2013, appendix B.
    """

    inputs = (port("mean", "B×latents"), port("log_variance", "B×latents"))
    synonyms = ("kl", "kullback leibler", "vae", "regulariser", "elbo")

    def infer(self, mean: TensorType, log_variance: TensorType) -> TensorType:
        at_least_rank(mean, 2, "B×latents", "mean")
        floating(mean, "mean")
        floating(log_variance, "log_variance")
        shape = same_shape(mean, log_variance, "log_variance")
        return self.reduced(TensorType(shape[:1], promoted(mean, log_variance)))

    def call(self, mean: TensorType, log_variance: TensorType) -> Expression:
        terms = "(mean.square() + log_variance.exp() - log_variance - 1)"
        dims = "1" if mean.rank == 2 else "(" + ", ".join(str(dim) for dim in range(1, mean.rank)) + ")"
        each = f"0.5 * {terms}.sum(dim={dims})"
        return self.applied(each)
