"""OneHotCategorical."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, flag, port
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class OneHotCategorical(Block):
    """Draws one-hot vectors by the scores of their classes: discrete latents, visible units with several values.

    y = one-hot of a draw from softmax(logits); straight through: y + p - p without its gradient
    Shapes: any with the classes last, kept.
    Source: as torch.distributions.OneHotCategoricalStraightThrough; Bengio et al., Estimating or propagating gradients
    through stochastic neurons, 2013.
    """

    inputs = (port("logits", "Scores of the classes, in the last dimension, before any softmax."),)
    synonyms = ("straight-through", "discrete latent", "sample", "multinomial", "dreamer", "softmax units")

    straight_through: bool = flag(True, label="Straight through", help="Gradients pass as if it were the softmax.")

    def infer(self, logits: TensorType) -> TensorType:
        at_least_rank(logits, 1, "classes", "logits")
        floating(logits, "logits")
        return logits

    def call(self, logits: TensorType) -> Expression:
        function = "one_hot_straight_through" if self.straight_through else "one_hot_sample"
        return Expression(f"{function}(logits)", random=True, source="one_hot_categorical")
