"""What blocks on images take: maps."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, mostly, tensor_types

sizes = st.integers(1, 4)
FLOATS = ("float32", "float32", "float32", "float64")


def _maps(block: Block) -> st.SearchStrategy[Inputs]:
    return st.tuples(mostly(tensor_types(4, 4, sizes=(1, 8), dtypes=(*FLOATS, "int64"))))


@st.composite
def _colours(draw: st.DrawFn, block: Any) -> Inputs:
    channels = len(block.mean) if hasattr(block, "mean") else 3
    shape = [draw(sizes), draw(st.sampled_from([channels] * 6 + [2])), draw(sizes), draw(sizes)]
    return (draw(mostly(st.just(TensorType(shape)))),)


@st.composite
def _theta(draw: st.DrawFn, block: Block) -> Inputs:
    batch, sides = draw(sizes), draw(st.sampled_from([2, 2, 3]))
    like = TensorType((batch, *(draw(sizes) for _ in range(sides + 1))))
    theta = TensorType((batch, sides, sides + 1), draw(st.sampled_from(["float32"] * 6 + ["float64", "int64"])))
    return draw(mostly(st.just((theta, like)), st.tuples(tensor_types(2, 4), tensor_types(3, 5))))


@st.composite
def _sampled(draw: st.DrawFn, block: Block) -> Inputs:
    batch, sides = draw(sizes), draw(st.sampled_from([2, 2, 3]))
    dtype = draw(st.sampled_from(FLOATS))
    maps = TensorType((batch, *(draw(sizes) for _ in range(sides + 1))), dtype)
    grid = TensorType(
        (batch, *(draw(sizes) for _ in range(sides)), sides), draw(st.sampled_from([dtype] * 8 + ["int64"]))
    )
    return draw(mostly(st.just((maps, grid)), st.tuples(tensor_types(3, 5), tensor_types(3, 5))))


@st.composite
def _boxes(draw: st.DrawFn, block: Block) -> Inputs:
    """Corners of boxes, and what else a block takes that works on them."""
    batch, count, dtype = draw(sizes), draw(st.integers(1, 6)), draw(st.sampled_from(FLOATS))
    corners = TensorType((batch, count, draw(st.sampled_from([4] * 8 + [3]))), dtype)
    if type(block).__name__ == "DrawBoxes":
        others = TensorType((batch, draw(sizes), draw(sizes), draw(sizes))), TensorType((batch, count), dtype)
        return draw(mostly(st.just((others[0], corners, others[1])), st.tuples(*[tensor_types(2, 4)] * 3)))
    scores = TensorType((batch, count, draw(sizes)), draw(st.sampled_from([dtype] * 8 + ["int64"])))
    return draw(mostly(st.just((corners, scores)), st.tuples(tensor_types(3, 3), tensor_types(3, 3))))


INPUTS: dict[str, Any] = {
    **dict.fromkeys(("CoordinateGrid", "GaussianBlur", "WindowBoxes"), _maps),
    **dict.fromkeys(("NonMaximumSuppression", "DrawBoxes"), _boxes),
    **dict.fromkeys(("Grayscale", "NormalizeImage"), _colours),
    "AffineGrid": _theta,
    "GridSample": _sampled,
    "CenterCrop": lambda block: st.tuples(mostly(tensor_types(2, 4, sizes=(3, 8)))),
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "NonMaximumSuppression": {"most": st.integers(1, 5)},
    "CenterCrop": {"size": st.integers(1, 4) | st.sampled_from([(1, 3), (2, 9)])},
    "GaussianBlur": {"kernel_size": st.sampled_from([1, 3, 3, 5, 2]), "sigma": st.sampled_from([0.5, 1.0, 2.0])},
    "NormalizeImage": {
        "mean": st.sampled_from([(0.5,), (0.1, 0.2), (0.1, 0.2, 0.3), ()]),
        "std": st.sampled_from([(0.5,), (1.0,), (2.0,), (0.0,), (0.5, 0.5, 0.5)]),
    },
}
STRICTER: dict[str, Any] = {
    "CoordinateGrid": lambda block, given: "torch makes places for other numbers, too",
    "WindowBoxes": lambda block, given: "torch counts places in other numbers, too",
    **dict.fromkeys(
        ("NonMaximumSuppression", "DrawBoxes"),
        lambda block, *given: "torch repeats what does not fit, compares other numbers and ignores what is left over",
    ),
    "Grayscale": lambda block, given: "slices beyond the third channel are empty, and others are left over",
    "GaussianBlur": lambda block, given: "torch makes maps smaller where a window has no centre",
    "NormalizeImage": lambda block, given: "torch divides by 0, and repeats what does not fit the channels",
    "AffineGrid": lambda block, theta, like: "torch takes sizes of other maps",
}
KNOWN_BATCH = {"CenterCrop": lambda block, given: given.rank == 2}
