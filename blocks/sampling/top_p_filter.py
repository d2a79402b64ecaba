"""TopPFilter."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, floating


@dataclass(frozen=True, kw_only=True)
class TopPFilter(Block):
    """Keeps the likeliest classes that together have probability p and rules out the rest: nucleus sampling.

    y = x where the classes that are likelier than x's have less than p between them, else -∞
    Shapes: any with the classes last, kept.
    Source: Holtzman et al., The curious case of neural text degeneration, 2019.
    """

    inputs = (port("logits", "Scores of the classes, in the last dimension, before any softmax."),)
    synonyms = ("nucleus sampling", "top-p sampling", "text generation", "truncate", "logits")

    p: float = real(0.9, low=0.0, high=1.0, label="Probability", help="What the kept classes have together, at least.")

    def infer(self, logits: TensorType) -> TensorType:
        at_least_rank(logits, 1, "classes", "logits")
        floating(logits, "logits")
        return logits

    def call(self, logits: TensorType) -> Expression:
        return Expression("top_p_filter(logits, p)", source="top_p_filter", p=self.p)

    def detail(self) -> str:
        return f"p = {self.p:g}"
