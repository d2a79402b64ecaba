"""MPNN."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "MPNN",
    "EdgeNetwork",
    "Embed",
    "Head",
    "NNConv",
    "Reading",
    "Round",
    "Set2Set",
    "mpnn",
]


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


class Embed(nn.Module):
    """What an atom knows before it has heard anything.

    x (V, in_features) -> (V, features)
    """

    def __init__(self, in_features: int, features: int = 64) -> None:
        super().__init__()
        self.lin = nn.Linear(in_features, features)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.lin(x))  # (V, features)


class EdgeNetwork(nn.Module):
    """From what is known of a bond to the matrix that its messages go through.

    edge_attr (E, in_features) -> (E, features, features)
    """

    def __init__(self, in_features: int, hidden: int = 128, features: int = 64) -> None:
        super().__init__()
        self.features = features
        self.lin1 = nn.Linear(in_features, hidden)
        self.lin2 = nn.Linear(hidden, features * features)

    def forward(self, edge_attr: Tensor) -> Tensor:
        x = self.lin2(F.relu(self.lin1(edge_attr)))  # (E, features * features)
        return torch.unflatten(x, 1, (self.features, self.features))


class NNConv(nn.Module):
    """Messages through each bond's matrix are added up, and to what the atom was
    itself.
    """

    def __init__(self, in_features: int) -> None:
        super().__init__()
        self.lin = nn.Linear(in_features, in_features, bias=False)
        self.bias = nn.Parameter(torch.zeros(in_features))

    def forward(self, x: Tensor, edge_index: Tensor, matrix: Tensor) -> Tensor:
        y = torch.einsum("ei,eij->ej", x[edge_index[0]], matrix)
        x = aggregate(y, edge_index[1], x.shape[0]) + self.lin(x) + self.bias
        return x


class Round(nn.Module):
    """What arrives goes into the gated unit, which decides what to forget for it."""

    def __init__(self, in_features: int, matrix_features: int) -> None:
        super().__init__()
        self.conv = NNConv(in_features)
        self.gru = nn.GRUCell(matrix_features, in_features)

    def forward(self, h: Tensor, edge_index: Tensor, matrix: Tensor) -> Tensor:
        x = F.relu(self.conv(h, edge_index, matrix))  # (V, matrix_features)
        h = self.gru(x, h)
        return h


class Reading(nn.Module):
    """An LSTM asks, and the nodes answer in proportion to how well they fit."""

    def __init__(self, in_features: int, x_features: int) -> None:
        super().__init__()
        self.lstm = nn.LSTMCell(in_features, x_features)

    def forward(
        self, known: Tensor, hidden: Tensor, state: Tensor, x: Tensor, graph: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        hidden, state = self.lstm(known, (hidden, state))
        y = (x * hidden[graph]).sum(dim=-1, keepdim=True)  # (V, 1)
        y = x * edge_softmax(y, graph, hidden.shape[0])  # (V, x_features)
        return (
            torch.cat([hidden, aggregate(y, graph, hidden.shape[0])], dim=1),
            hidden,
            state,
        )


class Set2Set(nn.Module):
    """One vector for each graph: questions, and what its nodes answer, in any order.

    x (V, in_features), graph (V,), size (B,) -> (B, in_features * 2)
    """

    def __init__(self, in_features: int, readings: int = 3) -> None:
        super().__init__()
        self.in_features = in_features
        self.readings = readings
        self.reading = Reading(in_features * 2, in_features)

    def forward(self, x: Tensor, graph: Tensor, size: Tensor) -> Tensor:
        hidden = torch.zeros(size.shape[0], self.in_features, device=size.device)
        known = torch.zeros(size.shape[0], self.in_features * 2, device=size.device)
        state = hidden
        for _ in range(self.readings):
            known, hidden, state = self.reading(known, hidden, state, x, graph)
        return known


class Head(nn.Module):
    """From what was read to the answers.

    x (B, in_features) -> (B, targets)
    """

    def __init__(self, in_features: int, hidden: int = 64, targets: int = 1) -> None:
        super().__init__()
        self.lin1 = nn.Linear(in_features, hidden)
        self.lin2 = nn.Linear(hidden, targets)

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.lin2(F.relu(self.lin1(x)))  # (B, targets)
        return answer


class MPNN(nn.Module):
    """Rounds of messages through each bond's matrix, then one answer."""

    def __init__(
        self,
        in_features: int,
        edge_attr_features: int,
        hidden: int = 64,
        edge_hidden: int = 128,
        rounds: int = 3,
        readings: int = 3,
        targets: int = 1,
    ) -> None:
        super().__init__()
        self.rounds = rounds
        self.embed = Embed(in_features, features=hidden)
        self.nn = EdgeNetwork(edge_attr_features, hidden=edge_hidden, features=hidden)
        self.round = Round(hidden, hidden)
        self.set2set = Set2Set(hidden, readings=readings)
        self.head = Head(hidden * 2, hidden=hidden, targets=targets)

    def forward(
        self,
        x: Tensor,
        edge_index: Tensor,
        edge_attr: Tensor,
        graph: Tensor,
        size: Tensor,
    ) -> Tensor:
        h = self.embed(x)  # (V, hidden)
        matrix = self.nn(edge_attr)  # (E, hidden, hidden)
        for _ in range(self.rounds):
            h = self.round(h, edge_index, matrix)
        known = self.set2set(h, graph, size)  # (B, hidden * 2)
        answer: Tensor = self.head(known)  # (B, targets)
        return answer


def mpnn(
    features: int = 11,
    edge_features: int = 5,
    hidden: int = 64,
    edge_hidden: int = 128,
    rounds: int = 3,
    readings: int = 3,
    targets: int = 1,
) -> MPNN:
    """The mpnn model with the values of the "paper" preset as defaults."""
    return MPNN(
        features,
        edge_features,
        hidden=hidden,
        edge_hidden=edge_hidden,
        rounds=rounds,
        readings=readings,
        targets=targets,
    )
