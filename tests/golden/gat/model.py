"""GAT."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["GAT", "GraphAttention", "gat"]


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


def aggregate(
    messages: Tensor,
    target: Tensor,
    nodes: int,
    reduce: str = "sum",
) -> Tensor:
    """Reduce messages (E, F) by the node (E) that each goes to: (nodes, F).

    ``reduce`` is sum, mean or amax; a node without messages gets 0.
    """
    index = target.unsqueeze(1).expand_as(messages)
    empty = messages.new_zeros(nodes, messages.shape[1])
    return empty.scatter_reduce(0, index, messages, reduce, include_self=False)


def add_self_loops(edge_index: Tensor, nodes: int) -> Tensor:
    """Put the edges (i, i) of all nodes behind the edges (2, E): (2, E + nodes)."""
    loops = torch.arange(nodes, device=edge_index.device)
    return torch.cat([edge_index, loops.expand(2, -1)], dim=1)


class GraphAttention(nn.Module):
    """Each vertex takes from its neighbours by shares that it chooses itself."""

    def __init__(
        self, in_features: int, features: int = 8, heads: int = 8, dropout: float = 0.6
    ) -> None:
        super().__init__()
        self.features = features
        self.heads = heads
        self.lin = nn.Linear(in_features, heads * features, bias=False)
        self.att_src = nn.Parameter(torch.zeros(1, heads, features))
        self.att_dst = nn.Parameter(torch.zeros(1, heads, features))
        self.dropout = nn.Dropout(dropout)
        self.bias = nn.Parameter(torch.zeros(features * heads))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.xavier_uniform_(self.lin.weight)
        nn.init.uniform_(
            self.att_src,
            a=-((6 / (self.heads + self.features)) ** 0.5),
            b=(6 / (self.heads + self.features)) ** 0.5,
        )
        nn.init.uniform_(
            self.att_dst,
            a=-((6 / (self.heads + self.features)) ** 0.5),
            b=(6 / (self.heads + self.features)) ** 0.5,
        )

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        y = edge_index[0]
        by_head = torch.unflatten(self.lin(x), 1, (self.heads, self.features))
        of_src = (by_head * self.att_src).sum(dim=-1)[y]
        scores = of_src + (by_head * self.att_dst).sum(dim=-1)[edge_index[1]]
        shares = edge_softmax(F.leaky_relu(scores, 0.2), edge_index[1], x.shape[0])
        y = torch.flatten(by_head[y] * self.dropout(shares).unsqueeze(2), 1)
        return aggregate(y, edge_index[1], x.shape[0]) + self.bias


class GAT(nn.Module):
    """Two rounds of listening: several heads side by side, then one."""

    def __init__(
        self,
        in_features: int,
        heads: int = 8,
        hidden: int = 8,
        classes: int = 7,
        dropout: float = 0.6,
    ) -> None:
        super().__init__()
        self.dropout1 = nn.Dropout(dropout)
        self.conv1 = GraphAttention(
            in_features, features=hidden, heads=heads, dropout=dropout
        )
        self.dropout2 = nn.Dropout(dropout)
        self.conv2 = GraphAttention(
            heads * hidden, features=classes, heads=1, dropout=dropout
        )

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        y = add_self_loops(edge_index, x.shape[0])
        x = self.conv1(self.dropout1(x), y)
        x = self.dropout2(F.elu(x))
        logits: Tensor = self.conv2(x, y)
        return logits


def gat(
    features: int = 1433,
    heads: int = 8,
    hidden: int = 8,
    classes: int = 7,
    dropout: float = 0.6,
) -> GAT:
    """The gat model with the values of the "paper" preset as defaults."""
    return GAT(features, heads=heads, hidden=hidden, classes=classes, dropout=dropout)
