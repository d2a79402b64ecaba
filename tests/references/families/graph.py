"""References of the graph networks."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from tests.references.case import Case, prefixed
from tests.references.counting import mlp
from tests.references.families import Counts
from tests.references.installed import require


def gnn(features: int = 34, hidden: int = 16, classes: int = 4) -> int:
    return mlp([features, hidden, classes])


def gat(features: int = 1433, hidden: int = 8, heads: int = 8, classes: int = 7) -> int:
    """Of each head a matrix, two vectors and a bias."""
    width = heads * hidden
    return features * width + 3 * width + width * classes + 3 * classes


def gcn(features: int = 1433, hidden: int = 16, classes: int = 7) -> int:
    return mlp([features, hidden, classes])


class DenseGcn(nn.Module):
    """Equation 9 of the paper with a dense matrix, entry by entry: Â ReLU(Â X W0 + b0) W1 + b1."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = nn.ParameterList([nn.Parameter(torch.empty(16, 1433)), nn.Parameter(torch.empty(7, 16))])
        self.biases = nn.ParameterList([nn.Parameter(torch.zeros(16)), nn.Parameter(torch.zeros(7))])
        for weight in self.weights:
            bound = math.sqrt(6 / sum(weight.shape))
            nn.init.uniform_(weight, -bound, bound)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        with_loops = torch.eye(len(x))
        for source, target in edges.T.tolist():
            with_loops[target, source] = 1
        degree = with_loops.sum(dim=1)
        normalised = with_loops / torch.sqrt(degree[:, None] * degree[None, :])
        hidden = (normalised @ (x @ self.weights[0].T) + self.biases[0]).clamp(min=0)
        return normalised @ (hidden @ self.weights[1].T) + self.biases[1]


class GeometricGcn(nn.Module):
    """PyTorch Geometric's two convolutions; the dropout of the paper has no weights and rests in a comparison."""

    def __init__(self) -> None:
        super().__init__()
        require("torch_geometric")
        from torch_geometric.nn import GCNConv  # type: ignore[import-not-found]

        self.conv1, self.conv2 = GCNConv(1433, 16), GCNConv(16, 7)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        return self.conv2(self.conv1(x, edge_index).clamp(min=0), edge_index)


class GeometricGat(nn.Module):
    """PyTorch Geometric's two attentions, with the paper's dropout of features left out: it has no weights."""

    def __init__(self) -> None:
        super().__init__()
        require("torch_geometric")
        from torch_geometric.nn import GATConv

        self.conv1, self.conv2 = GATConv(1433, 8, heads=8), GATConv(64, 7, heads=1)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        return self.conv2(nn.functional.elu(self.conv1(x, edge_index)), edge_index)


class EdgeByEdgeGnn(nn.Module):
    """h' = σ(Σ W h_u + b), summed over the neighbours one edge after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.lins = nn.ModuleList([nn.Linear(34, 16), nn.Linear(16, 4)])
        for lin in self.lins:
            nn.init.xavier_uniform_(lin.weight)  # type: ignore[arg-type]
            nn.init.zeros_(lin.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        for depth, lin in enumerate(self.lins):
            sums = [torch.zeros(x.shape[1]) for _ in range(len(x))]
            for source, target in edges.T.tolist():
                sums[target] = sums[target] + x[source]
            x = lin(torch.stack(sums))
            x = x.clamp(min=0) if depth == 0 else x
        return x


def members(_: bool) -> tuple[Tensor, ...]:
    """34 vertices, and some edges between them."""
    return torch.randn(34, 34), torch.randint(34, (2, 156))


def citations(_: bool) -> tuple[Tensor, ...]:
    """A graph without direction: each pair of vertices once, both ways."""
    pairs = torch.rand(40, 40).triu(1) > 0.85
    edges = pairs.nonzero().T
    return torch.randn(40, 1433), torch.cat([edges, edges.flip(0)], dim=1)


NAMES_OF_GNN = {"lin.weight": "weight", "bias": "bias"}
NAMES_OF_GCN = {"lin.weight": "weights", "bias": "biases"}


COUNTS: Counts = {
    "gat": {"paper": {"gat": gat()}},
    "gnn_basic": {"paper": {"gnn_basic": gnn()}},
    "gcn": {"paper": {"gcn": gcn()}},
}


CASES = (
    Case(
        template="gnn_basic",
        reference="by hand, edge by edge",
        build=EdgeByEdgeGnn,
        inputs=members,
        translate=prefixed(
            {f"conv{n + 1}.{ours}": f"lins.{n}.{theirs}" for n in (0, 1) for ours, theirs in NAMES_OF_GNN.items()}
        ),
        keys="its own",
    ),
    Case(
        template="gat",
        reference="torch_geometric GATConv, twice",
        build=GeometricGat,
        inputs=citations,
    ),
    Case(
        template="gcn",
        reference="torch_geometric GCNConv, twice",
        build=GeometricGcn,
        inputs=citations,
    ),
    Case(
        template="gcn",
        reference="by hand, dense",
        build=DenseGcn,
        inputs=citations,
        translate=prefixed(
            {f"conv{n + 1}.{name}": f"{there}.{n}" for n in (0, 1) for name, there in NAMES_OF_GCN.items()}
        ),
        keys="its own",
    ),
)
