"""Learnt numbers for offsets within a window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Block, Module, Port, Weight, pair, parameter, whole
from app.core.tensor_type import TensorType
from blocks.rules import each, square


@dataclass(frozen=True, kw_only=True)
class WindowPositionBias(Block):
    """A learnt number for each head and each offset between two places of a window, to be added to attention scores.

    y[h, i, j] = weight[offset from j to i, h], places row by row. It goes into “attn_mask” of
    ScaledDotProductAttention. Shapes: nothing → heads×(height·width)×(height·width).
    Source: Liu et al., Swin transformer: hierarchical vision transformer using shifted windows, 2021, equation 4.
    """

    inputs: ClassVar[tuple[Port, ...]] = ()
    synonyms = ("swin", "relative position bias", "relative_position_bias_table", "2d")

    window_size: int | tuple[int, ...] = pair(7, low=1, label="Window", help="Height and width.")
    num_heads: int = whole(4, low=1, label="Heads", help="Of the attention that it goes to.")

    def infer(self) -> TensorType:
        height, width = each(self.window_size, 2)
        return TensorType((self.num_heads, height * width, height * width))

    def call(self) -> Module:
        arguments = {"window_size": each(self.window_size, 2), "num_heads": self.num_heads}
        return Module("WindowPositionBias", arguments, positional=2, forward="module()", source="window_position_bias")

    def weights(self) -> dict[str, Weight]:
        height, width = each(self.window_size, 2)
        return {"weight": parameter((2 * height - 1) * (2 * width - 1), self.num_heads)}

    def detail(self) -> str:
        return square(self.window_size, 2)[:20]
