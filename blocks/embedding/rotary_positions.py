"""Positions as rotations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, choice, port, real
from app.core.problems import ShapeError
from app.core.symbolic import indivisible
from app.core.tensor_type import TensorType
from blocks.rules import at_least_rank, float32, indices, same_size, shaped


@dataclass(frozen=True, kw_only=True)
class RotaryPositions(Block):
    """Turns queries and keys by angles that grow with their position, so that products depend on distance alone.

    Pair i of the features at position t is turned by t / base^(2i/E); nothing is learnt. It goes between splitting the
    heads and the attention, on queries and on keys, not on values. Shapes: ...×T×E, unchanged; E is even.
    Source: Su et al., RoFormer: enhanced transformer with rotary position embedding, 2021.
    """

    inputs = (
        port("input", "Queries or keys, B×heads×T×E."),
        port("positions", "Which position each step has, T whole numbers; nothing: 0, 1, 2, …", optional=True),
    )
    synonyms = ("rope", "rotary embedding", "positional encoding", "relative positions", "llama")

    base: float = real(10000.0, low=1.0, label="Base", help="Ratio of the longest to the shortest wave.")
    pairs: str = choice(
        "halves",
        "halves",
        "neighbours",
        label="Pairs",
        help="Which features turn together: i and i + E/2, as in LLaMA, or 2i and 2i + 1, as in the paper.",
    )

    def infer(self, input: TensorType, positions: TensorType | None = None) -> TensorType:
        at_least_rank(input, 2, "...×T×features")
        float32(input)
        if indivisible(input.shape[-1], 2):
            raise ShapeError(
                f"Features turn in pairs, so their number is even; {input.shape[-1]} came.",
                expected="an even number",
                came=str(input.shape[-1]),
                part="input",
            )
        if positions is not None:
            shaped(positions, "T", "positions")
            indices(positions, "positions")
            same_size(positions.shape[0], input.shape[-2], "length", "positions", "input")
        return input

    def call(self, input: TensorType, positions: TensorType | None = None) -> Expression:
        parts = ["input"] + (["positions"] if positions is not None else [])
        values: dict[str, Any] = {}
        if self.base != 10000.0:
            parts.append("base=base")
            values["base"] = self.base
        if self.pairs != "halves":
            parts.append('pairs="neighbours"')
        return Expression(f"rotary_positions({', '.join(parts)})", source="rotary_positions", **values)
