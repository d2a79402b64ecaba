"""What graph networks must beat: features alone, edges alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

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


def of_molecules(name: str) -> dict[str, float]:
    """Share of wrong answers from counts of atoms and bonds, of how many meet at an atom, and of pairs that meet."""
    known = {split: quick_data(name, split) for split in ("train", "test")}
    label = {split: graph["label"][:, 0] for split, graph in known.items()}

    def wrong(counted: Callable[[dict[str, Tensor]], Tensor], answer: Callable[..., float]) -> float:
        counts = {split: counted(graph) for split, graph in known.items()}
        mean, spread = counts["train"].mean(0), counts["train"].std(0).clamp(min=1e-6)
        scaled = {split: (count - mean) / spread for split, count in counts.items()}
        return 1 - answer(scaled["train"], label["train"], scaled["test"], label["test"])

    return {
        "the more frequent answer": float((label["test"] != label["train"].mode().values).float().mean()),
        "logistic regression on counts of atoms, bonds and neighbours": wrong(molecule_counts, logistic),
        "a perceptron on counts of atoms, bonds and neighbours": wrong(molecule_counts, perceptron),
        "logistic regression on these, and pairs of bonds that meet": wrong(pair_counts, logistic),
        "a perceptron on these, and pairs of bonds that meet": wrong(pair_counts, perceptron),
    }


def ends_of(graph: dict[str, Tensor]) -> Tensor:
    """For each atom how many bonds of each kind lead to it from each kind of atom (V, kinds * bonds)."""
    source, target = graph["edge_index"]
    ends = (graph["atoms"][source].unsqueeze(2) * graph["bonds"].unsqueeze(1)).flatten(1)
    return torch.zeros(len(graph["atoms"]), ends.shape[1]).index_add(0, target, ends)


def of_each(graph: dict[str, Tensor], rows: Tensor) -> Tensor:
    """Sums over the atoms of each molecule."""
    return torch.zeros(len(graph["size"]), rows.shape[1]).index_add(0, graph["molecule"], rows)


def molecule_counts(graph: dict[str, Tensor]) -> Tensor:
    """Of atoms and of bonds by kind, and of atoms with each number of neighbours."""
    neighbours = ends_of(graph).sum(1).long().clamp(max=11)
    rows = [graph["atoms"], ends_of(graph), functional.one_hot(neighbours, 12).float()]
    return of_each(graph, torch.cat(rows, dim=1))


def pair_counts(graph: dict[str, Tensor]) -> Tensor:
    """Of pairs of bonds that meet at an atom, by kinds of bonds and of the atoms at their far ends."""
    ends = ends_of(graph)
    pairs = (ends.unsqueeze(2) * ends.unsqueeze(1)).flatten(1)
    return torch.cat([molecule_counts(graph), of_each(graph, pairs)], dim=1)


BASELINES: dict[str, Measured] = {
    "gcn": partial(of_vertices, "gcn"),
    "gat": partial(of_vertices, "gat"),
    "graphsage_gin_mpnn": partial(of_means, "graphsage_gin_mpnn"),
    "mpnn": partial(of_molecules, "mpnn"),
    "gnn_basic": partial(of_counts, "gnn_basic"),
}
