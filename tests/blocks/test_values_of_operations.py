"""Tensor operations, images, quantisation and graphs: values by hand, where shapes say little."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import Tensor

from app.core.tensor_type import TensorType
from blocks import library
from tests.blocks.harness import constructed, namespace, unpacked
from tests.blocks.test_values import drawn, value


def values(name: str, *inputs: Tensor, **arguments: Any) -> tuple[Tensor, ...]:
    """All outputs of a block."""
    block = library().get(name)(**arguments)
    types = [TensorType(tuple(x.shape), str(x.dtype).removeprefix("torch.")) for x in inputs]
    call = block.call(*types)
    named = {port.name: x for port, x in zip(block.ports()[0], inputs, strict=True)}
    return unpacked(block, call, eval(call.template, namespace(call) | dict(call.values) | named))


def test_the_nearest_row_is_found_and_gradients_go_their_ways() -> None:
    codebook = torch.tensor([[0.0, 0.0], [1.0, 1.0], [-1.0, 2.0]], requires_grad=True)
    x = torch.tensor([[0.1, 0.2], [0.8, 1.4], [-2.0, 2.0]], requires_grad=True)
    quantised, codes, index = values("NearestCode", x, codebook)
    assert index.tolist() == [0, 1, 2]
    torch.testing.assert_close(quantised, codebook[index])
    quantised.sum().backward()
    assert torch.equal(x.grad, torch.ones(3, 2))
    assert codebook.grad is None
    codes.sum().backward()
    assert torch.equal(codebook.grad, torch.ones(3, 2))
    maps = drawn(2, 4, 4, 2)
    _, _, many = values("NearestCode", maps, codebook.detach())
    assert torch.equal(many, torch.cdist(maps.flatten(0, 2), codebook.detach()).argmin(dim=1).view(2, 4, 4))


def test_rounding_keeps_the_gradient() -> None:
    x = torch.tensor([0.2, 0.7], requires_grad=True)
    found = value("StraightThrough", x, x.round())
    assert found.tolist() == [0.0, 1.0]
    found.sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_sound_comes_back_from_its_classes() -> None:
    sound = torch.linspace(-1, 1, 1001)
    classes = value("MuLawEncode", sound)
    assert (int(classes.min()), int(classes.max())) == (0, 255)
    assert value("MuLawEncode", torch.zeros(1)).item() == 128
    again = value("MuLawDecode", classes)
    assert float((again - sound).abs().max()) < 0.023  # half of the widest step, 2·ln(256)/255, where it is loud
    assert float((again - sound)[480:521].abs().max()) < 0.003
    assert torch.equal(value("MuLawEncode", again), classes)
    assert value("MuLawEncode", torch.tensor([-1.5, 1.5]), channels=16).tolist() == [0, 15]


def test_numbers_fall_into_their_bins() -> None:
    x = torch.tensor([-3.0, -1.0, -0.01, 0.0, 0.99, 1.0, 7.0])
    arguments = {"bins": 4, "low": -1.0, "high": 1.0}
    bins = value("Binning", x, **arguments)
    assert bins.tolist() == [0, 0, 1, 2, 3, 3, 3]
    assert value("BinCenters", bins, **arguments)[1:5].tolist() == [-0.75, -0.25, 0.25, 0.75]
    assert torch.equal(value("Binning", x, gives="one-hot", **arguments).argmax(dim=1), bins)


def test_eight_bits_round_and_clamp() -> None:
    x = torch.tensor([0.04, 0.06, 99.0, -99.0])
    torch.testing.assert_close(value("FakeQuantize", x, scale=0.1), torch.tensor([0.0, 0.1, 12.7, -12.8]))


def test_attention_over_edges_sums_to_one_at_each_node() -> None:
    edges = torch.tensor([[0, 1, 2, 0, 3], [2, 2, 2, 1, 1]])
    scores = drawn(5, 2) * 50
    shares = value("EdgeSoftmax", scores, edges, drawn(4, 3))
    torch.testing.assert_close(shares[:3], scores[:3].softmax(dim=0))
    torch.testing.assert_close(shares[3:], scores[3:].softmax(dim=0))
    torch.testing.assert_close(value("EdgeSoftmax", scores[:, 0], edges, drawn(4, 3)), shares[:, 0])


def test_a_graph_is_told_by_its_edges() -> None:
    edges, nodes = torch.tensor([[0, 1, 2], [1, 2, 2]]), drawn(4, 3)
    matrix = value("Adjacency", edges, nodes)
    assert matrix.nonzero().tolist() == [[1, 0], [2, 1], [2, 2]]
    assert value("Adjacency", edges, nodes, loops=True).diagonal().tolist() == [1.0] * 4
    assert value("Degree", edges, nodes).tolist() == [0.0, 1.0, 2.0, 0.0]
    assert value("Degree", edges, nodes, counts="outgoing").tolist() == [1.0, 1.0, 1.0, 0.0]
    looped = value("AddSelfLoops", edges, nodes)
    assert looped[:, 3:].tolist() == [[0, 1, 2, 3]] * 2
    torch.testing.assert_close(matrix @ nodes, value("Propagate", nodes, edges, reduction="sum"))


@pytest.mark.parametrize(("reduction", "expected"), [("sum", [4.0, 7.0, 0.0]), ("mean", [2.0, 7.0, 0.0])])
def test_each_graph_is_read_from_its_nodes(reduction: str, expected: list[float]) -> None:
    nodes, graph = torch.tensor([[1.0], [3.0], [7.0]]), torch.tensor([0, 0, 1])
    assert value("Readout", nodes, graph, torch.zeros(3, 1), reduction=reduction).flatten().tolist() == expected


def test_nodes_of_a_graph_share_its_attention() -> None:
    scores, graph = drawn(6, 2), torch.tensor([0, 2, 0, 2, 2, 0])
    shares = value("GraphSoftmax", scores, graph, torch.zeros(3, 1))
    for number in (0, 2):
        torch.testing.assert_close(shares[graph == number], scores[graph == number].softmax(0))
    torch.testing.assert_close(value("GraphSoftmax", scores[:, 0], graph, torch.zeros(3, 1)), shares[:, 0])


def test_the_identity_warp_changes_nothing_and_a_quarter_turn_turns() -> None:
    x = drawn(2, 3, 5, 5)
    same = torch.eye(2, 3).expand(2, 2, 3)
    torch.testing.assert_close(value("GridSample", x, value("AffineGrid", same, x)), x)
    turn = torch.tensor([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0]]).expand(2, 2, 3)
    turned = value("GridSample", x, value("AffineGrid", turn, x))
    torch.testing.assert_close(turned, value("Rotate90", x, k=1))


def test_places_are_columns_then_rows() -> None:
    grid = value("CoordinateGrid", torch.zeros(1, 3, 2, 3))
    assert grid[0, 0].tolist() == [[-1.0, 0.0, 1.0]] * 2
    assert grid[0, 1].tolist() == [[-1.0] * 3, [1.0] * 3]
    x = drawn(2, 3, 4, 4)
    assert torch.equal(value("CoordinateGrid", x, append=True)[:, :3], x)


def test_a_blur_is_a_normal_window_and_keeps_what_is_even() -> None:
    point = torch.zeros(1, 1, 9, 9)
    point[0, 0, 4, 4] = 1
    window = torch.tensor([math.exp(-0.5 * (i / 0.8) ** 2) for i in range(-2, 3)])
    window /= window.sum()
    found = value("GaussianBlur", point, kernel_size=5, sigma=0.8)
    torch.testing.assert_close(found[0, 0, 2:7, 2:7], torch.outer(window, window))
    even = torch.full((1, 2, 6, 6), 3.0)
    torch.testing.assert_close(value("GaussianBlur", even, kernel_size=5, sigma=2.0), even)


def test_images_are_normalised_by_channel() -> None:
    block = library().get("NormalizeImage")()
    x = torch.rand(2, 3, 4, 4)
    module = constructed(block.call(TensorType((2, 3, 4, 4))))
    assert not module.state_dict()
    torch.testing.assert_close(module(x)[:, 2], (x[:, 2] - 0.406) / 0.225)


def test_crops_and_grey_are_where_they_should_be() -> None:
    x = torch.arange(25.0).reshape(1, 1, 5, 5)
    assert value("CenterCrop", x, size=(1, 3)).tolist() == [[[[11.0, 12.0, 13.0]]]]
    white = value("Grayscale", torch.ones(1, 3, 2, 2))
    torch.testing.assert_close(white, torch.ones(1, 1, 2, 2))


def test_positions_lead_to_what_they_point_at() -> None:
    x = drawn(2, 6, 3)
    best, where = values("TopK", x[..., 0], k=2)
    torch.testing.assert_close(value("TakeAlongDim", x, where.unsqueeze(-1))[..., 0], best)
    ordered, indices = values("Sort", x, dim=1, descending=True)
    torch.testing.assert_close(value("Gather", x, indices), ordered)
    assert torch.equal(value("ArgSort", x, dim=1, descending=True), indices)
    back = value("Scatter", torch.zeros_like(x), indices, ordered)
    torch.testing.assert_close(back, x)
    counts = torch.tensor([[0, 0, 2]])
    assert value("Scatter", torch.ones(1, 3), counts, torch.full((1, 3), 5.0), reduction="sum").tolist() == [[11, 1, 6]]
    rows = value("IndexAdd", torch.zeros(3, 2), torch.tensor([2, 0, 2]), torch.ones(3, 2))
    assert rows.tolist() == [[1, 1], [0, 0], [2, 2]]


def test_windows_and_diagonals_are_those_of_the_formula() -> None:
    assert value("Windows", torch.arange(5).view(1, 5), size=3, step=2).tolist() == [[[0, 1, 2], [2, 3, 4]]]
    square = torch.arange(9).view(3, 3)
    assert value("Diagonal", square, offset=1).tolist() == [1, 5]
    assert value("Trace", square).item() == 12
    assert value("DiagonalMatrix", torch.tensor([1, 2])).tolist() == [[1, 0], [0, 2]]
    assert value("Product", square[1:].float(), dim=(0, 1), keepdim=True).tolist() == [[3 * 4 * 5 * 6 * 7 * 8]]


def test_similarities_and_distances_are_between_all_rows() -> None:
    a, b = drawn(4, 8), drawn(3, 8, seed=1)
    cosines = torch.stack([torch.cosine_similarity(row, b) for row in a])
    torch.testing.assert_close(value("SimilarityMatrix", a, b), cosines)
    torch.testing.assert_close(value("DistanceMatrix", a, b), (a[:, None] - b).square().sum(dim=-1).sqrt())


def test_parts_of_a_loss_are_weighed() -> None:
    one, other = torch.tensor(2.0), torch.tensor(3.0)
    block = library().get("WeightedSum")(factors=(1, 0.5))
    call = block.call((TensorType(()), TensorType(())))
    assert call.template == "inputs[0] + weight1 * inputs[1]"
    assert eval(call.template, {"inputs": (one, other), **call.values}).item() == 3.5


def test_largest_singular_values_give_the_nearest_matrix_of_their_rank() -> None:
    x = drawn(3, 7, 5)
    u, s, vh = values("TruncatedSVD", x, k=2)
    expected = torch.linalg.svdvals(x)
    torch.testing.assert_close(s, expected[:, :2])
    torch.testing.assert_close(u.mT @ u, torch.eye(2).expand(3, 2, 2))
    torch.testing.assert_close(vh @ vh.mT, torch.eye(2).expand(3, 2, 2))
    left = x - u @ torch.diag_embed(s) @ vh
    torch.testing.assert_close(left.square().sum((1, 2)), expected[:, 2:].square().sum(1))  # Eckart and Young
    largest = vh.gather(-1, vh.abs().argmax(-1, keepdim=True))
    assert (largest > 0).all()
    turned = values("TruncatedSVD", -x, k=2)
    torch.testing.assert_close(turned[2], vh)
    torch.testing.assert_close(turned[0], -u)


def test_beyond_its_rank_a_matrix_has_singular_values_of_zero() -> None:
    x = drawn(2, 5)
    u, s, vh = values("TruncatedSVD", x, k=4)
    assert s[2:].tolist() == [0, 0]
    assert not vh[2:].any()
    torch.testing.assert_close(u @ torch.diag(s) @ vh, x)


def test_what_is_assigned_is_written_in_training_alone() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    assign = library().get("Assign")(key="1.running_mean")
    call = assign.call(None, TensorType((2,)))
    space = namespace(call) | dict(call.values) | {"model": model, "value": torch.tensor([3.0, 4.0])}
    assert eval(call.template, space).tolist() == [3.0, 4.0]
    assert model[1].running_mean.tolist() == [3.0, 4.0]
    model.eval()
    assert eval(call.template, space | {"value": torch.ones(2)}).tolist() == [1.0, 1.0]
    assert model[1].running_mean.tolist() == [3.0, 4.0]
    with pytest.raises(ValueError, match=r"Expected a value \(2,\) for 1.running_mean; \(3,\) came"):
        eval(call.template, space | {"value": torch.ones(3)})
    weight = torch.ones(2, 3, requires_grad=True)
    eval(call.template, space | {"model": model.train(), "key": "0.weight", "value": weight}).sum().backward()
    assert torch.equal(model[0].weight, weight)
    assert model[0].weight.requires_grad
    assert torch.equal(weight.grad, torch.ones(2, 3)), "what goes on keeps its gradient"
