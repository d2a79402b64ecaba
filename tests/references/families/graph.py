"""References of the graph networks."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from tests.references.case import Case, prefixed
from tests.references.counting import linear, lstm_layer, mlp
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


def sage(features: int = 1433, hidden: int = 64, classes: int = 7) -> int:
    """Of each layer two matrices, and one bias."""
    return 2 * features * hidden + hidden + 2 * hidden * classes + classes


def gin(features: int = 7, hidden: int = 64, classes: int = 2, layers: int = 5) -> int:
    """In each layer two layers."""
    first, last = mlp([features, hidden, hidden]), mlp([hidden, classes, classes])
    return first + (layers - 2) * mlp([hidden, hidden, hidden]) + last


def ggnn(features: int = 64, rounds: int = 3) -> int:
    """A matrix for each round, and one gated unit of three gates with two matrices and two biases each."""
    return rounds * features**2 + 3 * (2 * features**2 + 2 * features)


def mpnn(features: int = 11, bonds: int = 5, hidden: int = 64, edge_hidden: int = 128) -> int:
    """First layer, net of the edges, the root's matrix and bias, gated unit, Set2Set's LSTM, two last layers."""
    gated = 3 * (2 * hidden**2 + 2 * hidden)
    edges = mlp([bonds, edge_hidden, hidden**2])
    messages = hidden**2 + hidden
    return (
        linear(features, hidden)
        + edges
        + messages
        + gated
        + lstm_layer(2 * hidden, hidden)
        + mlp([2 * hidden, hidden, 1])
    )


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


def geometric_sage() -> nn.Module:
    """PyTorch Geometric's net of two GraphSAGE layers; its dropout is ours, but rests in a comparison."""
    require("torch_geometric")
    from torch_geometric.nn import GraphSAGE

    net: nn.Module = GraphSAGE(1433, 64, num_layers=2, out_channels=7)
    return net


def geometric_gin() -> nn.Module:
    """PyTorch Geometric's net; its eps, which stays 0 there, is a plain number instead of a buffer."""
    require("torch_geometric")
    from torch_geometric.nn import GIN

    net = GIN(7, 64, num_layers=5, out_channels=2)
    for convolution in net.convs:
        del convolution.eps
        convolution.eps = 0.0
    return net


def geometric_ggnn() -> nn.Module:
    require("torch_geometric")
    from torch_geometric.nn import GatedGraphConv

    net: nn.Module = GatedGraphConv(64, num_layers=3)
    return net


class GeometricMpnn(nn.Module):
    """PyTorch Geometric's parts, put together as in the usual example for QM9, with sums for messages."""

    def __init__(self) -> None:
        super().__init__()
        require("torch_geometric")
        from torch_geometric.nn import NNConv, Set2Set

        self.lin0 = nn.Linear(11, 64)
        self.conv = NNConv(64, 64, nn.Sequential(nn.Linear(5, 128), nn.ReLU(), nn.Linear(128, 64 * 64)), aggr="add")
        self.gru = nn.GRU(64, 64)
        self.set2set = Set2Set(64, processing_steps=3)
        self.lin1, self.lin2 = nn.Linear(128, 64), nn.Linear(64, 1)

    def forward(self, x: Tensor, edges: Tensor, bonds: Tensor, graph: Tensor, size: Tensor) -> Tensor:
        x = self.lin0(x).relu()
        state = x.unsqueeze(0)
        for _ in range(3):
            x, state = self.gru(self.conv(x, edges, bonds).relu().unsqueeze(0), state)
            x = x.squeeze(0)
        answer: Tensor = self.lin2(self.lin1(self.set2set(x, graph)).relu())
        return answer


