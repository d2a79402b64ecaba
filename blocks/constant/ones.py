"""Ones."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.constant._filled import Filled


@dataclass(frozen=True, kw_only=True)
class Ones(Filled):
    """A tensor of ones of given sizes: the right answers of real images.

    Shapes: a batch B×... → B×sizes, or sizes.
    Source: torch.ones.
    """

    synonyms = ("constant", "real labels", "mask")

    def call(self, like: TensorType) -> Expression:
        return self.filled("ones")
