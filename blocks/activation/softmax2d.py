"""nn.Softmax2d."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Module
from app.core.tensor_type import TensorType
from blocks.rules import floating, shaped


@dataclass(frozen=True, kw_only=True)
class Softmax2d(Block):
    """Turns the channels of each pixel into probabilities, as segmentation reads them.

    y[c] = exp(x[c]) / sum over the channels k of exp(x[k]). Shapes: B×C×H×W, unchanged.
    Source: Bridle, Probabilistic interpretation of feedforward network outputs, 1990; as torch.nn.Softmax2d.
    """

    synonyms = ("probabilities", "spatial softmax", "pixel classes", "segmentation")

    def infer(self, input: TensorType) -> TensorType:
        shaped(input, "B×C×H×W")
        floating(input)
        return input

    def call(self, input: TensorType) -> Module:
        return Module("nn.Softmax2d", functional="F.softmax(input, dim=1)")
