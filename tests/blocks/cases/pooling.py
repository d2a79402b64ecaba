"""What pools and their relatives take."""

from __future__ import annotations

import math
from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from blocks.pooling.upsample import RANKS
from blocks.rules import each
from tests.blocks.harness import Inputs, Wired, mostly, other_numbers, tensor_types


def _maps(low: int, high: int) -> Any:
    def inputs(block: Block) -> st.SearchStrategy[Inputs]:
        maps = tensor_types(low, high, sizes=(2, 8) if high < 5 else (1, 5))
        return st.tuples(mostly(maps))

    return inputs


def _shuffled(block: Any) -> st.SearchStrategy[Inputs]:
    fitting = st.builds(
        lambda base, times: base.with_shape(base.shape[0], times * block.upscale_factor**2, *base.shape[2:]),
        tensor_types(4, 4, sizes=(1, 4)),
        st.integers(1, 3),
    )
    return st.tuples(mostly(fitting))


@st.composite
def _unshuffled(draw: st.DrawFn, block: Any) -> Inputs:
    batch, channels, height, width = (draw(st.integers(1, 3)) for _ in range(4))
    factor = block.downscale_factor
    fitting = TensorType((batch, channels, height * factor, width * factor))
    return (draw(mostly(st.just(fitting), tensor_types(3, 5))),)


@st.composite
def _in_groups(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(3, 5, sizes=(1, 4)))
    fitting = base.with_shape(base.shape[0], block.groups * draw(st.integers(1, 3)), *base.shape[2:])
    return (draw(mostly(st.just(fitting))),)


def _positions(pooled: TensorType, room: int) -> Wired:
    """A place of its own for each number of a map, among as many as there are."""

    shape = [int(size) for size in pooled.shape]  # type: ignore[arg-type]

    def made() -> torch.Tensor:
        maps = [torch.randperm(room)[: math.prod(shape[2:])] for _ in range(math.prod(shape[:2]))]
        return torch.stack(maps).reshape(shape)

    return Wired(pooled.with_dtype("int64"), made)


def _sizes_before(block: Any, base: TensorType) -> list[Any]:
    """What unpooling makes of the sizes where nothing else says it."""
    kernels, paddings = each(block.kernel_size, block.dims), each(block.padding, block.dims)
    strides = kernels if block.stride is None else each(block.stride, block.dims)
    return [
        (size - 1) * stride - 2 * padding + kernel
        for size, kernel, stride, padding in zip(base.shape[2:], kernels, strides, paddings, strict=True)
    ]


@st.composite
def _unpooled(draw: st.DrawFn, block: Any) -> Inputs:
    """Numbers with places that there are; now and then the size that was pooled, or what does not fit."""
    dims = block.dims
    base = draw(tensor_types(dims + 2, dims + 2, sizes=(1, 4), dtypes=("float32", "float32", "float64", "int64")))
    if draw(st.integers(0, 7)) == 0:
        return base, draw(tensor_types(dims + 1, dims + 2)), draw(st.none() | tensor_types())
    sizes = _sizes_before(block, base)
    like = None
    if draw(st.booleans()):
        sizes = [max(1, size + draw(st.integers(-1, 1))) for size in sizes]
        like = base.with_shape(*base.shape[:2], *sizes)
    room, needed = math.prod(max(0, size) for size in sizes), math.prod(base.shape[2:])
    if room < needed:  # one place for several, which says nothing: the first of each map
        base = base.with_shape(*base.shape[:2], *[1] * dims)
        return base, _positions(base, 1), None
    return base, _positions(base, room), like


def _stricter(block: Any, base: TensorType) -> str | None:
    if base.rank != getattr(block, "dims", 2) + 2:
        return "torch takes maps without a batch; in a drawing that is a forgotten dimension"
    if type(block).__name__ == "MaxPool1d" and block.padding > block.kernel_size // 2:
        return "torch counts the dilation in the largest padding only with gradients or indices"
    return None if base.is_floating else "torch pools whole numbers too; in a network that is a forgotten cast"