class AtomByAtomMpnn(nn.Module):
    """The paper's equations 1 to 3 with an edge network, and Set2Set, one bond and one molecule after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.bond1, self.bond2 = nn.Linear(11, 64), nn.Linear(5, 128), nn.Linear(128, 64 * 64)
        self.root, self.bias = nn.Linear(64, 64, bias=False), nn.Parameter(torch.zeros(64))
        self.update, self.ask = nn.GRUCell(64, 64), nn.LSTMCell(128, 64)
        self.last1, self.last2 = nn.Linear(128, 64), nn.Linear(64, 1)

    def forward(self, x: Tensor, edges: Tensor, bonds: Tensor, graph: Tensor, size: Tensor) -> Tensor:
        h = self.first(x).clamp(min=0)
        for _ in range(3):
            messages = [self.bias + self.root(atom) for atom in h]
            for (source, target), bond in zip(edges.T.tolist(), bonds, strict=True):
                matrix = self.bond2(self.bond1(bond).clamp(min=0)).view(64, 64)
                messages[target] = messages[target] + h[source] @ matrix
            h = self.update(torch.stack(messages).clamp(min=0), h)
        return torch.stack([self.read(atoms) for atoms in h.split(size.tolist())])

    def read(self, atoms: Tensor) -> Tensor:
        known, state = torch.zeros(128), (torch.zeros(64), torch.zeros(64))
        for _ in range(3):
            state = self.ask(known, state)
            known = torch.cat([state[0], (atoms @ state[0]).softmax(0) @ atoms])
        answer: Tensor = self.last2(self.last1(known).clamp(min=0))
        return answer


class EdgeByEdgeSage(nn.Module):
    """h' = W_l mean(h_u) + b + W_r h, the mean taken one vertex after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.hear = nn.ModuleList([nn.Linear(1433, 64), nn.Linear(64, 7)])
        self.know = nn.ModuleList([nn.Linear(1433, 64, bias=False), nn.Linear(64, 7, bias=False)])

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        for depth, (hear, know) in enumerate(zip(self.hear, self.know, strict=True)):
            means = []
            for vertex in range(len(x)):
                around = [x[source] for source, target in edges.T.tolist() if target == vertex]
                means.append(sum(around, torch.zeros(x.shape[1])) / max(len(around), 1))
            x = hear(torch.stack(means)) + know(x)
            x = x.clamp(min=0) if depth == 0 else x
        return x


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


def atoms(_: bool) -> tuple[Tensor, ...]:
    """30 atoms of seven kinds, and bonds both ways."""
    bonds = torch.randint(30, (2, 40))
    return torch.eye(7)[torch.randint(7, (30,))], torch.cat([bonds, bonds.flip(0)], dim=1)


def molecules(_: bool) -> tuple[Tensor, ...]:
    """Three molecules of five, three and four atoms, and bonds both ways within each."""
    size = torch.tensor([5, 3, 4])
    begin = size.cumsum(0) - size
    bonds = torch.cat([first + torch.randint(int(count), (2, 6)) for first, count in zip(begin, size, strict=True)], 1)
    features = torch.randn(18, 5).repeat(2, 1)
    graph = torch.arange(3).repeat_interleave(size)
    return torch.randn(12, 11), torch.cat([bonds, bonds.flip(0)], dim=1), features, graph, size


def annotated(_: bool) -> tuple[Tensor, ...]:
    """25 vertices with 32 numbers each, and edges of one way."""
    return torch.randn(25, 32), torch.randint(25, (2, 70))


def citations(_: bool) -> tuple[Tensor, ...]:
    """A graph without direction: each pair of vertices once, both ways."""
    pairs = torch.rand(40, 40).triu(1) > 0.85
    edges = pairs.nonzero().T
    return torch.randn(40, 1433), torch.cat([edges, edges.flip(0)], dim=1)


NAMES_OF_GNN = {"lin.weight": "weight", "bias": "bias"}
NAMES_OF_GCN = {"lin.weight": "weights", "bias": "biases"}

