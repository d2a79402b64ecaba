"""NTXentLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression, port, real
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.loss._loss import Loss, same_shape
from blocks.rules import floating, same_dtype, shaped


@dataclass(frozen=True, kw_only=True)
class NTXentLoss(Loss):
    """Two views of one image must find each other among all other views of the batch: SimCLR's loss.

    loss = mean over 2B views of -log of e^(cos(view, twin) / τ) / Σ over all other views of e^(cos(view, other) / τ)
    Shapes: twice B×F → scalar, or 2·B where the reduction is none.
    Source: Chen et al., A simple framework for contrastive learning of visual representations, 2020.
    """

    inputs = (port("first", "Embeddings of one view, B×F."), port("second", "Embeddings of the other view, B×F."))
    synonyms = ("simclr", "contrastive", "self-supervised", "normalised temperature-scaled cross entropy")

    temperature: float = real(0.5, low=1e-6, label="Temperature", help="Similarities are divided by it; small: strict.")

    def infer(self, first: TensorType, second: TensorType) -> TensorType:
        shaped(first, "B×F", "first")
        floating(first, "first")
        same_dtype(second, first, "second", "first")
        shape = same_shape(first, second, "second")
        return self.reduced(first.with_shape(2 * shape[0]))

    def call(self, first: TensorType, second: TensorType) -> Expression:
        text = "nt_xent_loss(first, second, temperature)"
        return self.applied(text, source="nt_xent_loss", temperature=self.temperature)

    def macs(self, first: TensorType, second: TensorType) -> Dim:
        batch, features = first.shape
        total: Dim = product([2 * batch, 2 * batch, features])
        return total
