"""MarginRankingLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.tensor_type import TensorType
from blocks.elementwise import broadcasting
from blocks.loss._loss import Loss, same_shape
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class MarginRankingLoss(Loss):
    """Wants the first of two scores above the second, or below it, as the target says: learning to rank.

    loss = mean of max(0, -target · (first - second) + margin)
    Shapes: three of the same → scalar, or their shape where the reduction is none.
    Source: torch.nn.functional.margin_ranking_loss.
    """

    inputs = (
        port("first", "Scores."),
        port("second", "Scores that they are compared with, of the same shape."),
        port("target", "1 where the first is to be higher, -1 where the second is."),
    )
    synonyms = ("learning to rank", "pairwise", "preference", "order")

    margin: float = real(0.0, label="Margin", help="By how much the one is to be above the other.")

    def infer(self, first: TensorType, second: TensorType, target: TensorType) -> TensorType:
        named = {"first": first, "second": second, "target": target}
        for name, given in named.items():
            floating(given, name)
        same_shape(first, second, "second")
        same_shape(first, target, "target")
        return self.reduced(broadcasting(named))

    def call(self, first: TensorType, second: TensorType, target: TensorType) -> Expression:
        return self.functional("F.margin_ranking_loss(first, second, target", **self.beyond(margin=0.0))
