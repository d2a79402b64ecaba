"""What the fully connected layers take."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import PARAMETRIZATIONS, Inputs, mostly, other_numbers, related, tensor_types


def _splittable(block: Block) -> st.SearchStrategy[Inputs]:
    """Tensors whose split dimension often has the right size."""
    sizes = [size for size in block.unflattened_size if size > 0]  # type: ignore[attr-defined]
    total = 1
    for size in sizes:
        total *= size

    def fitted(base: TensorType, times: int) -> TensorType:
        dim = block.dim  # type: ignore[attr-defined]
        if not base.rank or not -base.rank <= dim < base.rank:
            return base
        shape = list(base.shape)
        shape[dim] = total * (times if -1 in block.unflattened_size else 1)  # type: ignore[attr-defined]
        return base.with_shape(*shape)

    right = st.builds(fitted, tensor_types(1, 4, sizes=(1, 4)), st.integers(1, 3))
    return st.tuples(mostly(right))


def _scalar(block: Block, base: TensorType) -> str | None:
    return None if base.rank else "torch makes a list of one from a scalar; here there is nothing to merge"


def _features(block: Any) -> st.SearchStrategy[Inputs]:
    if block.codes == "random":
        return st.tuples(tensor_types(1, 3))
    eighty_four = tensor_types(0, 2, dtypes=("float32",)).map(lambda base: base.with_shape(*base.shape, 84))
    return st.tuples(mostly(eighty_four))


@st.composite
def _two(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(tensor_types(1, 4, sizes=(1, 4)))
    other = base.with_shape(*base.shape[:-1], draw(st.integers(1, 4)))
    return (base, other if draw(st.integers(0, 4)) else draw(related(base)))


def _variables(block: Any) -> st.SearchStrategy[Inputs]:
    """The last size is often the number of variables."""
    right = tensor_types(1, 3).map(lambda base: base.with_shape(*base.shape[:-1], block.variables))
    return st.tuples(mostly(right | tensor_types(1, 3)))


INPUTS = {"MaskedLinear": _variables, "Bilinear": _two, "Unflatten": _splittable, "RadialBasisOutput": _features}
ARGUMENTS = {
    "MaskedLinear": {"variables": st.integers(1, 4), "out_features": st.sampled_from([2, 4, 6, 12])},
    "LowRankLinear": {"out_features": st.integers(1, 6)},
    "Linear": {"parametrization": PARAMETRIZATIONS, "out_features": st.integers(1, 8)},
    "RadialBasisOutput": {"classes": st.sampled_from([10, 10, 3])},
    "Flatten": {"start_dim": st.integers(-3, 3), "end_dim": st.integers(-3, 3)},
    "Unflatten": {
        "dim": st.integers(-2, 2),
        "unflattened_size": st.lists(st.sampled_from([-1, 1, 2, 2, 3, 4, 0]), min_size=1, max_size=3).map(tuple),
    },
}


def _shared_out(block: Any, base: TensorType) -> str | None:
    if block.place in ("first", "last", "only") and base.dtype == "float32":
        return "the module takes other numbers of units, and gives them degrees that mean nothing"
    return None


STRICTER = {"MaskedLinear": _shared_out, "Flatten": _scalar, "RadialBasisOutput": other_numbers}
