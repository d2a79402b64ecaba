"""Zeros."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Expression
from app.core.tensor_type import TensorType
from blocks.constant._filled import Filled


@dataclass(frozen=True, kw_only=True)
class Zeros(Filled):
    """A tensor of zeros of given sizes: the first state of a recurrent net.

    Shapes: a batch B×... → B×sizes, or sizes.
    Source: torch.zeros.
    """

    synonyms = ("constant", "initial state", "empty")

    def call(self, like: TensorType) -> Expression:
        return self.filled("zeros")
