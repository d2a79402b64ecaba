"""What embeddings take: indices below the number of rows."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired, tensor_types


def _indices(block: Any) -> st.SearchStrategy[Inputs]:
    def wired(base: TensorType) -> Wired:
        high = block.num_embeddings
        return Wired(base, lambda: torch.randint(0, high, base.shape, dtype=getattr(torch, base.dtype)))

    fitting = tensor_types(0, 3, dtypes=("int64", "int64", "int32")).map(wired)
    return st.tuples(fitting | fitting | tensor_types())


INPUTS = {"Embedding": _indices}
ARGUMENTS = {"Embedding": {"padding_idx": st.sampled_from([None, None, 0, 1, -1, 5, -7])}}
