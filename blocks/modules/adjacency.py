"""The edges of a graph as a matrix."""

import torch
from torch import Tensor


def adjacency(edge_index: Tensor, nodes: int, loops: bool = False) -> Tensor:
    """Give a nodes x nodes matrix with 1 at (i, j) for each edge (j, i) of (2, E).

    ``loops`` makes every node a neighbour of its own as well.
    """
    matrix = torch.zeros(nodes, nodes, device=edge_index.device)
    matrix[edge_index[1], edge_index[0]] = 1
    return matrix.fill_diagonal_(1) if loops else matrix
