"""GaussianKLDivergence."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting
from blocks.loss._loss import Loss, same_shape
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class GaussianKLDivergence(Loss):
    """How far one Gaussian with a diagonal covariance is from another: diffusion bounds, learnt priors, world models.

    loss = mean over the batch of ½ · Σ (b' - b + (e^b + (a - a')²) / e^b' - 1), where a is a mean and b the logarithm
    of a variance; the second Gaussian has the strokes
    Shapes: four times B×latents → scalar, or B where the reduction is none.
    Source: Kullback & Leibler, On information and sufficiency, 1951.
    """

    inputs = (
        port("mean", "Of the first Gaussian, B×latents."),
        port("log_variance", "Natural logarithm of its variance."),
        port("other_mean", "Of the Gaussian that it is compared with."),
        port("other_log_variance", "Natural logarithm of its variance."),
    )
    synonyms = ("kl", "kullback leibler", "two gaussians", "prior", "ladder vae", "variational bound")

    def infer(
        self, mean: TensorType, log_variance: TensorType, other_mean: TensorType, other_log_variance: TensorType
    ) -> TensorType:
        named = {
            "mean": mean,
            "log_variance": log_variance,
            "other_mean": other_mean,
            "other_log_variance": other_log_variance,
        }
        at_least_rank(mean, 2, "B×latents", "mean")
        for name, given in named.items():
            floating(given, name)
            same_shape(mean, given, name)
        result = broadcasting(named)
        return self.reduced(result.with_shape(result.shape[0]))

    def call(self, *types: TensorType) -> Expression:
        text = "gaussian_kl(mean, log_variance, other_mean, other_log_variance)"
        return self.applied(text, source="gaussian_kl")
