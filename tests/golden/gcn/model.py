"""GCN."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["GCN", "GraphConvolution", "gcn"]


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


class GraphConvolution(nn.Module):
    """A weighted sum of each vertex, then the mean over its neighbours."""

    def __init__(self, in_features: int, features: int = 16) -> None:
        super().__init__()
        self.lin = nn.Linear(in_features, features, bias=False)
        self.bias = nn.Parameter(torch.zeros(features))

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        x = adjacency @ self.lin(x) + self.bias
        return x


class GCN(nn.Module):
    """Two convolutions over the neighbours."""

    def __init__(
        self, in_features: int, hidden: int = 16, classes: int = 7, dropout: float = 0.5
    ) -> None:
        super().__init__()
        self.dropout1 = nn.Dropout(dropout)
        self.conv1 = GraphConvolution(in_features, features=hidden)
        self.dropout2 = nn.Dropout(dropout)
        self.conv2 = GraphConvolution(hidden, features=classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        y = normalized_adjacency(edge_index, x.shape[0], sparse=True)
        x = self.conv1(self.dropout1(x), y)
        x = self.dropout2(F.relu(x))
        logits: Tensor = self.conv2(x, y)
        return logits


def gcn(
    features: int = 1433, hidden: int = 16, classes: int = 7, dropout: float = 0.5
) -> GCN:
    """The gcn model with the values of the "paper" preset as defaults."""
    return GCN(features, hidden=hidden, classes=classes, dropout=dropout)
