"""Metrics against scikit-learn, or their papers' formulas by hand: whole splits, in any batches."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, ndimage
from sklearn import metrics as sklearn_metrics
from torch import Tensor

from tests.metrics.test_accumulation import (
    CLASSES,
    COUNT,
    accumulated,
    classified,
    cut,
    drawn,
    features,
    made,
    regressed,
)

Data = Callable[[int], tuple[Tensor, Tensor]]
LABELS = {"labels": range(CLASSES), "zero_division": 0}


def balanced(seed: int, *more: int) -> tuple[Tensor, Tensor]:
    """Logits and targets in which no class is missing."""
    logits, target = classified(seed, *more)
    target[:CLASSES] = torch.arange(CLASSES).reshape(-1, *[1] * len(more))
    return logits, target


def answers(seed: int) -> tuple[Tensor, Tensor]:
    """Coarse scores, so that some are equal, and what is right, of which there is always some of both."""
    target = torch.randint(0, 2, (COUNT,), generator=drawn(seed))
    target[:2] = torch.tensor([0, 1])
    return (torch.randn(COUNT, generator=drawn(seed + 1)) + target).mul(2).round(), target


def labels(seed: int) -> tuple[Tensor, Tensor]:
    target = torch.randint(0, 2, (COUNT, 3), generator=drawn(seed))
    target[:2] = torch.tensor([[0], [1]])
    return torch.randn(COUNT, 3, generator=drawn(seed + 1)) + target, target


def by_classes(score: Any, logits: Tensor, target: Tensor, **more: Any) -> float:
    return float(score(target.flatten(), logits.argmax(dim=1).flatten(), **LABELS, **more))


def by_answers(score: Any, scores: Tensor, target: Tensor, **more: Any) -> float:
    return float(score(target, scores > 0, zero_division=0, **more))


def images(seed: int) -> tuple[Tensor, Tensor]:
    target = torch.rand(COUNT, 2, 9, 8, generator=drawn(seed))
    noise = torch.randn(COUNT, 2, 9, 8, generator=drawn(seed + 1))
    return target + noise * torch.linspace(0.02, 0.3, COUNT).reshape(-1, 1, 1, 1), target


def decibels(prediction: Tensor, target: Tensor) -> float:
    errors = (prediction.double() - target).square().mean(dim=(1, 2, 3)).numpy()
    return float(np.mean(10 * np.log10(1 / errors)))


def structure(prediction: Tensor, target: Tensor) -> float:
    """Structural similarity of each image with scipy's Gaussian filter, away from the edges."""
    found = []
    for one, other in zip(prediction.double().numpy(), target.double().numpy(), strict=True):
        for x, y in zip(one, other, strict=True):
            blur = partial(ndimage.gaussian_filter, sigma=1.5, radius=2)
            mx, my = blur(x), blur(y)
            vx, vy, vxy = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
            value = (2 * mx * my + 1e-4) * (2 * vxy + 9e-4) / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4))
            found.append(value[2:-2, 2:-2].mean())
    return float(np.mean(found))


def texts(seed: int) -> tuple[Tensor, Tensor]:
    """Texts of up to seven tokens, ended by 0, and copies of them with some tokens changed."""
    target = torch.randint(1, 5, (COUNT, 7), generator=drawn(seed))
    lengths = torch.randint(1, 8, (COUNT, 1), generator=drawn(seed + 1))
    target = target * (torch.arange(7) < lengths)
    changed = torch.randint(0, 5, (COUNT, 7), generator=drawn(seed + 2))
    return torch.where(torch.rand(COUNT, 7, generator=drawn(seed + 3)) < 0.3, changed, target), target


def ended(row: Tensor) -> str:
    return "".join(map(str, row.tolist())).split("0")[0]


