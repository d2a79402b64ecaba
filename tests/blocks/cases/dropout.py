"""What dropout takes."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.blocks.harness import mostly, tensor_types, whole_numbers

INPUTS = {"Dropout2d": lambda block: st.tuples(mostly(tensor_types(4, 4)))}
STRICTER = {
    "Dropout": whole_numbers,
    "Dropout2d": lambda block, base: (
        whole_numbers(block, base) or ("torch drops dimension 1 of anything" if base.rank != 4 else None)
    ),
}
