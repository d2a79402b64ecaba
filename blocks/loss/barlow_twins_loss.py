"""BarlowTwinsLoss."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Block, Expression, port, real
from app.core.symbolic import Dim, product
from app.core.tensor_type import TensorType
from blocks.loss._loss import same_shape
from blocks.rules import floating, positive, same_dtype, shaped


@dataclass(frozen=True, kw_only=True)
class BarlowTwinsLoss(Block):
    """Makes two views agree in each feature and the features tell different things: no negatives are needed.

    loss = Σ (1 - c_ii)² + weight · Σ over i ≠ j of c_ij², where c correlates features of one view with the other's
    Shapes: twice B×F, at least two examples → scalar.
    Source: Zbontar et al., Barlow Twins, 2021.
    """

    inputs = (port("first", "Embeddings of one view, B×F."), port("second", "Embeddings of the other view, B×F."))
    synonyms = ("self-supervised", "redundancy reduction", "cross-correlation", "decorrelation")

    weight: float = real(5e-3, low=0.0, label="Weight", help="Of the correlations between different features.")

    def infer(self, first: TensorType, second: TensorType) -> TensorType:
        shaped(first, "B×F", "first")
        floating(first, "first")
        same_dtype(second, first, "second", "first")
        same_shape(first, second, "second")
        positive(
            first.shape[0] - 1, "Features are standardised over the batch, which needs two examples; 1 came.", "first"
        )
        return first.with_shape()

    def call(self, first: TensorType, second: TensorType) -> Expression:
        text = "barlow_twins_loss(first, second, weight)"
        return Expression(text, source="barlow_twins_loss", weight=self.weight)

    def macs(self, first: TensorType, second: TensorType) -> Dim:
        batch, features = first.shape
        total: Dim = product([features, batch, features])
        return total
