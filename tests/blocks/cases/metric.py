"""What metrics take: predictions and targets that fit most of the time."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired, tensor_types

sizes = st.integers(1, 5)
CLASSES = 5


@st.composite
def _classified(draw: st.DrawFn, block: Any) -> Inputs:
    """Logits and classes; classes second or last, now and then the wrong way round."""
    batch, rest = draw(sizes), tuple(draw(st.lists(sizes, max_size=2)))
    last = getattr(block, "classes", "last" if type(block).__name__ == "BitsPerCharacter" else "second") == "last"
    last = last != (draw(st.integers(0, 7)) == 0)
    shape = (batch, *rest, CLASSES) if last else (batch, CLASSES, *rest)
    target = draw(st.sampled_from([(batch, *rest)] * 6 + [(batch, *rest, 2)]))
    kind = draw(st.sampled_from(["int64"] * 8 + ["float32"]))

    def make() -> torch.Tensor:
        return torch.randint(0, CLASSES - 1, target).to(getattr(torch, kind))

    return TensorType(shape, draw(st.sampled_from(["float32"] * 6 + ["float64"]))), Wired(
        TensorType(target, kind), make
    )


@st.composite
def _pairs(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(1, 4, dtypes=("float32", "float32", "float64", "int64")))
    other = draw(st.sampled_from([base] * 6 + [base.with_shape(*base.shape, 1), base.with_shape()]))
    rest = (draw(st.sampled_from([None, base.with_shape(*base.shape[:1]), base])),) if len(block.ports()[0]) > 2 else ()
    return base, other, *rest


@st.composite
def _examples(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(1, 4, sizes=(2, 5), dtypes=("float32", "float32", "float64", "bool")))
    other = draw(st.sampled_from([base] * 6 + [base.with_shape(*base.shape, 2)]))
    return base, other.with_shape(draw(st.integers(2, 6)), *other.shape[1:])


@st.composite
def _probed(draw: st.DrawFn, block: Any) -> Inputs:
    """Enough examples for two classes, or too few."""
    base = draw(tensor_types(2, 3, sizes=(1, 4), dtypes=("float32", "float32", "int64")))
    count = 2 * block.per_class * block.repeats + draw(st.integers(1, 4))
    base = base.with_shape(count, *base.shape[1:])
    target = draw(st.sampled_from([(count,)] * 6 + [(count, 1), (count + 1,)]))
    return base, Wired(TensorType(target, "int64"), lambda: (torch.arange(target[0]) % 2).reshape(target))


@st.composite
def _values(draw: st.DrawFn, block: Block) -> Inputs:
    value = draw(st.sampled_from([TensorType(()), TensorType(())]) | tensor_types(0, 3))
    return value, draw(st.none() | tensor_types(0, 2))


@st.composite
def _sequences(draw: st.DrawFn, block: Block) -> Inputs:
    target = draw(tensor_types(1, 3, dtypes=("int64",)))
    logits = TensorType((*target.shape, 4))
    return draw(st.sampled_from([target, logits, logits, logits.with_shape(*target.shape, 4, 4)])), target


INPUTS: dict[str, Any] = {
    **dict.fromkeys(("Accuracy", "BitsPerCharacter", "MeanIoU"), _classified),
    **dict.fromkeys(("MeanSquaredError", "R2Score", "BitError"), _pairs),
    "NearestNeighbourDistance": _examples,
    "Coverage": _examples,
    "LinearProbe": _probed,
    "MeanMetric": _values,
    "ExactMatch": _sequences,
}
IGNORED = {"ignore_index": st.sampled_from([None, None, CLASSES - 1])}
ARGUMENTS: dict[str, Any] = {
    "Accuracy": IGNORED | {"top_k": st.integers(1, 6)},
    "BitsPerCharacter": IGNORED,
    "MeanIoU": IGNORED,
    "LinearProbe": {"per_class": st.integers(1, 3), "repeats": st.integers(1, 2)},
}


def _by_chance(block: Block, *types: Any) -> str:
    return "Python computes a number, by broadcasting or flattening, that is not the metric"


STRICTER: dict[str, Any] = dict.fromkeys(INPUTS, _by_chance)
