"""What blocks that make numbers coarse take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, mostly, related, tensor_types

sizes = st.integers(1, 4)


@st.composite
def _vectors(draw: st.DrawFn, block: Block) -> Inputs:
    features = draw(sizes)
    vectors = TensorType(
        (*draw(st.lists(sizes, max_size=2)), features), draw(st.sampled_from(["float32"] * 6 + ["int64"]))
    )
    codebook = TensorType((draw(sizes), draw(st.sampled_from([features] * 7 + [features + 1]))))
    return draw(mostly(st.just((vectors, codebook)), st.tuples(tensor_types(), tensor_types())))


@st.composite
def _twice(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(0, 3))
    return base, draw(mostly(st.just(base), related(base)))


WHOLE = st.tuples(tensor_types(0, 3, dtypes=("int64", "int64", "int32", "float32")))
INPUTS: dict[str, Any] = {
    "NearestCode": _vectors,
    "StraightThrough": _twice,
    **dict.fromkeys(("MuLawDecode", "BinCenters"), lambda block: WHOLE),
}
BOUNDS = {"low": st.sampled_from([0.0, -1.0, 0.5]), "high": st.sampled_from([1.0, 2.0, 0.5])}
ARGUMENTS: dict[str, dict[str, Any]] = dict.fromkeys(("Binning", "BinCenters"), BOUNDS)
ARGUMENTS["FakeQuantize"] = {"zero": st.integers(-8, 7)}


def _loose(block: Any, *types: TensorType) -> str | None:
    return "torch has this for other numbers and bounds, where it means nothing"


STRICTER: dict[str, Any] = dict.fromkeys(
    ("NearestCode", "StraightThrough", "MuLawEncode", "MuLawDecode", "Binning", "BinCenters", "FakeQuantize"), _loose
)