NAMES_OF_SAGE = {
    **{f"hidden_layers.0.conv.{name}": f"convs.0.{name}" for name in ("lin_l", "lin_r")},
    **{f"last.conv.{name}": f"convs.1.{name}" for name in ("lin_l", "lin_r")},
}
NAMES_OF_SAGE_BY_HAND = {
    **{f"hidden_layers.0.conv.{ours}": f"{theirs}.0" for ours, theirs in (("lin_l", "hear"), ("lin_r", "know"))},
    **{f"last.conv.{ours}": f"{theirs}.1" for ours, theirs in (("lin_l", "hear"), ("lin_r", "know"))},
}
NAMES_OF_GIN = {
    f"{'last' if layer == 4 else f'hidden_layers.{layer}'}.conv.nn.lin{number + 1}": f"convs.{layer}.nn.lins.{number}"
    for layer in range(5)
    for number in (0, 1)
}
NAMES_OF_GGNN = {"last.conv.weight": "weight", "last.conv.round.rnn": "rnn"}

NAMES_OF_MPNN = {
    "nn.lin1": "conv.nn.0",
    "nn.lin2": "conv.nn.2",
    "embed.lin": "lin0",
    "head.lin1": "lin1",
    "head.lin2": "lin2",
    "round.conv.lin": "conv.lin",
    "round.conv.bias": "conv.bias",
    **{
        f"{ours}.{kind}_{side}": f"{theirs}.{kind}_{side}_l0"
        for ours, theirs in (("round.gru", "gru"), ("set2set.reading.lstm", "set2set.lstm"))
        for kind in ("weight", "bias")
        for side in ("ih", "hh")
    },
}
NAMES_OF_MPNN_BY_HAND = {
    "embed.lin": "first",
    "nn.lin1": "bond1",
    "nn.lin2": "bond2",
    "round.conv.lin": "root",
    "round.conv.bias": "bias",
    "round.gru": "update",
    "set2set.reading.lstm": "ask",
    "head.lin1": "last1",
    "head.lin2": "last2",
}


COUNTS: Counts = {
    "mpnn": {"paper": {"mpnn": mpnn()}},
    "graphsage_gin_mpnn": {
        "paper": {"graphsage_gin_mpnn": sage()},
        "gin": {"graphsage_gin_mpnn": gin()},
        "ggnn": {"graphsage_gin_mpnn": ggnn()},
    },
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
        template="graphsage_gin_mpnn",
        reference="torch_geometric GraphSAGE",
        build=geometric_sage,
        inputs=citations,
        translate=prefixed(NAMES_OF_SAGE),
        keys="its own",
    ),
    Case(
        template="graphsage_gin_mpnn",
        reference="by hand, vertex by vertex",
        build=EdgeByEdgeSage,
        inputs=citations,
        translate=prefixed(NAMES_OF_SAGE_BY_HAND),
        keys="its own",
    ),
    Case(
        template="graphsage_gin_mpnn",
        reference="torch_geometric GIN, five layers",
        preset="gin",
        build=geometric_gin,
        inputs=atoms,
        translate=prefixed(NAMES_OF_GIN),
        keys="its own",
        explained={r"^convs\.4\.nn\.lins\.1\.bias": "two numbers, drawn alike: too few to have a spread"},
    ),
    Case(
        template="graphsage_gin_mpnn",
        reference="torch_geometric GatedGraphConv",
        preset="ggnn",
        build=geometric_ggnn,
        inputs=annotated,
        translate=prefixed(NAMES_OF_GGNN),
        keys="its own",
    ),
    Case(
        template="mpnn",
        reference="torch_geometric NNConv, Set2Set",
        build=GeometricMpnn,
        inputs=molecules,
        translate=prefixed(NAMES_OF_MPNN),
        keys="its own",
    ),
    Case(
        template="mpnn",
        reference="by hand, atom by atom",
        build=AtomByAtomMpnn,
        inputs=molecules,
        translate=prefixed(NAMES_OF_MPNN_BY_HAND),
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