def edits(one: str, other: str) -> int:
    """Levenshtein's recursion as it is defined."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return edits(one[1:], other[1:])
    return 1 + min(edits(one[1:], other), edits(one, other[1:]), edits(one[1:], other[1:]))


def error_rate(prediction: Tensor, target: Tensor) -> float:
    pairs = [(ended(one), ended(other)) for one, other in zip(prediction[:, :5], target, strict=True)]
    return sum(edits(*pair) for pair in pairs) / sum(len(other) for _, other in pairs)


def shorter(seed: int) -> tuple[Tensor, Tensor]:
    prediction, target = texts(seed)
    return prediction[:, :5], target


def bleu(prediction: Tensor, target: Tensor) -> float:
    pairs = [(ended(one), ended(other)) for one, other in zip(prediction, target, strict=True)]
    given, right = sum(len(one) for one, _ in pairs), sum(len(other) for _, other in pairs)
    product = 1.0
    for n in (1, 2):
        runs = [([a[i : i + n] for i in range(len(a) - n + 1)], b) for a, b in pairs]
        shared = sum(
            min(mine.count(run), sum(b.startswith(run, i) for i in range(len(b))))
            for mine, b in runs
            for run in {*mine}
        )
        product *= shared / sum(len(mine) for mine, _ in runs)
    return math.sqrt(product) * min(1.0, math.exp(1 - right / given))


def nearest(k: int, given: Tensor, target: Tensor) -> float:
    unit = given / given.norm(dim=1, keepdim=True)
    found = 0
    for i in range(len(unit)):
        order = sorted((j for j in range(len(unit)) if j != i), key=lambda j: -float(unit[i] @ unit[j]))
        found += any(int(target[j]) == int(target[i]) for j in order[:k])
    return found / len(unit)


def frechet(samples: Tensor, real: Tensor) -> float:
    one, other = samples.double().numpy(), real.double().numpy()
    a, b = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    root = linalg.sqrtm(a @ b).real
    return float(((one.mean(axis=0) - other.mean(axis=0)) ** 2).sum() + np.trace(a + b - 2 * root))


def clouds(seed: int) -> tuple[Tensor, Tensor]:
    return torch.randn(COUNT, 3, generator=drawn(seed)) + 0.5, torch.randn(COUNT, 3, generator=drawn(seed + 1))


def clusters(seed: int) -> tuple[Tensor, Tensor]:
    target = torch.randint(0, 3, (COUNT,), generator=drawn(seed))
    other = torch.randint(0, 5, (COUNT,), generator=drawn(seed + 1))
    return torch.where(torch.rand(COUNT, generator=drawn(seed + 2)) < 0.5, target + 7, other), target


def area(score: Any, scores: Tensor, target: Tensor) -> float:
    return float(np.mean([score(target == c, scores[:, c]) for c in range(CLASSES)]))


SCORES = {
    "precision": sklearn_metrics.precision_score,
    "recall": sklearn_metrics.recall_score,
    "f1": sklearn_metrics.f1_score,
}
Case = tuple[str, str, dict[str, Any], Data, Callable[[Tensor, Tensor], float]]
CASES: list[Case] = [
    *(
        (
            "ClassScore",
            "class_score",
            {"score": name, "average": average},
            data,
            partial(by_classes, score, average=average),
        )
        for name, score in SCORES.items()
        for average, data in (
            ("macro", balanced),
            ("weighted", lambda seed: balanced(seed, 3)),
            ("micro", balanced),
        )
    ),
    *(
        ("ClassScore", "class_score", {"score": name, "class_dim": None}, answers, partial(by_answers, score))
        for name, score in SCORES.items()
    ),
    (
        "ClassScore",
        "class_score",
        {"class_dim": None},
        labels,
        partial(by_answers, sklearn_metrics.f1_score, average="macro"),
    ),
    (
        "ClassScore",
        "class_score",
        {"score": "recall", "only_class": 2},
        balanced,
        lambda x, t: float(sklearn_metrics.recall_score(t, x.argmax(dim=1), average=None, **LABELS)[2]),
    ),
    ("AUROC", "auroc", {}, answers, lambda x, t: sklearn_metrics.roc_auc_score(t, x)),
    ("AUROC", "auroc", {}, labels, lambda x, t: sklearn_metrics.roc_auc_score(t, x, average="macro")),
    ("AUROC", "auroc", {}, balanced, partial(area, sklearn_metrics.roc_auc_score)),
    ("AveragePrecision", "average_precision", {}, answers, lambda x, t: sklearn_metrics.average_precision_score(t, x)),
    ("AveragePrecision", "average_precision", {}, labels, lambda x, t: sklearn_metrics.average_precision_score(t, x)),
    ("AveragePrecision", "average_precision", {}, balanced, partial(area, sklearn_metrics.average_precision_score)),
    (
        "MeanAbsoluteError",
        "mean_absolute_error",
        {},
        regressed,
        lambda x, t: sklearn_metrics.mean_absolute_error(t, x),
    ),
    (
        "MeanAbsoluteError",
        "mean_absolute_error",
        {"relative": True},
        regressed,
        lambda x, t: sklearn_metrics.mean_absolute_percentage_error(t, x),
    ),
    (
        "Perplexity",
        "perplexity",
        {},
        classified,
        lambda x, t: math.exp(sklearn_metrics.log_loss(t, x.double().softmax(dim=1), labels=range(CLASSES))),
    ),
    ("PSNR", "psnr", {}, images, decibels),
    (
        "PSNR",
        "psnr",
        {"per_image": False},
        images,
        lambda x, t: 10 * math.log10(1 / sklearn_metrics.mean_squared_error(t.flatten(), x.flatten())),
    ),
    ("SSIM", "ssim", {"window": 5}, images, structure),
    ("EditDistance", "edit_distance", {}, shorter, error_rate),
    ("BLEU", "bleu", {"longest": 2}, texts, bleu),
    (
        "MeanCosineSimilarity",
        "mean_cosine_similarity",
        {},
        clouds,
        lambda x, t: 1 - float(np.mean(sklearn_metrics.pairwise.paired_cosine_distances(x, t))),
    ),
    ("SilhouetteScore", "silhouette_score", {}, features, sklearn_metrics.silhouette_score),
    ("RecallAtK", "recall_at_k", {}, features, partial(nearest, 1)),
    ("RecallAtK", "recall_at_k", {"k": 3}, features, partial(nearest, 3)),
    (
        "NormalizedMutualInfo",
        "normalized_mutual_info",
        {},
        clusters,
        lambda x, t: sklearn_metrics.normalized_mutual_info_score(t, x),
    ),
    ("FrechetDistance", "frechet_distance", {}, clouds, frechet),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}{case[2] or ''}")
@settings(max_examples=5, derandomize=True, database=None, deadline=None)
@given(seed=st.integers(0, 1000), sizes=st.lists(st.integers(1, 20), max_size=6))
def test_value_of_a_split_is_the_formulas(case: Case, seed: int, sizes: list[int]) -> None:
    name, source, arguments, data, by_hand = case
    one, other = data(seed)
    metric = made(name, source, **arguments)
    whole = float(by_hand(one, other))
    assert accumulated(metric, cut((one, other), sizes)) == pytest.approx(whole, rel=2e-4, abs=1e-5)
    assert float(metric(one, other)) == pytest.approx(whole, rel=2e-4, abs=1e-5)
    assert float(metric.compute()) == pytest.approx(whole, rel=2e-4, abs=1e-5), "forward accumulated"
    metric.reset()
    assert math.isnan(float(metric.compute())), "reset left something behind"


@pytest.mark.parametrize("shares", [False, True])
def test_confusion_is_counted_over_all_batches(shares: bool) -> None:
    logits, target = balanced(4, 3)
    metric = made("ConfusionMatrix", "confusion_matrix", shares=shares)
    assert math.isnan(float(metric.compute()))
    for batch in cut((logits, target), [5, 20]):
        metric.update(*batch)
    expected = sklearn_metrics.confusion_matrix(
        target.flatten(), logits.argmax(dim=1).flatten(), normalize="true" if shares else None
    )
    np.testing.assert_allclose(metric.compute(), expected, atol=1e-6)
    np.testing.assert_allclose(metric(logits, target), expected, atol=1e-6)


def test_ignored_classes_and_padding_do_not_count() -> None:
    logits, target = balanced(3)
    padded = torch.cat([target, target.new_full(target.shape, 9)])
    twice = torch.cat([logits, torch.randn_like(logits)])
    for name, source in (("ClassScore", "class_score"), ("Perplexity", "perplexity")):
        metric = made(name, source, ignore_index=9)
        alone = accumulated(made(name, source), [(logits, target)])
        assert accumulated(metric, cut((twice, padded), [11, 30])) == pytest.approx(alone)


def test_steps_of_speech_are_decoded_before_they_are_compared() -> None:
    """Repeated symbols are one, unless a blank parts them."""
    metric = made("EditDistance", "edit_distance", blank=0)
    steps = torch.tensor([[0, 3, 3, 0, 3, 4], [2, 2, 2, 0, 0, 0]])
    metric.update(torch.nn.functional.one_hot(steps, 5).float(), torch.tensor([[3, 3, 4], [2, 4, 0]]))
    assert float(metric.compute()) == pytest.approx(1 / 5)


def test_bleu_of_the_papers_example() -> None:
    """ "the" seven times, of which two are in the reference: modified precision 2/7."""
    metric = made("BLEU", "bleu", longest=1)
    given, right = torch.tensor([[1, 1, 1, 1, 1, 1, 1]]), torch.tensor([[1, 2, 3, 4, 1, 5, 0]])
    assert float(metric(given, right)) == pytest.approx(2 / 7)
    assert float(made("BLEU", "bleu")(right, right)) == pytest.approx(1)
    assert float(made("BLEU", "bleu")(given, right)) == 0
    assert 0 < float(made("BLEU", "bleu", smooth=True)(given, right)) < 0.3


def test_a_group_of_one_and_one_group_alone() -> None:
    points = torch.tensor([[0.0, 0.0], [0.0, 1.0], [5.0, 5.0]])
    metric = made("SilhouetteScore", "silhouette_score")
    groups = torch.tensor([0, 0, 1])
    assert float(metric(points, groups)) == pytest.approx(sklearn_metrics.silhouette_score(points, groups), rel=1e-5)
    assert math.isnan(float(metric(points, torch.zeros(3, dtype=torch.long))))
