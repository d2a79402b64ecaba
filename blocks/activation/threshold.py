"""nn.Threshold."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Module, real
from app.core.tensor_type import TensorType
from blocks.activation._elementwise import Elementwise


@dataclass(frozen=True, kw_only=True)
class Threshold(Elementwise):
    """Keeps what is above a threshold and replaces the rest by one value.

    y = x where x > threshold, else value; with both 0 a rectifier. Shapes: any, unchanged.
    Source: as torch.nn.Threshold.
    """

    synonyms = ("thresholded rectifier", "thresholded relu", "cut off", "activation")

    threshold: float = real(0.0, label="Threshold", help="Only numbers above it are kept.")
    value: float = real(0.0, label="Value", help="What the other numbers become.")

    def call(self, input: TensorType) -> Module:
        arguments = {"threshold": self.threshold, "value": self.value}
        return Module("nn.Threshold", arguments, positional=2, functional="F.threshold(input, threshold, value)")

    def detail(self) -> str:
        return f"> {self.threshold:g}"
