"""What dropout takes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.tensor_type import TensorType
from tests.blocks.harness import mostly, tensor_types, whole_numbers

RANKS = {"Dropout1d": 3, "Dropout2d": 4, "Dropout3d": 5, "DropBlock2d": 4}


def _of_rank(rank: int) -> Any:
    return lambda block: st.tuples(mostly(tensor_types(rank, rank)))


def _other_rank(block: Any, base: TensorType) -> str | None:
    if base.rank != RANKS[type(block).__name__]:
        return "torch drops dimension 1 of anything, and takes maps without a batch"
    return whole_numbers(block, base)


def _squares(block: Any, base: TensorType) -> str | None:
    if base.rank == 4 and (block.block_size % 2 == 0 or min(base.shape[2:]) < block.block_size):  # type: ignore[type-var]
        return "in evaluation nothing is dropped, so that only training would fail"
    return "in evaluation it takes anything" if base.rank != 4 else whole_numbers(block, base)


INPUTS: dict[str, Any] = {name: _of_rank(rank) for name, rank in RANKS.items()}
INPUTS["FeatureAlphaDropout"] = lambda block: st.tuples(mostly(tensor_types(2, 4)))

ARGUMENTS = {"DropBlock2d": {"block_size": st.sampled_from([1, 3, 3, 5, 2])}}

STRICTER: dict[str, Any] = dict.fromkeys(["Dropout", "AlphaDropout"], whole_numbers)
STRICTER |= dict.fromkeys(["Dropout1d", "Dropout2d", "Dropout3d"], _other_rank) | {"DropBlock2d": _squares}
STRICTER["FeatureAlphaDropout"] = lambda block, base: (
    "in evaluation nothing is dropped, so that only training would fail"
    if base.rank < 2
    else whole_numbers(block, base)
)
STRICTER["StochasticDepth"] = lambda block, base: (
    "in evaluation nothing is left out, so that only training would fail"
    if not base.rank
    else whole_numbers(block, base)
)
