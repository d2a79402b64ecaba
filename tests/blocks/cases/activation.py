"""What the activations take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from blocks import library
from tests.blocks.harness import Inputs, mostly, tensor_types, whole_numbers

NAMES = [name for name in library().names() if library().family(name) == "activation"]
SOFT = ("Softmax", "LogSoftmax", "Softmin")
CUT = ("GLU", "SwiGLU", "GEGLU", "ReGLU", "Maxout")


def _over_dimension(block: Any) -> Any:
    return st.tuples(mostly(tensor_types(1, 4)))


@st.composite
def _cut(draw: st.DrawFn, block: Any) -> Inputs:
    """Most of the time with a size that the parts divide."""
    base = draw(tensor_types(1, 4, sizes=(1, 5)))
    shape: list[Any] = list(base.shape)
    if -base.rank <= block.dim < base.rank and draw(st.integers(0, 4)):
        shape[block.dim] = getattr(block, "pieces", 2) * draw(st.integers(1, 3))
    return (base.with_shape(*shape),)


INPUTS: dict[str, Any] = dict.fromkeys(SOFT, _over_dimension) | dict.fromkeys(CUT, _cut)
INPUTS["Softmax2d"] = lambda block: st.tuples(mostly(tensor_types(4, 4)))

ARGUMENTS: dict[str, dict[str, Any]] = {name: {"dim": st.integers(-3, 2)} for name in (*SOFT, *CUT)}
ARGUMENTS["Maxout"]["pieces"] = st.integers(1, 3)


def _stricter(block: Block, *types: Any) -> str | None:
    if not types[0].rank and block.arguments().keys() >= {"dim"}:
        return "torch gives a scalar one dimension to normalise along; there is nothing in it to compare"
    return whole_numbers(block, *types)


def _pixels(block: Block, base: TensorType) -> str | None:
    return whole_numbers(block, base) or ("torch takes maps without a batch" if base.rank == 3 else None)


STRICTER: dict[str, Any] = dict.fromkeys(NAMES, _stricter) | {"Softmax2d": _pixels}
