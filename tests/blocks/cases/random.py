"""What blocks that draw take."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired, mostly, tensor_types


@st.composite
def _probabilities(draw: st.DrawFn, block: Block) -> Inputs:
    given = draw(tensor_types(0, 3, dtypes=("float32", "float32", "float64", "int64")))
    if not given.is_floating:
        return (given,)
    return (Wired(given, lambda: torch.rand(given.shape).to(getattr(torch, given.dtype))),)


@st.composite
def _weights(draw: st.DrawFn, block: Block) -> Inputs:
    given = draw(tensor_types(1, 2, sizes=(1, 6)) | tensor_types(0, 4))
    return (Wired(given, lambda: (0.1 + torch.rand(given.shape)).to(getattr(torch, given.dtype))),)


INPUTS: dict[str, Any] = {
    "Bernoulli": _probabilities,
    "Poisson": _probabilities,
    "Multinomial": _weights,
    "GumbelSoftmax": lambda block: st.tuples(mostly(tensor_types(1, 4))),
    "OneHotCategorical": lambda block: st.tuples(mostly(tensor_types(1, 4))),
    "Categorical": lambda block: st.tuples(tensor_types(1, 2) | tensor_types(0, 4)),
}
ARGUMENTS: dict[str, Any] = {
    "UniformNoise": {"low": st.sampled_from([0.0, 0.0, -1.0]), "high": st.sampled_from([1.0, 1.0, 2.0, -2.0])},
    "TruncatedNormal": {
        "std": st.sampled_from([1.0, 1.0, 0.5]),
        "low": st.sampled_from([-2.0, -1.0, 0.0, 3.0]),
        "high": st.sampled_from([2.0, 1.0, 0.5, -3.0]),
    },
    "GumbelSoftmax": {"dim": st.sampled_from([-1, -1, 0, 1, -2])},
    "RandomMask": {"share": st.sampled_from([0.5, 0.15, 0.3])},
    "RandomIntegers": {"low": st.integers(-2, 2), "high": st.integers(0, 9)},
    "RandomIntegersLike": {"low": st.integers(-2, 2), "high": st.integers(0, 9)},
}


def _whole_numbers(block: Block, *types: TensorType) -> str | None:
    return "torch mixes in whole numbers, which have no gradient" if any(not t.is_floating for t in types) else None


def _empty(block: Any, like: TensorType) -> str | None:
    return "an empty range, which torch.rand does not see" if block.low >= block.high else None


def _room(block: Any, like: TensorType) -> str | None:
    return "torch draws from bounds in the wrong order, and warns of those far from the mean"


STRICTER: dict[str, Any] = {
    "GumbelSoftmax": lambda block, given: (
        "a scalar holds no classes to choose from" if given.rank == 0 else _whole_numbers(block, given)
    ),
    "OneHotCategorical": _whole_numbers,
    "Poisson": _whole_numbers,
    "TruncatedNormal": _room,
    "Categorical": _whole_numbers,
    "GaussianSample": _whole_numbers,
    "AddNoise": _whole_numbers,
    "UniformNoise": _empty,
}
