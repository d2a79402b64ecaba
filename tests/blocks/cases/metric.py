"""What metrics take: predictions and targets that fit most of the time."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired, mostly, tensor_types

sizes = st.integers(1, 5)
CLASSES = 5
LAST = ("BitsPerCharacter", "Perplexity")
"""What takes the classes in the last dimension, without an argument for it."""


@st.composite
def _classified(draw: st.DrawFn, block: Any) -> Inputs:
    """Logits and classes; classes second or last, now and then the wrong way round."""
    batch, rest = draw(sizes), tuple(draw(st.lists(sizes, max_size=2)))
    last = getattr(block, "classes", "last" if type(block).__name__ in LAST else "second") == "last"
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
def _described(draw: st.DrawFn, block: Block) -> Inputs:
    """Two descriptions of the same examples, in as many numbers as they like."""
    one, other = (draw(tensor_types(1, 3, dtypes=("float32", "float32", "float64", "int64", "bool"))) for _ in range(2))
    count = draw(st.sampled_from([one.shape[0]] * 6 + [one.shape[0] + 1]))
    return one, other.with_shape(count, *other.shape[1:])


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


@st.composite
def _scored(draw: st.DrawFn, block: Any) -> Inputs:
    """Logits and classes, or scores and answers of one shape."""
    if draw(st.booleans()):
        return draw(_classified(block))
    given = draw(tensor_types(1, 3, dtypes=("float32", "float32", "float64", "int64")))
    return given, draw(st.sampled_from([given, given.with_dtype("int64"), given.with_dtype("bool")]))


@st.composite
def _vectors(draw: st.DrawFn, block: Block) -> Inputs:
    base = draw(tensor_types(1, 4, dtypes=("float32", "float32", "float64")))
    return base, draw(st.sampled_from([base] * 6 + [base.with_shape(*base.shape, 1), base.with_dtype("int64")]))


@st.composite
def _images(draw: st.DrawFn, block: Any) -> Inputs:
    base = draw(mostly(tensor_types(4, 4, sizes=(2, 6), dtypes=("float32", "float32", "float64"))))
    return base, draw(st.sampled_from([base] * 6 + [base.with_shape(*base.shape[:-1], 1)]))


@st.composite
def _texts(draw: st.DrawFn, block: Block) -> Inputs:
    """Tokens or logits, and the right tokens, of other lengths."""
    batch = draw(sizes)
    target = TensorType((batch, draw(sizes)), draw(st.sampled_from(["int64"] * 6 + ["float32"])))
    shape = draw(st.sampled_from([(batch, 4), (batch, 3, CLASSES)] * 4 + [(batch + 1, 4), (batch,)]))
    return TensorType(shape, draw(st.sampled_from(["int64" if len(shape) == 2 else "float32"] * 6 + ["bool"]))), target


@st.composite
def _embedded(draw: st.DrawFn, block: Block) -> Inputs:
    features = draw(mostly(tensor_types(2, 2, sizes=(2, 6), dtypes=("float32", "float32", "float64"))))
    count = features.shape[0] if features.rank else 1
    shape = draw(st.sampled_from([(count,)] * 8 + [(count, 1), (count + 1,)]))
    return features, TensorType(shape, draw(st.sampled_from(["int64"] * 8 + ["float32"])))


@st.composite
def _grouped(draw: st.DrawFn, block: Block) -> Inputs:
    _, target = draw(_embedded(block))
    return draw(st.sampled_from([target] * 6 + [target.with_shape(9)])), target


@st.composite
def _clouds(draw: st.DrawFn, block: Block) -> Inputs:
    samples = draw(mostly(tensor_types(2, 2, sizes=(2, 6), dtypes=("float32", "float32", "float64"))))
    features = samples.shape[-1] if samples.rank else 1
    return samples, samples.with_shape(draw(st.integers(2, 6)), draw(st.sampled_from([features] * 6 + [features + 1])))


@st.composite
def _detected(draw: st.DrawFn, block: Block) -> Inputs:
    """Boxes with scores and classes, and what is there; now and then one of them does not fit."""
    batch, count, most = draw(sizes), draw(sizes), draw(sizes)
    boxes, there = TensorType((batch, count, 4)), TensorType((batch, most, 4))
    labels, true_labels = TensorType((batch, count), "int64"), TensorType((batch, most), "int64")
    fitting = [boxes, labels.with_dtype("float32"), labels, there, true_labels]
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, 4))
        came = fitting[place]
        fitting[place] = draw(st.sampled_from([came.with_shape(*came.shape, 2), came.with_dtype("bool")]))
    return tuple(fitting)


INPUTS: dict[str, Any] = {
    "MeanAveragePrecision": _detected,
    **dict.fromkeys(("Accuracy", "BitsPerCharacter", "MeanIoU", "Perplexity", "ConfusionMatrix"), _classified),
    **dict.fromkeys(("MeanSquaredError", "R2Score", "BitError", "MeanAbsoluteError"), _pairs),
    **dict.fromkeys(("Precision", "Recall", "F1Score", "AUROC", "AveragePrecision"), _scored),
    **dict.fromkeys(("PSNR", "SSIM"), _images),
    **dict.fromkeys(("EditDistance", "BLEU"), _texts),
    **dict.fromkeys(("SilhouetteScore", "RecallAtK"), _embedded),
    "MeanCosineSimilarity": _vectors,
    "VarianceRatio": _described,
    "NormalizedMutualInfo": _grouped,
    "FrechetDistance": _clouds,
    "NearestNeighbourDistance": _examples,
    "Coverage": _examples,
    "LinearProbe": _probed,
    "MeanMetric": _values,
    "ExactMatch": _sequences,
}
IGNORED = {"ignore_index": st.sampled_from([None, None, CLASSES - 1])}
SCORED = IGNORED | {"only_class": st.sampled_from([None] * 4 + [0, CLASSES - 1])}
ARGUMENTS: dict[str, Any] = {
    "Accuracy": IGNORED | {"top_k": st.integers(1, 6)},
    "BitsPerCharacter": IGNORED,
    "MeanIoU": IGNORED,
    "Perplexity": IGNORED,
    "ConfusionMatrix": IGNORED,
    **dict.fromkeys(("Precision", "Recall", "F1Score"), SCORED),
    "SSIM": {"window": st.integers(1, 5)},
    "LinearProbe": {"per_class": st.integers(1, 3), "repeats": st.integers(1, 2)},
}


def _by_chance(block: Block, *types: Any) -> str:
    return "Python computes a number, by broadcasting or flattening, that is not the metric"


STRICTER: dict[str, Any] = dict.fromkeys(INPUTS, _by_chance)
