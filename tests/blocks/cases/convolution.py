"""What convolutions take: maps most of the time, with channels that groups divide now and then."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from blocks.rules import each
from tests.blocks.harness import PARAMETRIZATIONS, Inputs, Wired, mostly, related, tensor_types, whole_numbers


def _divisor(block: Any) -> int:
    """What the channels are a multiple of, most of the time."""
    return int(getattr(block, "groups", 1) * getattr(block, "colours", 1))


def _maps(dims: int) -> Any:
    def inputs(block: Block) -> st.SearchStrategy[Inputs]:
        sizes = (3, 9) if dims < 3 else (3, 6)
        maps = st.builds(
            lambda batch, times, sides: TensorType((batch, times * _divisor(block), *sides)),
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
        "parametrization": PARAMETRIZATIONS,
        "kernel_size": small if dims == 1 else small | st.lists(small, min_size=dims, max_size=dims).map(tuple),
    }


DIMS = {f"{kind}{dims}d": dims for kind in ("Conv", "ConvTranspose", "DepthwiseConv") for dims in (1, 2, 3)}
DIMS |= {"CausalConv1d": 1, "MaskedConv1d": 1, "MaskedConv2d": 2}
INPUTS: dict[str, Any] = {name: _maps(dims) for name, dims in DIMS.items()}
ARGUMENTS: dict[str, Any] = {name: _arguments(dims) for name, dims in DIMS.items()}
for dims in (1, 2, 3):
    ARGUMENTS[f"DepthwiseConv{dims}d"] = {
        name: values for name, values in _arguments(dims).items() if name not in ("groups", "out_channels")
    }
ODD = st.sampled_from([1, 3, 3, 5, 2])
for dims, kernels in ((1, ODD), (2, ODD | st.tuples(ODD, ODD))):
    ARGUMENTS[f"MaskedConv{dims}d"] |= {
        "kernel_size": kernels,
        "padding": st.integers(1, 2),
        "colours": st.sampled_from([1, 1, 2, 3]),
        "groups": st.sampled_from([1, 1, 1, 2]),
    }
ROWS = st.lists(st.integers(0, 3), min_size=1, max_size=4).map(tuple)
INPUTS["PartiallyConnectedConv2d"] = _six_maps
INPUTS["BilinearConvTranspose2d"] = _maps(2)
ARGUMENTS["BilinearConvTranspose2d"] = {"stride": st.integers(1, 8)}
ARGUMENTS["PartiallyConnectedConv2d"] = {
    "connections": st.sampled_from([((0,), (0, 1)), ((2, 0), (1,), (0, 1, 2))])
    | st.lists(ROWS, min_size=1, max_size=3).map(tuple),
    "kernel_size": st.integers(1, 3),
}


def _no_batch(block: Any, base: TensorType) -> str | None:
    if base.rank == block.dims + 1:
        return "torch takes maps without a batch; in a drawing that is a forgotten dimension"
    if "Masked" in type(block).__name__:
        return _no_centre(block, base)
    if "Transpose" in type(block).__name__:
        empty = base.rank == block.dims + 2 and _empties(block, base)
        return "torch now and then gives an empty map; nothing can be done with it" if empty else None
    return None


def _no_centre(block: Any, base: TensorType) -> str | None:
    if any(reach % 2 == 0 for reach in each(block.kernel_size, block.dims)):
        return "the module takes an even kernel, whose centre is not in its middle"
    if block.colours > 1 and base.rank == block.dims + 2:
        return "the module splits channels unequally among colours, and mixes groups with colours"
    return None


def _empties(block: Any, base: Any) -> bool:
    """Whether some side would become exactly zero."""
    values = (block.kernel_size, block.stride, block.padding, block.dilation, block.output_padding)
    sides = zip(base.shape[2:], *(each(value, block.dims) for value in values), strict=True)
    return any((n - 1) * s - 2 * p + d * (k - 1) + extra + 1 == 0 for n, k, s, p, d, extra in sides)


def _no_single_maps(_: Any, base: TensorType) -> str | None:
    return "torch takes maps without a batch; in a drawing that is a forgotten dimension" if base.rank == 3 else None


STRICTER: dict[str, Any] = {**dict.fromkeys(DIMS, _no_batch), "BilinearConvTranspose2d": _no_single_maps}


@st.composite
def _with_holes(draw: st.DrawFn, block: Any) -> Inputs:
    (base,) = draw(_maps(2)(block))
    fitting = base.with_shape(base.shape[0], 1, *base.shape[2:]) if base.rank == 4 else base
    mask = fitting if draw(st.integers(0, 5)) else draw(related(fitting))

    def holes() -> Any:
        return (torch.rand(mask.shape) > 0.5).to(getattr(torch, mask.dtype))

    return base, Wired(mask, holes)


@st.composite
def _flat_windows(draw: st.DrawFn, block: Any) -> Inputs:
    size, kernel = each(block.output_size, 2), each(block.kernel_size, 2)
    values = (kernel, each(block.dilation, 2), each(block.padding, 2), each(block.stride, 2))
    counts = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, d, p, s in zip(size, *values, strict=True)]
    count = max(counts[0], 0) * max(counts[1], 0)
    features = draw(st.integers(1, 3)) * kernel[0] * kernel[1]
    base = TensorType((draw(st.integers(1, 3)), features, max(count, 1)))
    return (draw(mostly(st.just(base), related(base))),)


def _square(least: int) -> Any:
    return lambda block: st.tuples(mostly(tensor_types(4, 4, sizes=(least, 7))))


WINDOWS = {"kernel_size": st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3))}
WINDOWS |= {"stride": st.integers(1, 3), "dilation": st.integers(1, 2), "padding": st.integers(0, 1)}
INPUTS |= {
    "PartialConv2d": _with_holes,
    "Unfold": _square(2),
    "Fold": _flat_windows,
    "PatchEmbedding": _square(2),
    "LocallyConnected2d": _square(2),
}
ARGUMENTS |= {
    "PartialConv2d": _arguments(2),
    "Unfold": WINDOWS,
    "Fold": {**WINDOWS, "output_size": st.integers(3, 7) | st.tuples(st.integers(3, 7), st.integers(3, 7))},
    "PatchEmbedding": {"embed_dim": st.integers(1, 6), "patch_size": st.integers(1, 3)},
    "LocallyConnected2d": {"out_channels": st.integers(1, 4), "kernel_size": st.integers(1, 3)},
}


def _mask_alike(block: Any, base: TensorType, mask: TensorType) -> str | None:
    if base.rank != 4 or mask.rank != 4:
        return "torch takes maps without a batch; in a drawing that is a forgotten dimension"
    return "torch would broadcast the mask, or mix precisions" if mask.shape[1:] != base.shape[1:] else None


def _one_image(rank: int) -> Any:
    def reason(block: Any, base: TensorType) -> str | None:
        if base.rank == rank - 1:
            return "torch takes one without a batch; in a drawing that is a forgotten dimension"
        return None

    return reason


def _no_floats(rank: int) -> Any:
    def reason(block: Any, base: TensorType) -> str | None:
        return whole_numbers(block, base) or _one_image(rank)(block, base)  # type: ignore[no-any-return]

    return reason


STRICTER |= {"PartialConv2d": _mask_alike, "Unfold": _no_floats(4), "Fold": _no_floats(3)}
STRICTER |= {"LocallyConnected2d": _one_image(4), "PatchEmbedding": _one_image(4)}
STRICTER["PartiallyConnectedConv2d"] = lambda block, base: (
    "the module takes a map that is listed twice, counted from the end, or not at all" if base.rank > 2 else None
)
INPUTS["Spectrogram"] = lambda block: st.tuples(mostly(tensor_types(2, 2, sizes=(4, 20)), tensor_types(1, 3)))
ARGUMENTS["Spectrogram"] = {"window": st.integers(2, 9), "hop": st.integers(1, 6)}
STRICTER["Spectrogram"] = lambda block, base: (
    "torch takes one sound without a batch; in a drawing that is a forgotten dimension" if base.rank == 1 else None
)
