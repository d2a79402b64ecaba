"""What blocks that cut, join and turn tensors take."""

from __future__ import annotations

import re
from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired, tensor_types

sizes = st.integers(1, 5)
dims = st.integers(-3, 3)


@st.composite
def _joined(draw: st.DrawFn, block: Any) -> Inputs:
    """Tensors that differ along the block's dimension, now and then elsewhere too."""
    base = draw(tensor_types(1, 4))
    at = block.dim if -base.rank <= block.dim < base.rank else 0
    found = []
    for _ in range(draw(st.integers(2, 4))):
        shape = list(base.shape)
        shape[at] = draw(sizes) if type(block).__name__ == "Concatenate" else shape[at]
        if draw(st.integers(0, 12)) == 0:
            shape[draw(st.integers(0, base.rank - 1))] = draw(sizes)
        dtype = draw(st.sampled_from([base.dtype] * 4 + ["int64", "float64"]))
        found.append(TensorType(shape, dtype))
    return (tuple(found),)


@st.composite
def _cut(draw: st.DrawFn, block: Any) -> Inputs:
    """A tensor whose size along the block's dimension often fits the parts."""
    base = draw(tensor_types(1, 4))
    shape = list(base.shape)
    if -base.rank <= block.dim < base.rank and draw(st.integers(0, 4)):
        total = sum(block.sizes) if hasattr(block, "sizes") else block.count * draw(sizes)
        shape[block.dim] = total
    return (base.with_shape(*shape),)


@st.composite
def _cropped(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(3, 5) if draw(st.integers(0, 5)) else tensor_types(0, 3))
    begin = block.offset if block.keep == "corner" and draw(st.integers(0, 6)) else 0
    like = [draw(sizes), draw(sizes), *(draw(st.integers(1, max(size - begin, 1))) for size in base.shape[2:])]
    if draw(st.integers(0, 6)) == 0:
        like[-1] += 3
    return base, TensorType(like if draw(st.integers(0, 8)) else like[:-1])


@st.composite
def _heads(draw: st.DrawFn, block: Any) -> Inputs:
    features = block.heads * draw(st.integers(1, 3)) + draw(st.sampled_from([0, 0, 0, 1]))
    return (draw(st.just(TensorType((draw(sizes), draw(sizes), features))) | tensor_types(2, 4)),)


