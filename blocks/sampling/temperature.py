"""Temperature."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real
from app.core.tensor_type import TensorType
from blocks.rules import floating


@dataclass(frozen=True, kw_only=True)
class Temperature(Block):
    """Divides scores by a temperature: below 1 the likely becomes likelier, above 1 all come closer together.

    y = logits / temperature
    Shapes: any, kept.
    Source: Hinton et al., Distilling the knowledge in a neural network, 2015.
    """

    inputs = (port("logits", "Scores, before any softmax."),)
    synonyms = ("distillation", "calibration", "sharpen", "soften", "sampling")

    temperature: float = real(1.0, low=1e-6, label="Temperature", help="1 changes nothing.")

    def infer(self, logits: TensorType) -> TensorType:
        floating(logits, "logits")
        return logits

    def call(self, logits: TensorType) -> Expression:
        return Expression("logits / temperature", temperature=self.temperature)

    def detail(self) -> str:
        return f"T {self.temperature:g}"
