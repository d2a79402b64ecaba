"""A softmax over the edges that lead to each node."""

import torch
from torch import Tensor


def edge_softmax(scores: Tensor, target: Tensor, nodes: int) -> Tensor:
    """Share each node's attention among its edges.

    Shapes: scores (E, ...) and the node (E) that each edge leads to; the scores' shape.
    """
    shape = (nodes, *scores.shape[1:])
    index = target.view(-1, *[1] * (scores.dim() - 1)).expand_as(scores)
    lowest = scores.new_full(shape, -torch.inf)
    largest = lowest.scatter_reduce(0, index, scores.detach(), "amax")
    weights = (scores - largest[target]).exp()
    total = scores.new_zeros(shape).scatter_add(0, index, weights)
    return weights / total[target]
