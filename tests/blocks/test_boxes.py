"""Boxes: what is suppressed, what counts as found, and where windows lie, against the rules written out one by one."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score
from torch import Tensor

from blocks import module_text

Box = tuple[float, ...]


def made(source: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": source}
    exec(compile(module_text(source), source, "exec"), space)
    return space


def boxes_of(seed: int, *shape: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    corner = 20 * torch.rand(*shape, 2, generator=generator)
    return torch.cat([corner, corner + 2 + 15 * torch.rand(*shape, 2, generator=generator)], dim=-1)


def shared(one: Box, other: Box) -> float:
    """Intersection over union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / (sum(areas) - both)


def suppressed(
    boxes: list[Box], scores: list[list[float]], most: int, limit: float, least: float, each: bool
) -> list[tuple[int, int]]:
    """Windows and classes that stay, the surest first."""
    pairs = [(window, kind) for window in range(len(boxes)) for kind in range(len(scores[0]))]
    kept: list[tuple[int, int]] = []
    for window, kind in sorted(pairs, key=lambda pair: -scores[pair[0]][pair[1]]):
        rivals = [there for there, other in kept if other == kind or not each]
        if scores[window][kind] >= least and all(shared(boxes[window], boxes[there]) <= limit for there in rivals):
            kept.append((window, kind))
    return kept[:most]


@given(st.integers(0, 10_000), st.booleans(), st.sampled_from([0.2, 0.5]), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_suppression_is_the_greedy_rule(seed: int, each: bool, limit: float, most: int) -> None:
    boxes, least = boxes_of(seed, 3, 9), 0.3
    scores = torch.rand(3, 9, 2, generator=torch.Generator().manual_seed(seed + 1))
    kept, sure, labels = made("non_maximum_suppression")["non_maximum_suppression"](
        boxes, scores, most, limit, least, each
    )
    assert kept.shape == (3, most, 4)
    for example in range(3):
        expected = suppressed(boxes[example].tolist(), scores[example].tolist(), most, limit, least, each)
        count = len(expected)
        assert labels[example].tolist() == [kind for _, kind in expected] + [-1] * (most - count)
        assert sure[example, :count].tolist() == [float(scores[example, window, kind]) for window, kind in expected]
        assert torch.equal(kept[example, :count], boxes[example, [window for window, _ in expected]])
        assert not sure[example, count:].any()


def precision(*batches: tuple[Tensor, ...], threshold: float = 0.5) -> float:
    metric = made("mean_average_precision")["MeanAveragePrecision"](threshold)
    for batch in batches:
        metric.update(*batch)
    return float(metric.compute())


def test_each_thing_is_found_once() -> None:
    """A second box on a thing is wrong, and so is one of another class; what is not there costs nothing."""
    thing, far = (0.0, 0.0, 10.0, 10.0), (20.0, 20.0, 30.0, 30.0)
    boxes, there = torch.tensor([[thing, thing, far]]), torch.tensor([[thing, far]])
    scores, both = torch.tensor([[0.9, 0.8, 0.7]]), torch.tensor([[1, 1]])
    labels = torch.tensor([[1, 1, 1]])
    assert precision((boxes, scores, labels, there, both)) == pytest.approx((1 + 2 / 3) / 2)
    assert precision((boxes, scores, torch.tensor([[1, -1, 1]]), there, both)) == 1
    assert precision((boxes, scores, torch.tensor([[1, 1, 2]]), there, both)) == pytest.approx(0.5)
    assert precision((boxes, scores, labels, there, torch.tensor([[1, 2]]))) == pytest.approx(0.5)
    assert precision((boxes, scores, labels, there, torch.tensor([[1, -1]]))) == 1


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_batches_do_not_matter(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    whole = (
        boxes_of(seed, 12, 5),
        torch.rand(12, 5, generator=generator),
        torch.randint(-1, 3, (12, 5), generator=generator),
        boxes_of(seed + 1, 12, 3),
        torch.randint(-1, 3, (12, 3), generator=generator),
    )
    parts = [tuple(part[start : start + 5] for part in whole) for start in range(0, 12, 5)]
    assert precision(*parts, threshold=0.3) == pytest.approx(precision(whole, threshold=0.3), nan_ok=True)


def test_a_ranking_without_gaps_is_scikit_learns_average_precision() -> None:
    """Where boxes are exactly on things or nowhere, only the ranking decides; here precision never rises."""
    right = torch.tensor([1, 1, 1, 0, 1, 0, 0, 1, 0])
    scores = torch.linspace(0.9, 0.1, len(right))
    there = boxes_of(3, 1, len(right)) + 100 * torch.arange(len(right))[None, :, None]
    boxes = there + 1e6 * (1 - right)[None, :, None]
    classes = torch.zeros(1, len(right), dtype=torch.int64)
    things = torch.where(right[None] > 0, 0, -1)
    found = precision((boxes, scores[None], classes, there, things))
    assert found == pytest.approx(average_precision_score(right.numpy(), scores.numpy()), abs=1e-6)


def test_windows_lie_where_the_net_has_looked() -> None:
    """A bright pixel moves the answers of just those places whose window holds it."""
    net = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 5), torch.nn.MaxPool2d(2), torch.nn.Conv2d(1, 1, 3))
    for parameter in net.parameters():
        torch.nn.init.ones_(parameter)
    image = torch.zeros(1, 1, 20, 16)
    image[0, 0, 9, 6] = 1
    seen = (net(image) != net(torch.zeros_like(image))).flatten()
    boxes = made("window_boxes")["window_boxes"](net(image), 10, 2, 1.0)[0]
    inside = (boxes[:, 0] <= 6) & (boxes[:, 2] > 6) & (boxes[:, 1] <= 9) & (boxes[:, 3] > 9)
    assert torch.equal(seen, inside)
    assert seen.any()
    assert not seen.all()


def test_only_outlines_of_sure_boxes_are_drawn() -> None:
    image = torch.zeros(1, 3, 12, 12)
    boxes = torch.tensor([[[2.0, 3.0, 9.0, 8.0], [0.0, 0.0, 12.0, 12.0]]])
    drawn = made("draw_boxes")["draw_boxes"](image, boxes, torch.tensor([[0.6, 0.4]]), 0.5)
    expected = torch.zeros(12, 12)
    expected[3:8, 2:9] = 1
    expected[4:7, 3:8] = 0
    assert torch.equal(drawn, expected.expand(1, 3, 12, 12))
