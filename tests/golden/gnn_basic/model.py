"""GNN: message passing."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = ["GNN", "MessagePassing", "gnn_basic"]


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


class MessagePassing(nn.Module):
    """Each vertex sends a weighted sum of what it holds, and adds up what arrives."""

    def __init__(self, in_features: int, features: int = 16) -> None:
        super().__init__()
        self.lin = nn.Linear(in_features, features, bias=False)
        self.bias = nn.Parameter(torch.zeros(features))

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        x = self.lin(x)
        return aggregate(x[edge_index[0]], edge_index[1], x.shape[0]) + self.bias


class GNN(nn.Module):
    """Two rounds of messages."""

    def __init__(self, in_features: int, hidden: int = 16, classes: int = 4) -> None:
        super().__init__()
        self.conv1 = MessagePassing(in_features, features=hidden)
        self.conv2 = MessagePassing(hidden, features=classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        x = F.relu(self.conv1(x, edge_index))
        logits: Tensor = self.conv2(x, edge_index)
        return logits


def gnn_basic(features: int = 34, hidden: int = 16, classes: int = 4) -> GNN:
    """The gnn_basic model with the values of the "paper" preset as defaults."""
    return GNN(features, hidden=hidden, classes=classes)
