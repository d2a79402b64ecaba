"""The propagation matrix of graph convolutions."""

import torch
from torch import Tensor


def normalized_adjacency(
    edge_index: Tensor,
    nodes: int,
    sparse: bool = False,
) -> Tensor:
    """Give D^-1/2 (A + I) D^-1/2, a nodes x nodes matrix, from edges of shape (2, E).

    Row i holds what node i takes from its neighbours and itself: edge (j, i) leads from
    j to i. D counts the edges that enter each node, its own loop included; loops among
    the edges are taken for the same.
    """
    loops = torch.arange(nodes, device=edge_index.device)
    edges = edge_index[:, edge_index[0] != edge_index[1]]
    source, target = torch.cat([edges, loops.expand(2, -1)], dim=1)
    degree = torch.bincount(target, minlength=nodes).float()
    weight = (degree[source] * degree[target]).rsqrt()
    if sparse:
        at, shape = torch.stack([target, source]), (nodes, nodes)
        return torch.sparse_coo_tensor(at, weight, shape, check_invariants=False)
    empty = torch.zeros(nodes, nodes, device=edge_index.device)
    return empty.index_put((target, source), weight, accumulate=True)
