"""What blocks on graphs take: edges between nodes that there are."""

from __future__ import annotations

from typing import Any

import torch
from hypothesis import strategies as st

from app.core.block import Block
from app.core.tensor_type import TensorType
from tests.blocks.harness import Inputs, Wired

sizes = st.integers(1, 5)


@st.composite
def _graph(draw: st.DrawFn, block: Block) -> Inputs:
    nodes, edges, features = draw(sizes), draw(sizes), draw(sizes)
    shape = draw(st.sampled_from([(2, edges)] * 6 + [(edges, 2), (2,), (3, edges)]))
    dtype = draw(st.sampled_from(["int64"] * 8 + ["float32"]))
    edge_index = Wired(TensorType(shape, dtype), lambda: torch.randint(0, nodes, shape).to(getattr(torch, dtype)))
    rows = TensorType((nodes, features), draw(st.sampled_from(["float32"] * 5 + ["float64", "int64"])))
    messages = TensorType((edges + draw(st.sampled_from([0, 0, 0, 1])), features))
    heads = draw(st.sampled_from([(edges,), (edges, 2), (edges, 3), (edges + 1, 2)]))
    wired = {
        "edge_index": edge_index,
        "like": rows,
        "features": rows,
        "messages": messages,
        "scores": TensorType(heads),
    }
    return tuple(wired[port.name] for port in block.ports()[0])


@st.composite
def _matrices(draw: st.DrawFn, block: Block) -> Inputs:
    n, m, f = draw(sizes), draw(sizes), draw(sizes)
    other = TensorType(
        (draw(st.sampled_from([m] * 6 + [m + 1])), f), draw(st.sampled_from(["float32"] * 6 + ["int64"]))
    )
    return TensorType((n, m)), other


@st.composite
def _pooled(draw: st.DrawFn, block: Block) -> Inputs:
    nodes, graphs = draw(sizes), draw(sizes)
    features = TensorType((nodes, draw(sizes)), draw(st.sampled_from(["float32"] * 6 + ["int64"])))
    graph = TensorType(
        (draw(st.sampled_from([nodes] * 6 + [nodes + 1])),), draw(st.sampled_from(["int64"] * 5 + ["float32"]))
    )
    numbers = Wired(graph, lambda: torch.randint(0, graphs, graph.shape).to(getattr(torch, graph.dtype)))
    return features, numbers, TensorType((graphs, 3))


@st.composite
def _shared(draw: st.DrawFn, block: Block) -> Inputs:
    scores, numbers, like = draw(_pooled(block))
    heads = draw(st.sampled_from([(), (), (2,)]))
    return scores.with_shape(scores.shape[0], *heads), numbers, like


ON_EDGES = ("NormalizedAdjacency", "Aggregate", "Propagate", "EdgeSoftmax", "Adjacency", "Degree", "AddSelfLoops")
INPUTS: dict[str, Any] = {
    **dict.fromkeys(ON_EDGES, _graph),
    "GraphSoftmax": _shared,
    "Readout": _pooled,
    "SparseMatMul": _matrices,
}
ARGUMENTS: dict[str, Any] = {"NormalizedAdjacency": {"sparse": st.just(False)}}
"""Sparse tensors have no element-wise comparison; tests/blocks/test_graph.py has them."""


def _loose(block: Block, *types: Any) -> str | None:
    return "torch takes other edges, numbers or messages for something else"


STRICTER: dict[str, Any] = dict.fromkeys((*ON_EDGES, "Readout", "GraphSoftmax"), _loose)
