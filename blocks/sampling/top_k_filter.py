"""TopKFilter."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, whole
from app.core.problems import SetArgument, ShapeError
from app.core.symbolic import smaller
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class TopKFilter(Block):
    """Keeps the k highest scores and rules out all others, so that no unlikely token is drawn.

    y = x where x is among the k highest, else -∞
    Shapes: any with the classes last, kept.
    Source: Fan et al., Hierarchical neural story generation, 2018.
    """

    inputs = (port("logits", "Scores of the classes, in the last dimension."),)
    synonyms = ("top-k sampling", "logits", "text generation", "truncate", "sparse gating")

    k: int = whole(40, low=1, label="Kept", help="How many of the highest scores stay as they are.")

    def infer(self, logits: TensorType) -> TensorType:
        at_least_rank(logits, 1, "classes", "logits")
        floating(logits, "logits")
        classes = logits.shape[-1]
        if smaller(classes, self.k):
            raise ShapeError(
                f"There are {classes} classes, so at most {classes} can be kept; {self.k} came.",
                expected=f"at most {classes}",
                came=str(self.k),
                part="k",
                fixes=(SetArgument("k", 1, "Keep the highest alone"),),
            )
        return logits

    def call(self, logits: TensorType) -> Expression:
        return Expression("top_k_filter(logits, k)", source="top_k_filter", k=self.k)

    def detail(self) -> str:
        return f"k = {self.k}"