@st.composite
def _reshaped(draw: st.DrawFn, block: Any) -> Inputs:
    """Kept dimensions, then as many elements as the sizes need, shared between two dimensions."""
    total = draw(st.integers(1, 3)) if -1 in block.shape else 1
    for size in block.shape:
        total *= size if size > 0 else 1
    divisor = draw(st.sampled_from([size for size in range(1, total + 1) if total % size == 0]))
    kept = [draw(sizes) for _ in range(block.keep)]
    return (draw(st.just(TensorType((*kept, divisor, total // divisor))) | tensor_types(0, 4)),)


@st.composite
def _squeezed(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(0, 4))
    if -base.rank <= block.dim < base.rank and draw(st.integers(0, 3)):
        shape = list(base.shape)
        shape[block.dim] = 1
        base = base.with_shape(*shape)
    return (base,)


@st.composite
def _expanded(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(0, 3))
    return base.with_shape(*draw(st.sampled_from([(1,), (1,), ()])), *base.shape), draw(tensor_types(0, 3))


@st.composite
def _like(draw: st.DrawFn, block: Block) -> Inputs:
    like = draw(tensor_types(0, 4))
    shape = [draw(st.sampled_from([1, size, size])) for size in like.shape][draw(st.integers(0, 2)) :]
    return draw(st.just((TensorType(shape), like)) | st.tuples(tensor_types(0, 3), st.just(like)))


@st.composite
def _rows(draw: st.DrawFn, block: Block) -> Inputs:
    """Row numbers that there are; masks, whose result has an unknown size, have a test of their own."""
    base, index = draw(tensor_types(0, 3)), draw(tensor_types(0, 3, dtypes=("int64", "int32", "int64", "float32")))
    rows = base.shape[0] if base.rank else 1
    return base, Wired(index, lambda: torch.randint(0, rows, index.shape).to(getattr(torch, index.dtype)))


@st.composite
def _gathered(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(1, 3))
    shape = [draw(st.integers(1, size)) for size in base.shape]
    if draw(st.integers(0, 8)) == 0:
        shape.append(1)
    rows = base.shape[block.dim] if -base.rank <= block.dim < base.rank else 1
    index = TensorType(shape, draw(st.sampled_from(["int64"] * 6 + ["float32"])))
    return base, Wired(index, lambda: torch.randint(0, rows, index.shape).to(getattr(torch, index.dtype)))


@st.composite
def _resized(draw: st.DrawFn, block: Any) -> Inputs:
    rank = {"linear": 3, "bilinear": 4, "bicubic": 4, "trilinear": 5}.get(block.mode, draw(st.integers(3, 5)))
    base = draw(tensor_types(rank, rank, sizes=(1, 4)) if draw(st.integers(0, 5)) else tensor_types(0, 5))
    like = draw(st.none() | tensor_types(rank, rank, sizes=(1, 4)) | tensor_types(0, 5))
    return base, like


@st.composite
def _padded(draw: st.DrawFn, block: Any) -> Inputs:
    rank = len(block.pad) // 2 + 2
    return (draw(tensor_types(rank, rank, sizes=(1, 5), dtypes=("float32",)) | tensor_types(0, 5)),)


@st.composite
def _patterned(draw: st.DrawFn, block: Any) -> Inputs:
    """A size for each dimension that the pattern names, which what is in brackets divides most of the time."""
    given = dict(zip(block.axes.split(), block.sizes, strict=False))
    shape: list[int] = []
    for part in re.findall(r"\([^)]*\)|\S+", block.pattern.partition("->")[0]):
        if part == "...":
            shape += draw(st.lists(sizes, max_size=2))
            continue
        total = 1
        for axis in part.strip("()").split():
            total *= given.get(axis) or (int(axis) if axis.isdigit() else draw(st.integers(1, 3)))
        shape.append(total + (draw(st.integers(0, 12)) == 0))
    return (TensorType(shape, draw(st.sampled_from(["float32"] * 6 + ["int64", "bool"]))),)


PATTERNS = (
    *("b c (h p) (w q) -> b (h w) (c p q)", "b (p h) (q w) -> b h w p q", "(p b) (q t) -> b t (p q)"),
    *("b (t p) (f q) -> (b p) q t f", "(b p q) c -> p b q c", "b (h p q) ... -> b p (q ...) h", "p ... q -> q p ..."),
    *("(p q) b () -> p b 1 q", "p b q -> (q p) 1 b", "b (h p q -> b h p q", "b c -> c", "p q q -> p q", "p? q -> p"),
)
LEFT = (
    *(
        "b c (h p) (w q) -> b c h w",
        "b c p q -> b c",
        "b (t p) q -> b t 1",
        "p ... q -> ...",
        "(p q) b -> b",
        "p b q ->",
    ),
    *("b (t 2) p q -> q t b p", "b p q -> b p q r", "b (t p q) -> b 1 t"),
)
RIGHT = (
    *("b c h w -> b c (h p) (w q)", "b f -> b p q f", "b f -> p (b q) 2 f", "... -> p ... q", "b t -> (p b) (t q)"),
    *("-> p q", "b -> b r", "b t f -> (p b q t) f", "b 1 f -> b (p q) f"),
)


def _patterns(patterns: tuple[str, ...]) -> dict[str, Any]:
    named = st.sampled_from(["p q"] * 12 + ["p", "p q r"])
    return {
        "pattern": st.sampled_from(patterns),
        "axes": named,
        "sizes": st.sampled_from([(2, 2), (2, 3), (3, 1), (1, 2), (2, 2, 2)]),
    }


@st.composite
def _scattered(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(1, 3, dtypes=("float32", "float32", "float32", "int64", "bool")))
    rows = base.shape[block.dim] if -base.rank <= block.dim < base.rank else 1
    at = block.dim % base.rank
    shape = [draw(st.integers(1, size if i != at else 5)) for i, size in enumerate(base.shape)]
    if draw(st.integers(0, 10)) == 0:
        shape[0] += 3
    index = TensorType(shape, draw(st.sampled_from(["int64"] * 9 + ["int32"])))
    source = base.with_shape(*(size + draw(st.sampled_from([0, 0, 1])) for size in shape))
    odd = draw(st.sampled_from([source] * 6 + [None, None, source.with_dtype("float64"), source.with_shape(2)]))
    return base, Wired(index, lambda: torch.randint(0, rows, index.shape).to(getattr(torch, index.dtype))), odd


@st.composite
def _listed(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(1, 3))
    rows = base.shape[block.dim] if -base.rank <= block.dim < base.rank else 1
    index = TensorType(
        draw(st.sampled_from([(1,), (3,), (4,), (2, 2)])), draw(st.sampled_from(["int64", "int32"] * 4 + ["float32"]))
    )
    wired = Wired(index, lambda: torch.randint(0, rows, index.shape).to(getattr(torch, index.dtype)))
    if type(block).__name__ == "IndexSelect":
        return base, wired
    shape = list(base.shape)
    shape[block.dim % base.rank] = index.shape[0]
    source = base.with_shape(*shape)
    other = st.sampled_from([source] * 8 + [source.with_dtype("float64"), base.with_shape(2, *base.shape), base])
    return base, wired, draw(other)


@st.composite
def _taken(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(1, 3))
    shape = [draw(st.sampled_from([1, size, size])) for size in base.shape]
    rows = base.shape[block.dim] if -base.rank <= block.dim < base.rank else 1
    shape[block.dim % base.rank] = draw(sizes)
    index = TensorType(
        shape if draw(st.integers(0, 9)) else [*shape, 1], draw(st.sampled_from(["int64"] * 9 + ["int32"]))
    )
    return base, Wired(index, lambda: torch.randint(0, rows, index.shape).to(getattr(torch, index.dtype)))


@st.composite
def _unbound(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(1, 3))
    shape = list(base.shape)
    if -base.rank <= block.dim < base.rank and draw(st.integers(0, 5)):
        shape[block.dim] = block.count
    return (base.with_shape(*shape),)


INPUTS: dict[str, Any] = {
    **dict.fromkeys(("Rearrange", "ReduceAxes", "RepeatAxes"), _patterned),
    **dict.fromkeys(("IndexSelect", "IndexAdd"), _listed),
    "Scatter": _scattered,
    "TakeAlongDim": _taken,
    "Unbind": _unbound,
    "Windows": lambda block: st.tuples(tensor_types(1, 4, sizes=(3, 9))),
    "Diagonal": lambda block: st.tuples(tensor_types(2, 4, sizes=(1, 4))),
    "Meshgrid": lambda block: st.tuples(*[tensor_types(1, 1, dtypes=("float32",)) | tensor_types(0, 2)] * 2),
    "Gather": _gathered,
    "Interpolate": _resized,
    "Pad": _padded,
    "OneHot": lambda block: st.tuples(tensor_types(0, 3, dtypes=("int64", "int64", "int32", "float32"))),
    "Index": _rows,
    "Reshape": _reshaped,
    "Squeeze": _squeezed,
    "Expand": _expanded,
    "ExpandAs": _like,
    "Permute": lambda block: st.tuples(tensor_types(len(block.dims), len(block.dims)) | tensor_types(0, 4)),
    "Repeat": lambda block: st.tuples(tensor_types(0, 4, sizes=(1, 3))),
    "Concatenate": _joined,
    "Stack": _joined,
    "Split": _cut,
    "Chunk": _cut,
    "Crop": _cropped,
    "SplitHeads": _heads,
    "Narrow": lambda block: st.tuples(tensor_types(1, 4, sizes=(4, 12))),
    "MergeHeads": lambda block: st.tuples(tensor_types(4, 4) | tensor_types(3, 5)),
}
ALONG = (
    "Gather",
    "Roll",
    "Flip",
    "Squeeze",
    "Unsqueeze",
    "RepeatInterleave",
    "Concatenate",
    "Stack",
    "Split",
    "Chunk",
    "Slice",
    "Select",
    "Narrow",
    "TopK",
    "Sort",
    "ArgSort",
    "Scatter",
    "IndexSelect",
    "IndexAdd",
    "TakeAlongDim",
    "Windows",
    "MoveDim",
    "Unbind",
    "Diff",
)
ARGUMENTS: dict[str, dict[str, Any]] = {name: {"dim": dims} for name in ALONG}
ARGUMENTS["Rearrange"] = _patterns(PATTERNS)
ARGUMENTS["ReduceAxes"] = _patterns(LEFT)
ARGUMENTS["RepeatAxes"] = _patterns(RIGHT)
ARGUMENTS["Crop"] = {"offset": st.integers(0, 2)}
ARGUMENTS["TopK"]["k"] = st.integers(1, 4)
ARGUMENTS["MoveDim"]["destination"] = dims
ARGUMENTS["Windows"] |= {"size": st.integers(1, 4), "step": st.integers(1, 3)}
ARGUMENTS["Unbind"]["names"] = st.sampled_from([""] * 6 + ["x, y", "if, y"])
ARGUMENTS["Diagonal"] = {"dim1": st.integers(-3, 2), "dim2": st.integers(-3, 2), "offset": st.integers(-1, 2)}
ARGUMENTS["OneHot"] = {"num_classes": st.integers(2, 6)}
ARGUMENTS["Interpolate"] = {"scale_factor": st.sampled_from([2, 2, 3, 1, 0.5, 1.5])}
ARGUMENTS["Pad"] = {"pad": st.sampled_from([(1, 1), (0, 2), (1, -1), (2, 1, 0, 1), (1, 1, 1, 1, 1, 1), (1,), ()])}
ARGUMENTS["Permute"] = {"dims": st.permutations([0, 1, 2]).map(tuple) | st.sampled_from([(0, -1, 1, 2), (1, 1), ()])}
ARGUMENTS["Reshape"] = {
    "shape": st.lists(st.sampled_from([-1, 1, 2, 2, 3, 4, 0]), min_size=1, max_size=4).map(tuple),
    "keep": st.integers(0, 3),
}
ARGUMENTS["Split"]["names"] = st.sampled_from(["", "", "", "", "q, k", "a,b,c", "input, x", "if, x", "x, x"])
ARGUMENTS["Chunk"]["names"] = st.sampled_from([""] * 8 + ["q, k, v", "mean, log_variance", "self", "1, 2"])
ARGUMENTS["Chunk"]["chunks"] = st.integers(1, 4)  # with names there must be one for each
ARGUMENTS["Slice"] |= {
    "start": st.sampled_from([0, 0, 0, 1, 2, -1, -2, -6]),
    "stop": st.sampled_from([None, None, 1, 3, 9, -1]),
}
ARGUMENTS["Narrow"] |= {"start": st.integers(0, 3), "length": st.integers(1, 5)}
ARGUMENTS["Select"]["index"] = st.sampled_from([0, -1, 1, -2, 3])


def _equal_parts(block: Any, input: TensorType) -> str | None:
    if block.names and block.why_not_names() is not None:
        return "torch knows no names for the parts"
    return "torch makes the last part smaller" if type(block).__name__ == "Chunk" else None


def _empty(block: Any, input: TensorType) -> str | None:
    fits = -input.rank <= block.dim < input.rank
    return "torch gives an empty tensor, on which nothing can be learnt" if fits else None


def _beyond(block: Any, input: TensorType, like: TensorType) -> str | None:
    fits = input.rank >= 3 and input.rank == like.rank
    begin = block.offset if block.keep == "corner" else 0
    pairs = zip(input.shape[2:], like.shape[2:], strict=fits)
    smaller = fits and any(mine < its + begin for mine, its in pairs)
    return "a slice past the end gives less than was asked for" if smaller or not fits else None


def _scalar(block: Block, given: TensorType) -> str | None:
    return "torch takes a scalar for a vector here" if not given.rank else None


def _larger(block: Any, given: TensorType) -> str | None:
    fits = -given.rank <= block.dim < given.rank
    return "torch silently keeps a larger dimension" if fits else _scalar(block, given)


def _padding(block: Any, given: TensorType) -> str | None:
    if block.mode == "constant":
        return "torch pads by nothing, or leaves nothing"
    return "torch pads maps without a batch, and whole numbers in some modes"


def _diagonal_of_batch(block: Any, input: TensorType) -> bool:
    return 0 in (block.dim1 % input.rank, block.dim2 % input.rank)


def _scalar_or_mixed(block: Any, *types: Any) -> str | None:
    return "torch takes other shapes and kinds for something else now and then"


KNOWN_BATCH: dict[str, Any] = {"Slice": lambda block, *types: True, "Diagonal": _diagonal_of_batch}
"""Past the end of an unknown size a slice would be shorter than it says; a diagonal ends with the smaller side."""

STRICTER = {
    **dict.fromkeys(("TopK", "Sort", "ArgSort", "MoveDim"), _scalar),
    "Windows": _scalar,
    "IndexSelect": _scalar_or_mixed,
    "IndexAdd": _scalar_or_mixed,
    "TakeAlongDim": _scalar_or_mixed,
    "Scatter": _scalar_or_mixed,
    "Unbind": lambda block, given: "torch gives as many parts as there are" if given.rank else None,
    "Meshgrid": lambda block, a, b: "torch takes a scalar for a side" if not (a.rank and b.rank) else None,
    "Diagonal": lambda block, given: "torch gives an empty diagonal",
    "Diff": lambda block, given: "torch gives an empty tensor",
    "Flip": _scalar,
    "Roll": _scalar,
    "Pad": _padding,
    "Gather": lambda block, given, index: "torch takes a scalar for a vector here" if not index.rank else None,
    "Interpolate": lambda block, given, like: "torch interpolates uint8 images too" if not given.is_floating else None,
    "Squeeze": _larger,
    "Index": lambda block, given, index: "any index is an empty one for a scalar" if not given.rank else None,
    "RepeatInterleave": _scalar,
    "Expand": lambda block, given, like: "a new dimension or a larger batch by chance" if like.rank else None,
    "Reshape": lambda block, given: "shapes that fit by taking from the batch" if given.rank else None,
    "Transpose": _scalar,
    "Split": _equal_parts,
    "Chunk": _equal_parts,
    "Slice": _empty,
    "Crop": _beyond,
    "MergeHeads": lambda block, given: "torch merges the heads of other tensors too" if given.rank != 4 else None,
    "SplitHeads": lambda block, given: "torch splits the features of any tensor" if given.rank != 3 else None,
}
