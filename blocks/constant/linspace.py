"""Linspace."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real, whole
from app.core.tensor_type import TensorType


@dataclass(frozen=True, kw_only=True)
class Linspace(Block):
    """Numbers at equal distances from one to another: a grid of coordinates, a schedule of noise.

    y = start, …, end. Shapes: any → steps.
    Source: torch.linspace.
    """

    inputs = (port("like", "A tensor whose device it gets."),)
    synonyms = ("range", "grid", "coordinates", "schedule")

    start: float = real(0.0, label="First", help="The first number.")
    end: float = real(1.0, label="Last", help="The last number.")
    steps: int = whole(10, low=1, label="How many", help="Both ends counted.")

    def infer(self, like: TensorType) -> TensorType:
        return TensorType((self.steps,))

    def call(self, like: TensorType) -> Expression:
        template = "torch.linspace(start, end, steps, device=like.device)"
        return Expression(template, start=self.start, end=self.end, steps=self.steps)

    def detail(self) -> str:
        return f"{self.start:g} … {self.end:g}"[:20]
