"""What blocks that draw take."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired, tensor_types


@st.composite
def _probabilities(draw: st.DrawFn, block: Block) -> Inputs:
    given = draw(tensor_types(0, 3, dtypes=("float32", "float32", "float64", "int64")))
    if not given.is_floating:
        return (given,)
    return (Wired(given, lambda: torch.rand(given.shape).to(getattr(torch, given.dtype))),)


INPUTS: dict[str, Any] = {
    "Bernoulli": _probabilities,
    "Categorical": lambda block: st.tuples(tensor_types(1, 2) | tensor_types(0, 4)),
}
ARGUMENTS: dict[str, Any] = {
    "UniformNoise": {"low": st.sampled_from([0.0, 0.0, -1.0]), "high": st.sampled_from([1.0, 1.0, 2.0, -2.0])},
    "RandomIntegers": {"low": st.integers(-2, 2), "high": st.integers(0, 9)},
}


def _whole_numbers(block: Block, *types: TensorType) -> str | None:
    return "torch mixes in whole numbers, which have no gradient" if any(not t.is_floating for t in types) else None


def _empty(block: Any, like: TensorType) -> str | None:
    return "an empty range, which torch.rand does not see" if block.low >= block.high else None


STRICTER: dict[str, Any] = {
    "Categorical": _whole_numbers,
    "GaussianSample": _whole_numbers,
    "AddNoise": _whole_numbers,
    "UniformNoise": _empty,
}
