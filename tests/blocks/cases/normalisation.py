"""What the norms take."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.blocks.harness import tensor_types

INPUTS = {
    "BatchNorm1d": lambda block: st.tuples(tensor_types(2, 3) | tensor_types()),
    "BatchNorm2d": lambda block: st.tuples(tensor_types(4, 4) | tensor_types()),
}
