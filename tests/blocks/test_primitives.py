"""What the plain PyTorch files behind some blocks promise beyond shapes: who sees whom, and equal results by hand."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tests.blocks.harness import _source


def carried(module: str, name: str) -> Any:
    """A class or function of ``blocks/modules``."""
    return _source(module)[name]


def seen_by(function: Any, given: Tensor, dims: int) -> Tensor:
    """Which places of the input each place of the output depends on: (outputs, inputs), both flat."""
    jacobian = torch.autograd.functional.jacobian(function, given)
    places = 1
    for size in given.shape[-dims:]:
        places *= size
    return jacobian.abs().sum((0, 1)).reshape(places, *given.shape[:2], places).sum((1, 2)) > 0


@given(kernel=st.integers(1, 4), dilation=st.integers(1, 3))
@settings(max_examples=8, deadline=None, derandomize=True)
def test_a_causal_convolution_looks_back_only(kernel: int, dilation: int) -> None:
    layer = carried("causal_conv1d", "CausalConv1d")(2, 3, kernel, dilation=dilation)
    seen = seen_by(layer, torch.randn(1, 2, 9), 1)
    expected = [[(t - s) % dilation == 0 and 0 <= t - s <= dilation * (kernel - 1) for s in range(9)] for t in range(9)]
    assert seen.tolist() == expected


@pytest.mark.parametrize(("mask_type", "itself"), [("A", False), ("B", True)])
def test_stacked_masked_convolutions_see_what_comes_before_in_reading_order(mask_type: str, itself: bool) -> None:
    masked = carried("masked_conv2d", "MaskedConv2d")
    layers = [masked(1, 4, 3, padding=1, mask_type=mask_type), masked(4, 2, 3, padding=1)]
    seen = seen_by(nn.Sequential(*layers), torch.randn(1, 1, 4, 4), 2)
    assert not seen.triu(1).any(), "a pixel sees one that comes after it"
    assert bool(seen.diagonal().all()) is itself
    assert seen[5].tolist()[:5] == [True, True, True, False, True], "all but the blind spot to the upper right"


@pytest.mark.parametrize("turns", [False, True])
def test_colours_see_those_before_them(turns: bool) -> None:
    masked = carried("masked_conv1d", "MaskedConv1d")
    first = masked(3, 6, 1, mask_type="A", colours=3, interleaved=turns)
    assert first.mask[:, 0, 0].tolist() == ([0, 1, 1, 0, 1, 1] if turns else [0, 0, 1, 1, 1, 1])
    second = masked(6, 3, 1, colours=3, interleaved=turns)
    jacobian = torch.autograd.functional.jacobian(nn.Sequential(first, second), torch.randn(1, 3, 1))
    assert (jacobian[0, :, 0, 0, :, 0] != 0).tolist() == [[False] * 3, [True, False, False], [True, True, False]]


@given(variables=st.integers(2, 6), hidden=st.integers(5, 9))
@settings(max_examples=8, deadline=None, derandomize=True)
def test_masked_layers_are_autoregressive(variables: int, hidden: int) -> None:
    masked = carried("masked_linear", "MaskedLinear")
    net = nn.Sequential(
        masked(variables, hidden, variables, "first"),
        masked(hidden, hidden, variables),
        masked(hidden, 2 * variables, variables, "last"),
    )
    jacobian = torch.autograd.functional.jacobian(net, torch.randn(variables))
    for half in jacobian.chunk(2):
        assert (half != 0).tolist() == torch.ones(variables, variables).tril(-1).bool().tolist()


def test_a_partial_convolution_without_holes_is_a_convolution() -> None:
    layer = carried("partial_conv2d", "PartialConv2d")(2, 3, 3)
    image = torch.randn(2, 2, 6, 5)
    output, known = layer(image, torch.ones(2, 1, 6, 5))
    torch.testing.assert_close(output, F.conv2d(image, layer.weight, layer.bias))
    assert bool((known == 1).all())


def test_a_partial_convolution_does_not_see_into_holes() -> None:
    layer = carried("partial_conv2d", "PartialConv2d")(1, 2, 3, padding=1)
    mask = torch.ones(1, 1, 7, 7)
    mask[..., 1:6, 1:6] = 0
    image = torch.randn(1, 1, 7, 7)
    output, known = layer(image, mask)
    other, _ = layer(image + (1 - mask) * 100, mask)
    torch.testing.assert_close(output, other)
    assert known[0, 0, 3, 3] == 0
    assert not output[0, :, 3, 3].any()
    assert known.sum() == 49 - 9


def test_an_unshared_convolution_with_equal_filters_is_a_convolution() -> None:
    layer = carried("locally_connected2d", "LocallyConnected2d")(2, 3, (6, 5), 3, stride=2, padding=1)
    filters, bias = torch.randn(3, 2, 3, 3), torch.randn(3)
    with torch.no_grad():
        layer.weight.copy_(filters.flatten(1).expand_as(layer.weight))
        layer.bias.copy_(bias[:, None, None].expand_as(layer.bias))
    image = torch.randn(4, 2, 6, 5)
    torch.testing.assert_close(layer(image), F.conv2d(image, filters, bias, stride=2, padding=1))


def test_patches_are_read_row_by_row() -> None:
    layer = carried("patch_embedding", "PatchEmbedding")(3, 8, 4)
    image = torch.randn(2, 3, 8, 12)
    fifth = image[:, :, 4:8, 4:8].flatten(1) @ layer.proj.weight.flatten(1).T + layer.proj.bias
    torch.testing.assert_close(layer(image)[:, 4], fifth)


@pytest.mark.parametrize("pairs", ["halves", "neighbours"])
def test_rotated_products_depend_on_distance_alone(pairs: str) -> None:
    rotate = carried("rotary_positions", "rotary_positions")
    query, key = torch.randn(2, 1, 8, dtype=torch.float64)

    def product(at: int, other: int) -> Tensor:
        turned = rotate(query, torch.tensor([at]), pairs=pairs), rotate(key, torch.tensor([other]), pairs=pairs)
        return (turned[0] * turned[1]).sum()

    torch.testing.assert_close(product(3, 7), product(13, 17), rtol=1e-5, atol=1e-6)
    assert abs(product(3, 7) - product(3, 8)) > 1e-6
    torch.testing.assert_close(rotate(query, torch.tensor([9]), pairs=pairs).norm(), query.norm())


@pytest.mark.parametrize(
    ("bidirectional", "offsets", "buckets"),
    [
        (True, [0, -1, -7, -8, -15, -16, -200, 1, 7, 8, 200], [0, 1, 7, 8, 9, 10, 15, 17, 23, 24, 31]),
        (False, [3, 0, -1, -15, -16, -200], [0, 0, 1, 15, 16, 31]),
    ],
)
def test_distances_fall_into_the_ranges_of_t5(bidirectional: bool, offsets: list[int], buckets: list[int]) -> None:
    bias = carried("relative_position_bias", "RelativePositionBias")(32, 2, bidirectional=bidirectional)
    assert bias.bucket(torch.tensor(offsets)).tolist() == buckets


def test_a_window_has_one_number_for_each_offset() -> None:
    bias = carried("window_position_bias", "WindowPositionBias")((2, 3), 1)
    with torch.no_grad():
        bias.weight.copy_(torch.arange(15.0)[:, None])
    found = bias()[0]
    assert found.diagonal().unique().numel() == 1
    assert found.unique().numel() == 15
    assert found[0, 1] == found[1, 2] == found[3, 4]


def test_penalties_of_attention_fall_from_head_to_head() -> None:
    bias = carried("linear_position_bias", "linear_position_bias")
    sequence = torch.zeros(1, 3, 4)
    assert bias(sequence, sequence, 8)[:, 2, 0].tolist() == [-2 * 2.0**-power for power in range(1, 9)]
    assert bias(sequence, sequence, 3).shape == (3, 3, 3)


def test_waves_of_a_number() -> None:
    wave = carried("timestep_embedding", "timestep_embedding")
    found = wave(torch.tensor([0, 5]), 5)
    assert found[0].tolist() == [0, 0, 1, 1, 0]
    torch.testing.assert_close(found[1, :2], torch.tensor([5.0, 5.0 * 10000**-0.5]).sin())
    torch.testing.assert_close(wave(torch.tensor([5]), 4, shift=1.0)[0, 1], torch.tensor(5.0 / 10000).sin())


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
def test_packed_sequences_are_run_each_to_its_end(kind: str) -> None:
    layer = getattr(nn, kind)(3, 4, num_layers=2, batch_first=True, bidirectional=True)
    sequences, lengths = torch.randn(3, 6, 3), torch.tensor([2, 6, 4])
    output, state = carried("packed", "packed")(layer, sequences, lengths)
    for at, length in enumerate(lengths.tolist()):
        alone, last = layer(sequences[at : at + 1, :length])
        torch.testing.assert_close(output[at, :length], alone[0])
        assert not output[at, length:].any()
        first, second = (state[0], last[0]) if kind == "LSTM" else (state, last)
        torch.testing.assert_close(first[:, at], second[:, 0])


def test_an_adapter_changes_nothing_at_first_and_leaves_the_weight_alone() -> None:
    layer = carried("low_rank_linear", "LowRankLinear")(5, 4, 2, alpha=8.0)
    vectors = torch.randn(3, 5)
    torch.testing.assert_close(layer(vectors), F.linear(vectors, layer.weight, layer.bias))
    with torch.no_grad():
        layer.lora_B.normal_()
    layer(vectors).sum().backward()
    assert layer.weight.grad is None
    assert bool(layer.lora_A.grad.abs().sum() > 0)
    whole = layer.weight + 4.0 * layer.lora_B @ layer.lora_A
    torch.testing.assert_close(layer(vectors), F.linear(vectors, whole, layer.bias))


def test_squashed_vectors_keep_their_direction() -> None:
    vectors = torch.tensor([[3.0, 4.0], [0.0, 0.0], [0.3, -0.4]])
    found = carried("squash", "squash")(vectors)
    torch.testing.assert_close(found.norm(dim=-1), torch.tensor([25 / 26, 0.0, 0.2]))
    torch.testing.assert_close(found[0], torch.tensor([0.6, 0.8]) * 25 / 26)


def test_votes_that_agree_win() -> None:
    route = carried("routing_by_agreement", "routing_by_agreement")
    votes = torch.zeros(1, 4, 2, 3)
    votes[0, :3, 0, 0] = 1.0  # three of four agree on the first capsule
    votes[0, 3, 0, 0] = -1.0
    votes[0, :, 1] = torch.tensor([[1.0, 0, 0], [-1.0, 0, 0], [0, 1.0, 0], [0, -1.0, 0]])
    lengths = [route(votes, rounds).norm(dim=-1)[0] for rounds in (1, 3)]
    assert lengths[1][0] > lengths[0][0]
    once = carried("squash", "squash")((votes / 2).sum(1))
    torch.testing.assert_close(route(votes, 1), once)
    votes.requires_grad_()
    route(votes).sum().backward()
    assert bool(votes.grad is not None and votes.grad.abs().sum() > 0)


def test_a_convolutional_lstm_of_one_pixel_is_an_lstm() -> None:
    cell, other = carried("conv_lstm_cell", "ConvLSTMCell")(3, 4, 1), nn.LSTMCell(3, 4)
    order = torch.cat([torch.arange(4) + 4 * gate for gate in (0, 1, 3, 2)])  # ours: i, f, o, g; torch's: i, f, g, o
    with torch.no_grad():
        weight, bias = torch.cat([other.weight_ih, other.weight_hh], 1), other.bias_ih + other.bias_hh
        cell.conv.weight.copy_(weight[order][:, :, None, None])
        cell.conv.bias.copy_(bias[order])
    pixel, states = torch.randn(2, 3), (torch.randn(2, 4), torch.randn(2, 4))
    found = cell(pixel[..., None, None], tuple(state[..., None, None] for state in states))
    for one, expected in zip(found, other(pixel, states), strict=True):
        torch.testing.assert_close(one[..., 0, 0], expected)


def test_coordinates_as_waves() -> None:
    found = carried("frequency_encoding", "frequency_encoding")(torch.tensor([[0.5, -0.25]]), 2)
    assert found.shape == (1, 10)
    torch.testing.assert_close(found[0, 2:4], torch.tensor([1.0, -(0.5**0.5)]))
    features = carried("fourier_features", "FourierFeatures")(2, 3)
    points = torch.randn(4, 2)
    torch.testing.assert_close(features(points).square().sum(-1), torch.full((4,), 3.0))


@pytest.mark.parametrize("stride", [2, 4, 8])
def test_a_learnt_upsampling_starts_as_bilinear_interpolation(stride: int) -> None:
    layer = carried("bilinear_conv_transpose2d", "BilinearConvTranspose2d")(3, stride)
    x = torch.randn(2, 3, 5, 4)
    expected = F.interpolate(x, scale_factor=stride, mode="bilinear")
    found = layer(x)[:, :, stride // 2 :, stride // 2 :]  # without the rim, whose places see one pixel only
    inner = slice(stride, 3 * stride)
    torch.testing.assert_close(found[:, :, inner, inner], expected[:, :, inner, inner])
