"""MixtureDensityLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting
from blocks.loss._loss import Loss, same_shape
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class MixtureDensityLoss(Loss):
    """How surprised a mixture of Gaussians is by a target: predictions with several possible answers.

    loss = mean of -log Σ over k of softmax(logits)[k] · N(target; mean[k], e^log_variance[k])
    Shapes: logits B×...×K, mean and log_variance B×...×K×F, target B×...×F → scalar, or B×... without reduction.
    Source: Bishop, Mixture density networks, 1994.
    """

    inputs = (
        port("logits", "Scores of the K parts of the mixture."),
        port("mean", "Of each part, with the target's features last."),
        port("log_variance", "Natural logarithm of each part's variances, of the same shape."),
        port("target", "What came."),
    )
    synonyms = ("mdn", "gaussian mixture", "gmm", "world model", "handwriting", "negative log likelihood")

    def infer(self, logits: TensorType, mean: TensorType, log_variance: TensorType, target: TensorType) -> TensorType:
        named = {"mean": mean, "log_variance": log_variance, "logits": logits, "target": target}
        at_least_rank(mean, 2, "K×F, after the batch's dimensions", "mean")
        for name, given in named.items():
            floating(given, name)
        same_shape(mean, log_variance, "log_variance")
        for name, shape in (("logits", mean.shape[:-1]), ("target", (*mean.shape[:-2], mean.shape[-1]))):
            given = named[name]
            if given.rank != len(shape) or any(map(differ, given.shape, shape)):
                expected = str(TensorType(shape))
                raise ShapeError(
                    f"For means {mean} (parts of the mixture and features last) “{name}” must be {expected}; "
                    f"{given} came.",
                    expected=expected,
                    came=str(given),
                    part=name,
                )
        dtype = broadcasting([given.with_shape(2) for given in named.values()]).dtype
        return self.reduced(TensorType(mean.shape[:-2], dtype))

    def call(self, *types: TensorType) -> Expression:
        text = "mixture_density_loss(logits, mean, log_variance, target)"
        return self.applied(text, source="mixture_density_loss")
