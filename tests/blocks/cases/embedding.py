"""What embeddings take: indices below the number of rows."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.tensor_type import TensorType
from tests.blocks.harness import PARAMETRIZATIONS, Inputs, Wired, mostly, other_numbers, tensor_types, whole_numbers


def _indices(block: Any) -> st.SearchStrategy[Inputs]:
    def wired(base: TensorType) -> Wired:
        high = block.num_embeddings
        return Wired(base, lambda: torch.randint(0, high, base.shape, dtype=getattr(torch, base.dtype)))

    fitting = tensor_types(0, 3, dtypes=("int64", "int64", "int32")).map(wired)
    return st.tuples(mostly(fitting))


def _sequences(block: Any) -> st.SearchStrategy[Inputs]:
    return st.tuples(mostly(tensor_types(2, 4)))


@st.composite
def _bags(draw: st.DrawFn, block: Any) -> Inputs:
    high, sizes = block.num_embeddings, st.integers(1, 5)
    in_rows = draw(st.booleans())
    shape = (draw(sizes), draw(sizes)) if in_rows else (draw(st.integers(2, 8)),)
    dtype = draw(st.sampled_from(["int64"] * 5 + ["int32", "float32"] + ["int64"] * 2))
    base = TensorType(shape, dtype)
    drawn = Wired(base, lambda: torch.randint(0, high, shape).to(getattr(torch, dtype)))
    offsets = None
    if not in_rows and draw(st.integers(0, 9)) != 7:
        count = 2 if block.include_last_offset else draw(st.integers(1, shape[0]))
        last = shape[0] if block.include_last_offset else count - 1
        starts = [0, last] if block.include_last_offset else list(range(count))
        kind = dtype if dtype != "float32" else "int64"
        offsets = Wired(TensorType((count,), kind), lambda: torch.tensor(starts, dtype=getattr(torch, kind)))
    factors = TensorType(shape) if draw(st.integers(0, 5)) == 4 else None
    return drawn, offsets, factors


@st.composite
def _turned(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(mostly(tensor_types(2, 4)))
    if base.rank > 1 and draw(st.integers(0, 5)):
        base = base.with_shape(*base.shape[:-1], 2 * base.shape[-1])
    positions = None
    if base.rank > 1 and draw(st.booleans()):
        positions = TensorType((base.shape[-2],), draw(st.sampled_from(["int64", "int64", "float32"])))
    return base, positions


@st.composite
def _pair(draw: st.DrawFn, block: Any) -> Inputs:
    return draw(mostly(tensor_types(2, 4))), draw(mostly(tensor_types(2, 4)))


INPUTS: dict[str, Any] = {
    "Embedding": _indices,
    "SinusoidalPositions": _sequences,
    "LearntPositions": _sequences,
    "EmbeddingBag": _bags,
    "RotaryPositions": _turned,
    "RelativePositionBias": _pair,
    "LinearPositionBias": _pair,
    "WindowPositionBias": lambda block: st.just(()),
    "TimestepEmbedding": lambda block: st.tuples(
        mostly(tensor_types(1, 1, dtypes=("float32", "int64", "int64", "float64")))
    ),
}
ARGUMENTS: dict[str, Any] = {
    "LearntPositions": {"num_embeddings": st.integers(2, 8)},
    "EmbeddingBag": {
        "mode": st.sampled_from(["sum", "sum", "mean", "max"]),
        "padding_idx": st.sampled_from([None, None, 0, 1, -1, 7]),
        "num_embeddings": st.integers(2, 8),
    },
    "RotaryPositions": {"base": st.sampled_from([10000.0, 1.0, 50.0])},
    "RelativePositionBias": {
        "num_buckets": st.sampled_from([4, 8, 9, 32]),
        "max_distance": st.sampled_from([2, 9, 16, 128]),
    },
    "TimestepEmbedding": {"embedding_dim": st.integers(2, 9)},
    "Embedding": {"parametrization": PARAMETRIZATIONS, "padding_idx": st.sampled_from([None, None, 0, 1, -1, 5, -7])},
    "SinusoidalPositions": {"max_length": st.integers(2, 8), "base": st.sampled_from([10000.0, 1.0, 50.0])},
}


def _positions(block: Any, base: TensorType) -> str | None:
    if not block.add and base.rank > 1 and base.shape[-2] > block.max_length:  # type: ignore[operator]
        return "a table that is too short gives a result that is too short"
    return other_numbers(block, base)


def _learnt(block: Any, base: TensorType) -> str | None:
    if not block.add and base.rank > 1 and base.shape[-2] > block.num_embeddings:  # type: ignore[operator]
        return "a table that is too short gives a result that is too short"
    return other_numbers(block, base)


def _bag(block: Any, *types: Any) -> str | None:
    if types[2] is not None and block.mode != "sum":
        return "torch refuses factors of means and maxima, by another kind of error"
    return None


def _distances(block: Any, query: TensorType, key: TensorType) -> str | None:
    if block.max_distance <= block.num_buckets // (4 if block.bidirectional else 2):
        return "the module gives ranges that are out of order"
    return None


STRICTER: dict[str, Any] = {
    "SinusoidalPositions": _positions,
    "LearntPositions": _learnt,
    "EmbeddingBag": _bag,
    "RelativePositionBias": _distances,
    "LinearPositionBias": lambda block, query, key: "the slopes would be whole numbers, or of another precision",
    "RotaryPositions": lambda block, base, positions: "torch would turn whole numbers, or take fractions as positions",
    "FourierFeatures": other_numbers,
    "FrequencyEncoding": whole_numbers,
    "TimestepEmbedding": lambda block, t: "torch would take true and false, and several numbers for an example",
}
