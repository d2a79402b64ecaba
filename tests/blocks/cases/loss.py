"""What losses take: predictions and targets that fit most of the time."""

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
def _pairs(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(0, 4))
    other = draw(st.sampled_from([base] * 6 + [base.with_shape(*base.shape, 1), base.with_dtype("float64")]))
    return base, other


@st.composite
def _probabilities(draw: st.DrawFn, block: Block) -> Inputs:
    base, other = draw(_pairs(block))

    def wired(given: TensorType) -> Any:
        return Wired(given, lambda: torch.rand(given.shape).to(getattr(torch, given.dtype)))

    return wired(base), wired(other)


@st.composite
def _classified(draw: st.DrawFn, block: Any) -> Inputs:
    """Logits and classes; classes second or last, now and then the wrong way round."""
    batch, rest = draw(sizes), tuple(draw(st.lists(sizes, max_size=2)))
    last = getattr(block, "classes", "second") == "last"
    if draw(st.integers(0, 6)) == 0:
        last = not last
    shape = (batch, *rest, CLASSES) if last else (batch, CLASSES, *rest)
    dtype = draw(st.sampled_from(["float32"] * 6 + ["float64", "int64"]))
    target = draw(st.sampled_from([(batch, *rest)] * 6 + [(batch, *rest, 2)]))
    kind = draw(st.sampled_from(["int64"] * 8 + ["float32"]))

    def make() -> torch.Tensor:
        return torch.randint(0, CLASSES - 1, target).to(getattr(torch, kind))

    return TensorType(shape, dtype), Wired(TensorType(target, kind), make)


INPUTS: dict[str, Any] = {
    **dict.fromkeys(("MSELoss", "L1Loss", "SmoothL1Loss", "HingeLoss", "KLDivergence", "CosineLoss"), _pairs),
    "BCEWithLogitsLoss": _probabilities,
    "BCELoss": _probabilities,
    "CrossEntropyLoss": _classified,
    "NLLLoss": _classified,
}
IGNORED = {"ignore_index": st.sampled_from([None, None, CLASSES - 1])}
"""A class that the targets above never hold: where all are ignored, the mean is of nothing."""
ARGUMENTS = {"CrossEntropyLoss": IGNORED, "NLLLoss": IGNORED}


def _broadcast(block: Block, one: TensorType, other: TensorType) -> str | None:
    if one.shape != other.shape:
        return "torch would broadcast, and the loss would mean something else"
    if not (one.is_floating and other.is_floating):
        return "torch mixes in whole numbers, which have no gradient"
    return "a scalar has no batch" if one.rank < 2 else None


def _unlikely(block: Any, logits: TensorType, target: TensorType) -> str | None:
    wanted = logits.shape[:-1] if getattr(block, "classes", "") == "last" else (logits.shape[0], *logits.shape[2:])
    if target.dtype == "float32" and target.shape == logits.shape:
        return "torch takes the target for probabilities"
    return "flattened, other shapes may fit by chance" if target.shape != wanted else None


STRICTER: dict[str, Any] = {
    **dict.fromkeys(("MSELoss", "L1Loss", "SmoothL1Loss", "HingeLoss", "KLDivergence", "CosineLoss"), _broadcast),
    "BCEWithLogitsLoss": _broadcast,
    "CrossEntropyLoss": _unlikely,
}