def _unpooling(block: Any, base: TensorType, indices: TensorType, like: TensorType | None) -> str | None:
    if like is not None and like.rank != block.dims + 2:
        return "torch takes the sizes alone, too"
    if base.rank == block.dims + 2 and like is None and 0 in _sizes_before(block, base):
        return "torch gives an empty map; nothing can be done with it"
    return _stricter(block, base)


def _emptied(block: Any, base: TensorType) -> str | None:
    scaled = [size * block.output_ratio for size in base.shape[2:]]
    if block.output_size is None and base.rank == block.dims + 2 and min(scaled) < 1:
        return "torch gives an empty map; nothing can be done with it"
    return _stricter(block, base)


DIMS = {"1d": 3, "2d": 4, "3d": 5}
SLIDING = [f"{kind}Pool{dims}" for kind in ("Max", "Avg", "LP") for dims in DIMS]
ADAPTIVE = [f"Adaptive{kind}Pool{dims}" for kind in ("Max", "Avg") for dims in DIMS]
UNPOOLS = [f"MaxUnpool{dims}" for dims in DIMS]
FRACTIONAL = ["FractionalMaxPool2d", "FractionalMaxPool3d"]

INPUTS: dict[str, Any] = {
    **{name: _maps(DIMS[name[-2:]], DIMS[name[-2:]]) for name in (*SLIDING, *ADAPTIVE, *FRACTIONAL)},
    **dict.fromkeys(UNPOOLS, _unpooled),
    "FractionalMaxPool3d": lambda block: st.tuples(mostly(tensor_types(5, 5, sizes=(4, 8)))),
    "Upsample": lambda block: _maps(min(RANKS[block.mode]), max(RANKS[block.mode]))(block),
    "PixelShuffle": _shuffled,
    "PixelUnshuffle": _unshuffled,
    "ChannelShuffle": _in_groups,
    "Subsampling": _maps(4, 4),
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "Subsampling": {"kernel_size": st.integers(1, 4)},
    "PixelShuffle": {"upscale_factor": st.integers(1, 3)},
    "PixelUnshuffle": {"downscale_factor": st.integers(1, 3)},
    "ChannelShuffle": {"groups": st.integers(1, 4)},
    "Upsample": {
        "size": st.none() | st.integers(1, 5) | st.just((3, 4)),
        "align_corners": st.sampled_from([False, False, False, True]),
        "scale_factor": st.sampled_from([2, 2, 3, 2.0, 1.5, 0.5, 0.3, 0.7]),
    },
    **{
        name: {"padding": st.sampled_from([0, 0, 0, 1, 1, 2]), "dilation": st.sampled_from([1, 1, 2])}
        for name in ("MaxPool1d", "MaxPool2d", "MaxPool3d")
    },
    "AvgPool1d": {"padding": st.sampled_from([0, 0, 1, 2])},
    "AvgPool2d": {"padding": st.sampled_from([0, 0, 1, (0, 1), 2])},
    "AvgPool3d": {"padding": st.sampled_from([0, 0, 1, (0, 1, 0), 2])},
    **{
        name: {"norm_type": st.sampled_from([2.0, 2.0, 1.0, 3.0, 1.5])} for name in ("LPPool1d", "LPPool2d", "LPPool3d")
    },
    **{name: {"padding": st.sampled_from([0, 0, 0, 1])} for name in UNPOOLS},
    **{
        name: {
            "kernel_size": st.integers(1, 3) | st.tuples(*[st.integers(1, 2)] * int(name[-2])),
            "output_ratio": st.sampled_from([0.7, 0.5, 0.9, 0.3]),
            "output_size": st.none() | st.integers(1, 5),
        }
        for name in FRACTIONAL
    },
}
POOLS = [*SLIDING, *ADAPTIVE, *FRACTIONAL, "Upsample"]
STRICTER = dict.fromkeys(POOLS, _stricter) | {
    **dict.fromkeys(UNPOOLS, _unpooling),
    **dict.fromkeys(FRACTIONAL, _emptied),
    "Subsampling": lambda block, base: _stricter(block, base) or other_numbers(block, base),
    "PixelShuffle": lambda block, base: (
        "torch shuffles any tensor of three dimensions or more" if base.rank != 4 else None
    ),
    "PixelUnshuffle": lambda block, base: (
        "torch shuffles any tensor of three dimensions or more" if base.rank != 4 else None
    ),
}
