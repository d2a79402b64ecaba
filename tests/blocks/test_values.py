"""Blocks whose shapes say little about whether they are right: their values against the formulas of their papers."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from app.core.symbolic import Symbol
from app.core.tensor_type import TensorType
from blocks import library
from tests.blocks.harness import namespace


def value(name: str, *inputs: Tensor, **arguments: Any) -> Tensor:
    """What the block's expression gives for real tensors."""
    block = library().get(name)(**arguments)
    types = [TensorType(tuple(x.shape), str(x.dtype).removeprefix("torch.")) for x in inputs]
    block.infer(*types)
    call = block.call(*types)
    named = {port.name: x for port, x in zip(block.ports()[0], inputs, strict=False)}
    found = eval(call.template, namespace(call) | dict(call.values) | named)
    assert isinstance(found, Tensor)
    return found


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_a_shift_turns_the_ring() -> None:
    """One row on, one row back, and a mixture, as equation 8 sums them."""
    weights = torch.tensor([[0.1, 0.2, 0.3, 0.4]])
    back, on = torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([[0.0, 0.0, 1.0]])
    torch.testing.assert_close(value("CircularShift", weights, on), torch.tensor([[0.4, 0.1, 0.2, 0.3]]))
    torch.testing.assert_close(value("CircularShift", weights, back), torch.tensor([[0.2, 0.3, 0.4, 0.1]]))
    shift = torch.tensor([[0.2, 0.5, 0.3]])
    by_hand = [
        sum(float(weights[0, (i - move) % 4]) * float(shift[0, move + 1]) for move in (-1, 0, 1)) for i in range(4)
    ]
    torch.testing.assert_close(value("CircularShift", weights, shift), torch.tensor([by_hand]))


def test_addressing_finds_the_row_that_is_like_the_key() -> None:
    memory = drawn(2, 5, 8)
    key = 3 * memory[:, 2]
    weights = value("ContentAddressing", key, torch.full((2, 1), 100.0), memory)
    assert weights.argmax(dim=1).tolist() == [2, 2]
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(2))
    torch.testing.assert_close(value("ContentAddressing", key, torch.zeros(2, 1), memory), torch.full((2, 5), 0.2))


def test_what_was_written_is_read() -> None:
    memory, add = drawn(2, 5, 8), drawn(2, 8, seed=1)
    row = torch.nn.functional.one_hot(torch.tensor([1, 4]), 5).float()
    written = value("MemoryWrite", memory, row, torch.ones(2, 8), add)
    torch.testing.assert_close(value("MemoryRead", written, row), add)
    others = row == 0
    torch.testing.assert_close(written[others], memory[others])


def test_sharpening_keeps_the_sum() -> None:
    weights = drawn(3, 6).softmax(dim=1)
    sharp = value("Sharpen", weights, torch.full((3, 1), 3.0))
    torch.testing.assert_close(sharp, weights**3 / (weights**3).sum(dim=1, keepdim=True))


@pytest.mark.parametrize("sparse", [False, True])
def test_adjacency_is_that_of_the_paper(sparse: bool) -> None:
    """D^-1/2 (A + I) D^-1/2 by dense algebra; loops among the edges change nothing."""
    edges = torch.tensor([[0, 1, 1, 2, 3, 3], [1, 0, 2, 1, 3, 0]])
    matrix = torch.eye(5)
    for source, target in edges.T.tolist():
        matrix[target, source] = 1
    scale = torch.diag(matrix.sum(dim=1) ** -0.5)
    found = value("NormalizedAdjacency", edges, drawn(5, 3), sparse=sparse)
    assert found.is_sparse == sparse
    torch.testing.assert_close(found.to_dense(), scale @ matrix @ scale)
    features = drawn(5, 3).requires_grad_()
    propagated = value("SparseMatMul", found, features)
    propagated.sum().backward()
    assert features.grad is not None
    torch.testing.assert_close(propagated, found.to_dense() @ features)


