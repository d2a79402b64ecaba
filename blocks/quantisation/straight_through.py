"""StraightThrough."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import differ, merge
from app.core.tensor_type import TensorType
from blocks.rules import floating, same_dtype


@dataclass(frozen=True, kw_only=True)
class StraightThrough(Block):
    """One tensor's values with another's gradient: rounding, choosing and looking up that can still be learnt.

    y = soft + (hard - soft), where no gradient flows through the bracket
    Shapes: twice the same → that.
    Source: Bengio et al., Estimating or propagating gradients through stochastic neurons, 2013.
    """

    inputs = (port("soft", "Where the gradient goes."), port("hard", "What comes out, of the same shape."))
    synonyms = ("ste", "straight-through estimator", "vq-vae", "round with gradient", "binarise", "fsq")

    def infer(self, soft: TensorType, hard: TensorType) -> TensorType:
        floating(soft, "soft")
        same_dtype(hard, soft, "hard", "soft")
        if soft.rank != hard.rank or any(map(differ, soft.shape, hard.shape)):
            raise ShapeError(
                f"“hard” must have the shape of “soft”, {soft}; {hard} came.",
                expected=str(soft),
                came=str(hard),
                part="hard",
            )
        return soft.with_shape(*(merge(one, other) for one, other in zip(soft.shape, hard.shape, strict=True)))

    def call(self, soft: TensorType, hard: TensorType) -> Expression:
        return Expression("soft + (hard - soft).detach()")
