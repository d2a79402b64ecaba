"""What masks take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, tensor_types


@st.composite
def _filled(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(0, 4))
    mask = draw(st.sampled_from([base.shape, base.shape[1:], tuple(1 for _ in base.shape), (*base.shape, 3)]))
    return base, TensorType(mask, draw(st.sampled_from(["bool"] * 5 + ["int64"])))


@st.composite
def _lengths(draw: st.DrawFn, block: Block) -> Inputs:
    lengths = draw(tensor_types(1, 1, dtypes=("int64", "int64", "int64", "float32")) | tensor_types())
    return lengths, draw(tensor_types(1, 4))


INPUTS: dict[str, Any] = {
    "LengthMask": _lengths,
    "SegmentMask": lambda block: st.tuples(
        tensor_types(2, 2, dtypes=("int64", "int64", "bool", "float32")) | tensor_types()
    ),
    "MaskedFill": _filled,
    "PaddingMask": lambda block: st.tuples(tensor_types(2, 2, dtypes=("int64", "int64", "float32")) | tensor_types()),
    "Triangular": lambda block: st.tuples(tensor_types(1, 4)),
}
ARGUMENTS: dict[str, Any] = {name: {"dim": st.integers(-3, 3)} for name in ("CausalMask", "LengthMask")}
ARGUMENTS["WindowMask"] = {"dim": st.integers(-3, 3), "window": st.integers(1, 5)}
STRICTER: dict[str, Any] = {
    "LengthMask": lambda block, lengths, like: (
        "torch compares anything" if lengths.dtype != "int64" or lengths.rank != 1 else None
    ),
    "SegmentMask": lambda block, given: "torch compares anything" if given.rank != 2 or given.is_floating else None,
    "PaddingMask": lambda block, tokens: "torch compares anything" if tokens.rank != 2 or tokens.is_floating else None,
    "MaskedFill": lambda block, given, mask: (
        "torch fills whole numbers with whole numbers" if not given.is_floating else None
    ),
}
