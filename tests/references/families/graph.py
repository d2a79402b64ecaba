"""References of the graph networks."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from tests.references.case import Case, prefixed
from tests.references.counting import mlp
from tests.references.families import Counts
from tests.references.installed import require


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


def citations(_: bool) -> tuple[Tensor, ...]:
    """A graph without direction: each pair of vertices once, both ways."""
    pairs = torch.rand(40, 40).triu(1) > 0.85
    edges = pairs.nonzero().T
    return torch.randn(40, 1433), torch.cat([edges, edges.flip(0)], dim=1)


NAMES_OF_GCN = {"lin.weight": "weights", "bias": "biases"}


COUNTS: Counts = {
    "gcn": {"paper": {"gcn": gcn()}},
}


CASES = (
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
