"""Making the nodes of trees from the leaves up."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def tree_fold(
    model: nn.Module, leaves: Tensor, children: Tensor, *given: Tensor
) -> Tensor:
    """Call the model on the states of each node's children, one node after the other.

    leaves (B, L, F) and the children's numbers (B, S, K) -> all nodes (B, L + S, F);
    the model makes (B, F) of (B, K, F) and of what else is given.
    """
    nodes = list(leaves.unbind(dim=1))
    tree = torch.arange(len(leaves), device=leaves.device).unsqueeze(1)  # (B, 1)
    for numbers in children.unbind(dim=1):  # (B, K)
        below = torch.stack(nodes, dim=1)[tree, numbers]  # (B, K, F)
        nodes.append(model(below, *given))
    return torch.stack(nodes, dim=1)
