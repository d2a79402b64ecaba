"""What the activations take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from tests.blocks.harness import library, mostly, tensor_types, whole_numbers

NAMES = [name for name in library().names() if library().family(name) == "activation"]


def _over_dimension(block: Any) -> Any:
    return st.tuples(mostly(tensor_types(1, 4)))


INPUTS = dict.fromkeys(["Softmax", "LogSoftmax"], _over_dimension)
ARGUMENTS = {name: {"dim": st.integers(-3, 2)} for name in INPUTS}


def _stricter(block: Block, *types: Any) -> str | None:
    if not types[0].rank and block.arguments().keys() >= {"dim"}:
        return "torch gives a scalar one dimension to normalise along; there is nothing in it to compare"
    return whole_numbers(block, *types)


STRICTER = dict.fromkeys(NAMES, _stricter)
