"""What graph networks must beat: features alone, edges alone."""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor

from tests.baselines import Measured
from tests.baselines.answers import (
    label_spreading,
    logistic,
    perceptron,
)
from tests.baselines.data import quick_data


def with_neighbours(graph: dict[str, Tensor]) -> Tensor:
    """Each vertex' own features beside the mean of its neighbours'."""
    (source, target), x = graph["edge_index"], graph["features"]
    heard = torch.zeros_like(x).index_add(0, target, x[source])
    count = target.bincount(minlength=len(x)).clamp(min=1).unsqueeze(1)
    return torch.cat([x, heard / count], dim=1)


def of_counts(name: str) -> dict[str, float]:
    """Linear in what sums over one and two steps say, with the number of neighbours."""
    graph = quick_data(name, "train")
    (source, target), x = graph["edge_index"], graph["features"]
    known = torch.cat([x, torch.ones(len(x), 1)], dim=1)
    once = torch.zeros_like(known).index_add(0, target, known[source])
    twice = torch.zeros_like(known).index_add(0, target, once[source])
    train, test, label = graph["train_mask"], graph["test_mask"], graph["label"]

    def of(*parts: Tensor) -> float:
        both = torch.cat(parts, dim=1)
        both = (both - both.mean(0)) / both.std(0)
        return logistic(both[train], label[train], both[test], label[test], (0.01, 0.1))

    return {
        "the most frequent class": float((label[test] == label[train].mode().values).float().mean()),
        "logistic regression on sums over one step": of(x, once),
        "logistic regression on sums over one and two steps": of(x, once, twice),
        "labels that spread along edges": label_spreading(graph),
    }


def of_means(name: str) -> dict[str, float]:
    """From a vertex itself, and the means of what its neighbours and theirs are."""
    graph = quick_data(name, "train")
    once = with_neighbours(graph)
    twice = torch.cat([graph["features"], with_neighbours({**graph, "features": once})], dim=1)
    train, test, label = graph["train_mask"], graph["test_mask"], graph["label"]

    def with_labels(known: Tensor) -> tuple[Tensor, ...]:
        return known[train], label[train], known[test], label[test]

    return {
        "the most frequent class": float((label[test] == label[train].mode().values).float().mean()),
        "logistic regression on a vertex and the means over one step and two": logistic(*with_labels(twice)),
        "a perceptron on a vertex and the mean over one step": perceptron(*with_labels(once)),
        "a perceptron on a vertex and the means over one step and two": perceptron(*with_labels(twice)),
        "labels that spread along edges": label_spreading(graph),
    }


def of_vertices(name: str) -> dict[str, float]:
    graph = quick_data(name, "train")
    train, test = graph["train_mask"], graph["test_mask"]
    arguments = graph["features"][train], graph["label"][train], graph["features"][test], graph["label"][test]
    both = with_neighbours(graph)
    of_both = both[train], graph["label"][train], both[test], graph["label"][test]
    return {
        "logistic regression on them and the neighbours' mean": logistic(*of_both, (0.0001, 0.001, 0.01, 0.1)),
        "logistic regression on the features": logistic(*arguments, (0.001, 0.01, 0.1)),
        "a multi-layer perceptron on the features": perceptron(*arguments),
        "labels that spread along edges": label_spreading(graph),
    }


BASELINES: dict[str, Measured] = {
    "gcn": partial(of_vertices, "gcn"),
    "gat": partial(of_vertices, "gat"),
    "graphsage_gin_mpnn": partial(of_means, "graphsage_gin_mpnn"),
    "gnn_basic": partial(of_counts, "gnn_basic"),
}
