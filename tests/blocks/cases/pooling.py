"""What pools and their relatives take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from blocks.pooling.upsample import RANKS
from tests.blocks.harness import Inputs, mostly, other_numbers, tensor_types


def _maps(low: int, high: int) -> Any:
    def inputs(block: Block) -> st.SearchStrategy[Inputs]:
        maps = tensor_types(low, high, sizes=(2, 8))
        return st.tuples(mostly(maps))

    return inputs


def _shuffled(block: Any) -> st.SearchStrategy[Inputs]:
    fitting = st.builds(
        lambda base, times: base.with_shape(base.shape[0], times * block.upscale_factor**2, *base.shape[2:]),
        tensor_types(4, 4, sizes=(1, 4)),
        st.integers(1, 3),
    )
    return st.tuples(mostly(fitting))


def _stricter(block: Any, base: TensorType) -> str | None:
    if base.rank != getattr(block, "dims", 2) + 2:
        return "torch takes maps without a batch; in a drawing that is a forgotten dimension"
    if type(block).__name__ == "MaxPool1d" and block.padding > block.kernel_size // 2:
        return "torch counts the dilation in the largest padding only with gradients or indices"
    return None if base.is_floating else "torch pools whole numbers too; in a network that is a forgotten cast"


def _padded(block: Any, base: TensorType) -> str | None:
    if base.rank != 4:
        return "torch pads the last two dimensions of anything"
    if base.dtype == "bool":
        return "torch pads truth values with false"
    sides = block.padding if isinstance(block.padding, tuple) else (block.padding,) * 4
    left, right, top, bottom = sides
    empty = min(base.shape[2] + top + bottom, base.shape[3] + left + right) == 0  # type: ignore[operator, type-var]
    return "torch gives an empty map; nothing can be done with it" if empty else None


INPUTS = {
    "MaxPool1d": _maps(3, 3),
    "MaxPool2d": _maps(4, 4),
    "AvgPool2d": _maps(4, 4),
    "AdaptiveAvgPool2d": _maps(4, 4),
    "AdaptiveMaxPool2d": _maps(4, 4),
    "Upsample": lambda block: _maps(min(RANKS[block.mode]), max(RANKS[block.mode]))(block),
    "ZeroPad2d": _maps(4, 4),
    "PixelShuffle": _shuffled,
    "Subsampling": _maps(4, 4),
}
ARGUMENTS = {
    "Subsampling": {"kernel_size": st.integers(1, 4)},
    "PixelShuffle": {"upscale_factor": st.integers(1, 3)},
    "Upsample": {
        "size": st.none() | st.integers(1, 5) | st.just((3, 4)),
        "align_corners": st.sampled_from([False, False, False, True]),
        "scale_factor": st.sampled_from([2, 2, 3, 2.0, 1.5, 0.5, 0.3, 0.7]),
    },
    **{
        name: {"padding": st.sampled_from([0, 0, 0, 1, 1, 2]), "dilation": st.sampled_from([1, 1, 2])}
        for name in ("MaxPool1d", "MaxPool2d")
    },
    "AvgPool2d": {"padding": st.sampled_from([0, 0, 1, (0, 1), 2])},
}
POOLS = ["MaxPool1d", "MaxPool2d", "AvgPool2d", "AdaptiveAvgPool2d", "AdaptiveMaxPool2d", "Upsample"]
STRICTER = dict.fromkeys(POOLS, _stricter) | {
    "Subsampling": lambda block, base: _stricter(block, base) or other_numbers(block, base),
    "ZeroPad2d": _padded,
    "PixelShuffle": lambda block, base: (
        "torch shuffles any tensor of three dimensions or more" if base.rank != 4 else None
    ),
}
