"""CosineLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port
from app.core.tensor_type import TensorType
from blocks.elementwise import promoted
from blocks.loss._loss import Loss, same_shape
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class CosineLoss(Loss):
    """Squared distance of two vectors of length 1: BYOL's normalised mean squared error.

    loss = mean of ‖x/‖x‖ - t/‖t‖‖² = 2 - 2 · cos(x, t), from 0 (same direction) to 4 (opposite)
    Shapes: twice B×F → scalar, or B where the reduction is none.
    Source: Grill et al., Bootstrap your own latent, 2020, equation 2.
    """

    inputs = (port("input", "What the model gives."), port("target", "The direction that it should have."))
    synonyms = ("normalised mse", "byol", "cosine similarity", "alignment")

    def infer(self, input: TensorType, target: TensorType) -> TensorType:
        at_least_rank(input, 1, "vectors: B×F")
        floating(input)
        floating(target, "target")
        shape = same_shape(input, target, "target")
        return self.reduced(TensorType(shape[:-1], promoted(input, target)))

    def call(self, input: TensorType, target: TensorType) -> Expression:
        return self.applied("2 - 2 * F.cosine_similarity(input, target, dim=-1)", brackets=True)
