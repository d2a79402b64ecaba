"""An edge from every node to itself."""

import torch
from torch import Tensor


def add_self_loops(edge_index: Tensor, nodes: int) -> Tensor:
    """Put the edges (i, i) of all nodes behind the edges (2, E): (2, E + nodes)."""
    loops = torch.arange(nodes, device=edge_index.device)
    return torch.cat([edge_index, loops.expand(2, -1)], dim=1)
