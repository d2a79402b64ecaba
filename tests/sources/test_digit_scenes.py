"""Scenes with digits: each box holds its digit, nothing overlaps, and windows are what their labels say."""

from __future__ import annotations

import torch
from torch import Tensor

from tests.sources.readers import reader


def scenes(**arguments: float) -> dict[str, Tensor]:
    data = reader("data_digit_scenes").load("train", **arguments)
    batch: dict[str, Tensor] = data.batch(torch.arange(200), torch.Generator().manual_seed(0))
    return batch


def test_boxes_hold_all_that_is_bright() -> None:
    batch = scenes(noise=0.0)
    rows = torch.arange(64)
    covered = torch.zeros(200, 64, 64, dtype=torch.bool)
    for box in batch["boxes"].unbind(1):
        left, top, right, bottom = (edge[:, None] for edge in box.unbind(1))
        across, down = (rows >= left) & (rows < right), (rows >= top) & (rows < bottom)
        inside = down[:, :, None] & across[:, None, :]
        assert not (covered & inside).any(), "Two digits overlap."
        covered |= inside
    assert not batch["image"][:, 0][~covered].any()
    present = batch["labels"] >= 0
    assert present[:, 0].all()
    assert 0.6 < float(present[:, 1:].float().mean()) < 0.73
    sides = (batch["boxes"][..., 2] - batch["boxes"][..., 0])[present]
    assert int(sides.min()) == 16
    assert int(sides.max()) == 32


def test_windows_show_a_digit_or_background_that_all_but_shows_one() -> None:
    batch = scenes(noise=0.0)
    digit = batch["window_label"] > 0
    assert torch.equal(batch["window_label"][digit] - 1, batch["labels"][digit, 0])
    assert 0.4 < float(digit.float().mean()) < 0.65
    lit = batch["window"].mean((1, 2, 3))
    assert lit[digit].min() > 0.1
    assert lit[~digit].mean() < 0.7 * lit[digit].mean()
    assert (lit[~digit] > 0.01).float().mean() > 0.3, "Background is too easy: it never shows a part of a digit."


def test_held_out_scenes_stay_the_same_and_training_scenes_change() -> None:
    module = reader("data_digit_scenes")
    test = module.load("test")
    first, again = (test.batch(torch.tensor([3, 5]), torch.Generator().manual_seed(seed)) for seed in (0, 1))
    assert all(torch.equal(first[name], again[name]) for name in first)
    train = module.load("train")
    first, again = (train.batch(torch.tensor([3, 5]), torch.Generator().manual_seed(seed)) for seed in (0, 1))
    assert not torch.equal(first["image"], again["image"])
    assert torch.equal(first["labels"][:, 0], again["labels"][:, 0])
