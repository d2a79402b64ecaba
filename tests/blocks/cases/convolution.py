"""What convolutions take: maps most of the time, with channels that groups divide now and then."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from blocks.rules import each
from tests.blocks.harness import Inputs, mostly, tensor_types


def _maps(dims: int) -> Any:
    def inputs(block: Block) -> st.SearchStrategy[Inputs]:
        sizes = (3, 9) if dims < 3 else (3, 6)
        maps = st.builds(
            lambda batch, groups, sides: TensorType((batch, groups * block.groups, *sides)),  # type: ignore[attr-defined]
            st.integers(1, 4),
            st.integers(1, 3),
            st.lists(st.integers(*sizes), min_size=dims, max_size=dims),
        )
        return st.tuples(mostly(maps, tensor_types(1, dims + 3)))

    return inputs


def _six_maps(block: Any) -> st.SearchStrategy[Inputs]:
    channels = max((item for row in block.connections for item in row), default=0) + 1
    maps = tensor_types(4, 4, sizes=(2, 7)).map(lambda base: base.with_shape(base.shape[0], channels, *base.shape[2:]))
    return st.tuples(mostly(maps))


def _arguments(dims: int) -> dict[str, Any]:
    small = st.integers(1, 3)
    return {
        "groups": st.sampled_from([1, 1, 1, 2, 3]),
        "out_channels": st.sampled_from([2, 4, 6, 6, 12]),
        "kernel_size": small if dims == 1 else small | st.lists(small, min_size=dims, max_size=dims).map(tuple),
    }


DIMS = {"Conv1d": 1, "Conv2d": 2, "Conv3d": 3, "ConvTranspose1d": 1, "ConvTranspose2d": 2}
INPUTS = {name: _maps(dims) for name, dims in DIMS.items()}
ARGUMENTS = {name: _arguments(dims) for name, dims in DIMS.items()}
ROWS = st.lists(st.integers(0, 3), min_size=1, max_size=4).map(tuple)
INPUTS["PartiallyConnectedConv2d"] = _six_maps
ARGUMENTS["PartiallyConnectedConv2d"] = {
    "connections": st.sampled_from([((0,), (0, 1)), ((2, 0), (1,), (0, 1, 2))])
    | st.lists(ROWS, min_size=1, max_size=3).map(tuple),
    "kernel_size": st.integers(1, 3),
}


def _no_batch(block: Any, base: TensorType) -> str | None:
    if base.rank == block.dims + 1:
        return "torch takes maps without a batch; in a drawing that is a forgotten dimension"
    if "Transpose" in type(block).__name__:
        empty = base.rank == block.dims + 2 and _empties(block, base)
        return "torch now and then gives an empty map; nothing can be done with it" if empty else None
    return None


def _empties(block: Any, base: Any) -> bool:
    """Whether some side would become exactly zero."""
    values = (block.kernel_size, block.stride, block.padding, block.dilation, block.output_padding)
    sides = zip(base.shape[2:], *(each(value, block.dims) for value in values), strict=True)
    return any((n - 1) * s - 2 * p + d * (k - 1) + extra + 1 == 0 for n, k, s, p, d, extra in sides)


STRICTER: dict[str, Any] = dict.fromkeys(DIMS, _no_batch)
STRICTER["PartiallyConnectedConv2d"] = lambda block, base: (
    "the module takes a map that is listed twice, counted from the end, or not at all" if base.rank > 2 else None
)
