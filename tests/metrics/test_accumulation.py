"""Metrics over a split: however it is cut into batches, the value is that of the whole, and another's value too."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics
from torch import Tensor, nn

from blocks import module_text

CLASSES = 4
COUNT = 37


def made(name: str, source: str, **arguments: Any) -> Any:
    """The class as generated code carries it along."""
    space: dict[str, Any] = {"__name__": source}
    exec(compile(module_text(source), source, "exec"), space)
    return space[name](**arguments)


def cut(tensors: Sequence[Tensor], sizes: Sequence[int]) -> list[tuple[Tensor, ...]]:
    """The same tensors in batches of the given sizes, the rest in a last one."""
    total = tensors[0].shape[0]
    bounds = [0]
    for size in sizes:
        bounds.append(min(total, bounds[-1] + size))
    bounds.append(total)
    return [tuple(tensor[start:stop] for tensor in tensors) for start, stop in pairwise(bounds) if stop > start]


def accumulated(metric: nn.Module, batches: Sequence[tuple[Tensor, ...]]) -> float:
    for batch in batches:
        metric.update(*batch)  # type: ignore[operator]
    value = metric.compute()  # type: ignore[operator]
    assert value.shape == ()
    assert value.dtype == torch.float32
    return float(value)


def drawn(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def classified(seed: int, *more: int) -> tuple[Tensor, Tensor]:
    logits = torch.randn(COUNT, CLASSES, *more, generator=drawn(seed))
    return logits, torch.randint(0, CLASSES, (COUNT, *more), generator=drawn(seed + 1))


def sequences(seed: int) -> tuple[Tensor, Tensor]:
    logits, target = classified(seed, 2)
    target = torch.where(torch.rand(COUNT, 1, generator=drawn(seed)) > 0.5, logits.argmax(dim=1), target)
    return logits.movedim(1, -1), target


def regressed(seed: int) -> tuple[Tensor, Tensor]:
    target = 100 + torch.randn(COUNT, 3, generator=drawn(seed))
    return target + 0.3 * torch.randn(COUNT, 3, generator=drawn(seed + 1)), target


def bits(seed: int) -> tuple[Tensor, Tensor]:
    target = torch.randint(0, 2, (COUNT, 5), generator=drawn(seed)).float()
    return torch.randn(COUNT, 5, generator=drawn(seed + 1)) + target, target


def clouds(seed: int) -> tuple[Tensor, Tensor]:
    return torch.randn(COUNT, 2, 3, generator=drawn(seed)), torch.randn(COUNT, 2, 3, generator=drawn(seed + 1))


def features(seed: int) -> tuple[Tensor, Tensor]:
    target = torch.arange(COUNT) % 3
    return torch.randn(COUNT, 6, generator=drawn(seed)) + target[:, None], target


def bits_by_hand(logits: Tensor, target: Tensor) -> float:
    chances = logits.double().softmax(dim=-1).gather(-1, target.unsqueeze(-1))
    return float(-chances.log2().mean())


def distance_by_hand(samples: Tensor, real: Tensor) -> float:
    one, other = samples.flatten(1).numpy(), real.flatten(1).numpy()
    nearest = np.array([min(math.dist(a, b) for b in other) for a in one])
    among = [min(math.dist(a, b) for j, b in enumerate(other) if j != i) for i, a in enumerate(other)]
    return float(nearest.mean() / np.mean(among))


def coverage_by_hand(samples: Tensor, real: Tensor) -> float:
    one, other = samples.flatten(1).numpy(), real.flatten(1).numpy()
    covered = 0
    for i, a in enumerate(other):
        reach = sorted(math.dist(a, b) for j, b in enumerate(other) if j != i)[4]
        covered += min(math.dist(a, b) for b in one) < reach
    return covered / len(other)


def described(seed: int) -> tuple[Tensor, Tensor]:
    whole = regressed(seed)[1]
    return whole @ torch.tensor([[0.6, 0.0], [0.8, 0.0], [0.0, 1.0]]), whole


def variances_by_hand(a: Tensor, b: Tensor) -> float:
    return float(np.var(a.double().numpy(), axis=0).sum() / np.var(b.double().numpy(), axis=0).sum())


def root_by_hand(prediction: Tensor, target: Tensor) -> float:
    return math.sqrt(sklearn_metrics.mean_squared_error(target, prediction))


def probe_by_hand(given: Tensor, target: Tensor) -> float:
    """Ridge regression as scikit-learn solves it, with the intercept as one more feature."""
    x = given.double().numpy()
    x = np.hstack([(x - x.mean(axis=0)) / x.std(axis=0), np.ones((len(x), 1))])
    classes = target.numpy()
    seen = np.zeros(len(x), bool)
    for number in np.unique(classes):
        seen[np.flatnonzero(classes == number)[:5]] = True
    wanted = np.eye(3)[classes[seen]]
    weights = np.linalg.solve(x[seen].T @ x[seen] + np.eye(x.shape[1]), x[seen].T @ wanted)
    return float(((x[~seen] @ weights).argmax(axis=1) == classes[~seen]).mean())


def top_2(logits: Tensor, target: Tensor) -> float:
    return float(sklearn_metrics.top_k_accuracy_score(target, logits, k=2, labels=range(CLASSES)))


def regions(logits: Tensor, target: Tensor) -> float:
    return float(sklearn_metrics.jaccard_score(target.flatten(), logits.argmax(dim=1).flatten(), average="macro"))


Case = tuple[str, str, dict[str, Any], Callable[[int], tuple[Tensor, Tensor]], Callable[[Tensor, Tensor], float]]
CASES: list[Case] = [
    ("Accuracy", "accuracy", {}, classified, lambda x, t: float((x.argmax(dim=1) == t).float().mean())),
    ("Accuracy", "accuracy", {"top_k": 2}, classified, top_2),
    ("MeanSquaredError", "mean_squared_error", {}, regressed, sklearn_metrics.mean_squared_error),
    ("MeanSquaredError", "mean_squared_error", {"root": True}, regressed, root_by_hand),
    ("R2Score", "r2_score", {}, regressed, lambda x, t: sklearn_metrics.r2_score(t.double(), x.double())),
    ("VarianceRatio", "variance_ratio", {}, described, variances_by_hand),
    ("BitsPerCharacter", "bits_per_character", {}, sequences, bits_by_hand),
    ("MeanIoU", "mean_iou", {}, lambda seed: classified(seed, 3, 3), regions),
    ("BitError", "bit_error", {}, bits, lambda x, t: float(((x > 0) != (t > 0)).float().mean())),
    (
        "ExactMatch",
        "exact_match",
        {},
        sequences,
        lambda x, t: np.mean([list(a) == list(b) for a, b in zip(x.argmax(-1), t, strict=True)]),
    ),
    ("NearestNeighbourDistance", "nearest_neighbour_distance", {}, clouds, distance_by_hand),
    ("Coverage", "coverage", {}, clouds, coverage_by_hand),
    ("LinearProbe", "linear_probe", {}, features, probe_by_hand),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}{case[2] or ''}")
@settings(max_examples=8, derandomize=True, database=None, deadline=None)
@given(seed=st.integers(0, 1000), sizes=st.lists(st.integers(1, 20), max_size=6))
def test_value_of_a_split_does_not_depend_on_its_batches(case: Case, seed: int, sizes: list[int]) -> None:
    name, source, arguments, data, by_hand = case
    one, other = data(seed)
    metric = made(name, source, **arguments)
    whole = by_hand(one, other)
    assert accumulated(metric, cut((one, other), sizes)) == pytest.approx(whole, rel=2e-4, abs=1e-5)
    assert float(metric(one, other)) == pytest.approx(whole, rel=2e-4, abs=1e-5)
    assert float(metric.compute()) == pytest.approx(whole, rel=2e-4, abs=1e-5), "forward accumulated"
    metric.reset()
    assert math.isnan(float(metric.compute())), "reset left something behind"


def test_a_short_last_batch_weighs_less() -> None:
    """The mistake that metrics are for: a mean of batch means would be 0.5."""
    metric = made("MeanMetric", "mean_metric")
    metric.update(torch.tensor(1.0), torch.zeros(9, 2))
    metric.update(torch.tensor(0.0), torch.zeros(1, 2))
    assert float(metric.compute()) == pytest.approx(0.9)
    metric.reset()
    metric.update(torch.ones(3))
    metric.update(torch.zeros(1))
    assert float(metric.compute()) == pytest.approx(0.75)


@pytest.mark.parametrize(
    ("name", "source"), [("Accuracy", "accuracy"), ("MeanIoU", "mean_iou"), ("BitsPerCharacter", "bits_per_character")]
)
def test_ignored_targets_do_not_count(name: str, source: str) -> None:
    logits, target = classified(3, 4) if name == "MeanIoU" else classified(3)
    padded = torch.cat([target, target.new_full(target.shape, 9)])
    twice = torch.cat([logits, torch.randn_like(logits)])
    metric = made(name, source, ignore_index=9)
    batches = cut((twice, padded), [11, 30])
    assert accumulated(metric, batches) == pytest.approx(accumulated(made(name, source), [(logits, target)]))


def test_a_class_that_is_nowhere_is_no_failure() -> None:
    logits = torch.tensor([[[5.0, 5.0]], [[0.0, 0.0]], [[-5.0, -5.0]]]).movedim(0, 1)
    metric = made("MeanIoU", "mean_iou")
    assert accumulated(metric, [(logits, torch.zeros(1, 2, dtype=torch.long))]) == 1.0


def test_padding_is_right_whatever_is_predicted() -> None:
    metric = made("ExactMatch", "exact_match", ignore_index=0)
    metric.update(torch.tensor([[1, 2, 7], [1, 2, 3], [1, 1, 3]]), torch.tensor([[1, 2, 0], [1, 2, 3], [1, 2, 3]]))
    assert float(metric.compute()) == pytest.approx(2 / 3)


def test_bits_count_only_where_the_mask_says() -> None:
    metric = made("BitError", "bit_error", threshold=0.5)
    prediction, target = torch.tensor([[[0.9, 0.1], [0.9, 0.9]]]), torch.tensor([[[1.0, 1.0], [0.0, 0.0]]])
    metric.update(prediction, target, torch.tensor([[1.0, 0.0]]))
    assert float(metric.compute()) == 0.5


def test_the_generators_ruins_are_seen() -> None:
    """A generator that copies one image is near, but covers nothing; noise is far; real ones have both."""
    grid = torch.randn(8, 16, generator=drawn(0)).repeat_interleave(20, dim=0)
    real = grid + 0.3 * torch.randn(160, 16, generator=drawn(1))
    fresh = grid + 0.3 * torch.randn(160, 16, generator=drawn(2))
    noise = 3 * torch.randn(160, 16, generator=drawn(3))
    made_ones = {"fresh": fresh, "noise": noise, "one": real[:1].expand(160, -1)}
    distance = {
        key: accumulated(made("NearestNeighbourDistance", "nearest_neighbour_distance"), [(samples, real)])
        for key, samples in made_ones.items()
    }
    covered = {key: accumulated(made("Coverage", "coverage"), [(samples, real)]) for key, samples in made_ones.items()}
    assert distance["fresh"] == pytest.approx(1, abs=0.2)
    assert distance["noise"] > 2
    assert distance["one"] < 0.1
    assert covered["fresh"] > 0.9
    assert max(covered["noise"], covered["one"]) < 0.1


def test_a_probe_tells_features_from_noise() -> None:
    target = torch.arange(300) % 3
    told = torch.nn.functional.one_hot(target, 8).float() + 0.1 * torch.randn(300, 8, generator=drawn(0))
    noise = torch.randn(300, 8, generator=drawn(1))
    arguments = {"per_class": 5, "repeats": 4}
    assert accumulated(made("LinearProbe", "linear_probe", **arguments), cut((told, target), [64] * 4)) > 0.99
    assert accumulated(made("LinearProbe", "linear_probe", **arguments), cut((noise, target), [64] * 4)) < 0.45


def test_a_probe_fits_no_more_often_than_there_are_examples_for() -> None:
    target = torch.arange(36) % 3  # 12 of each: two fits of five
    told = torch.nn.functional.one_hot(target, 8).float() + 0.1 * torch.randn(36, 8, generator=drawn(0))
    scores = [
        accumulated(made("LinearProbe", "linear_probe", per_class=5, repeats=repeats), cut((told, target), [36]))
        for repeats in (2, 10)
    ]
    assert scores[0] == scores[1] > 0.99
