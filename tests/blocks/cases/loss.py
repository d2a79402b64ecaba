"""What losses take: predictions and targets that fit most of the time."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st
from torch import nn

from app.core.block import Block
from app.core.tensor_type import ModuleType, TensorType
from tests.blocks.harness import Inputs, Wired, mostly, related, tensor_types

sizes = st.integers(1, 5)
CLASSES = 5


@st.composite
def _pairs(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(0, 4))
    other = draw(st.sampled_from([base] * 6 + [base.with_shape(*base.shape, 1), base.with_dtype("float64")]))
    return base, other


def _shares(given: TensorType) -> Any:
    """Numbers from 0 to 1."""
    return Wired(given, lambda: torch.rand(given.shape).to(getattr(torch, given.dtype)))


@st.composite
def _probabilities(draw: st.DrawFn, block: Block) -> Inputs:
    base, other = draw(_pairs(block))
    if len(block.ports()[0]) < 3:
        return _shares(base), _shares(other)
    weight = draw(st.sampled_from([None] * 3 + [other] * 2 + [other.with_shape(*other.shape[-1:])]) | related(other))
    return _shares(base), _shares(other), weight if weight is None else _shares(weight)


@st.composite
def _alike(draw: st.DrawFn, block: Block) -> Inputs:
    """Tensors of one shape for all ports, now and then one of another."""
    base = draw(tensor_types(2, 4) | tensor_types(0, 5))
    others = [draw(st.sampled_from([base] * 12 + [base.with_shape(*base.shape, 1), base.with_dtype("float64")]))]
    return base, *(others * (len(block.ports()[0]) - 1))


@st.composite
def _with_variance(draw: st.DrawFn, block: Block) -> Inputs:
    base, other = draw(_pairs(block))
    return base, other, _shares(draw(st.sampled_from([base] * 6 + [other])))


@st.composite
def _labelled_pairs(draw: st.DrawFn, block: Block) -> Inputs:
    """Two tensors of vectors and a sign for each."""
    base = TensorType((draw(sizes), draw(sizes)), draw(st.sampled_from(["float32"] * 6 + ["float64", "int64"])))
    base = draw(mostly(st.just(base)))
    second = draw(st.sampled_from([base] * 6 + [base.with_shape(*base.shape, 1), base.with_dtype("float64")]))
    shape = draw(st.sampled_from([base.shape[:1]] * 6 + [(), base.shape]))
    return base, second, TensorType(shape, draw(st.sampled_from(["float32"] * 6 + ["int64", "bool"])))


@st.composite
def _of_classes(draw: st.DrawFn, block: Any) -> Inputs:
    """Scores B×C and a class for each."""
    shape = (draw(sizes), CLASSES)
    logits = draw(mostly(st.just(TensorType(shape, draw(st.sampled_from(["float32"] * 6 + ["float64"]))))))
    target = draw(st.sampled_from([shape[:1]] * 6 + [(*shape[:1], 2), (shape[0] + 1,)]))
    return logits, _classes(target, draw(st.sampled_from(["int64"] * 8 + ["float32"])), 0)


def _classes(shape: Any, dtype: str, first: int) -> Wired:
    return Wired(TensorType(shape, dtype), lambda: torch.randint(first, CLASSES, shape).to(getattr(torch, dtype)))


@st.composite
def _several_classes(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(mostly(tensor_types(2, 2)))
    target = draw(st.sampled_from([base.shape] * 6 + [(*base.shape, 1)]))
    kind = draw(st.sampled_from(["int64"] * 8 + ["float32"]))
    return base, Wired(TensorType(target, kind), lambda: torch.full(target, -1).to(getattr(torch, kind)))


@st.composite
def _spoken(draw: st.DrawFn, block: Any) -> Inputs:
    """Log-probabilities of CLASSES symbols over time, and texts; lengths now and then."""
    batch, time, symbols = draw(sizes), draw(st.integers(4, 8)), draw(st.integers(1, 3))
    shape = (batch, time, CLASSES) if block.batch_first else (time, batch, CLASSES)
    given = draw(mostly(st.just(TensorType(shape)), tensor_types(2, 4)))
    targets = draw(st.sampled_from([(batch, symbols)] * 8 + [(batch,), (batch + 1, symbols)]))
    kind = draw(st.sampled_from(["int64"] * 8 + ["float32"]))
    other = draw(st.sampled_from([batch] * 8 + [batch + 1]))
    lengths = [_lengths(other, time), _lengths(batch, symbols)]
    if not draw(st.integers(0, 9)):
        lengths[0] = Wired(TensorType((batch,)), lambda: torch.ones(batch))
    return given, _classes(targets, kind, 3), *(draw(st.sampled_from([None, item])) for item in lengths)


def _lengths(count: int, most: int) -> Wired:
    return Wired(TensorType((count,), "int64"), lambda: torch.randint(1, most + 1, (count,)))


@st.composite
def _mixture(draw: st.DrawFn, block: Block) -> Inputs:
    mean = draw(mostly(tensor_types(2, 4, dtypes=("float32", "float32", "float64"))))
    logits, target = mean.with_shape(*mean.shape[:-1]), mean.with_shape(*mean.shape[:-2], *mean.shape[-1:])
    found = [logits, mean, mean, target]
    if not draw(st.integers(0, 5)):
        found[draw(st.integers(0, 3))] = draw(related(mean))
    return tuple(found)


class _Critic(nn.Module):
    """A score for each example, from the sum of its squares."""

    def __init__(self, tail: tuple[int, ...]) -> None:
        super().__init__()
        self.tail = tail

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1).square().sum(dim=1).reshape(-1, *[1] * len(self.tail)).expand(-1, *self.tail)


@st.composite
def _criticised(draw: st.DrawFn, block: Block) -> Inputs:
    real = draw(mostly(tensor_types(2, 4, dtypes=("float32", "float32", "float64"))))
    fake = draw(st.sampled_from([real] * 6 + [None, real.with_shape(*real.shape, 2), real.with_dtype("int64")]))
    tail = draw(st.sampled_from([(), (1,)] * 4 + [(1, 2), (3,)]))

    def called(types: Any) -> tuple[TensorType, ...]:
        return (types[0].with_shape(types[0].shape[0], *tail),)

    return Wired(ModuleType("model", ("x",), ("score",), called), lambda: _Critic(tail)), real, fake


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


@st.composite
def _vectors(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(mostly(tensor_types(2, 2, dtypes=("float32", "float32", "float64", "int64"))))
    return base, draw(st.sampled_from([base] * 6 + [base.with_shape(*base.shape, 1), base.with_dtype("float64")]))


PAIRED = (
    "MSELoss",
    "L1Loss",
    "SmoothL1Loss",
    "HuberLoss",
    "LogCoshLoss",
    "CharbonnierLoss",
    "QuantileLoss",
    "HingeLoss",
    "SoftMarginLoss",
    "HingeEmbeddingLoss",
    "MultiLabelSoftMarginLoss",
    "KLDivergence",
    "CosineLoss",
)
"""What takes a prediction and a target of one shape."""
INPUTS: dict[str, Any] = {
    **dict.fromkeys(PAIRED, _pairs),
    "BCEWithLogitsLoss": _probabilities,
    "BCELoss": _probabilities,
    "CrossEntropyLoss": _classified,
    "NLLLoss": _classified,
    "PoissonNLLLoss": _probabilities,
    "KLDivLoss": _probabilities,
    "FocalLoss": _probabilities,
    "GaussianNLLLoss": _with_variance,
    **dict.fromkeys(("TripletMarginLoss", "MarginRankingLoss", "GaussianKLDivergence", "DiceLoss"), _alike),
    **dict.fromkeys(("InfoNCELoss", "NTXentLoss", "BarlowTwinsLoss"), _vectors),
    **dict.fromkeys(("CosineEmbeddingLoss", "ContrastiveLoss"), _labelled_pairs),
    **dict.fromkeys(("MultiMarginLoss", "MarginLoss"), _of_classes),
    "MultiLabelMarginLoss": _several_classes,
    "CTCLoss": _spoken,
    "MixtureDensityLoss": _mixture,
    "GradientPenalty": _criticised,
    "TotalVariation": lambda block: mostly(tensor_types(4, 4)).map(lambda images: (images,)),
}
IGNORED = {
    "ignore_index": st.sampled_from([None, None, CLASSES - 1]),
    "class_weights": st.sampled_from([()] * 3 + [(1.0, 2.0, 0.5, 1.0, 3.0)] * 3 + [(1.0, 2.0)]),
}
"""A class that the targets above never hold: where all are ignored, the mean is of nothing."""
ARGUMENTS = {"CrossEntropyLoss": IGNORED, "NLLLoss": IGNORED, "CTCLoss": {"blank": st.sampled_from([0, 0, 1, 2, 6])}}


def _broadcast(block: Block, one: TensorType, other: TensorType, weight: TensorType | None = None) -> str | None:
    if one.shape != other.shape or weight is not None:
        return "torch would broadcast, and the loss would mean something else"
    if not (one.is_floating and other.is_floating):
        return "torch mixes in whole numbers, which have no gradient"
    if one.dtype != other.dtype and not getattr(block, "mixes", True):
        return "torch gives the loss the dtype of the one or the other"
    return "a scalar has no batch" if one.rank < 2 else None


def _by_chance(block: Block, *types: Any) -> str:
    return "torch computes a number, by broadcasting or without a batch, that is not the loss"


def _unlikely(block: Any, logits: TensorType, target: TensorType) -> str | None:
    wanted = logits.shape[:-1] if getattr(block, "classes", "") == "last" else (logits.shape[0], *logits.shape[2:])
    if target.dtype == "float32" and target.shape == logits.shape:
        return "torch takes the target for probabilities"
    return "flattened, other shapes may fit by chance" if target.shape != wanted else None


STRICTER: dict[str, Any] = {
    **dict.fromkeys(PAIRED, _broadcast),
    "BCEWithLogitsLoss": _broadcast,
    **dict.fromkeys(
        (
            "PoissonNLLLoss",
            "KLDivLoss",
            "FocalLoss",
            "GaussianNLLLoss",
            "TripletMarginLoss",
            "MarginRankingLoss",
            "GaussianKLDivergence",
            "DiceLoss",
            "InfoNCELoss",
            "NTXentLoss",
            "BarlowTwinsLoss",
            "CosineEmbeddingLoss",
            "ContrastiveLoss",
            "MultiMarginLoss",
            "MarginLoss",
            "MultiLabelMarginLoss",
            "TotalVariation",
            "WassersteinLoss",
            "GradientPenalty",
            "MixtureDensityLoss",
            "CTCLoss",
        ),
        _by_chance,
    ),
    "CrossEntropyLoss": _unlikely,
}
