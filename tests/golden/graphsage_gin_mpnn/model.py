"""GraphSAGE, GIN and gated graph networks."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

__all__ = [
    "GNN",
    "MLP",
    "GINConv",
    "GatedGraphConv",
    "GatedRound",
    "Layer",
    "SAGEConv",
    "graphsage_gin_mpnn",
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


class SAGEConv(nn.Module):
    """The mean of the neighbours and the vertex itself, each under its own weights."""

    def __init__(self, in_features: int, features: int = 64) -> None:
        super().__init__()
        self.lin_l = nn.Linear(in_features, features)
        self.lin_r = nn.Linear(in_features, features, bias=False)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        y = aggregate(x[edge_index[0]], edge_index[1], x.shape[0], "mean")
        x = self.lin_l(y) + self.lin_r(x)  # (V, features)
        return x


class MLP(nn.Module):
    """Two layers with a bend between.

    x (V, in_features) -> (V, features)
    """

    def __init__(self, in_features: int, features: int = 64) -> None:
        super().__init__()
        self.lin1 = nn.Linear(in_features, features)
        self.lin2 = nn.Linear(features, features)

    def forward(self, x: Tensor) -> Tensor:
        x = self.lin2(F.relu(self.lin1(x)))  # (V, features)
        return x


class GINConv(nn.Module):
    """The vertex and the sum of its neighbours, through two layers."""

    def __init__(self, in_features: int, features: int = 64) -> None:
        super().__init__()
        self.nn = MLP(in_features, features=features)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        x = self.nn(x + aggregate(x[edge_index[0]], edge_index[1], x.shape[0]))
        return x


class GatedRound(nn.Module):
    """What arrives goes into the gated unit, which decides what to forget for it."""

    def __init__(self, in_features: int, weight_features: int) -> None:
        super().__init__()
        self.rnn = nn.GRUCell(weight_features, in_features)

    def forward(self, h: Tensor, weight: Tensor, edge_index: Tensor) -> Tensor:
        x = h @ weight  # (V, weight_features)
        h = self.rnn(aggregate(x[edge_index[0]], edge_index[1], x.shape[0]), h)
        return h


class GatedGraphConv(nn.Module):
    """Rounds of messages, each with a matrix of its own, into one gated unit."""

    def __init__(self, in_features: int, features: int = 64, rounds: int = 3) -> None:
        super().__init__()
        self.in_features = in_features
        self.features = features
        self.weight = nn.Parameter(torch.zeros(rounds, features, features))
        self.round = GatedRound(features, features)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.uniform_(
            self.weight, a=-1 / self.features**0.5, b=1 / self.features**0.5
        )

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        if self.features > self.in_features:
            x = F.pad(x, (0, self.features - self.in_features))
        y = self.weight  # (rounds, features, features)
        for weight_t in y.unbind(dim=0):
            x = self.round(x, weight_t, edge_index)
        return x


class Layer(nn.Module):
    """Messages of one of three forms, then a bend."""

    def __init__(
        self,
        in_features: int,
        form: str = "sage",
        features: int = 64,
        last: bool = False,
        rounds: int = 3,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.last = last
        if form == "gin":
            self.conv: nn.Module = GINConv(in_features, features=features)
        elif form == "ggnn":
            self.conv = GatedGraphConv(in_features, features=features, rounds=rounds)
        else:
            self.conv = SAGEConv(in_features, features=features)
        self.dropout: nn.Module = nn.Identity()
        if not last:
            self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        x = self.conv(x, edge_index)  # (V, features)
        if not self.last:
            x = F.relu(x)
        x = self.dropout(x)
        return x


class GNN(nn.Module):
    """Layers of messages: each vertex hears from one step further away."""

    def __init__(
        self,
        in_features: int,
        form: str = "sage",
        hidden: int = 64,
        classes: int = 7,
        layers: int = 2,
        rounds: int = 3,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        self.layers = layers
        self.hidden_layers = nn.ModuleList()
        if layers > 1:
            self.hidden_layers = nn.ModuleList(
                [
                    Layer(
                        in_features,
                        form=form,
                        features=hidden,
                        rounds=rounds,
                        dropout=dropout,
                    ),
                    *(
                        Layer(
                            hidden,
                            form=form,
                            features=hidden,
                            rounds=rounds,
                            dropout=dropout,
                        )
                        for _ in range(layers - 2)
                    ),
                ]
            )
        self.last = Layer(
            hidden if layers > 1 else in_features,
            form=form,
            features=classes,
            last=True,
            rounds=rounds,
            dropout=dropout,
        )

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        if self.layers > 1:
            for block in self.hidden_layers:
                x = block(x, edge_index)
        logits: Tensor = self.last(x, edge_index)  # (V, classes)
        return logits


def graphsage_gin_mpnn(
    features: int = 1433,
    form: str = "sage",
    hidden: int = 64,
    classes: int = 7,
    layers: int = 2,
    rounds: int = 3,
    dropout: float = 0.5,
) -> GNN:
    """The graphsage_gin_mpnn model with the values of the "paper" preset as
    defaults.
    """
    return GNN(
        features,
        form=form,
        hidden=hidden,
        classes=classes,
        layers=layers,
        rounds=rounds,
        dropout=dropout,
    )
