"""What embeddings take: indices below the number of rows."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired, mostly, other_numbers, tensor_types


def _indices(block: Any) -> st.SearchStrategy[Inputs]:
    def wired(base: TensorType) -> Wired:
        high = block.num_embeddings
        return Wired(base, lambda: torch.randint(0, high, base.shape, dtype=getattr(torch, base.dtype)))

    fitting = tensor_types(0, 3, dtypes=("int64", "int64", "int32")).map(wired)
    return st.tuples(mostly(fitting))


def _sequences(block: Any) -> st.SearchStrategy[Inputs]:
    return st.tuples(mostly(tensor_types(2, 4)))


INPUTS = {"Embedding": _indices, "SinusoidalPositions": _sequences}
ARGUMENTS = {
    "Embedding": {"padding_idx": st.sampled_from([None, None, 0, 1, -1, 5, -7])},
    "SinusoidalPositions": {"max_length": st.integers(2, 8), "base": st.sampled_from([10000.0, 1.0, 50.0])},
}


def _positions(block: Any, base: TensorType) -> str | None:
    if not block.add and base.rank > 1 and base.shape[-2] > block.max_length:  # type: ignore[operator]
        return "a table that is too short gives a result that is too short"
    return other_numbers(block, base)


STRICTER = {"SinusoidalPositions": _positions}
