"""What the norms take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, mostly, other_numbers, tensor_types, whole_numbers


def _ranks(low: int, high: int) -> Any:
    def inputs(block: Block) -> st.SearchStrategy[Inputs]:
        return st.tuples(
            st.integers(0, 3).flatmap(lambda chance: tensor_types(low, high) if chance else tensor_types())
        )

    return inputs


def _grouped(block: Any) -> st.SearchStrategy[Inputs]:
    fitting = st.builds(
        lambda base, times: base.with_shape(base.shape[0], times * block.num_groups, *base.shape[2:]),
        tensor_types(2, 5, sizes=(1, 4)),
        st.integers(1, 3),
    )
    return st.tuples(mostly(fitting))


def _alone(block: Any, base: TensorType) -> str | None:
    dims = block.dims
    if base.rank == dims + 2 and set(base.shape[2:]) == {1}:
        return "a single position is all zero after it, and in training torch refuses"
    if base.rank == dims + 1:
        return "torch takes maps without a batch; in a drawing that is a forgotten dimension"
    return other_numbers(block, base)


INSTANCE = ("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d")

INPUTS = {
    "BatchNorm1d": _ranks(2, 3),
    "BatchNorm2d": _ranks(4, 4),
    "BatchNorm3d": _ranks(5, 5),
    **{name: _ranks(dims, dims) for dims, name in enumerate(INSTANCE, 3)},
    "GroupNorm": _grouped,
    "LayerNorm": _ranks(1, 4),
    "RMSNorm": _ranks(1, 4),
    "LocalResponseNorm": _ranks(3, 5),
}
ARGUMENTS = {
    "LayerNorm": {"dims": st.integers(1, 3)},
    "RMSNorm": {"dims": st.integers(1, 3)},
    "GroupNorm": {"num_groups": st.integers(1, 4)},
}
STRICTER = dict.fromkeys(INSTANCE, _alone) | {"LocalResponseNorm": whole_numbers, "RMSNorm": other_numbers}
KNOWN_BATCH = dict.fromkeys(["LayerNorm", "RMSNorm"], lambda block, base: block.dims >= base.rank)