@pytest.mark.parametrize(("reduction", "expected"), [("sum", 12.0), ("mean", 6.0), ("max", 10.0)])
def test_neighbours_are_reduced(reduction: str, expected: float) -> None:
    edges = torch.tensor([[0, 1], [2, 2]])
    features = torch.tensor([[2.0], [10.0], [5.0]])
    found = value("Propagate", features, edges, reduction=reduction)
    assert found.flatten().tolist() == [0.0, 0.0, expected]


def test_a_mask_leaves_a_number_of_rows_that_is_not_known() -> None:
    block = library().get("Index")()
    kept = block.infer(TensorType((5, 3)), TensorType((5,), "bool"))
    assert isinstance(kept, TensorType)
    assert isinstance(kept.shape[0], Symbol)
    assert kept.shape[1] == 3
    mask = torch.tensor([True, False, True, False, False])
    assert value("Index", drawn(5, 3), mask).shape == (2, 3)


def test_the_divergence_is_that_between_two_gaussians() -> None:
    mean, log_variance = drawn(4, 3), drawn(4, 3, seed=1)
    one = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    other = torch.distributions.Normal(torch.zeros(4, 3), torch.ones(4, 3))
    by_torch = torch.distributions.kl_divergence(one, other).sum(dim=1)
    torch.testing.assert_close(value("KLDivergence", mean, log_variance, reduction="none"), by_torch)
    torch.testing.assert_close(value("KLDivergence", mean, log_variance), by_torch.mean())


def test_samples_have_the_mean_and_the_variance_asked_for() -> None:
    torch.manual_seed(0)
    sample = value("GaussianSample", torch.full((20_000, 1), 3.0), torch.full((20_000, 1), 2 * math.log(0.5)))
    assert float(sample.mean()) == pytest.approx(3, abs=0.02)
    assert float(sample.std()) == pytest.approx(0.5, abs=0.02)


def test_the_cosine_loss_is_the_squared_distance_of_directions() -> None:
    one, other = drawn(4, 6), drawn(4, 6, seed=1)
    unit = torch.nn.functional.normalize
    by_hand = (unit(one, dim=1) - unit(other, dim=1)).square().sum(dim=1).mean()
    torch.testing.assert_close(value("CosineLoss", one, other), by_hand)


def test_classes_last_give_the_loss_of_the_flattened_sequence() -> None:
    logits, target = drawn(2, 5, 7), torch.randint(0, 7, (2, 5), generator=torch.Generator().manual_seed(1))
    expected = torch.nn.functional.cross_entropy(logits.movedim(-1, 1), target)
    torch.testing.assert_close(value("CrossEntropyLoss", logits, target, classes="last"), expected)


def test_crops_keep_the_centre_or_the_corner() -> None:
    x, like = torch.arange(25.0).reshape(1, 1, 5, 5), torch.zeros(1, 2, 3, 2)
    assert value("Crop", x, like)[0, 0, 0].tolist() == [6.0, 7.0]
    assert value("Crop", x, like, keep="corner")[0, 0, 0].tolist() == [0.0, 1.0]
    assert value("Crop", x, like, keep="corner", offset=2)[0, 0, 0].tolist() == [12.0, 13.0]


def test_heads_come_back_together() -> None:
    x = drawn(2, 5, 12)
    split = value("SplitHeads", x, heads=3)
    assert split.shape == (2, 3, 5, 4)
    torch.testing.assert_close(split[:, 1], x[..., 4:8])
    torch.testing.assert_close(value("MergeHeads", split), x)


def test_masks_let_each_position_see_itself_and_what_was_before() -> None:
    x = drawn(2, 3, 4)
    allowed = value("CausalMask", x)
    assert allowed.tolist() == [[True, False, False], [True, True, False], [True, True, True]]
    assert torch.equal(value("CausalMask", x, true="blocked"), ~allowed)


def test_a_shifted_sequence_begins_with_the_start_token() -> None:
    assert value("Shift", torch.tensor([[4, 5, 6]]), value=9).tolist() == [[9, 4, 5]]
